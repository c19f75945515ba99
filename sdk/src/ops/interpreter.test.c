#include "ops/interpreter.h"

#include <criterion/criterion.h>
#include <string.h>
#include "base/fault_allocator.h"
#include "base/platform/thread.h"
#include "graph/graph.h"
#include "graph/tensor.h"

/* --- building models ----------------------------------------------------------------------------
 */

/* A model under construction; the first failure stays in `status`, and everything after it is left
 * out. */
struct builder {
  tni_model *model;
  tni_graph *graph;
  tn_status status;
  tn_error *error;
};

static struct builder begin(const tni_environment *environment, tn_error *error) {
  struct builder b = {NULL, NULL, TN_OK, error};
  b.status = tni_model_create(environment, TN_STRING("m"), &b.model, error);
  if (b.status != TN_OK) return b;
  b.graph = b.model->graph;
  b.status = tni_model_set_operator_set(b.model, TN_STRING(""), TN_ONNX_OPERATOR_SET, error);
  if (b.status == TN_OK)
    b.status =
        tni_model_set_operator_set(b.model, TN_STRING("tenon"), TN_TENON_OPERATOR_SET, error);
  return b;
}

static tni_value *value(struct builder *b, const char *name, uint32_t type) {
  tni_value *made = NULL;
  if (b->status == TN_OK)
    b->status = tni_graph_add_value(b->graph, tn_string_from(name), &made, b->error);
  if (made) tni_value_set_type(made, type);
  return made;
}

static tni_value *input(struct builder *b, const char *name, uint32_t type) {
  tni_value *made = value(b, name, type);
  if (made) b->status = tni_graph_add_input(b->graph, made, b->error);
  return made;
}

static void output(struct builder *b, tni_value *of) {
  if (b->status == TN_OK) b->status = tni_graph_add_output(b->graph, of, b->error);
}

static tni_value *constant(struct builder *b, const char *name, uint32_t type, uint32_t rank,
                           const int64_t *shape, const void *data) {
  tn_tensor *tensor = NULL;
  tni_value *made = NULL;
  if (b->status == TN_OK)
    b->status =
        tni_tensor_create_copy(b->model->environment, type, rank, shape, data, &tensor, b->error);
  if (!tensor) return NULL;
  if (b->status == TN_OK)
    b->status = tni_graph_add_constant(b->graph, tn_string_from(name), tensor, &made, b->error);
  tn_tensor_release(tensor);
  return made;
}

static tni_node *node(struct builder *b, const char *operation, uint32_t version,
                      uint32_t input_count, tni_value *const *inputs, uint32_t output_count,
                      tni_value *const *outputs) {
  tni_node *made = NULL;
  if (b->status == TN_OK)
    b->status = tni_graph_add_node(b->graph, tn_string_from(operation), TN_STRING(""),
                                   tn_string_from(operation), version, &made, b->error);
  if (b->status == TN_OK) b->status = tni_node_set_inputs(made, input_count, inputs, b->error);
  if (b->status == TN_OK) b->status = tni_node_set_outputs(made, output_count, outputs, b->error);
  return made;
}

static tni_value *unary(struct builder *b, const char *operation, uint32_t version, tni_value *x,
                        uint32_t type) {
  tni_value *y = value(b, "", type);
  node(b, operation, version, 1, (tni_value *[]){x}, 1, (tni_value *[]){y});
  return y;
}

static tni_value *binary(struct builder *b, const char *operation, tni_value *x, tni_value *y,
                         uint32_t type) {
  tni_value *z = value(b, "", type);
  node(b, operation, 14, 2, (tni_value *[]){x, y}, 1, (tni_value *[]){z});
  return z;
}

/* Freezes what was built and makes an interpreter of it. */
static tn_status finish(struct builder *b, const tni_environment *environment,
                        tni_interpreter **out) {
  tn_model *view = NULL;
  if (b->status == TN_OK) b->status = tni_model_freeze(b->model, &view, b->error);
  if (!view) {
    tni_model_destroy(b->model);
    return b->status;
  }
  b->status = tni_interpreter_create(view, environment, out, b->error);
  tn_model_release(view);
  return b->status;
}

static tni_interpreter *finished(struct builder *b) {
  tni_interpreter *made = NULL;
  cr_assert_eq(finish(b, tni_environment_system(), &made), TN_OK, "%s", b->error->message);
  return made;
}

static tn_tensor *tensor(uint32_t type, uint32_t rank, const int64_t *shape, const void *data) {
  tn_tensor *made = NULL;
  cr_assert_eq(
      tni_tensor_create_copy(tni_environment_system(), type, rank, shape, data, &made, NULL),
      TN_OK);
  return made;
}

static tn_tensor *floats(int64_t count, const float *numbers) {
  return tensor(TN_F32, 1, &count, numbers);
}

/* relu(x + w), with w = 10, 20, 30 */
static tni_value *add_and_relu(struct builder *b, tni_value *x) {
  static const int64_t shape[] = {3};
  static const float numbers[] = {10, 20, 30};
  tni_value *w = constant(b, "w", TN_F32, 1, shape, numbers);
  return unary(b, "Relu", 14, binary(b, "Add", x, w, TN_F32), TN_F32);
}

static tni_interpreter *relu_model(tn_error *error) {
  struct builder b = begin(tni_environment_system(), error);
  output(&b, add_and_relu(&b, input(&b, "x", TN_F32)));
  return finished(&b);
}

static void expect_floats(const tn_tensor *got, int64_t count, const float *expected) {
  cr_assert_eq(got->type, TN_F32);
  cr_assert_eq(tn_tensor_element_count(got), (uint64_t)count);
  for (int64_t i = 0; i < count; i++)
    cr_assert_eq(((const float *)got->data)[i], expected[i], "element %ld", (long)i);
}

/* --- outputs and inputs
 * --------------------------------------------------------------------------- */

Test(interpreter, new_and_given_outputs_get_the_results) {
  tn_error error;
  tni_interpreter *model = relu_model(&error);
  const float numbers[] = {-50, 1, 2}, expected[] = {0, 21, 32}, zeros[4] = {0};
  tn_tensor *x = floats(3, numbers), *y = NULL;
  const tni_run_options options = {.inputs = &x, .outputs = &y};
  cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_OK, "%s", error.message);
  expect_floats(y, 3, expected);
  cr_assert_eq((uintptr_t)y->data % TN_TENSOR_ALIGNMENT, 0);
  memset(y->data, 0, 12);
  tn_tensor *const same = y;
  cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_OK);
  cr_assert_eq(y, same);
  expect_floats(y, 3, expected);
  tn_tensor_release(y);
  y = floats(4, zeros);
  cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_OK, "it is resized");
  expect_floats(y, 3, expected);
  tn_tensor_release(y);
  y = floats(4, zeros);
  tn_tensor *fixed = NULL;
  const int64_t four[] = {4}, three[] = {3}, apart[] = {2};
  cr_assert_eq(tni_tensor_create_view(tni_environment_system(), y, 0, 1, four, NULL, &fixed, NULL),
               TN_OK);
  const tni_run_options into_fixed = {.inputs = &x, .outputs = &fixed};
  cr_assert_eq(tni_interpreter_run(model, &into_fixed, &error), TN_TOO_SMALL);
  cr_assert_not_null(strstr(error.message, "output"));
  tn_tensor_release(fixed);
  tn_tensor_release(y);
  y = floats(6, (float[6]){9, 9, 9, 9, 9, 9});
  cr_assert_eq(
      tni_tensor_create_view(tni_environment_system(), y, 0, 1, three, apart, &fixed, NULL), TN_OK);
  cr_assert_eq(tni_interpreter_run(model, &into_fixed, &error), TN_OK, "%s", error.message);
  expect_floats(y, 6, (float[]){0, 9, 21, 9, 32, 9});
  tn_tensor_release(fixed);
  tn_tensor_release(y);
  tn_tensor_release(x);
  tni_interpreter_destroy(model);
  tni_interpreter_destroy(NULL);
}

Test(interpreter, strided_and_unaligned_tensors_are_read_right) {
  tn_error error;
  struct builder b = begin(tni_environment_system(), &error);
  _Alignas(8) unsigned char bytes[16];
  const float weights[] = {1, 2, 3}, numbers[] = {1, 0, 2, 0, 3, 0};
  memcpy(bytes + 1, weights, sizeof weights);
  const int64_t three[] = {3}, apart[] = {2};
  tn_tensor *unaligned = NULL, *base = floats(6, numbers), *x = NULL, *y = NULL;
  cr_assert_eq(
      tni_tensor_create_borrowed(tni_environment_system(), TN_F32, 1, three, bytes + 1, 12,
                                 TN_TENSOR_READ_ONLY, (tni_keeper){NULL, NULL}, &unaligned, NULL),
      TN_OK);
  tni_value *w = NULL;
  tni_graph_add_constant(b.graph, TN_STRING("w"), unaligned, &w, NULL);
  tn_tensor_release(unaligned);
  output(&b, binary(&b, "Add", input(&b, "x", TN_F32), w, TN_F32));
  tni_interpreter *model = finished(&b);
  cr_assert_eq(tni_tensor_create_view(tni_environment_system(), base, 0, 1, three, apart, &x, NULL),
               TN_OK);
  const tni_run_options options = {.inputs = &x, .outputs = &y};
  cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_OK, "%s", error.message);
  expect_floats(y, 3, (float[]){2, 4, 6});
  tn_tensor_release(x);
  tn_tensor_release(y);
  tn_tensor_release(base);
  tni_interpreter_destroy(model);
}

Test(interpreter, an_input_or_constant_that_is_an_output_is_copied) {
  tn_error error;
  struct builder b = begin(tni_environment_system(), &error);
  const int64_t one[] = {1};
  const float number = 7;
  output(&b, input(&b, "x", TN_F32));
  output(&b, constant(&b, "c", TN_F32, 1, one, &number));
  tni_interpreter *model = finished(&b);
  tn_tensor *x = floats(2, (float[]){1, 2}), *y[2] = {NULL, NULL};
  const tni_run_options options = {.inputs = &x, .outputs = y};
  cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_OK);
  cr_assert_neq(y[0], x);
  expect_floats(y[0], 2, (float[]){1, 2});
  expect_floats(y[1], 1, (float[]){7});
  ((float *)y[1]->data)[0] = 0;
  tn_tensor_release(y[1]);
  y[1] = NULL;
  cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_OK);
  expect_floats(y[1], 1, (float[]){7});
  for (int i = 0; i < 2; i++)
    tn_tensor_release(y[i]);
  tn_tensor_release(x);
  tni_interpreter_destroy(model);
}

Test(interpreter, inputs_that_do_not_fit_are_refused) {
  tn_error error;
  struct builder b = begin(tni_environment_system(), &error);
  tni_value *x = input(&b, "x", TN_F32);
  tni_value_set_shape(x, 1, (tn_dimension[]){{2, 4, NULL}}, NULL);
  output(&b, unary(&b, "Relu", 14, x, TN_F32));
  tni_interpreter *model = finished(&b);
  const float numbers[5] = {0};
  const int64_t two[] = {2}, one_by_two[] = {1, 2};
  tn_tensor *const cases[] = {floats(1, numbers), floats(5, numbers),
                              tensor(TN_F32, 2, one_by_two, numbers),
                              tensor(TN_I32, 1, two, numbers)};
  const tn_status expected[] = {TN_WRONG_SHAPE, TN_WRONG_SHAPE, TN_WRONG_SHAPE, TN_WRONG_TYPE};
  for (int i = 0; i < 4; i++) {
    tn_tensor *y = NULL;
    const tni_run_options options = {.inputs = &cases[i], .outputs = &y};
    cr_assert_eq(tni_interpreter_run(model, &options, &error), expected[i]);
    cr_assert_not_null(strstr(error.message, "input x"), "%s", error.message);
    cr_assert_null(y);
    tn_tensor_release(cases[i]);
  }
  tni_interpreter_destroy(model);
}

/* --- shapes that depend on data, inner graphs
 * ------------------------------------------------------- */

Test(interpreter, shapes_may_depend_on_data) {
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

Test(interpreter, branches_reach_values_around_them) {
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

Test(interpreter, every_failed_allocation_is_survived) {
  cr_assert_gt(tni_fault_sweep(make_and_run, NULL), 30);
}

/* x doubled `count` times in a Loop whose body also reaches the weights outside */
Test(interpreter, loops_run_their_body_again_and_again) {
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

/* --- memory, observers, variables, errors
 * ------------------------------------------------------------ */

struct watch {
  tni_fault_allocator *memory;
  size_t most;
  int before, after, end_at;
};

static int watch_before(void *user, const tn_node *seen) {
  struct watch *watch = user;
  cr_assert_gt(seen->name.length, 0);
  return ++watch->before == watch->end_at;
}

static int watch_after(void *user, const tn_node *seen, tn_tensor *const *outputs, uint32_t count) {
  struct watch *watch = user;
  cr_assert_eq(count, seen->output_count);
  cr_assert_not_null(outputs[0]);
  watch->after++;
  const size_t live = watch->memory->live;
  if (live > watch->most) watch->most = live;
  return 0;
}

Test(interpreter, tensors_are_freed_after_their_last_use) {
  tni_fault_allocator memory;
  tni_fault_allocator_init(&memory, TNI_NEVER);
  tni_environment environment = *tni_environment_system();
  environment.allocator = &memory.allocator;
  tn_error error;
  struct builder b = begin(&environment, &error);
  tni_value *x = input(&b, "x", TN_F32);
  for (int i = 0; i < 200; i++) {
    unary(&b, "Neg", 13, x, TN_F32); /* its result is never used */
    x = unary(&b, "Relu", 14, x, TN_F32);
  }
  output(&b, x);
  tni_interpreter *model = NULL;
  cr_assert_eq(finish(&b, &environment, &model), TN_OK);
  tn_tensor *start = floats(2, (float[]){1, 2}), *y = NULL;
  const size_t at_rest = memory.live;
  struct watch watch = {&memory, 0, 0, 0, 0};
  const tni_observer observer = {watch_before, watch_after, &watch};
  const tni_run_options options = {.inputs = &start, .outputs = &y, .observer = &observer};
  cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_OK);
  cr_assert_eq(watch.before, 400);
  cr_assert_eq(watch.after, 400);
  cr_assert_leq(watch.most - at_rest, 12, "%zu blocks", watch.most - at_rest);
  tn_tensor_release(y);
  y = NULL;
  cr_assert_eq(memory.live, at_rest);
  watch.before = 0;
  watch.end_at = 7;
  cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_CANCELLED);
  cr_assert_eq(watch.before, 7);
  cr_assert_null(y);
  cr_assert_eq(memory.live, at_rest);
  tn_tensor_release(start);
  tni_interpreter_destroy(model);
  cr_assert_eq(memory.live, 0);
}

Test(interpreter, what_has_no_kernel_is_named) {
  tn_error error;
  struct builder b = begin(tni_environment_system(), &error);
  output(&b, unary(&b, "NoSuchOperator", 3, input(&b, "x", TN_F32), TN_F32));
  tni_interpreter *model = NULL;
  cr_assert_eq(finish(&b, tni_environment_system(), &model), TN_UNSUPPORTED);
  cr_assert_null(model);
  cr_assert_not_null(strstr(error.message, "NoSuchOperator"), "%s", error.message);
  cr_assert_not_null(strstr(error.message, "version 3"));
}

Test(interpreter, a_view_that_is_out_of_order_is_refused) {
  tn_error error;
  struct builder b = begin(tni_environment_system(), &error);
  output(&b, add_and_relu(&b, input(&b, "x", TN_F32)));
  cr_assert_eq(tni_model_sync(b.model, NULL), TN_OK);
  const tn_node *turned[] = {b.graph->nodes[1], b.graph->nodes[0]};
  tn_graph graph = b.graph->view;
  graph.nodes = turned;
  b.model->view.graph = &graph;
  tni_interpreter *model = NULL;
  cr_assert_eq(tni_interpreter_create(&b.model->view, tni_environment_system(), &model, &error),
               TN_MALFORMED);
  cr_assert_not_null(strstr(error.message, "Relu"));
  tni_model_destroy(b.model);
}

Test(interpreter, shape_rules_say_what_does_not_fit) {
  tn_error error;
  tni_interpreter *model = relu_model(&error);
  tn_tensor *x = floats(2, (float[]){1, 2}), *y = NULL;
  const tni_run_options options = {.inputs = &x, .outputs = &y};
  cr_assert_neq(tni_interpreter_run(model, &options, &error), TN_OK);
  cr_assert_not_null(strstr(error.message, "Add"), "%s", error.message);
  cr_assert_null(y);
  tn_tensor_release(x);
  tni_interpreter_destroy(model);
}

static tn_status run_node(const tni_allocator *allocator, void *user) {
  tni_environment environment = *tni_environment_system();
  environment.allocator = allocator;
  tn_error error = {.status = TN_OK};
  tni_interpreter *interpreter = NULL;
  tn_tensor *x = floats(2, (float[]){3, 4}), *y = NULL;
  tn_tensor *const inputs[] = {x, x};
  const tni_run_options options = {.inputs = inputs, .outputs = &y};
  tn_status status = tni_interpreter_create_for_node(user, &environment, &interpreter, &error);
  if (status == TN_OK) status = tni_interpreter_run(interpreter, &options, &error);
  if (status == TN_OK) {
    expect_floats(y, 2, (float[]){9, 16});
    tn_tensor_release(y);
  }
  tn_tensor_release(x);
  tni_interpreter_destroy(interpreter);
  cr_assert_eq(error.status, status);
  return status;
}

Test(interpreter, a_single_node_runs_alone) {
  tn_error error;
  struct builder b = begin(tni_environment_system(), &error);
  tni_value *x = input(&b, "x", TN_F32);
  tni_value *square = binary(&b, "Mul", x, x, TN_F32);
  cr_assert_gt(tni_fault_sweep(run_node, &square->producer->view), 5);
  tni_model_destroy(b.model);
}

Test(interpreter, a_single_node_must_not_reach_values_around_it) {
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

static tni_interpreter *variable_model(tn_error *error) {
  struct builder b = begin(tni_environment_system(), error);
  tni_value *x = input(&b, "x", TN_F32), *old = value(&b, "old", TN_F32);
  tni_node *read = node(&b, "ReadValue", 1, 1, &x, 1, &old);
  tni_value *sum = binary(&b, "Add", x, old, TN_F32);
  tni_node *assign = node(&b, "Assign", 1, 1, &sum, 1, (tni_value *[]){value(&b, "kept", TN_F32)});
  for (int i = 0; i < 2; i++) {
    tni_node *of = i ? assign : read;
    tni_node_set_operator(of, TN_STRING("tenon"), of->view.operation, 1, NULL);
    tni_node_set_string(of, TN_STRING("variable_id"), TN_STRING("s"), NULL);
  }
  output(&b, sum);
  return finished(&b);
}

Test(interpreter, variables_live_from_run_to_run) {
  tn_error error;
  tni_interpreter *model = variable_model(&error);
  const tn_string name = TN_STRING_INIT("s");
  tni_variable variable = {NULL};
  const tni_variables variables = {&name, &variable, 1};
  tn_tensor *x = floats(1, (float[]){2}), *y = NULL;
  tni_run_options options = {.inputs = &x, .outputs = &y, .variables = &variables};
  for (int i = 2; i < 5; i++) {
    cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_OK, "%s", error.message);
    expect_floats(y, 1, (float[]){(float)(2 * i)});
  }
  tn_tensor_release(y);
  y = NULL;
  options.variables = NULL;
  cr_assert_eq(tni_interpreter_run(model, &options, &error), TN_NOT_FOUND);
  cr_assert_not_null(strstr(error.message, "variable s"), "%s", error.message);
  tn_tensor_release(variable.tensor);
  tn_tensor_release(x);
  tni_interpreter_destroy(model);
}

static void run_often(void *user) {
  tn_error error;
  for (int i = 0; i < 200; i++)
    cr_assert_eq(run_choice(user, i % 2, i % 2 ? negative_of_made : negative_of_x, &error), TN_OK);
}

Test(interpreter, many_threads_run_one_interpreter) {
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
