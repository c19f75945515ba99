#include "graph/parts.h"

#include <string.h>

tn_status tni_graph_create(tni_model *model, tni_graph *parent, tn_string name, tni_graph **out,
                           tn_error *error) {
  tni_graph *graph = tni_arena_alloc(&model->arena, sizeof *graph);
  if (!graph || !tni_arena_copy_string(&model->arena, name, &graph->view.name))
    return tni_fail_memory(error, model);
  graph->view.size = TN_SIZE(tn_graph);
  graph->model = model;
  graph->parent = parent;
  tni_map_init(&graph->values_by_name, model->environment->allocator);
  if (parent) {
    graph->depth = parent->depth + 1;
    graph->next_sibling = parent->first_child;
    if (graph->next_sibling) graph->next_sibling->previous_sibling = graph;
    parent->first_child = graph;
  }
  *out = graph;
  return TN_OK;
}

tn_status tni_graph_create_inner(tni_graph *parent, tn_string name, tni_graph **out,
                                 tn_error *error) {
  TNI_ASSERT_MUTABLE(parent->model);
  if (parent->depth + 1 >= TNI_MAX_GRAPH_DEPTH)
    return tni_fail(error, TN_UNSUPPORTED, "graph %.*s: expected at most %d graphs within another",
                    TNI_TEXT(name), TNI_MAX_GRAPH_DEPTH);
  return tni_graph_create(parent->model, parent, name, out, error);
}

void tni_graph_destroy(tni_graph *graph) {
  for (tni_graph *inner = graph->first_child; inner; inner = inner->next_sibling)
    tni_graph_destroy(inner);
  for (tni_node *node = graph->first_node; node; node = node->next)
    for (uint32_t i = 0; i < node->view.attribute_count; i++)
      tni_attribute_drop(node->attributes[i], 0);
  for (tni_value *value = graph->first_value; value; value = value->next)
    if (value->view.constant) tn_tensor_release(value->view.constant);
  const tni_allocator *allocator = graph->model->environment->allocator;
  tni_free(allocator, graph->nodes);
  tni_free(allocator, graph->constants);
  tni_map_destroy(&graph->values_by_name);
}

static void leave_parent(tni_graph *graph) {
  if (graph->previous_sibling)
    graph->previous_sibling->next_sibling = graph->next_sibling;
  else
    graph->parent->first_child = graph->next_sibling;
  if (graph->next_sibling) graph->next_sibling->previous_sibling = graph->previous_sibling;
}

void tni_graph_dissolve(tni_graph *graph) {
  while (graph->view.output_count)
    tni_graph_remove_output(graph, graph->view.output_count - 1);
  while (graph->last_node)
    tni_node_remove(graph->last_node);
  while (graph->first_child)
    tni_graph_dissolve(graph->first_child);
  leave_parent(graph);
  tni_graph_destroy(graph);
  graph->first_value = graph->last_value = NULL;
  graph->nodes = NULL;
  graph->constants = NULL;
  graph->owner = NULL;
}

void tni_graph_order_changed(tni_graph *graph) {
  graph->lists_changed = 1;
  for (; graph; graph = graph->owner ? graph->parent : NULL)
    graph->order_changed = 1;
}

tn_status tni_graph_add_input(tni_graph *graph, tni_value *value, tn_error *error) {
  TNI_ASSERT_MUTABLE(graph->model);
  assert(value->graph == graph && !value->producer && !value->input_count);
  const uint32_t count = graph->view.input_count;
  const tn_value_info **inputs =
      tni_arena_array_grow(&graph->model->arena, graph->inputs, count, &graph->input_capacity,
                           count + 1, sizeof *inputs);
  if (!inputs) return tni_fail_memory(error, graph->model);
  inputs[count] = &value->view;
  graph->inputs = inputs;
  graph->view.inputs = inputs;
  graph->view.input_count++;
  value->input_count = 1;
  return TN_OK;
}

void tni_graph_remove_input(tni_graph *graph, uint32_t index) {
  TNI_ASSERT_MUTABLE(graph->model);
  assert(index < graph->view.input_count);
  tni_value_of(graph->inputs[index])->input_count = 0;
  const uint32_t behind = graph->view.input_count - index - 1;
  memmove(graph->inputs + index, graph->inputs + index + 1, behind * sizeof *graph->inputs);
  graph->view.input_count--;
}

tn_status tni_graph_add_output(tni_graph *graph, tni_value *value, tn_error *error) {
  tni_model *model = graph->model;
  TNI_ASSERT_MUTABLE(model);
  const uint32_t count = graph->view.output_count;
  const tn_value_info **outputs = tni_arena_array_grow(
      &model->arena, graph->outputs, count, &graph->output_capacity, count + 1, sizeof *outputs);
  if (!outputs) return tni_fail_memory(error, model);
  graph->outputs = outputs;
  graph->view.outputs = outputs;
  tni_use **uses = tni_arena_array_grow(&model->arena, graph->output_uses, count,
                                        &graph->output_use_capacity, count + 1, sizeof *uses);
  if (uses) graph->output_uses = uses;
  tni_use *use = uses ? tni_use_take(model) : NULL;
  if (!use) return tni_fail_memory(error, model);
  use->graph = graph;
  use->index = count;
  tni_use_link(use, value);
  outputs[count] = &value->view;
  uses[count] = use;
  graph->view.output_count++;
  if (value->graph != graph) tni_graph_order_changed(graph);
  return TN_OK;
}

void tni_graph_set_output(tni_graph *graph, uint32_t index, tni_value *value) {
  TNI_ASSERT_MUTABLE(graph->model);
  assert(index < graph->view.output_count);
  tni_use *use = graph->output_uses[index];
  tni_use_unlink(use);
  tni_use_link(use, value);
  graph->outputs[index] = &value->view;
  tni_graph_order_changed(graph);
}

void tni_graph_remove_output(tni_graph *graph, uint32_t index) {
  TNI_ASSERT_MUTABLE(graph->model);
  assert(index < graph->view.output_count);
  tni_use_give_back(graph->model, graph->output_uses[index]);
  for (uint32_t i = index + 1; i < graph->view.output_count; i++) {
    graph->outputs[i - 1] = graph->outputs[i];
    graph->output_uses[i - 1] = graph->output_uses[i];
    graph->output_uses[i - 1]->index = i - 1;
  }
  graph->view.output_count--;
}

tni_value *tni_graph_find_value(const tni_graph *graph, tn_string name) {
  for (; graph; graph = graph->parent) {
    tni_value *value = tni_string_map_find(&graph->values_by_name, name);
    if (value) return value;
  }
  return NULL;
}
