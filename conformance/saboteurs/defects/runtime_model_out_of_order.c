/* caught-by: runtime_model.of_a_network */
/* Nodes of the runtime model stand in no order. */
#include "saboteur.h"

static tn_status get(tn_compiled_model *model, tn_model **out, tn_error *error) {
  tn_status status = honest_runtime_model->get(model, out, error);
  if (status != TN_OK || (*out)->graph->node_count < 2) return status;
  const tn_node **nodes = (const tn_node **)(uintptr_t)(*out)->graph->nodes;
  const tn_node *first = nodes[0];
  nodes[0] = nodes[1];
  nodes[1] = first;
  return TN_OK;
}

static void change(tn_runtime_model_api *api) {
  api->get = get;
}

const saboteur_hooks saboteur = {.runtime_model = change};
