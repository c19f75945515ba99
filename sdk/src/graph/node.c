#include "graph/parts.h"

static void append_node(tni_graph *graph, tni_node *node) {
  node->graph = graph;
  node->previous = graph->last_node;
  if (graph->last_node)
    graph->last_node->next = node;
  else
    graph->first_node = node;
  graph->last_node = node;
  graph->node_count++;
  graph->lists_changed = 1;
}

static void take_out(tni_node *node) {
  tni_graph *graph = node->graph;
  if (node->previous)
    node->previous->next = node->next;
  else
    graph->first_node = node->next;
  if (node->next)
    node->next->previous = node->previous;
  else
    graph->last_node = node->previous;
  graph->node_count--;
  graph->lists_changed = 1;
  node->graph = NULL;
  node->previous = node->next = NULL;
}

tn_status tni_graph_add_node(tni_graph *graph, tn_string name, tn_string domain,
                             tn_string operation, uint32_t since_version, tni_node **out,
                             tn_error *error) {
  tni_model *model = graph->model;
  TNI_ASSERT_MUTABLE(model);
  tni_node *node = tni_arena_alloc(&model->arena, sizeof *node);
  if (!node || !tni_arena_copy_string(&model->arena, domain, &node->view.domain) ||
      !tni_arena_copy_string(&model->arena, operation, &node->view.operation))
    return tni_fail_memory(error, model);
  node->view.size = TN_SIZE(tn_node);
  node->view.since_version = since_version;
  TN_TRY(tni_name_node(model, name, operation, &node->view.name, error));
  if (tni_string_map_set(&model->nodes_by_name, node->view.name, node) != TN_OK)
    return tni_fail_memory(error, model);
  append_node(graph, node);
  *out = node;
  return TN_OK;
}

/* Room for `count` inputs; those that are new are left out. */
static tn_status reserve_inputs(tni_node *node, uint32_t count, tn_error *error) {
  tni_model *model = node->graph->model;
  const uint32_t present = node->view.input_count;
  const tn_value_info **inputs = tni_arena_array_grow(&model->arena, node->inputs, present,
                                                      &node->input_capacity, count, sizeof *inputs);
  if (!inputs) return tni_fail_memory(error, model);
  node->inputs = inputs;
  node->view.inputs = inputs;
  tni_use **uses = tni_arena_array_grow(&model->arena, node->input_uses, present,
                                        &node->input_use_capacity, count, sizeof *uses);
  if (!uses) return tni_fail_memory(error, model);
  node->input_uses = uses;
  return TN_OK;
}

static void shrink_inputs(tni_node *node, uint32_t count) {
  while (node->view.input_count > count) {
    const uint32_t last = --node->view.input_count;
    tni_use_give_back(node->graph->model, node->input_uses[last]);
    node->input_uses[last] = NULL;
    node->inputs[last] = NULL;
  }
}

tn_status tni_node_set_input(tni_node *node, uint32_t index, tni_value *value, tn_error *error) {
  tni_model *model = node->graph->model;
  TNI_ASSERT_MUTABLE(model);
  TN_TRY(reserve_inputs(node, index + 1, error));
  const int fresh = index >= node->view.input_count;
  tni_use *use = fresh ? NULL : node->input_uses[index];
  if (value && !use) {
    use = tni_use_take(model);
    if (!use) return tni_fail_memory(error, model);
    use->node = node;
    use->graph = node->graph;
    use->index = index;
  } else if (use) {
    tni_use_unlink(use);
  }
  if (value) {
    tni_use_link(use, value);
  } else if (use) {
    tni_use_give_back(model, use);
    use = NULL;
  }
  for (uint32_t i = node->view.input_count; i < index; i++) {
    node->inputs[i] = NULL;
    node->input_uses[i] = NULL;
  }
  if (fresh) node->view.input_count = index + 1;
  node->inputs[index] = value ? &value->view : NULL;
  node->input_uses[index] = use;
  tni_graph_order_changed(node->graph);
  return TN_OK;
}

tn_status tni_node_set_inputs(tni_node *node, uint32_t count, tni_value *const *values,
                              tn_error *error) {
  TNI_ASSERT_MUTABLE(node->graph->model);
  TN_TRY(reserve_inputs(node, count, error));
  shrink_inputs(node, count);
  for (uint32_t i = 0; i < count; i++)
    TN_TRY(tni_node_set_input(node, i, values[i], error));
  return TN_OK;
}

tni_value *tni_node_input(const tni_node *node, uint32_t index) {
  return index < node->view.input_count ? tni_value_of(node->inputs[index]) : NULL;
}

static tn_status reserve_outputs(tni_node *node, uint32_t count, tn_error *error) {
  tni_model *model = node->graph->model;
  const tn_value_info **outputs =
      tni_arena_array_grow(&model->arena, node->outputs, node->view.output_count,
                           &node->output_capacity, count, sizeof *outputs);
  if (!outputs) return tni_fail_memory(error, model);
  node->outputs = outputs;
  node->view.outputs = outputs;
  return TN_OK;
}

static void clear_output(tni_node *node, uint32_t index) {
  tni_value *value = tni_value_of(node->outputs[index]);
  if (value) value->producer = NULL;
  node->outputs[index] = NULL;
}

tn_status tni_node_set_output(tni_node *node, uint32_t index, tni_value *value, tn_error *error) {
  TNI_ASSERT_MUTABLE(node->graph->model);
  assert(!value || (value->graph == node->graph && !value->view.constant && !value->input_count));
  TN_TRY(reserve_outputs(node, index + 1, error));
  for (uint32_t i = node->view.output_count; i <= index; i++)
    node->outputs[i] = NULL;
  if (index >= node->view.output_count) node->view.output_count = index + 1;
  clear_output(node, index);
  if (value) {
    if (value->producer) value->producer->outputs[value->producer_output] = NULL;
    value->producer = node;
    value->producer_output = index;
    node->outputs[index] = &value->view;
  }
  tni_graph_order_changed(node->graph);
  return TN_OK;
}

tn_status tni_node_set_outputs(tni_node *node, uint32_t count, tni_value *const *values,
                               tn_error *error) {
  TNI_ASSERT_MUTABLE(node->graph->model);
  TN_TRY(reserve_outputs(node, count, error));
  while (node->view.output_count > count)
    clear_output(node, --node->view.output_count);
  for (uint32_t i = 0; i < count; i++)
    TN_TRY(tni_node_set_output(node, i, values[i], error));
  return TN_OK;
}

tni_value *tni_node_output(const tni_node *node, uint32_t index) {
  return index < node->view.output_count ? tni_value_of(node->outputs[index]) : NULL;
}

void tni_node_remove(tni_node *node) {
  tni_model *model = node->graph->model;
  TNI_ASSERT_MUTABLE(model);
  while (node->view.attribute_count)
    tni_node_remove_attribute(node, node->attributes[node->view.attribute_count - 1]->name);
  shrink_inputs(node, 0);
  while (node->view.output_count) {
    tni_value *value = tni_value_of(node->outputs[node->view.output_count - 1]);
    clear_output(node, --node->view.output_count);
    if (value && value->use_count == 0) tni_value_remove(value);
  }
  tni_string_map_remove(&model->nodes_by_name, node->view.name);
  take_out(node);
}
