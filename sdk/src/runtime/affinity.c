/* Nodes that the application means for certain devices. */
#include "runtime/core.h"
#include "runtime/model.h"

/* Devices made of others look at the nodes of the main graph alone. */
static tn_status assign(tni_model *model, const tn_map_entry *entry, tn_error *error) {
  tni_node *node = tni_model_find_node(model, entry->key);
  if (!node)
    return tni_fail(error, TN_NOT_FOUND, "model %.*s has no node %.*s", TNI_TEXT(model->view.name),
                    TNI_TEXT(entry->key));
  if (node->graph != model->graph)
    return tni_fail(
        error, TN_UNSUPPORTED,
        "node %.*s: it is part of graph %.*s, which runs where the node does that has it",
        TNI_TEXT(entry->key), TNI_TEXT(node->graph->view.name));
  if (entry->value.kind != TN_VALUE_STRING)
    return tni_fail(error, TN_WRONG_TYPE,
                    "node %.*s: a value of kind %u instead of a device's name",
                    TNI_TEXT(entry->key), entry->value.kind);
  return tni_node_set_affinity(node, entry->value.as.string, error);
}

tn_status tn_core_assign_nodes(tn_core *core, const tn_model *model, const tn_map_entry *nodes,
                               uint64_t count, tn_model **out, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if (!model || !out || (count && !nodes))
    return tni_fail(error, TN_INVALID_ARGUMENT, "assign_nodes: %s is NULL",
                    !model ? "model"
                    : !out ? "out"
                           : "nodes");
  tni_model *copy = NULL;
  tn_status status = tni_model_clone(model, &core->services->environment, &copy, error);
  for (uint64_t i = 0; status == TN_OK && i < count; i++)
    status = assign(copy, &nodes[i], error);
  if (status == TN_OK) return tni_model_finish(core->services, copy, out, error);
  tni_model_destroy(copy);
  return status;
}
