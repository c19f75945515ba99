/* The passes that make a model smaller: what they do, and that the results stay. */
#include "base/fault_allocator.h"
#include "passes/pass.h"
#include "passes/test_build.h"
#include "passes/upgrade.h"

#include <criterion/criterion.h>

static void run(tni_model *model, tn_status (*pass)(tni_model *, tn_error *)) {
  tn_error error = {0};
  cr_assert_eq(pass(model, &error), TN_OK, "%s", error.message);
}

/* y = x + (2 * 3), z = x + (2 * 3), and a node that nobody uses. */
static tni_model *make_model(void) {
  tni_model *model = tni_test_model(28);
  tni_graph *graph = model->graph;
  tni_test_input(model, "x", TN_F32, 1, (int64_t[]){2});
  tni_test_constant(graph, "two", TN_F32, 1, (int64_t[]){1}, (float[]){2});
  tni_test_constant(graph, "three", TN_F32, 1, (int64_t[]){1}, (float[]){3});
  tni_test_add(graph, "Mul", "two three", "six");
  tni_test_add(graph, "Add", "x six", "a");
  tni_test_add(graph, "Add", "x six", "b");
  tni_test_add(graph, "Sqrt", "a", "unused");
  tni_test_add(graph, "Neg", "unused", "unused_too");
  tni_test_add(graph, "Mul", "a b", "y");
  tni_test_outputs(graph, "y");
  return model;
}

static void expect_square_of_plus_six(tni_model *model) {
  float output[2] = {0};
  cr_assert_eq(tni_test_run(model, 1, (int64_t[]){2}, (float[]){1, 2}, output, 2), 2);
  cr_assert_float_eq(output[0], 49, 0);
  cr_assert_float_eq(output[1], 64, 0);
}

Test(optimize, folds_constants) {
  tni_model *model = make_model();
  run(model, tni_fold_constants);
  cr_assert_str_eq(tni_test_operators(model, model->graph), "Add Add Sqrt Neg Mul");
  const tn_tensor *six = tni_test_find(model->graph, "six")->view.constant;
  cr_assert_float_eq(((float *)six->data)[0], 6, 0);
  cr_assert(six->flags & TN_TENSOR_READ_ONLY);
  expect_square_of_plus_six(model);
  tni_model_destroy(model);
}

Test(optimize, merges_equal_nodes_and_keeps_their_names) {
  tni_model *model = make_model();
  run(model, tni_merge_common_subexpressions);
  cr_assert_str_eq(tni_test_operators(model, model->graph), "Mul Add Sqrt Neg Mul");
  const tni_node *add = tni_test_find(model->graph, "a")->producer;
  cr_assert_eq(add->view.origin_count, 2);
  cr_assert(tn_string_equal(add->view.origins[1], TN_STRING("b")));
  expect_square_of_plus_six(model);
  tni_model_destroy(model);
}

Test(optimize, keeps_apart_what_differs) {
  tni_model *model = tni_test_model(28);
  tni_graph *graph = model->graph;
  tni_test_input(model, "x", TN_F32, 2, (int64_t[]){2, 2});
  const char *const outputs[] = {"a", "b", "c", "d"};
  for (int i = 0; i < 4; i++) {
    tni_node *node = tni_test_add(graph, "Concat", i == 3 ? "x x x" : "x x", outputs[i]);
    cr_assert_eq(tni_node_set_int(node, TN_STRING("axis"), i == 1, NULL), TN_OK);
  }
  tni_test_add(graph, "RandomNormalLike", "x", "e");
  tni_test_add(graph, "RandomNormalLike", "x", "f");
  tni_test_add(graph, "Sum", "a b c d e f", "y");
  run(model, tni_merge_common_subexpressions);
  cr_assert_str_eq(tni_test_operators(model, model->graph),
                   "Concat Concat Concat RandomNormalLike RandomNormalLike Sum",
                   "only a and c are the same");
  tni_model_destroy(model);
}

Test(optimize, removes_what_nobody_uses) {
  tni_model *model = make_model();
  run(model, tni_remove_dead_code);
  cr_assert_str_eq(tni_test_operators(model, model->graph), "Mul Add Add Mul");
  expect_square_of_plus_six(model);
  tni_model_destroy(model);
}

Test(optimize, all_passes_or_some_of_them) {
  tni_model *model = make_model();
  cr_assert_eq(tni_passes_run(model, NULL, 0, NULL), TN_OK);
  cr_assert_str_eq(tni_test_operators(model, model->graph), "Add Mul");
  cr_assert_null(tni_graph_find_value(model->graph, TN_STRING("three")));
  expect_square_of_plus_six(model);
  tni_model_destroy(model);
  model = make_model();
  const tn_string disabled[] = {TN_STRING("CommonSubexpressions"), TN_STRING("ConstantFolding")};
  cr_assert_eq(tni_passes_run(model, disabled, 2, NULL), TN_OK);
  cr_assert_str_eq(tni_test_operators(model, model->graph), "Mul Add Add Mul");
  tn_error error = {0};
  const tn_string unknown = TN_STRING("ConstantFoldin");
  cr_assert_eq(tni_passes_run(model, &unknown, 1, &error), TN_INVALID_ARGUMENT);
  cr_assert_str_eq(error.message, "there is no transformation \"ConstantFoldin\"");
  tni_model_destroy(model);
}

Test(optimize, folds_shapes_that_inference_knows) {
  tni_model *model = tni_test_model(28);
  tni_test_input(model, "x", TN_F32, 2, (int64_t[]){2, 3});
  tni_test_add(model->graph, "Shape", "x", "sizes");
  tni_test_add(model->graph, "Reshape", "x sizes", "y");
  tni_test_outputs(model->graph, "y");
  run(model, tni_fold_constants);
  cr_assert_str_eq(tni_test_operators(model, model->graph), "Reshape");
  cr_assert_eq(((int64_t *)tni_test_find(model->graph, "sizes")->view.constant->data)[1], 3);
  tni_model_destroy(model);
}

/* Sixteen megabytes more is where folding stops; a port keeps its node. */
Test(optimize, folding_has_its_bounds) {
  tni_model *model = tni_test_model(28);
  tni_graph *graph = model->graph;
  tni_test_constant(graph, "small", TN_I64, 1, (int64_t[]){1}, (int64_t[]){100});
  tni_test_constant(graph, "large", TN_I64, 1, (int64_t[]){1}, (int64_t[]){5000000});
  tni_test_add(graph, "ConstantOfShape", "small", "zeros");
  tni_test_add(graph, "ConstantOfShape", "large", "many_zeros");
  tni_test_add(graph, "ConstantOfShape", "small", "port");
  tni_value *many = tni_graph_find_value(graph, TN_STRING("zeros"));
  tni_test_outputs(graph, "port");
  run(model, tni_fold_constants);
  cr_assert_not_null(many->view.constant);
  cr_assert_str_eq(tni_test_operators(model, graph), "ConstantOfShape ConstantOfShape");
  tni_model_destroy(model);
}

/* The body of a loop: carried = Reshape(Concat(carried, carried), Shape(carried) * (1 + 1)). */
static tni_graph *make_body(tni_graph *parent) {
  tni_graph *body = NULL;
  const char *const names[] = {"round", "condition", "carried"};
  cr_assert_eq(tni_graph_create_inner(parent, TN_STRING("body"), &body, NULL), TN_OK);
  for (int i = 0; i < 3; i++) {
    tni_value *value = NULL;
    cr_assert_eq(tni_graph_add_value(body, tn_string_from(names[i]), &value, NULL), TN_OK);
    cr_assert_eq(tni_graph_add_input(body, value, NULL), TN_OK);
  }
  tni_test_constant(body, "one", TN_I64, 1, (int64_t[]){1}, (int64_t[]){1});
  tni_test_add(body, "Add", "one one", "two");
  tni_test_add(body, "Shape", "carried", "sizes");
  tni_test_add(body, "Mul", "sizes two", "doubled");
  tni_node *concat = tni_test_add(body, "Concat", "carried carried", "twice");
  cr_assert_eq(tni_node_set_int(concat, TN_STRING("axis"), 0, NULL), TN_OK);
  tni_test_add(body, "Reshape", "twice doubled", "next");
  tni_test_add(body, "Identity", "condition", "go_on");
  tni_test_outputs(body, "go_on next");
  return body;
}

/* A loop whose value grows: the shape of the first round holds in none of the others. */
Test(optimize, folds_in_loops_only_what_holds_in_every_round) {
  tni_model *model = tni_test_model(28);
  tni_test_input(model, "x", TN_F32, 1, (int64_t[]){2});
  tni_test_constant(model->graph, "rounds", TN_I64, 0, NULL, (int64_t[]){3});
  tni_test_constant(model->graph, "start", TN_BOOL, 0, NULL, (char[]){1});
  tni_node *loop = tni_test_add(model->graph, "Loop", "rounds start x", "y");
  tni_graph *body = make_body(model->graph);
  cr_assert_eq(tni_node_set_graphs(loop, TN_STRING("body"), TN_ATTRIBUTE_GRAPH, 1, &body, NULL),
               TN_OK);
  tni_test_outputs(model->graph, "y");
  run(model, tni_fold_constants);
  cr_assert_not_null(tni_graph_find_value(body, TN_STRING("two"))->view.constant,
                     "what never changes folds");
  cr_assert_str_eq(tni_test_operators(model, body), "Shape Mul Concat Reshape Identity");
  float output[16] = {0};
  cr_assert_eq(tni_test_run(model, 1, (int64_t[]){2}, (float[]){1, 2}, output, 16), 16);
  cr_assert_float_eq(output[15], 2, 0);
  tni_model_destroy(model);
}

static tn_status optimize_once(const tni_allocator *allocator, void *user) {
  (void)user;
  tn_error error;
  tni_model *model = NULL;
  tni_environment environment = *tni_environment_system();
  environment.allocator = allocator;
  TN_TRY(tni_test_rich_model(&environment, &model, &error));
  tn_status status = tni_upgrade_and_infer(model, NULL, &error);
  if (status == TN_OK) status = tni_passes_run(model, NULL, 0, &error);
  tni_model_destroy(model);
  return status;
}

Test(optimize, survives_every_failed_allocation) {
  cr_assert_gt(tni_fault_sweep(optimize_once, NULL), 20);
}
