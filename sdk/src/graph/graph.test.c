#include "graph/graph.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "base/fault_allocator.h"
#include "graph/tensor.h"
#include "graph/test_models.h"

static tni_model *new_model(void) {
  tni_model *model = NULL;
  cr_assert_eq(tni_model_create(tni_environment_system(), TN_STRING("m"), &model, NULL), TN_OK);
  cr_assert_eq(tni_model_set_operator_set(model, TN_STRING(""), 28, NULL), TN_OK);
  return model;
}

static tni_value *new_value(tni_graph *graph, const char *name) {
  tni_value *value = NULL;
  cr_assert_eq(tni_graph_add_value(graph, tn_string_from(name), &value, NULL), TN_OK);
  return value;
}

static tni_node *new_node(tni_graph *graph, const char *name, tni_value *input, tni_value *output) {
  tni_node *node = NULL;
  cr_assert_eq(tni_graph_add_node(graph, tn_string_from(name), TN_STRING(""), TN_STRING("Relu"), 14,
                                  &node, NULL),
               TN_OK);
  cr_assert_eq(tni_node_set_inputs(node, 1, &input, NULL), TN_OK);
  cr_assert_eq(tni_node_set_outputs(node, 1, &output, NULL), TN_OK);
  return node;
}

static int named(tn_string name, const char *text) {
  return tn_string_equal(name, tn_string_from(text));
}

Test(graph, the_view_is_the_graph_itself) {
  tni_model *model = new_model();
  tni_graph *graph = model->graph;
  tni_value *x = new_value(graph, "x"), *y = new_value(graph, "y");
  tni_node *node = new_node(graph, "relu", x, y);
  tni_graph_add_input(graph, x, NULL);
  tni_graph_add_output(graph, y, NULL);
  tn_model *view = NULL;
  cr_assert_eq(tni_model_freeze(model, &view, NULL), TN_OK);
  cr_assert_eq(view->graph->node_count, 1);
  cr_assert_eq(view->graph->nodes[0], &node->view);
  cr_assert_eq(tni_node_of(view->graph->nodes[0]), node);
  cr_assert_eq(view->graph->nodes[0]->inputs[0], view->graph->inputs[0]);
  cr_assert_eq(tni_value_of(view->graph->outputs[0]), y);
  cr_assert(tn_node_is(view->graph->nodes[0], TN_STRING(""), TN_STRING("Relu"), 14));
  tn_model_retain(view);
  tn_model_release(view);
  tn_model_release(view);
}

Test(graph, users_are_kept_up_to_date) {
  tni_model *model = new_model();
  tni_graph *graph = model->graph;
  tni_value *a = new_value(graph, "a"), *b = new_value(graph, "b"), *c = new_value(graph, "c");
  tni_node *one = new_node(graph, "one", a, b), *two = new_node(graph, "two", b, c);
  tni_graph_add_output(graph, b, NULL);
  cr_assert_eq(b->use_count, 2);
  cr_assert_eq(b->producer, one);
  tni_node_set_input(two, 2, b, NULL);
  cr_assert_eq(two->view.input_count, 3);
  cr_assert_null(tni_node_input(two, 1));
  cr_assert_eq(b->use_count, 3);
  tni_node_set_input(two, 2, NULL, NULL);
  cr_assert_eq(b->use_count, 2);
  tni_value_replace_uses(b, a);
  cr_assert_eq(tni_node_input(two, 0), a);
  cr_assert_eq(b->use_count, 1, "an output of the main graph stays");
  cr_assert(tni_value_is_port(b));
  cr_assert_eq(a->use_count, 2);
  tni_graph_set_output(graph, 0, c);
  cr_assert_eq(b->use_count, 0);
  tni_node_remove(one);
  cr_assert_null(tni_graph_find_value(graph, TN_STRING("b")),
                 "an unused output goes with its node");
  cr_assert_null(tni_model_find_node(model, TN_STRING("one")));
  tni_node_remove(two);
  cr_assert_eq(tni_graph_find_value(graph, TN_STRING("c")), c, "a used output stays");
  cr_assert_null(c->producer);
  tni_graph_remove_output(graph, 0);
  tni_value_remove(c);
  cr_assert_eq(a->use_count, 0);
  cr_assert_eq(graph->node_count, 0);
  tni_model_destroy(model);
}

Test(graph, outputs_move_between_nodes) {
  tni_model *model = new_model();
  tni_graph *graph = model->graph;
  tni_value *a = new_value(graph, "a"), *b = new_value(graph, "b"), *c = new_value(graph, "c");
  tni_node *one = new_node(graph, "one", a, b), *two = new_node(graph, "two", a, c);
  cr_assert_eq(tni_node_set_output(two, 0, b, NULL), TN_OK);
  cr_assert_eq(b->producer, two);
  cr_assert_null(tni_node_output(one, 0));
  cr_assert_null(c->producer);
  tni_node_set_output(two, 0, b, NULL);
  cr_assert_eq(b->producer, two, "setting the same output again changes nothing");
  cr_assert_eq(tni_node_output(two, 0), b);
  tni_model_destroy(model);
}

Test(graph, names_are_unique) {
  tni_model *model = new_model();
  tni_graph *graph = model->graph, *inner = NULL;
  tni_value *x = new_value(graph, "x"), *other = NULL;
  tn_error error;
  cr_assert_eq(tni_graph_add_value(graph, TN_STRING("x"), &other, &error), TN_MALFORMED);
  cr_assert_eq(error.clause_area, TN_AREA_MODEL);
  cr_assert_not_null(strstr(error.message, "value x"));
  cr_assert_null(other);
  cr_assert_eq(tni_graph_add_value_named_like(graph, TN_STRING("x"), &other, NULL), TN_OK);
  cr_assert_not(named(other->view.name, "x"));
  tni_value *nameless = new_value(graph, "");
  cr_assert_gt(nameless->view.name.length, 0);
  tni_node *one = new_node(graph, "n", x, other), *two = new_node(graph, "n", x, nameless);
  cr_assert(named(one->view.name, "n"));
  cr_assert_not(named(two->view.name, "n"));
  cr_assert_gt(new_node(graph, "", x, new_value(graph, ""))->view.name.length, 0);

  cr_assert_eq(tni_graph_create_inner(graph, TN_STRING("body"), &inner, NULL), TN_OK);
  cr_assert_eq(tni_graph_add_value(inner, TN_STRING("x"), &other, &error), TN_MALFORMED);
  tni_value *late = new_value(inner, "late");
  cr_assert_eq(tni_graph_find_value(inner, TN_STRING("x")), x);
  tni_value *outer = new_value(graph, "late");
  cr_assert(named(outer->view.name, "late"));
  cr_assert_not(named(late->view.name, "late"), "the inner value gave way");
  cr_assert_eq(tni_graph_find_value(inner, late->view.name), late);
  cr_assert_eq(tni_value_rename(late, TN_STRING("x"), &error), TN_MALFORMED);
  cr_assert_eq(tni_value_rename(late, TN_STRING("early"), &error), TN_OK);
  cr_assert_eq(tni_graph_find_value(inner, TN_STRING("early")), late);
  tni_model_destroy(model);
}

/* checks TN_MODEL_002 */
Test(graph, nodes_are_sorted_and_right_orders_stay) {
  tni_model *model = new_model();
  tni_graph *graph = model->graph;
  tni_value *x = new_value(graph, "x"), *a = new_value(graph, "a"), *b = new_value(graph, "b"),
            *c = new_value(graph, "c");
  new_node(graph, "last", b, c);
  new_node(graph, "first", x, a);
  new_node(graph, "middle", a, b);
  new_node(graph, "free", x, new_value(graph, "d"));
  tni_graph_add_input(graph, x, NULL);
  cr_assert_eq(tni_model_sync(model, NULL), TN_OK);
  const char *const expected[] = {"first", "middle", "last", "free"};
  for (int i = 0; i < 4; i++)
    cr_assert(named(graph->view.nodes[i]->name, expected[i]), "%d: %.*s", i,
              TNI_TEXT(graph->view.nodes[i]->name));
  tni_node_set_input(tni_model_find_node(model, TN_STRING("middle")), 1, x, NULL);
  cr_assert_eq(tni_model_sync(model, NULL), TN_OK);
  for (int i = 0; i < 4; i++)
    cr_assert(named(graph->view.nodes[i]->name, expected[i]));
  tni_model_destroy(model);
}

Test(graph, a_cycle_is_named_and_leaves_the_graph_usable) {
  tni_model *model = new_model();
  tni_graph *graph = model->graph;
  tni_value *x = new_value(graph, "x"), *a = new_value(graph, "a"), *b = new_value(graph, "b");
  new_node(graph, "apart", x, new_value(graph, "c"));
  tni_node *one = new_node(graph, "one", b, a);
  new_node(graph, "two", a, b);
  tni_graph_add_input(graph, x, NULL);
  tn_error error;
  tn_model *view = NULL;
  cr_assert_eq(tni_model_freeze(model, &view, &error), TN_MALFORMED);
  cr_assert_not_null(strstr(error.message, "one"), "%s", error.message);
  cr_assert_not_null(strstr(error.message, "two"));
  cr_assert_null(strstr(error.message, "apart"));
  cr_assert_eq(error.clause_area, TN_AREA_MODEL);
  cr_assert_eq(graph->node_count, 3);
  cr_assert_null(view);
  tni_node_set_input(one, 0, x, NULL);
  cr_assert_eq(tni_model_freeze(model, &view, &error), TN_OK);
  tn_model_release(view);
}

Test(graph, captured_values_order_the_nodes_around) {
  tni_model *model = NULL;
  cr_assert_eq(tni_test_model_with_branches(tni_environment_system(), &model, NULL), TN_OK);
  tni_graph *graph = model->graph;
  cr_assert_eq(tni_model_sync(model, NULL), TN_OK);
  cr_assert(named(graph->view.nodes[0]->name, "make"), "the captured value's producer is first");
  cr_assert(named(graph->view.nodes[1]->name, "choose"));
  tni_value *captured = tni_graph_find_value(graph, TN_STRING("captured"));
  cr_assert_eq(captured->use_count, 2);
  tni_node *inner_user = captured->first_use->node;
  cr_assert_eq(inner_user->graph->parent, graph);
  tni_node_set_output(inner_user, 0, tni_node_output(inner_user, 0), NULL);
  cr_assert_eq(graph->order_changed, 1, "changes inside concern the order around");
  tni_value *x = tni_graph_find_value(graph, TN_STRING("x"));
  tni_value_replace_uses(captured, x);
  cr_assert_eq(tni_node_input(inner_user, 0), x, "uses in inner graphs are replaced");
  tni_node_remove(tni_model_find_node(model, TN_STRING("choose")));
  cr_assert_null(tni_model_find_node(model, TN_STRING("then_node")), "inner nodes go too");
  cr_assert_eq(graph->first_child, NULL);
  tni_model_destroy(model);
}

Test(graph, a_cycle_through_an_inner_graph_is_found) {
  tni_model *model = NULL;
  cr_assert_eq(tni_test_model_with_branches(tni_environment_system(), &model, NULL), TN_OK);
  tni_node *choose = tni_model_find_node(model, TN_STRING("choose"));
  tni_node_set_input(tni_model_find_node(model, TN_STRING("make")), 0, tni_node_output(choose, 0),
                     NULL);
  tn_error error;
  cr_assert_eq(tni_model_sync(model, &error), TN_MALFORMED);
  cr_assert_not_null(strstr(error.message, "choose"));
  cr_assert_not_null(strstr(error.message, "make"));
  tni_model_destroy(model);
}

Test(graph, constants_are_retained_and_released) {
  const int64_t shape[] = {2};
  const float numbers[] = {1, 2};
  tni_fault_allocator fault;
  tni_fault_allocator_init(&fault, TNI_NEVER);
  tni_environment environment = *tni_environment_system();
  environment.allocator = &fault.allocator;
  tn_tensor *tensor = NULL;
  cr_assert_eq(tni_tensor_create_copy(&environment, TN_F32, 1, shape, numbers, &tensor, NULL),
               TN_OK);
  const size_t alone = fault.live;
  tni_model *model = new_model();
  tni_graph *graph = model->graph;
  tni_value *constant, *folded = new_value(graph, "y");
  cr_assert_eq(tni_graph_add_constant(graph, TN_STRING("w"), tensor, &constant, NULL), TN_OK);
  cr_assert_eq(constant->view.type, TN_F32);
  cr_assert_eq(constant->view.dimensions[0].max, 2);
  tni_node *node = new_node(graph, "n", constant, folded);
  cr_assert_eq(tni_node_set_tensor(node, TN_STRING("value"), tensor, NULL), TN_OK);
  cr_assert_eq(tni_node_set_tensor(node, TN_STRING("value"), tensor, NULL), TN_OK);
  tni_graph_add_output(graph, folded, NULL);
  cr_assert_eq(tni_value_set_constant(folded, tensor, NULL), TN_OK);
  cr_assert_null(tni_node_output(node, 0));
  cr_assert_eq(tni_value_set_constant(folded, tensor, NULL), TN_OK);
  tn_tensor_release(tensor);
  cr_assert_eq(fault.live, alone, "the model keeps it");
  tni_model_sync(model, NULL);
  cr_assert_eq(graph->view.constant_count, 2);
  tni_node_remove(node);
  tni_value_remove(constant);
  cr_assert_eq(fault.live, alone);
  tni_model_destroy(model);
  cr_assert_eq(fault.live, 0);
}

Test(graph, attributes_are_copied_replaced_and_removed) {
  tni_model *model = new_model();
  tni_graph *graph = model->graph;
  tni_node *node = new_node(graph, "n", new_value(graph, "a"), new_value(graph, "b"));
  int64_t axes[] = {1, -1};
  char text[] = "same";
  tni_node_set_ints(node, TN_STRING("axes"), 2, axes, NULL);
  tni_node_set_string(node, TN_STRING("mode"), tn_string_from(text), NULL);
  tni_node_set_float(node, TN_STRING("alpha"), 0.5f, NULL);
  axes[0] = 7;
  text[0] = 'l';
  const tn_attribute *found = tn_node_attribute(&node->view, TN_STRING("axes"));
  cr_assert_eq(found->count, 2);
  cr_assert_eq(found->as.ints[0], 1);
  cr_assert(named(tn_node_attribute(&node->view, TN_STRING("mode"))->as.strings[0], "same"));
  tni_node_set_int(node, TN_STRING("axes"), 3, NULL);
  cr_assert_eq(node->view.attribute_count, 3);
  cr_assert_eq(tn_node_attribute(&node->view, TN_STRING("axes"))->kind, TN_ATTRIBUTE_INT);
  tni_node_remove_attribute(node, TN_STRING("axes"));
  tni_node_remove_attribute(node, TN_STRING("axes"));
  cr_assert_null(tn_node_attribute(&node->view, TN_STRING("axes")));
  cr_assert_eq(tn_node_attribute(&node->view, TN_STRING("alpha"))->as.floats[0], 0.5f);
  tn_attribute unknown = *tn_node_attribute(&node->view, TN_STRING("alpha"));
  unknown.kind = 77;
  cr_assert_eq(tni_node_set_attribute(node, &unknown, NULL), TN_UNSUPPORTED);
  tni_model_destroy(model);
}

Test(graph, origins_are_united_without_doubles) {
  tni_model *model = new_model();
  tni_graph *graph = model->graph;
  tni_node *one = new_node(graph, "one", new_value(graph, ""), new_value(graph, ""));
  tni_node *two = new_node(graph, "two", new_value(graph, ""), new_value(graph, ""));
  for (int i = 0; i < 60; i++) {
    char name[16];
    snprintf(name, sizeof name, "n%d", i);
    if (i < 40) cr_assert_eq(tni_node_add_origin(one, tn_string_from(name), NULL), TN_OK);
    if (i >= 20) cr_assert_eq(tni_node_add_origin(two, tn_string_from(name), NULL), TN_OK);
  }
  cr_assert_eq(tni_node_add_origins_of(one, &two->view, NULL), TN_OK);
  cr_assert_eq(one->view.origin_count, 60);
  cr_assert_eq(tni_node_add_origins_of(one, &one->view, NULL), TN_OK);
  cr_assert_eq(one->view.origin_count, 60);
  tni_node_set_affinity(one, TN_STRING("CPU"), NULL);
  cr_assert(named(one->view.affinity, "CPU"));
  tni_model_destroy(model);
}

Test(graph, symbols_with_a_name_are_one) {
  tni_model *model = new_model();
  const tn_symbol *batch, *again, *none, *other;
  tni_model_symbol(model, TN_STRING("batch"), &batch, NULL);
  tni_model_symbol(model, TN_STRING("batch"), &again, NULL);
  tni_model_symbol(model, TN_STRING(""), &none, NULL);
  tni_model_symbol(model, TN_STRING(""), &other, NULL);
  cr_assert_eq(batch, again);
  cr_assert_neq(none, other);
  tni_model_destroy(model);
}

Test(graph, nesting_is_limited) {
  tni_model *model = new_model();
  tni_graph *graph = model->graph;
  tn_status status = TN_OK;
  int depth = 0;
  for (; status == TN_OK && depth < 1000; depth++)
    status = tni_graph_create_inner(graph, TN_STRING("inner"), &graph, NULL);
  cr_assert_eq(status, TN_UNSUPPORTED);
  cr_assert_eq(depth, TNI_MAX_GRAPH_DEPTH);
  tni_model_destroy(model);
}

static tn_status build_and_destroy(const tni_allocator *allocator, void *user) {
  (void)user;
  tni_environment environment = *tni_environment_system();
  environment.allocator = allocator;
  tn_error error = {.status = TN_OK};
  tni_model *model = NULL;
  tn_status status = tni_test_model_with_branches(&environment, &model, &error);
  tn_model *view = NULL;
  if (status == TN_OK) {
    status = tni_model_freeze(model, &view, &error);
    if (status != TN_OK) tni_model_destroy(model);
  }
  if (view) tn_model_release(view);
  cr_assert_eq(status, error.status, "a failure fills the record");
  return status;
}

Test(graph, every_failed_allocation_is_survived) {
  cr_assert_gt(tni_fault_sweep(build_and_destroy, NULL), 10);
}

Test(graph, long_chains_are_fast) {
  tni_model *model = new_model();
  tni_graph *graph = model->graph;
  const int count = 100000;
  tni_value *value = new_value(graph, "x");
  tni_graph_add_input(graph, value, NULL);
  for (int i = 0; i < count; i++) {
    tni_value *next = new_value(graph, "");
    new_node(graph, "Relu", value, next);
    value = next;
  }
  tni_graph_add_output(graph, value, NULL);
  cr_assert_eq(tni_model_sync(model, NULL), TN_OK);
  for (int i = 0; i < count / 2; i++) {
    tni_node *node = graph->first_node->next;
    tni_value_replace_uses(tni_node_output(node, 0), tni_node_input(node, 0));
    tni_node_remove(node);
  }
  tn_model *view = NULL;
  tni_model *copy = NULL;
  cr_assert_eq(tni_model_freeze(model, &view, NULL), TN_OK);
  cr_assert_eq(view->graph->node_count, count / 2);
  cr_assert_eq(tni_model_clone(view, tni_environment_system(), &copy, NULL), TN_OK);
  tn_model_release(view);
  tni_model_destroy(copy);
}
