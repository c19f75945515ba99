#include "runtime/cut.h"

#include "graph/selection.h"

static int is_cut(const tni_offer *offer, const tn_node *node) {
  for (size_t i = 0; i < offer->rejections.count; i++)
    if (((const tni_rejection *)tni_vector_at(&offer->rejections, i))->within == node) return 1;
  return 0;
}

tn_status tni_cut_model(tni_services *services, const tni_offer *offer, tn_model **out,
                        tn_error *error) {
  const tn_graph *whole = offer->model->graph;
  uint8_t *chosen = tni_alloc_array(&services->allocator, whole->node_count, sizeof *chosen);
  if (!chosen) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a part of the model");
  for (uint32_t i = 0; i < whole->node_count; i++)
    chosen[i] = !is_cut(offer, whole->nodes[i]);
  const tni_selection selection = {chosen, 1};
  const tn_status status =
      tni_model_select(&services->environment, offer->model, &selection, out, error);
  tni_free(&services->allocator, chosen);
  return status;
}
