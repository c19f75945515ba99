/* caught-by: runtime_model.fused_origins */
/* The runtime model loses the last node's origins. */
#include "saboteur.h"

static tn_status get(tn_compiled_model *model, tn_model **out, tn_error *error) {
  tn_status status = honest_runtime_model->get(model, out, error);
  if (status != TN_OK || (*out)->graph->node_count == 0) return status;
  const tn_node *last = (*out)->graph->nodes[(*out)->graph->node_count - 1];
  ((tn_node *)(uintptr_t)last)->origin_count = 0;
  return TN_OK;
}

static void change(tn_runtime_model_api *api) {
  api->get = get;
}

const saboteur_hooks saboteur = {.runtime_model = change};
