/* test-labels: threads */
#include "ops/interpreter_test.h"

#include "base/platform/thread.h"

/* --- shapes that depend on data, inner graphs */

Test(interpreter_graphs, shapes_may_depend_on_data) {
  tn_error error;
  struct builder b = begin(tni_environment_system(), &error);
  tni_value *found = unary(&b, "NonZero", 13, input(&b, "x", TN_F32), TN_I64);
  output(&b, unary(&b, "Shape", 25, found, TN_I64));
  tni_interpreter *model = finished(&b);
  tn_tensor *x = floats(4, (float[]){0, 1, 0, 5}), *y = NULL;
  const tni_run_options options = {.inputs = &x, .outputs = &y};
  cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_OK, "%s", error.message);
  cr_assert_eq(((int64_t *)y->data)[0], 1);
  cr_assert_eq(((int64_t *)y->data)[1], 2);
  tn_tensor_release(x);
  tn_tensor_release(y);
  tni_interpreter_destroy(model);
}

/* choose = If(flag): then relu(x) + w, of a value made outside the branch; else -x, two graphs
 * inward */
static void add_branch(struct builder *b, tni_node *choose, const char *name, tni_value *x,
                       int inward) {
  tni_graph *graph = NULL, *around = b->graph;
  if (b->status == TN_OK)
    b->status = tni_graph_create_inner(around, tn_string_from(name), &graph, b->error);
  if (b->status != TN_OK) return;
  b->graph = graph;
  tni_value *result = value(b, "", TN_F32);
  if (inward) {
    static const uint8_t yes = 1;
    tni_value *flag = constant(b, "yes", TN_BOOL, 0, NULL, &yes);
    tni_node *inner = node(b, "If", 25, 1, &flag, 1, &result);
    if (b->status == TN_OK) {
      add_branch(b, inner, "then_branch", x, inward - 1);
      add_branch(b, inner, "else_branch", x, 0);
    }
  } else {
    node(b, "Neg", 13, 1, &x, 1, &result);
  }
  output(b, result);
  if (b->status == TN_OK)
    b->status =
        tni_node_set_graphs(choose, tn_string_from(name), TN_ATTRIBUTE_GRAPH, 1, &graph, b->error);
  b->graph = around;
}

static void build_choice(struct builder *b) {
  tni_value *flag = input(b, "flag", TN_BOOL), *x = input(b, "x", TN_F32);
  tni_value *made = add_and_relu(b, x), *y = value(b, "y", TN_F32);
  tni_node *choose = node(b, "If", 25, 1, &flag, 1, &y);
  if (b->status != TN_OK) return;
  add_branch(b, choose, "then_branch", made, 2);
  add_branch(b, choose, "else_branch", x, 0);
  output(b, y);
}

static tn_status run_choice(const tni_interpreter *model, int flag, const float *expected,
                            tn_error *error) {
  const uint8_t bit = (uint8_t)flag;
  const float numbers[] = {-50, 1, 2};
  tn_tensor *inputs[] = {tensor(TN_BOOL, 0, NULL, &bit), floats(3, numbers)}, *y = NULL;
  const tni_run_options options = {.inputs = inputs, .outputs = &y};
  const tn_status status = tni_interpreter_run(model, &options, error);
  if (status == TN_OK) expect_floats(y, 3, expected);
  if (y) tn_tensor_release(y);
  for (int i = 0; i < 2; i++)
    tn_tensor_release(inputs[i]);
  return status;
}

static const float negative_of_made[] = {-0.0f, -21, -32}, negative_of_x[] = {50, -1, -2};

Test(interpreter_graphs, branches_reach_values_around_them) {
  tn_error error;
  struct builder b = begin(tni_environment_system(), &error);
  build_choice(&b);
  tni_interpreter *model = finished(&b);
  cr_assert_eq(run_choice(model, 1, negative_of_made, &error), TN_OK, "%s", error.message);
  cr_assert_eq(run_choice(model, 0, negative_of_x, &error), TN_OK, "%s", error.message);
  tni_interpreter_destroy(model);
}

static tn_status make_and_run(const tni_allocator *allocator, void *user) {
  (void)user;
  tni_environment environment = *tni_environment_system();
  environment.allocator = allocator;
  tn_error error = {.status = TN_OK};
  struct builder b = begin(&environment, &error);
  if (b.status == TN_OK) build_choice(&b);
  tni_interpreter *model = NULL;
  tn_status status = finish(&b, &environment, &model);
  if (status == TN_OK) status = run_choice(model, 1, negative_of_made, &error);
  cr_assert_eq(error.status, status, "the record holds what was returned");
  tni_interpreter_destroy(model);
  return status;
}

Test(interpreter_graphs, every_failed_allocation_is_survived) {
  cr_assert_gt(tni_fault_sweep(make_and_run, NULL), 30);
}

/* x doubled `count` times in a Loop whose body also reaches the weights outside */
Test(interpreter_graphs, loops_run_their_body_again_and_again) {
  tn_error error;
  struct builder b = begin(tni_environment_system(), &error);
  const int64_t rounds = 5, three[] = {3};
  const uint8_t yes = 1;
  const float weights[] = {1, 2, 3};
  tni_value *x = input(&b, "x", TN_F32), *y = value(&b, "y", TN_F32),
            *all = value(&b, "all", TN_F32);
  tni_value *count = constant(&b, "count", TN_I64, 0, NULL, &rounds),
            *go = constant(&b, "go", TN_BOOL, 0, NULL, &yes);
  tni_value *w = constant(&b, "w", TN_F32, 1, three, weights);
  tni_node *loop =
      node(&b, "Loop", 25, 3, (tni_value *[]){count, go, x}, 2, (tni_value *[]){y, all});
  tni_graph *body = NULL, *main_graph = b.graph;
  cr_assert_eq(tni_graph_create_inner(b.graph, TN_STRING("body"), &body, NULL), TN_OK);
  b.graph = body;
  input(&b, "round", TN_I64);
  tni_value *condition = input(&b, "condition", TN_BOOL), *carried = input(&b, "carried", TN_F32);
  tni_value *sum = binary(&b, "Add", carried, w, TN_F32);
  output(&b, unary(&b, "Identity", 25, condition, TN_BOOL));
  output(&b, sum);
  output(&b, carried);
  cr_assert_eq(tni_node_set_graphs(loop, TN_STRING("body"), TN_ATTRIBUTE_GRAPH, 1, &body, NULL),
               TN_OK);
  b.graph = main_graph;
  output(&b, y);
  output(&b, all);
  tni_interpreter *model = finished(&b);
  tn_tensor *start = floats(3, (float[]){0, 0, 100}), *results[2] = {NULL, NULL};
  const tni_run_options options = {.inputs = &start, .outputs = results};
  cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_OK, "%s", error.message);
  expect_floats(results[0], 3, (float[]){5, 10, 115});
  cr_assert_eq(results[1]->rank, 2);
  cr_assert_eq(results[1]->shape[0], 5);
  cr_assert_eq(((float *)results[1]->data)[3 * 4 + 1], 8);
  for (int i = 0; i < 2; i++)
    tn_tensor_release(results[i]);
  tn_tensor_release(start);
  tni_interpreter_destroy(model);
}

Test(interpreter_graphs, a_single_node_must_not_reach_values_around_it) {
  tn_error error;
  struct builder b = begin(tni_environment_system(), &error);
  build_choice(&b);
  cr_assert_eq(tni_model_sync(b.model, NULL), TN_OK);
  tni_interpreter *interpreter = NULL;
  const tn_node *choose = &tni_model_find_node(b.model, TN_STRING("If"))->view;
  cr_assert_eq(
      tni_interpreter_create_for_node(choose, tni_environment_system(), &interpreter, &error),
      TN_MALFORMED);
  cr_assert_null(interpreter);
  tni_model_destroy(b.model);
}

static void run_often(void *user) {
  tn_error error;
  for (int i = 0; i < 200; i++)
    cr_assert_eq(run_choice(user, i % 2, i % 2 ? negative_of_made : negative_of_x, &error), TN_OK);
}

Test(interpreter_graphs, many_threads_run_one_interpreter) {
  tn_error error;
  struct builder b = begin(tni_environment_system(), &error);
  build_choice(&b);
  tni_interpreter *model = finished(&b);
  tni_thread threads[4];
  for (int i = 0; i < 4; i++)
    cr_assert_eq(tni_thread_start(&threads[i], "run", run_often, model, &error), TN_OK);
  for (int i = 0; i < 4; i++)
    tni_thread_join(&threads[i]);
  tni_interpreter_destroy(model);
}
