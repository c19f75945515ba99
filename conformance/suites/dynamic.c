/* Checks of shapes that are known only at the inference. */
#define TN_GROUP "dynamic"
#include "engine/check.h"

static void run_sizes(test *t, const char *model, const int64_t *sizes, size_t count) {
  tn_infer_request *request = test_request(t, test_compile(t, model));
  NEED(request);
  for (size_t i = 0; i < count; i++) {
    if (!test_set_inputs(t, request, model, t->seed + i, sizes[i])) return;
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, model, t->seed + i, sizes[i]);
  }
}

TN_CHECK(dynamic_grows_and_shrinks, INFER, 10, TEST_NEEDS_DYNAMIC,
         "after growing and shrinking inputs each output has its right shape and no data of an "
         "earlier run") {
  run_sizes(t, "relu_dynamic", (int64_t[]){3, 64, 1, 17, 2}, 5);
}

TN_CHECK(dynamic_joined_inputs, INFER, 10, TEST_NEEDS_DYNAMIC,
         "an output whose size is computed from those of two inputs is right") {
  run_sizes(t, "concat_dynamic", (int64_t[]){2, 16, 5}, 3);
}

TN_CHECK(dynamic_reshape, INFER, 10, TEST_NEEDS_DYNAMIC,
         "a shape computed from another one is right") {
  run_sizes(t, "reshape_dynamic", (int64_t[]){1, 16, 7}, 3);
}

TN_CHECK(dynamic_empty, INFER, 12, TEST_NEEDS_DYNAMIC, "a dimension of zero gives empty outputs") {
  run_sizes(t, "concat_dynamic", (int64_t[]){0, 3, 0}, 3);
}

/* Sets an input of 8 columns, and tells whether the plugin took it. */
static bool take_rows(test *t, tn_infer_request *request, uint32_t port, int64_t rows) {
  tn_tensor *tensor = test_tensor(t, TN_F32, 2, (int64_t[]){rows, 8});
  if (!tensor) return false;
  suite_fill(tensor, t->seed, port);
  tn_status status = tn_infer_request_set_tensor(request, port, tensor, &t->error);
  return test_record_either(t, status, TN_WRONG_SHAPE,
                            "set_tensor(request, input, tensor, &t->error)", __FILE__, __LINE__);
}

/* Sets all inputs to `rows` but one, and looks at the inference where the plugin took them. */
static void infer_with_odd_input(test *t, tn_infer_request *request, uint32_t count, uint32_t odd,
                                 const int64_t *rows) {
  bool taken = true;
  for (uint32_t i = 0; i < count; i++)
    taken = take_rows(t, request, i, rows[i == odd]) && taken;
  if (taken) EXPECT_FAILURE(tn_infer_request_infer(request, &t->error));
}

static const char *const added[] = {"add_dynamic", "multiply_add_dynamic", NULL};

TN_CHECK_WITH(
    dynamic_sizes_that_do_not_fit, INFER, 14, TEST_NEEDS_DYNAMIC,
    "inputs whose sizes lie within their bounds and do not fit each other make infer fail",
    .names = added) {
  static const int64_t pairs[][2] = {{3, 5}, {64, 2}, {2, 64}};
  tn_compiled_model *model = test_compile(t, t->parameter);
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  const uint32_t count = tn_compiled_model_ports(model)->input_count;
  for (uint32_t i = 0; i < count * (uint32_t)(sizeof pairs / sizeof *pairs); i++) {
    infer_with_odd_input(t, request, count, i % count, pairs[i / count]);
    if (!test_set_inputs(t, request, t->parameter, t->seed + i, 7)) return;
    EXPECT_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, t->parameter, t->seed + i, 7);
  }
}

/* The output's elements are those of the input, none below 0. */
static void expect_relu(test *t, const tn_tensor *input, const tn_tensor *output) {
  EXPECT_THAT(output->rank == input->rank &&
                  (input->rank == 0 ||
                   memcmp(output->shape, input->shape, input->rank * sizeof *input->shape) == 0),
              "the output of an input of rank %u has its shape", input->rank);
  if (output->rank != input->rank || output->strides) return;
  const float *x = input->data, *y = output->data;
  for (uint64_t i = 0; i < tn_tensor_element_count(input); i++)
    EXPECT_THAT(y[i] == (x[i] > 0 ? x[i] : 0), "element %llu of rank %u", (unsigned long long)i,
                input->rank);
}

TN_CHECK(dynamic_any_rank, INFER, 10, TEST_NEEDS_DYNAMIC,
         "an input of unknown rank takes tensors of any rank, one after the other") {
  static const int64_t shape[] = {2, 3, 1, 2};
  tn_infer_request *request = test_request(t, test_compile(t, "relu_unranked"));
  NEED(request);
  for (uint32_t rank = 0; rank <= 4; rank++) {
    tn_tensor *input = test_tensor(t, TN_F32, rank, shape), *output = NULL;
    NEED(input);
    suite_fill(input, t->seed + rank, 0);
    REQUIRE_OK(tn_infer_request_set_tensor(request, 0, input, &t->error));
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    REQUIRE_OK(tn_infer_request_get_tensor(request, 1, &output, &t->error));
    expect_relu(t, input, output);
  }
}

TN_CHECK(dynamic_bounds, INFER, 11, TEST_NEEDS_DYNAMIC,
         "an input outside of the bounds of a dynamic dimension is refused with WRONG_SHAPE") {
  tn_infer_request *request = test_request(t, test_compile(t, "relu_dynamic"));
  NEED(request);
  tn_tensor *large = test_tensor(t, TN_F32, 2, (int64_t[]){65, 8});
  tn_tensor *empty = test_tensor(t, TN_F32, 2, (int64_t[]){0, 8});
  NEED(large && empty);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, large, &t->error), TN_WRONG_SHAPE);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, empty, &t->error), TN_WRONG_SHAPE);
}

TN_CHECK(dynamic_shape_of_output, INFER, 10, TEST_NEEDS_DYNAMIC,
         "get_tensor tells the shape of a dynamic output after the inference") {
  tn_infer_request *request = test_request(t, test_compile(t, "relu_dynamic"));
  NEED(request);
  tn_tensor *output = NULL;
  if (!test_set_inputs(t, request, "relu_dynamic", t->seed, 9)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, 1, &output, &t->error));
  EXPECT(!(output->flags & TN_TENSOR_UNSHAPED) && output->rank == 2 && output->shape[0] == 9);
}

TN_CHECK(dynamic_ports_tell_bounds, COMPILE, 2, TEST_NEEDS_DYNAMIC,
         "ports of a compiled model tell the bounds of unknown dimensions") {
  tn_compiled_model *model = test_compile(t, "relu_dynamic");
  NEED(model);
  const tn_value_info *port = tn_compiled_model_ports(model)->inputs[0];
  EXPECT((port->flags & TN_VALUE_HAS_RANK) && port->rank == 2);
  EXPECT(port->dimensions[0].min == 1 && port->dimensions[0].max == 64);
  EXPECT(port->dimensions[1].min == 8 && port->dimensions[1].max == 8);
}

/* --- inputs that were never set */

static bool is_unshaped(test *t, tn_infer_request *request, uint32_t port) {
  tn_tensor *own = NULL;
  tn_status status = tn_infer_request_get_tensor(request, port, &own, &t->error);
  return test_record_status(t, status, TN_OK, "get_tensor(request, port, &own, &t->error)",
                            __FILE__, __LINE__) &&
         (own->flags & TN_TENSOR_UNSHAPED);
}

static const char shaped[] = "dynamic inputs that were never set have a shape";

TN_CHECK(dynamic_missing_input, INFER, 15, TEST_NEEDS_DYNAMIC,
         "a dynamic input that has no shape makes infer and start fail with WRONG_SHAPE, and the "
         "request works once it is set") {
  tn_infer_request *request = test_request(t, test_compile(t, "relu_dynamic"));
  NEED(request);
  if (!is_unshaped(t, request, 0)) NOT_APPLICABLE(shaped);
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_WRONG_SHAPE);
  tn_status started = tn_infer_request_start(request, NULL, &t->error);
  EXPECT_STATUS(started == TN_OK ? tn_infer_request_wait(request, -1, NULL) : started,
                TN_WRONG_SHAPE);
  if (!test_set_inputs(t, request, "relu_dynamic", t->seed, 5)) return;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "relu_dynamic", t->seed, 5);
}

TN_CHECK(dynamic_one_input_missing, INFER, 15, TEST_NEEDS_DYNAMIC,
         "one of two dynamic inputs that has no shape makes infer fail with WRONG_SHAPE") {
  for (uint32_t missing = 0; missing < 2; missing++) {
    tn_infer_request *request = test_request(t, test_compile(t, "concat_dynamic"));
    tn_tensor *rows = test_tensor(t, TN_F32, 2, (int64_t[]){3, 3});
    NEED(request && rows);
    if (!is_unshaped(t, request, missing)) NOT_APPLICABLE(shaped);
    suite_fill(rows, t->seed, 0);
    REQUIRE_OK(tn_infer_request_set_tensor(request, 1 - missing, rows, &t->error));
    EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_WRONG_SHAPE);
  }
}

TN_CHECK(dynamic_unshaped_input, INFER, 15, TEST_NEEDS_DYNAMIC,
         "a tensor marked UNSHAPED is refused as input with WRONG_SHAPE") {
  tn_infer_request *request = test_request(t, test_compile(t, "relu_dynamic"));
  tn_tensor *tensor = test_tensor(t, TN_F32, 0, NULL);
  NEED(request && tensor);
  const tn_tensor before = *tensor;
  tensor->flags |= TN_TENSOR_UNSHAPED;
  tensor->data = NULL;
  tensor->capacity_bytes = 0;
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, tensor, &t->error), TN_WRONG_SHAPE);
  *tensor = before;
}

/* --- empty tensors */

TN_CHECK(dynamic_empty_without_memory, TENSOR, 9, TEST_NEEDS_DYNAMIC,
         "a tensor with a zero dimension may have NULL as data, as input and as output") {
  static const int64_t shape[] = {0, 3};
  tn_infer_request *request = test_request(t, test_compile(t, "concat_dynamic"));
  NEED(request);
  for (uint32_t port = 0; port < 3; port++) {
    tn_tensor *empty = test_tensor(t, TN_F32, 2, shape);
    NEED(empty);
    empty->data = NULL;
    empty->capacity_bytes = 0;
    REQUIRE_OK(tn_infer_request_set_tensor(request, port, empty, &t->error));
  }
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "concat_dynamic", t->seed, 0);
}
