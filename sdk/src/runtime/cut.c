#include "runtime/cut.h"

#include "graph/selection.h"

/* Rejections are in the order of the nodes. */
static void choose(const tni_offer *offer, uint8_t *chosen) {
  const tn_graph *whole = offer->model->graph;
  size_t next = 0;
  for (uint32_t i = 0; i < whole->node_count; i++) {
    const tni_rejection *rejection =
        next < offer->rejections.count ? tni_vector_at(&offer->rejections, next) : NULL;
    chosen[i] = !rejection || rejection->within != whole->nodes[i];
    next += !chosen[i];
  }
}

tn_status tni_cut_model(tni_services *services, const tni_offer *offer, tn_model **out,
                        tn_error *error) {
  const uint32_t count = offer->model->graph->node_count;
  uint8_t *chosen = tni_alloc_array(&services->allocator, count, sizeof *chosen);
  if (!chosen) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a part of the model");
  choose(offer, chosen);
  const tni_selection selection = {chosen, 1};
  const tn_status status =
      tni_model_select(&services->environment, offer->model, &selection, out, error);
  tni_free(&services->allocator, chosen);
  return status;
}
