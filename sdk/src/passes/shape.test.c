#include "passes/shape.h"

#include "base/fault_allocator.h"
#include "passes/test_build.h"
#include "passes/upgrade.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void infer(tni_model *model) {
  tn_error error = {0};
  cr_assert_eq(tni_infer_shapes(model, NULL, &error), TN_OK, "%s", error.message);
}

Test(shape, follows_dimensions_by_their_symbols) {
  tni_model *model = tni_test_model(28);
  tni_value *x = tni_test_input(model, "x", TN_F32, 2, (int64_t[]){-1, 8});
  tni_test_constant(model->graph, "w", TN_F32, 2, (int64_t[]){8, 3}, (float[24]){0});
  tni_test_add(model->graph, "MatMul", "x w", "product");
  tni_test_add(model->graph, "Relu", "product", "y");
  tni_test_outputs(model->graph, "y");
  infer(model);
  const tni_value *y = tni_test_find(model->graph, "y");
  cr_assert_str_eq(tni_test_shape(y), "[?,3]");
  cr_assert_not_null(x->view.dimensions[0].symbol);
  cr_assert_eq(y->view.dimensions[0].symbol, x->view.dimensions[0].symbol);
  cr_assert_eq(y->view.type, TN_F32);
  tni_model_destroy(model);
}

/* The batch, taken out of a shape, put into another: known by identity all the way. */
Test(shape, follows_elements_of_shapes) {
  tni_model *model = tni_test_model(28);
  const tni_value *x = tni_test_input(model, "x", TN_F32, 3, (int64_t[]){-1, 4, 5});
  tni_test_constant(model->graph, "zero", TN_I64, 1, (int64_t[]){1}, (int64_t[]){0});
  tni_test_constant(model->graph, "twenty", TN_I64, 1, (int64_t[]){1}, (int64_t[]){20});
  tni_test_add(model->graph, "Shape", "x", "sizes");
  tni_test_add(model->graph, "Gather", "sizes zero", "batch");
  tni_node *concat = tni_test_add(model->graph, "Concat", "batch twenty", "target");
  cr_assert_eq(tni_node_set_int(concat, TN_STRING("axis"), 0, NULL), TN_OK);
  tni_test_add(model->graph, "Reshape", "x target", "y");
  tni_test_outputs(model->graph, "y");
  infer(model);
  const tni_value *y = tni_test_find(model->graph, "y");
  cr_assert_str_eq(tni_test_shape(y), "[?,20]");
  cr_assert_eq(y->view.dimensions[0].symbol, x->view.dimensions[0].symbol);
  tni_model_destroy(model);
}

Test(shape, what_the_file_says_counts_where_a_rule_says_less) {
  tni_model *model = tni_test_model(28);
  tni_test_input(model, "x", TN_F32, 1, (int64_t[]){-1});
  tni_test_input(model, "target", TN_I64, 1, (int64_t[]){2});
  tni_test_add(model->graph, "Reshape", "x target", "y");
  tni_value *y = tni_test_find(model->graph, "y");
  const tn_dimension said[2] = {{4, 4, NULL}, {0, 9, NULL}};
  cr_assert_eq(tni_value_set_shape(y, 2, said, NULL), TN_OK);
  tni_test_add(model->graph, "Relu", "x", "z");
  tni_value *z = tni_test_find(model->graph, "z");
  cr_assert_eq(tni_value_set_shape(z, 2, said, NULL), TN_OK, "a rank that contradicts the rule's");
  tni_test_outputs(model->graph, "y z");
  infer(model);
  cr_assert_str_eq(tni_test_shape(y), "[4,?]");
  cr_assert_eq(y->view.dimensions[1].max, 9);
  cr_assert_str_eq(tni_test_shape(z), "[?]");
  tni_model_destroy(model);
}

Test(shape, contradicting_types_are_an_error) {
  tni_model *model = tni_test_model(28);
  tn_error error = {0};
  tni_test_input(model, "x", TN_F32, 1, (int64_t[]){2});
  tni_test_add(model->graph, "Relu", "x", "y");
  tni_value_set_type(tni_test_find(model->graph, "y"), TN_I64);
  cr_assert_eq(tni_infer_shapes(model, NULL, &error), TN_MALFORMED);
  cr_assert(strstr(error.message, "\"y\""), "%s", error.message);
  tni_model_destroy(model);
}

Test(shape, names_the_node_whose_inputs_do_not_fit) {
  tni_model *model = tni_test_model(28);
  tn_error error = {0};
  tni_test_input(model, "a", TN_F32, 2, (int64_t[]){2, 3});
  tni_test_input(model, "b", TN_F32, 2, (int64_t[]){4, 5});
  tni_test_add(model->graph, "MatMul", "a b", "product");
  cr_assert_neq(tni_infer_shapes(model, NULL, &error), TN_OK);
  cr_assert(strstr(error.message, "product"), "%s", error.message);
  tni_model_destroy(model);
}

Test(shape, inputs_of_another_shape_after_forgetting) {
  tni_model *model = tni_test_model(28);
  tni_value *x = tni_test_input(model, "x", TN_F32, 1, (int64_t[]){2});
  tni_test_add(model->graph, "Relu", "x", "y");
  tni_test_outputs(model->graph, "y");
  infer(model);
  cr_assert_str_eq(tni_test_shape(tni_test_find(model->graph, "y")), "[2]");
  cr_assert_eq(tni_value_set_shape(x, 1, &(tn_dimension){3, 3, NULL}, NULL), TN_OK);
  tni_forget_shapes(model);
  infer(model);
  cr_assert_str_eq(tni_test_shape(tni_test_find(model->graph, "y")), "[3]");
  tni_model_destroy(model);
}

Test(shape, is_copied_by_name_into_inner_graphs_too) {
  tni_model *from = NULL;
  tni_model *to = NULL;
  cr_assert_eq(tni_test_rich_model(tni_environment_system(), &from, NULL), TN_OK);
  cr_assert_eq(tni_model_sync(from, NULL), TN_OK);
  cr_assert_eq(tni_model_clone(&from->view, tni_environment_system(), &to, NULL), TN_OK);
  cr_assert_eq(tni_upgrade_and_infer(from, NULL, NULL), TN_OK);
  cr_assert_eq(tni_copy_shapes(from, to, NULL), TN_OK);
  cr_assert_eq(tni_model_sync(to, NULL), TN_OK);
  const tni_value *y = tni_test_find(to->graph, "y");
  cr_assert_str_eq(tni_test_shape(y), "[?,3]");
  cr_assert(tn_string_equal(y->view.dimensions[0].symbol->name, TN_STRING("batch")));
  cr_assert_eq(y->view.dimensions[0].symbol, to->view.graph->inputs[0]->dimensions[0].symbol);
  const tn_graph *branch =
      tn_node_attribute(&y->producer->view, TN_STRING("then_branch"))->as.graphs[0];
  cr_assert_str_eq(tni_test_shape(tni_value_of(branch->outputs[0])), "[?,3]");
  cr_assert_eq(branch->nodes[0]->since_version, 7, "only shapes are copied");
  tni_model_destroy(from);
  tni_model_destroy(to);
}

/* Adds a loop whose body holds a loop, and so on; the innermost one lets its value grow. */
static void add_loop(tni_graph *graph, const char *inputs, const char *output, int depth) {
  char names[5][32];
  char text[64];
  const char *const kinds[] = {"round", "condition", "carried", "again", "grown"};
  tni_graph *body = NULL;
  tni_node *loop = tni_test_add(graph, "Loop", inputs, output);
  cr_assert_eq(tni_graph_create_inner(graph, TN_STRING("body"), &body, NULL), TN_OK);
  for (int i = 0; i < 5; i++)
    snprintf(names[i], sizeof names[i], "%s%d", kinds[i], depth);
  for (int i = 0; i < 3; i++) {
    tni_value *value = NULL;
    cr_assert_eq(tni_graph_add_value(body, tn_string_from(names[i]), &value, NULL), TN_OK);
    cr_assert_eq(tni_graph_add_input(body, value, NULL), TN_OK);
  }
  tni_test_add(body, "Identity", names[1], names[3]);
  if (depth > 0) {
    snprintf(text, sizeof text, "rounds start %s", names[2]);
    add_loop(body, text, names[4], depth - 1);
  } else {
    snprintf(text, sizeof text, "%s %s", names[2], names[2]);
    tni_node *concat = tni_test_add(body, "Concat", text, names[4]);
    cr_assert_eq(tni_node_set_int(concat, TN_STRING("axis"), 0, NULL), TN_OK);
  }
  snprintf(text, sizeof text, "%s %s", names[3], names[4]);
  tni_test_outputs(body, text);
  cr_assert_eq(tni_node_set_graphs(loop, TN_STRING("body"), TN_ATTRIBUTE_GRAPH, 1, &body, NULL),
               TN_OK);
}

/* Every loop asks for its body more than once, so that the work doubles with every level. */
Test(shape, loops_in_loops_end) {
  const int depths[] = {3, 40};
  for (int i = 0; i < 2; i++) {
    tni_model *model = tni_test_model(28);
    tn_error error = {0};
    tni_test_input(model, "x", TN_F32, 1, (int64_t[]){2});
    tni_test_input(model, "rounds", TN_I64, 0, NULL);
    tni_test_input(model, "start", TN_BOOL, 0, NULL);
    add_loop(model->graph, "rounds start x", "y", depths[i]);
    tni_test_outputs(model->graph, "y");
    cr_assert_eq(tni_infer_shapes(model, NULL, &error), i == 0 ? TN_OK : TN_UNSUPPORTED, "%s",
                 error.message);
    if (i == 0)
      cr_assert_str_eq(tni_test_shape(tni_test_find(model->graph, "y")), "[?]");
    else
      cr_assert(strstr(error.message, "take too long to infer"), "%s", error.message);
    tni_model_destroy(model);
  }
}

static tn_status copy_once(const tni_allocator *allocator, void *user) {
  tn_error error;
  tni_model *to = NULL;
  tni_environment environment = *tni_environment_system();
  environment.allocator = allocator;
  TN_TRY(tni_test_rich_model(&environment, &to, &error));
  const tn_status status = tni_copy_shapes(user, to, &error);
  tni_model_destroy(to);
  return status;
}

/* Inference is swept with the passes. */
Test(shape, copying_survives_every_failed_allocation) {
  tni_model *from = NULL;
  cr_assert_eq(tni_test_rich_model(tni_environment_system(), &from, NULL), TN_OK);
  cr_assert_eq(tni_upgrade_and_infer(from, NULL, NULL), TN_OK);
  cr_assert_gt(tni_fault_sweep(copy_once, from), 10);
  tni_model_destroy(from);
}
