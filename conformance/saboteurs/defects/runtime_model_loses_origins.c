/* caught-by: runtime_model.fused_origins */
/* The runtime model loses the last node's origins. */
#include "saboteur.h"
#include "tenon/abi/ext/runtime_model.h"

static const tn_runtime_model_api *honest;

static tn_status get(tn_compiled_model *model, tn_model **out, tn_error *error) {
  tn_status status = honest->get(model, out, error);
  if (status != TN_OK || (*out)->graph->node_count == 0) return status;
  const tn_node *last = (*out)->graph->nodes[(*out)->graph->node_count - 1];
  ((tn_node *)(uintptr_t)last)->origin_count = 0;
  return TN_OK;
}

static const void *extension(tn_compiled_model *model, tn_string id, const void *table) {
  static tn_runtime_model_api api;
  (void)model;
  if (!table || !tn_string_equal(id, TN_STRING(TN_EXTENSION_RUNTIME_MODEL))) return table;
  honest = table;
  api = *honest;
  api.get = get;
  return &api;
}

const saboteur_hooks saboteur = {.model_extension = extension};
