#include "graph/parts.h"

struct cloning {
  tni_model *model;
  tni_map values, symbols; /* from the original's to the copy's */
  tn_error *error;
};

static tn_status remember(struct cloning *cloning, tni_map *map, const void *from, const void *to) {
  if (tni_pointer_map_set(map, from, (void *)(uintptr_t)to) == TN_OK) return TN_OK;
  return tni_fail_memory(cloning->error, cloning->model);
}

static tn_status clone_dimension(struct cloning *cloning, const tn_dimension *from,
                                 tn_dimension *to) {
  *to = *from;
  if (!from->symbol) return TN_OK;
  to->symbol = tni_pointer_map_find(&cloning->symbols, from->symbol);
  if (to->symbol) return TN_OK;
  TN_TRY(tni_model_symbol(cloning->model, from->symbol->name, &to->symbol, cloning->error));
  return remember(cloning, &cloning->symbols, from->symbol, to->symbol);
}

static tn_status clone_value(struct cloning *cloning, tni_graph *graph, const tn_value_info *from,
                             tni_value **out) {
  tni_value *value = NULL;
  TN_TRY(tni_graph_add_value(graph, from->name, &value, cloning->error));
  value->view.type = from->type;
  if (from->flags & TN_VALUE_HAS_RANK) {
    tn_dimension dimensions[TN_MAX_RANK];
    for (uint32_t i = 0; i < from->rank; i++)
      TN_TRY(clone_dimension(cloning, &from->dimensions[i], &dimensions[i]));
    TN_TRY(tni_value_set_shape(value, from->rank, dimensions, cloning->error));
  }
  *out = value;
  return remember(cloning, &cloning->values, from, value);
}

static tn_status clone_graph(struct cloning *cloning, const tn_graph *from, tni_graph *graph);

static tn_status clone_graphs(struct cloning *cloning, const tn_attribute *from, tni_node *node) {
  tni_graph **graphs =
      tni_arena_alloc_array(&cloning->model->arena, (size_t)from->count, sizeof *graphs);
  if (!graphs) return tni_fail_memory(cloning->error, cloning->model);
  for (uint64_t i = 0; i < from->count; i++) {
    TN_TRY(
        tni_graph_create_inner(node->graph, from->as.graphs[i]->name, &graphs[i], cloning->error));
    TN_TRY(clone_graph(cloning, from->as.graphs[i], graphs[i]));
  }
  return tni_node_set_graphs(node, from->name, from->kind, from->count, graphs, cloning->error);
}

static tn_status clone_attribute(struct cloning *cloning, const tn_attribute *from,
                                 tni_node *node) {
  const int holds_graphs = from->kind == TN_ATTRIBUTE_GRAPH || from->kind == TN_ATTRIBUTE_GRAPHS;
  return holds_graphs ? clone_graphs(cloning, from, node)
                      : tni_node_set_attribute(node, from, cloning->error);
}

/* Inputs and outputs keep their places, also where trailing ones are left out. */
static tn_status clone_ports(struct cloning *cloning, const tn_node *from, tni_node *node) {
  for (uint32_t i = 0; i < from->input_count; i++) {
    tni_value *value =
        from->inputs[i] ? tni_pointer_map_find(&cloning->values, from->inputs[i]) : NULL;
    TN_TRY(tni_node_set_input(node, i, value, cloning->error));
  }
  for (uint32_t i = 0; i < from->output_count; i++) {
    tni_value *value = NULL;
    if (from->outputs[i]) TN_TRY(clone_value(cloning, node->graph, from->outputs[i], &value));
    TN_TRY(tni_node_set_output(node, i, value, cloning->error));
  }
  return TN_OK;
}

static tn_status clone_node(struct cloning *cloning, const tn_node *from, tni_graph *graph) {
  tni_node *node = NULL;
  TN_TRY(tni_graph_add_node(graph, from->name, from->domain, from->operation, from->since_version,
                            &node, cloning->error));
  TN_TRY(tni_node_set_affinity(node, from->affinity, cloning->error));
  TN_TRY(tni_node_add_origins_of(node, from, cloning->error));
  for (uint32_t i = 0; i < from->attribute_count; i++)
    TN_TRY(clone_attribute(cloning, from->attributes[i], node));
  return clone_ports(cloning, from, node);
}

static tn_status clone_graph(struct cloning *cloning, const tn_graph *from, tni_graph *graph) {
  tni_value *value = NULL;
  for (uint32_t i = 0; i < from->input_count; i++) {
    TN_TRY(clone_value(cloning, graph, from->inputs[i], &value));
    TN_TRY(tni_graph_add_input(graph, value, cloning->error));
  }
  for (uint32_t i = 0; i < from->constant_count; i++) {
    TN_TRY(clone_value(cloning, graph, from->constants[i], &value));
    TN_TRY(tni_value_set_constant(value, from->constants[i]->constant, cloning->error));
  }
  for (uint32_t i = 0; i < from->node_count; i++)
    TN_TRY(clone_node(cloning, from->nodes[i], graph));
  for (uint32_t i = 0; i < from->output_count; i++) {
    value = tni_pointer_map_find(&cloning->values, from->outputs[i]);
    TN_TRY(tni_graph_add_output(graph, value, cloning->error));
  }
  return TN_OK;
}

static tn_status clone_model(struct cloning *cloning, const tn_model *view) {
  for (uint32_t i = 0; i < view->operator_set_count; i++)
    TN_TRY(tni_model_set_operator_set(cloning->model, view->operator_sets[i]->domain,
                                      view->operator_sets[i]->version, cloning->error));
  if (!tni_arena_copy_string(&cloning->model->arena, view->graph->name,
                             &cloning->model->graph->view.name))
    return tni_fail_memory(cloning->error, cloning->model);
  return clone_graph(cloning, view->graph, cloning->model->graph);
}

tn_status tni_model_clone(const tn_model *view, const tni_environment *environment, tni_model **out,
                          tn_error *error) {
  TN_TRY(tni_model_check(view, environment->allocator, error));
  struct cloning cloning = {.error = error};
  TN_TRY(tni_model_create(environment, view->name, &cloning.model, error));
  tni_map_init(&cloning.values, environment->allocator);
  tni_map_init(&cloning.symbols, environment->allocator);
  const tn_status status = clone_model(&cloning, view);
  tni_map_destroy(&cloning.values);
  tni_map_destroy(&cloning.symbols);
  if (status != TN_OK) {
    tni_model_destroy(cloning.model);
    return status;
  }
  *out = cloning.model;
  return TN_OK;
}
