#include <criterion/criterion.h>
#include <string.h>
#include "base/fault_allocator.h"
#include "graph/tensor.h"
#include "graph/test_models.h"

static tn_model *frozen(void) {
  tni_model *model = NULL;
  tn_model *view = NULL;
  cr_assert_eq(tni_test_model_with_branches(tni_environment_system(), &model, NULL), TN_OK);
  cr_assert_eq(tni_model_freeze(model, &view, NULL), TN_OK);
  return view;
}

static tn_status check(const tn_model *view, tn_error *error) {
  memset(error, 0, sizeof *error);
  return tni_model_check(view, tni_allocator_system(), error);
}

static void expect_broken(const tn_model *view, const char *words) {
  tn_error error;
  cr_assert_neq(check(view, &error), TN_OK, "expected a complaint about \"%s\"", words);
  cr_assert(error.status == TN_MALFORMED || error.status == TN_UNSUPPORTED);
  cr_assert_not_null(strstr(error.message, words), "expected \"%s\" in \"%s\"", words,
                     error.message);
}

/* Puts a broken copy of a part into a model, expects a complaint, and puts the part back. The model
 * of the tests is our own memory, so writing to it is possible where a reader may not. */
#define WITH(type, place, change, words)                   \
  do {                                                     \
    const type *const with_original = (place);             \
    type with_copy = *with_original;                       \
    type *const it = &with_copy;                           \
    change;                                                \
    *(const type **)(uintptr_t) & (place) = &with_copy;    \
    expect_broken(view, words);                            \
    *(const type **)(uintptr_t) & (place) = with_original; \
  } while (0)

Test(check, a_good_view_passes) {
  tn_model *view = frozen();
  tn_error error;
  cr_assert_eq(check(view, &error), TN_OK, "%s", error.message);
  tn_model_release(view);
}

/* checks TN_MODEL_008, TN_MODEL_010, TN_MODEL_012 */
Test(check, broken_models_and_graphs_are_found) {
  tn_model *view = frozen();
  tn_model copy = *view;
  tn_error error;
  cr_assert_neq(check(NULL, &error), TN_OK);
  copy.size = 40;
  expect_broken(&copy, "illegal size");
  copy = *view;
  copy.graph = NULL;
  expect_broken(&copy, "no graph");
  copy = *view;
  copy.flags = 8;
  expect_broken(&copy, "unknown flags");
  copy = *view;
  copy.operator_set_count = 0;
  expect_broken(&copy, "operator set");
  WITH(tn_graph, view->graph, it->size = 8, "illegal size");
  WITH(tn_graph, view->graph, it->flags = 1, "unknown flags");
  WITH(tn_graph, view->graph, it->nodes = NULL, "without its array");
  WITH(tn_graph, view->graph, it->constant_count = 0, "input 1");
  WITH(tn_operator_set, view->operator_sets[0], it->version = 13, "operator set");
  tn_model_release(view);
}

/* checks TN_MODEL_002, TN_MODEL_008, TN_MODEL_009, TN_MODEL_010 */
Test(check, broken_nodes_are_found_and_named) {
  tn_model *view = frozen();
  const tn_node *const *nodes = view->graph->nodes;
  const tn_value_info *const none[2] = {NULL, NULL};
  WITH(tn_node, nodes[0], it->size = 12, "illegal size");
  WITH(tn_node, nodes[0], it->name.length = 0, "without a name");
  WITH(tn_node, nodes[0], it->name = nodes[1]->name, "node choose");
  WITH(tn_node, nodes[0], it->since_version = 99, "node make");
  WITH(tn_node, nodes[0], it->domain = TN_STRING("vendor"), "vendor");
  WITH(tn_node, nodes[0], it->inputs = nodes[1]->outputs, "node make: input 0");
  WITH(tn_node, nodes[0], it->outputs = view->graph->inputs, "defined twice");
  WITH(tn_node, nodes[0], it->outputs = none, "input 0");
  WITH(tn_node, nodes[0], it->flags = 4, "unknown flags");
  WITH(tn_node, nodes[0], it->attributes = NULL, "without its array");
  WITH(tn_node, nodes[0], it->affinity.length = 3; it->affinity.data = NULL, "affinity");
  WITH(tn_node, nodes[1], *it = *nodes[0], "node make");
  tn_model_release(view);
}

/* checks TN_MODEL_013 */
Test(check, broken_attributes_are_found_and_named) {
  tn_model *view = frozen();
  const tn_node *make = view->graph->nodes[0], *choose = view->graph->nodes[1];
  WITH(tn_attribute, make->attributes[0], it->size = 0, "illegal size");
  WITH(tn_attribute, make->attributes[0], it->kind = 11, "kind 11");
  WITH(tn_attribute, make->attributes[0], it->as.ints = NULL, "without elements");
  WITH(tn_attribute, make->attributes[1], it->name = make->attributes[0]->name, "twice");
  WITH(tn_attribute, make->attributes[1], it->count = 2, "one element");
  WITH(tn_attribute, choose->attributes[1], it->as = choose->attributes[0]->as, "held twice");
  const tn_graph *itself[1] = {view->graph};
  WITH(tn_attribute, choose->attributes[0], it->as.graphs = itself, "held twice");
  itself[0] = NULL;
  WITH(tn_attribute, choose->attributes[0], it->as.graphs = itself, "a graph is missing");
  tn_model_release(view);
}

/* checks TN_MODEL_009, TN_MODEL_011, TN_MODEL_012 */
Test(check, broken_values_are_found_and_named) {
  tn_model *view = frozen();
  const tn_graph *graph = view->graph;
  tn_dimension dimension = {3, 2, NULL};
  WITH(tn_value_info, graph->inputs[0], it->size = 4, "illegal size");
  WITH(tn_value_info, graph->inputs[0], it->name.length = 0, "without a name");
  WITH(tn_value_info, graph->inputs[0], it->name = graph->inputs[1]->name, "has its name");
  WITH(tn_value_info, graph->inputs[0], it->rank = 17, "rank 17");
  WITH(tn_value_info, graph->inputs[0], it->flags = 0, "without the flag");
  WITH(tn_value_info, graph->inputs[0], it->dimensions = NULL, "without dimensions");
  WITH(tn_value_info, graph->inputs[0], it->rank = 1; it->dimensions = &dimension, "from 3 to 2");
  WITH(tn_value_info, graph->inputs[0], it->constant = graph->constants[0]->constant, "a constant");
  WITH(tn_value_info, graph->constants[0], it->constant = NULL, "no constant");
  WITH(tn_value_info, graph->constants[0], it->type = TN_F64, "type or shape");
  tn_model_release(view);
}

Test(check, values_of_inner_graphs_stay_inside) {
  tn_model *view = frozen();
  const tn_graph *inner = view->graph->nodes[1]->attributes[0]->as.graphs[0];
  WITH(tn_graph, view->graph, it->outputs = inner->outputs, "inner graph");
  tn_model_release(view);
}

static tn_status check_frozen(const tni_allocator *allocator, void *user) {
  return tni_model_check(user, allocator, NULL);
}

Test(check, every_failed_allocation_is_survived) {
  tn_model *view = frozen();
  cr_assert_gt(tni_fault_sweep(check_frozen, view), 4);
  tn_model_release(view);
}

static void expect_same_string(tn_string a, tn_string b) {
  cr_assert(tn_string_equal(a, b));
}

static void expect_same_value(const tn_value_info *a, const tn_value_info *b) {
  cr_assert_neq(a, b);
  expect_same_string(a->name, b->name);
  cr_assert_eq(a->type, b->type);
  cr_assert_eq(a->flags, b->flags);
  cr_assert_eq(a->rank, b->rank);
  cr_assert_eq(a->constant, b->constant, "constants are shared");
  for (uint32_t i = 0; i < a->rank; i++) {
    cr_assert_eq(a->dimensions[i].max, b->dimensions[i].max);
    cr_assert_eq(a->dimensions[i].symbol == NULL, b->dimensions[i].symbol == NULL);
  }
}

static void expect_same_node(const tn_node *a, const tn_node *b) {
  expect_same_string(a->name, b->name);
  expect_same_string(a->operation, b->operation);
  expect_same_string(a->affinity, b->affinity);
  cr_assert_eq(a->since_version, b->since_version);
  cr_assert_eq(a->input_count, b->input_count);
  for (uint32_t i = 0; i < a->input_count; i++)
    expect_same_value(a->inputs[i], b->inputs[i]);
  cr_assert_eq(a->output_count, b->output_count);
  cr_assert_eq(a->attribute_count, b->attribute_count);
  for (uint32_t i = 0; i < a->attribute_count; i++) {
    cr_assert_eq(a->attributes[i]->kind, b->attributes[i]->kind);
    cr_assert_eq(a->attributes[i]->count, b->attributes[i]->count);
    expect_same_string(a->attributes[i]->name, b->attributes[i]->name);
  }
  cr_assert_eq(a->origin_count, b->origin_count);
  expect_same_string(a->origins[0], b->origins[0]);
}

Test(clone, a_copy_is_equal_and_independent) {
  tn_model *view = frozen(), *again = NULL;
  tni_model *copy = NULL;
  cr_assert_eq(tni_model_clone(view, tni_environment_system(), &copy, NULL), TN_OK);
  cr_assert_eq(tni_model_sync(copy, NULL), TN_OK);
  const tn_graph *a = view->graph, *b = &copy->graph->view;
  cr_assert_eq(a->node_count, b->node_count);
  for (uint32_t i = 0; i < a->node_count; i++)
    expect_same_node(a->nodes[i], b->nodes[i]);
  expect_same_value(a->inputs[0], b->inputs[0]);
  expect_same_value(a->outputs[0], b->outputs[0]);
  expect_same_value(a->constants[0], b->constants[0]);
  expect_same_node(a->nodes[1]->attributes[0]->as.graphs[0]->nodes[0],
                   b->nodes[1]->attributes[0]->as.graphs[0]->nodes[0]);
  cr_assert_float_eq(b->nodes[0]->attributes[2]->as.floats[0], 1.5f, 0);
  tn_model_release(view);
  tni_node_remove(tni_model_find_node(copy, TN_STRING("then_node")));
  tn_error error;
  cr_assert_eq(tni_model_freeze(copy, &again, &error), TN_MALFORMED, "an output has no source");
  cr_assert_not_null(strstr(error.message, "value result, which graph then_branch uses"), "%s",
                     error.message);
  tni_model_destroy(copy);
}

static tn_status clone_frozen(const tni_allocator *allocator, void *user) {
  tni_environment environment = *tni_environment_system();
  environment.allocator = allocator;
  tni_model *copy = NULL;
  const tn_status status = tni_model_clone(user, &environment, &copy, NULL);
  tni_model_destroy(copy);
  return status;
}

Test(clone, every_failed_allocation_is_survived) {
  tn_model *view = frozen();
  cr_assert_gt(tni_fault_sweep(clone_frozen, view), 10);
  tn_model_release(view);
}
