#include "graph/parts.h"

#include <stdio.h>

/* `base` with the next number behind it, in the arena. Numbers are never used twice, so that
 * inventing names for many equal bases does not search. */
static tn_status number(tni_model *model, tn_string base, tn_string *out, tn_error *error) {
  char digits[16];
  const int length = snprintf(digits, sizeof digits, "_%u", ++model->name_counter);
  char *text = tni_arena_alloc(&model->arena, (size_t)base.length + (size_t)length + 1);
  if (!text) return tni_fail_memory(error, model);
  if (base.length) memcpy(text, base.data, (size_t)base.length);
  memcpy(text + base.length, digits, (size_t)length);
  *out = tn_string_make(text, base.length + (uint64_t)length);
  return TN_OK;
}

static tn_status copy(tni_model *model, tn_string text, tn_string *out, tn_error *error) {
  return tni_arena_copy_string(&model->arena, text, out) ? TN_OK : tni_fail_memory(error, model);
}

tn_status tni_name_node(tni_model *model, tn_string wanted, tn_string operation, tn_string *out,
                        tn_error *error) {
  if (wanted.length && !tni_model_find_node(model, wanted)) return copy(model, wanted, out, error);
  tn_string name;
  do
    TN_TRY(number(model, wanted.length ? wanted : operation, &name, error));
  while (tni_model_find_node(model, name));
  *out = name;
  return TN_OK;
}

int tni_name_is_taken(const tni_graph *graph, tn_string name) {
  return tni_graph_find_value(graph, name) != NULL;
}

/* Whether a graph further inside has a value of that name. */
static tni_value *find_inside(const tni_graph *graph, tn_string name) {
  if (!tni_string_map_find(&graph->model->inner_names, name)) return NULL;
  for (const tni_graph *inner = graph->first_child; inner; inner = inner->next_sibling) {
    tni_value *value = tni_string_map_find(&inner->values_by_name, name);
    if (!value) value = find_inside(inner, name);
    if (value) return value;
  }
  return NULL;
}

tn_status tni_name_value(tni_graph *graph, tn_string wanted, tn_string *out, tn_error *error) {
  tn_string name;
  do
    TN_TRY(number(graph->model, wanted.length ? wanted : TN_STRING("value"), &name, error));
  while (tni_name_is_taken(graph, name) || find_inside(graph, name));
  *out = name;
  return TN_OK;
}

/* Enters a free name into the maps. */
static tn_status enter(tni_graph *graph, tn_string name, tni_value *value, tn_error *error) {
  if (graph->parent && tni_string_map_set(&graph->model->inner_names, name, value) != TN_OK)
    return tni_fail_memory(error, graph->model);
  if (tni_string_map_set(&graph->values_by_name, name, value) != TN_OK)
    return tni_fail_memory(error, graph->model);
  return TN_OK;
}

static tn_status give_way(tni_value *value, tn_error *error) {
  tn_string name;
  TN_TRY(tni_name_value(value->graph, value->view.name, &name, error));
  TN_TRY(enter(value->graph, name, value, error));
  tni_string_map_remove(&value->graph->values_by_name, value->view.name);
  value->view.name = name;
  return TN_OK;
}

tn_status tni_name_claim(tni_graph *graph, tn_string name, tni_value *value, tn_error *error) {
  if (tni_name_is_taken(graph, name))
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(MODEL, TNI_MODEL_NAMES),
                           "value %.*s: expected a name of its own, but another value of graph "
                           "%.*s or a graph around it has it",
                           TNI_TEXT(name), TNI_TEXT(graph->view.name));
  for (tni_value *inside; (inside = find_inside(graph, name)) != NULL;)
    TN_TRY(give_way(inside, error));
  return enter(graph, name, value, error);
}
