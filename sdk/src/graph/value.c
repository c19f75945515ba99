#include "graph/parts.h"

#include <string.h>

static void append_value(tni_graph *graph, tni_value *value) {
  value->previous = graph->last_value;
  if (graph->last_value)
    graph->last_value->next = value;
  else
    graph->first_value = value;
  graph->last_value = value;
}

/* A value under a name that lies in the arena. */
static tn_status add_named(tni_graph *graph, tn_string name, tni_value **out, tn_error *error) {
  tni_value *value = tni_arena_alloc(&graph->model->arena, sizeof *value);
  if (!value) return tni_fail_memory(error, graph->model);
  TN_TRY(tni_name_claim(graph, name, value, error));
  value->view.size = TN_SIZE(tn_value_info);
  value->view.name = name;
  value->graph = graph;
  append_value(graph, value);
  *out = value;
  return TN_OK;
}

tn_status tni_graph_add_value(tni_graph *graph, tn_string name, tni_value **out, tn_error *error) {
  TNI_ASSERT_MUTABLE(graph->model);
  tn_string own;
  if (name.length == 0)
    TN_TRY(tni_name_value(graph, name, &own, error));
  else if (!tni_arena_copy_string(&graph->model->arena, name, &own))
    return tni_fail_memory(error, graph->model);
  return add_named(graph, own, out, error);
}

tn_status tni_graph_add_value_named_like(tni_graph *graph, tn_string name, tni_value **out,
                                         tn_error *error) {
  if (name.length == 0 || !tni_name_is_taken(graph, name))
    return tni_graph_add_value(graph, name, out, error);
  tn_string own;
  TN_TRY(tni_name_value(graph, name, &own, error));
  return add_named(graph, own, out, error);
}

/* Type and shape of a tensor; the tensor is retained. */
static tn_status take_tensor(tni_value *value, tn_tensor *tensor, tn_error *error) {
  tn_dimension dimensions[TN_MAX_RANK] = {{0, 0, NULL}};
  for (uint32_t i = 0; i < tensor->rank; i++)
    dimensions[i].min = dimensions[i].max = tensor->shape[i];
  TN_TRY(tni_value_set_shape(value, tensor->rank, dimensions, error));
  tn_tensor_retain(tensor);
  if (value->view.constant) tn_tensor_release(value->view.constant);
  value->view.type = tensor->type;
  value->view.constant = tensor;
  value->graph->lists_changed = 1;
  return TN_OK;
}

tn_status tni_graph_add_constant(tni_graph *graph, tn_string name, tn_tensor *tensor,
                                 tni_value **out, tn_error *error) {
  tni_value *value;
  TN_TRY(tni_graph_add_value_named_like(graph, name, &value, error));
  const tn_status status = take_tensor(value, tensor, error);
  if (status != TN_OK) {
    tni_value_remove(value);
    return status;
  }
  *out = value;
  return TN_OK;
}

static void leave_producer(tni_value *value) {
  if (!value->producer) return;
  value->producer->outputs[value->producer_output] = NULL;
  value->producer = NULL;
  value->producer_output = 0;
}

tn_status tni_value_set_constant(tni_value *value, tn_tensor *tensor, tn_error *error) {
  TNI_ASSERT_MUTABLE(value->graph->model);
  assert(value->input_count == 0);
  TN_TRY(take_tensor(value, tensor, error));
  leave_producer(value);
  return TN_OK;
}

void tni_value_set_type(tni_value *value, uint32_t type) {
  TNI_ASSERT_MUTABLE(value->graph->model);
  value->view.type = type;
}

tn_status tni_value_set_shape(tni_value *value, uint32_t rank, const tn_dimension *dimensions,
                              tn_error *error) {
  tni_model *model = value->graph->model;
  TNI_ASSERT_MUTABLE(model);
  assert(rank <= TN_MAX_RANK);
  /* Passes set the same shape again and again: room is taken anew only for a higher rank. */
  tn_dimension *room = (tn_dimension *)(uintptr_t)value->view.dimensions;
  if (rank > value->dimension_capacity) {
    room = tni_arena_alloc_array(&model->arena, rank, sizeof *room);
    if (!room) return tni_fail_memory(error, model);
    value->dimension_capacity = rank;
  }
  if (rank) memmove(room, dimensions, rank * sizeof *room);
  value->view.dimensions = room;
  value->view.rank = rank;
  value->view.flags |= TN_VALUE_HAS_RANK;
  return TN_OK;
}

void tni_value_clear_shape(tni_value *value) {
  TNI_ASSERT_MUTABLE(value->graph->model);
  value->view.rank = 0;
  value->view.flags &= ~(uint32_t)TN_VALUE_HAS_RANK;
}

tn_status tni_value_rename(tni_value *value, tn_string name, tn_error *error) {
  tni_graph *graph = value->graph;
  TNI_ASSERT_MUTABLE(graph->model);
  if (tn_string_equal(value->view.name, name)) return TN_OK;
  assert(name.length > 0);
  tn_string own;
  if (!tni_arena_copy_string(&graph->model->arena, name, &own))
    return tni_fail_memory(error, graph->model);
  TN_TRY(tni_name_claim(graph, own, value, error));
  tni_string_map_remove(&graph->values_by_name, value->view.name);
  value->view.name = own;
  return TN_OK;
}

int tni_value_is_port(const tni_value *value) {
  return !value->graph->parent && (value->input_count || value->output_count);
}

void tni_value_remove(tni_value *value) {
  tni_graph *graph = value->graph;
  TNI_ASSERT_MUTABLE(graph->model);
  assert(value->use_count == 0 && value->input_count == 0);
  leave_producer(value);
  if (value->view.constant) {
    tn_tensor_release(value->view.constant);
    value->view.constant = NULL;
    graph->lists_changed = 1;
  }
  tni_string_map_remove(&graph->values_by_name, value->view.name);
  if (value->previous)
    value->previous->next = value->next;
  else
    graph->first_value = value->next;
  if (value->next)
    value->next->previous = value->previous;
  else
    graph->last_value = value->previous;
  value->previous = value->next = NULL;
}
