#include "ops/interpreter_test.h"

/* --- outputs and inputs */

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

/* --- memory, observers, variables, errors */

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

Test(interpreter, types_that_were_not_known_are_checked_when_they_are) {
  tn_error error = {0};
  struct builder b = begin(tni_environment_system(), &error);
  tni_value *x = input(&b, "x", TN_ANY_TYPE), *y = input(&b, "y", TN_ANY_TYPE);
  output(&b, binary(&b, "Add", x, y, TN_ANY_TYPE));
  tni_interpreter *add = finished(&b);
  const int64_t shape[] = {2};
  const double numbers[] = {0, 0};
  tn_tensor *real = tensor(TN_F64, 1, shape, numbers), *whole = tensor(TN_I64, 1, shape, numbers);
  tn_tensor *inputs[] = {real, real}, *outputs[] = {NULL};
  const tni_run_options options = {.inputs = inputs, .outputs = outputs};
  cr_expect_eq(tni_interpreter_run(add, &options, &error), TN_OK, "%s", error.message);
  cr_expect_eq(outputs[0]->type, TN_F64);
  tn_tensor_release(outputs[0]);
  outputs[0] = NULL;
  inputs[1] = whole;
  cr_expect_eq(tni_interpreter_run(add, &options, &error), TN_MALFORMED);
  cr_expect_not_null(strstr(error.message, "double, but has int64"), "%s", error.message);
  cr_expect_null(outputs[0]);
  tni_interpreter_destroy(add);
  tn_tensor_release(real);
  tn_tensor_release(whole);
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
