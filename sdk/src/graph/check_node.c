#include "graph/check_parts.h"
#include "graph/tensor.h"

/* Name and place of an attribute in messages. */
#define OF_NODE                        "node %.*s: attribute %.*s"
#define OF_NODE_TEXTS(node, attribute) TNI_TEXT((node)->name), TNI_TEXT((attribute)->name)

static tn_status check_used(tni_check *check, const tn_value_info *value, const char *kind,
                            tn_string user, const char *role, uint32_t index) {
  const tni_scope *scope = tni_pointer_map_find(&check->values, value);
  if (scope && !scope->closed) return TN_OK;
  /* What was never defined may be no value at all: only a defined one is looked into. */
  if (!scope)
    return TNI_BROKEN(check, TNI_MODEL_ORDER,
                      "%s %.*s: %s %u is no value of the graph or the graphs around it that is "
                      "defined before",
                      kind, TNI_TEXT(user), role, index);
  return TNI_BROKEN(check, TNI_MODEL_ORDER, "%s %.*s: %s %u is value %.*s of an inner graph", kind,
                    TNI_TEXT(user), role, index, TNI_TEXT(value->name));
}

static tn_status check_tensors(tni_check *check, const tn_node *node,
                               const tn_attribute *attribute) {
  for (uint64_t i = 0; i < attribute->count; i++) {
    const tn_status status = tni_tensor_check(attribute->as.tensors[i], "its tensor", check->error);
    if (status != TN_OK)
      return tni_fail_prefix(check->error, status == TN_INVALID_ARGUMENT ? TN_MALFORMED : status,
                             OF_NODE, OF_NODE_TEXTS(node, attribute));
  }
  return TN_OK;
}

static tn_status check_elements(tni_check *check, const tni_scope *scope, const tn_node *node,
                                const tn_attribute *attribute) {
  switch (attribute->kind) {
    case TN_ATTRIBUTE_STRING:
    case TN_ATTRIBUTE_STRINGS:
      for (uint64_t i = 0; i < attribute->count; i++)
        TN_TRY(tni_check_text(check, attribute->as.strings[i], "a string", attribute->name));
      return TN_OK;
    case TN_ATTRIBUTE_TENSOR:
    case TN_ATTRIBUTE_TENSORS:
      return check_tensors(check, node, attribute);
    case TN_ATTRIBUTE_GRAPH:
    case TN_ATTRIBUTE_GRAPHS:
      for (uint64_t i = 0; i < attribute->count; i++)
        TN_TRY(tni_check_graph(check, attribute->as.graphs[i], scope));
      return TN_OK;
    default:
      return TN_OK;
  }
}

static tn_status check_attribute(tni_check *check, const tn_node *node,
                                 const tn_attribute *attribute) {
  if (!attribute || attribute->size < TN_ATTRIBUTE_FIRST_SIZE || attribute->size % 8)
    return TNI_BROKEN(check, TNI_MODEL_STRUCTS,
                      "node %.*s: an attribute is missing or of an illegal size",
                      TNI_TEXT(node->name));
  TN_TRY(tni_check_text(check, attribute->name, "an attribute", node->name));
  if (attribute->kind < TN_ATTRIBUTE_INT || attribute->kind > TN_ATTRIBUTE_GRAPHS)
    return tni_fail(check->error, TN_UNSUPPORTED, OF_NODE " is of kind %u, which is not known",
                    OF_NODE_TEXTS(node, attribute), attribute->kind);
  if (attribute->kind <= TN_ATTRIBUTE_GRAPH && attribute->count != 1)
    return TNI_BROKEN(check, TNI_MODEL_ATTRIBUTES, OF_NODE ": expected one element, got %llu",
                      OF_NODE_TEXTS(node, attribute), (unsigned long long)attribute->count);
  if (attribute->count && !attribute->as.ints)
    return TNI_BROKEN(check, TNI_MODEL_STRUCTS, OF_NODE ": a count without elements",
                      OF_NODE_TEXTS(node, attribute));
  if (tni_string_map_find(&check->names, attribute->name))
    return TNI_BROKEN(check, TNI_MODEL_ATTRIBUTES, OF_NODE " is there twice",
                      OF_NODE_TEXTS(node, attribute));
  if (tni_string_map_set(&check->names, attribute->name, (void *)(uintptr_t)attribute) != TN_OK)
    return tni_check_memory(check);
  return TN_OK;
}

static tn_status check_attributes(tni_check *check, const tni_scope *scope, const tn_node *node) {
  for (uint32_t i = 0; i < node->attribute_count; i++)
    TN_TRY(check_attribute(check, node, node->attributes[i]));
  for (uint32_t i = 0; i < node->attribute_count; i++)
    tni_string_map_remove(&check->names, node->attributes[i]->name);
  for (uint32_t i = 0; i < node->attribute_count; i++)
    TN_TRY(check_elements(check, scope, node, node->attributes[i]));
  return TN_OK;
}

static tn_status check_identity(tni_check *check, const tn_node *node) {
  TN_TRY(tni_check_text(check, node->name, "the name of a node", check->model->name));
  TN_TRY(tni_check_text(check, node->domain, "the domain", node->name));
  TN_TRY(tni_check_text(check, node->operation, "the operator", node->name));
  TN_TRY(tni_check_text(check, node->affinity, "the affinity", node->name));
  if (node->name.length == 0 || node->operation.length == 0)
    return TNI_BROKEN(check, TNI_MODEL_NAMES,
                      "node %.*s (%.*s): a node without a name or an operator",
                      TNI_TEXT(node->name), TNI_TEXT(node->operation));
  if (node->flags)
    return tni_fail(check->error, TN_UNSUPPORTED, "node %.*s: unknown flags 0x%x",
                    TNI_TEXT(node->name), node->flags);
  if (tni_string_map_find(&check->node_names, node->name))
    return TNI_BROKEN(check, TNI_MODEL_NAMES, "node %.*s: another node has its name",
                      TNI_TEXT(node->name));
  if (tni_string_map_set(&check->node_names, node->name, (void *)(uintptr_t)node) != TN_OK)
    return tni_check_memory(check);
  const tn_operator_set *set = tni_string_map_find(&check->domains, node->domain);
  if (!set || node->since_version == 0 || node->since_version > set->version)
    return TNI_BROKEN(check, TNI_MODEL_OPERATORS,
                      "node %.*s: %.*s of version %u, but the model's operator set of domain "
                      "\"%.*s\" is %u",
                      TNI_TEXT(node->name), TNI_TEXT(node->operation), node->since_version,
                      TNI_TEXT(node->domain), set ? set->version : 0);
  return TN_OK;
}

static tn_status check_arrays(tni_check *check, const tn_node *node) {
  const int complete =
      (node->inputs || !node->input_count) && (node->outputs || !node->output_count) &&
      (node->attributes || !node->attribute_count) && (node->origins || !node->origin_count);
  if (!complete)
    return TNI_BROKEN(check, TNI_MODEL_STRUCTS, "node %.*s: a count without its array",
                      TNI_TEXT(node->name));
  for (uint64_t i = 0; i < node->origin_count; i++)
    TN_TRY(tni_check_text(check, node->origins[i], "an origin", node->name));
  return TN_OK;
}

tn_status tni_check_node(tni_check *check, tni_scope *scope, const tn_node *node) {
  if (!node || node->size < TN_NODE_FIRST_SIZE || node->size % 8)
    return TNI_BROKEN(check, TNI_MODEL_STRUCTS,
                      "graph %.*s: a node is missing or of an illegal size",
                      TNI_TEXT(scope->graph->name));
  TN_TRY(check_identity(check, node));
  TN_TRY(check_arrays(check, node));
  for (uint32_t i = 0; i < node->input_count; i++)
    if (node->inputs[i]) TN_TRY(check_used(check, node->inputs[i], "node", node->name, "input", i));
  TN_TRY(check_attributes(check, scope, node));
  for (uint32_t i = 0; i < node->output_count; i++)
    if (node->outputs[i])
      TN_TRY(tni_check_define(check, scope, node->outputs[i], 0, "an output", node->name));
  return TN_OK;
}

static tn_status check_contents(tni_check *check, tni_scope *scope) {
  const tn_graph *graph = scope->graph;
  for (uint32_t i = 0; i < graph->input_count; i++)
    TN_TRY(tni_check_define(check, scope, graph->inputs[i], 0, "an input", graph->name));
  for (uint32_t i = 0; i < graph->constant_count; i++)
    TN_TRY(tni_check_define(check, scope, graph->constants[i], 1, "a constant", graph->name));
  for (uint32_t i = 0; i < graph->node_count; i++)
    TN_TRY(tni_check_node(check, scope, graph->nodes[i]));
  for (uint32_t i = 0; i < graph->output_count; i++)
    TN_TRY(check_used(check, graph->outputs[i], "graph", graph->name, "output", i));
  return TN_OK;
}

static tn_status check_shell(tni_check *check, const tn_graph *graph) {
  if (!graph || graph->size < TN_GRAPH_FIRST_SIZE || graph->size % 8)
    return TNI_BROKEN(check, TNI_MODEL_STRUCTS,
                      "model %.*s: a graph is missing or of an illegal size",
                      TNI_TEXT(check->model->name));
  TN_TRY(tni_check_text(check, graph->name, "the name of a graph", check->model->name));
  if (graph->flags)
    return tni_fail(check->error, TN_UNSUPPORTED, "graph %.*s: unknown flags 0x%x",
                    TNI_TEXT(graph->name), graph->flags);
  const int complete =
      (graph->nodes || !graph->node_count) && (graph->inputs || !graph->input_count) &&
      (graph->outputs || !graph->output_count) && (graph->constants || !graph->constant_count);
  if (!complete)
    return TNI_BROKEN(check, TNI_MODEL_STRUCTS, "graph %.*s: a count without its array",
                      TNI_TEXT(graph->name));
  if (tni_pointer_map_find(&check->graphs, graph))
    return TNI_BROKEN(check, TNI_MODEL_ORDER, "graph %.*s: held twice", TNI_TEXT(graph->name));
  if (tni_pointer_map_set(&check->graphs, graph, (void *)(uintptr_t)graph) != TN_OK)
    return tni_check_memory(check);
  return TN_OK;
}

tn_status tni_check_graph(tni_check *check, const tn_graph *graph, const tni_scope *around) {
  TN_TRY(check_shell(check, graph));
  tni_scope *scope = tni_arena_alloc(&check->arena, sizeof *scope);
  if (!scope) return tni_check_memory(check);
  scope->around = around;
  scope->graph = graph;
  scope->depth = around ? around->depth + 1 : 0;
  if (scope->depth >= TNI_MAX_GRAPH_DEPTH)
    return tni_fail(check->error, TN_UNSUPPORTED,
                    "graph %.*s: expected at most %d graphs within another", TNI_TEXT(graph->name),
                    TNI_MAX_GRAPH_DEPTH);
  TN_TRY(check_contents(check, scope));
  scope->closed = 1;
  return TN_OK;
}
