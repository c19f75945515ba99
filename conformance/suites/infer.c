/* Checks of inferences on the caller's thread. */
#define TN_GROUP "infer"
#include "engine/short_output.h"

#include <stdlib.h>
#include <string.h>

#include "engine/declared.h"

TN_CHECK(infer_computes_the_carrier, INFER, 1, 0, "infer computes the outputs of the carrier") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK_WITH(infer_on_device, INFER, 1, TEST_SLOW,
              "infer computes the outputs of the carrier on each device that supports it",
              .found = find_devices) {
  seen_answers answers;
  tn_model *carrier = test_model(t, "carrier");
  bool all = true;
  t->device = declared_device_find(t);
  NEED(carrier);
  REQUIRE(t->device.length);
  REQUIRE_OK(see_query(t, t->plugin, carrier, NULL, &answers, &t->error));
  for (uint32_t j = 0; j < answers.count; j++)
    all = all && answers.items[j]->supported;
  if (!all) NOT_APPLICABLE("this device does not support the carrier");
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

/* Every model of the list that the device supports. */
static void compute(test *t, const char *model, int64_t size) {
  tn_infer_request *request = test_request(t, test_compile(t, model));
  NEED(request);
  if (!test_set_inputs(t, request, model, t->seed, size)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, model, t->seed, size);
}

TN_CHECK(infer_network, INFER, 1, 0, "a small network gives the outputs of the reference") {
  compute(t, "network_f32", 1);
}
TN_CHECK(infer_chain, INFER, 1, 0, "operators in a row give the outputs of the reference") {
  compute(t, "chain", 1);
}

TN_CHECK(infer_fused_pair, INFER, 1, 0,
         "a pair of operators that devices like to fuse gives the outputs of the reference") {
  compute(t, "multiply_add", 1);
}

TN_CHECK(infer_fused_convolution, INFER, 1, 0,
         "a convolution with its activation gives the outputs of the reference") {
  compute(t, "convolution_activation", 1);
}

TN_CHECK(infer_all_outputs_written, INFER, 2, 0,
         "every output holds the result of this call: poisoned ones are overwritten") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  tn_tensor *first = NULL;
  const tn_model *model = test_model(t, "carrier");
  REQUIRE_OK(tn_infer_request_get_tensor(request, model->graph->input_count, &first, &t->error));
  tn_tensor *poisoned = test_tensor(t, first->type, first->rank, first->shape);
  NEED(poisoned && test_set_inputs(t, request, "carrier", t->seed, 4));
  REQUIRE_OK(tn_infer_request_set_tensor(request, model->graph->input_count, poisoned, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_output(t, poisoned, "carrier", 0, t->seed, 4);
}

TN_CHECK(infer_leaves_inputs, INFER, 3, 0, "infer leaves its inputs unchanged") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  tn_tensor *input = NULL;
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &input, &t->error));
  tn_tensor *copy = test_tensor(t, input->type, input->rank, input->shape);
  NEED(copy);
  suite_fill(copy, t->seed, 0);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  EXPECT(memcmp(copy->data, input->data, (size_t)copy->capacity_bytes) == 0);
}

TN_CHECK(
    infer_repeats, INFER, 5, 0,
    "equal inputs give equal outputs, changed inputs those of the changed ones, in any order") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  static const uint64_t order[] = {3, 5, 3, 3, 7, 5};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    if (!test_set_inputs(t, request, "carrier", order[i], 4)) return;
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, "carrier", order[i], 4);
  }
}

TN_CHECK(infer_in_place_change, INFER, 5, 0,
         "an input that the application changes in place is read anew by the next call") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  const tn_model *model = test_model(t, "carrier");
  for (uint32_t i = 0; i < model->graph->input_count; i++) {
    tn_tensor *input = NULL;
    REQUIRE_OK(tn_infer_request_get_tensor(request, i, &input, &t->error));
    suite_fill(input, 77, i);
  }
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", 77, 4);
}

static void count_calls(void *user, tn_infer_request *request, tn_status status,
                        const tn_error *error) {
  (void)request, (void)status, (void)error;
  ++*(int *)user;
}

TN_CHECK(infer_calls_no_callback, INFER, 6, 0, "infer calls no callback") {
  int calls = 0;
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  REQUIRE_OK(tn_infer_request_set_callback(request, count_calls, &calls, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_destroy_request(t, request);
  EXPECT(calls == 0);
}

/* --- sizes of outputs */

TN_CHECK(infer_output_too_small, INFER, 8, TEST_NEEDS_DYNAMIC,
         "an output too small without resize gives TOO_SMALL or is refused by set_tensor with "
         "WRONG_SHAPE") {
  tn_infer_request *request = test_request(t, test_compile(t, "relu_dynamic"));
  NEED(request);
  if (!test_set_inputs(t, request, "relu_dynamic", t->seed, 6)) return;
  tn_tensor *small = test_tensor(t, TN_F32, 2, (int64_t[]){2, 8});
  NEED(small);
  tensor_take_resize_away(t, small);
  tn_status set = tn_infer_request_set_tensor(request, 1, small, &t->error);
  if (set == TN_OK)
    EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_TOO_SMALL);
  else
    EXPECT_STATUS(set, TN_WRONG_SHAPE);
}

TN_CHECK(infer_output_tells_the_shape_needed, INFER, 8, TEST_NEEDS_DYNAMIC,
         "after TOO_SMALL get_tensor tells the shape needed, in another tensor than the one that "
         "was set, until the next set_tensor") {
  tn_infer_request *request = test_request(t, test_compile(t, "relu_dynamic"));
  tn_tensor *small = test_tensor(t, TN_F32, 2, (int64_t[]){2, 8}), *told = NULL;
  NEED(request && small);
  tensor_take_resize_away(t, small);
  if (!test_set_inputs(t, request, "relu_dynamic", t->seed, 6)) return;
  tn_status set = tn_infer_request_set_tensor(request, 1, small, &t->error);
  EXPECT_OK_OR(set, TN_WRONG_SHAPE);
  if (set != TN_OK) return;
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_TOO_SMALL);
  REQUIRE_OK(tn_infer_request_get_tensor(request, 1, &told, &t->error));
  EXPECT(told != small);
  REQUIRE(told->rank == 2);
  EXPECT(told->shape[0] == 6 && told->shape[1] == 8);
  tn_tensor *fits = test_tensor(t, TN_F32, 2, told->shape);
  NEED(fits);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 1, fits, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, 1, &told, &t->error));
  EXPECT(told == fits);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_output(t, fits, "relu_dynamic", 0, t->seed, 6);
}

TN_CHECK(infer_output_without_room, INFER, 8, 0,
         "an output of the right shape whose capacity does not hold it, without resize, gives "
         "TOO_SMALL or is refused by set_tensor with INVALID_ARGUMENT; nothing is written") {
  tn_infer_request *request = test_carrier_request(t);
  tn_model *model = test_model(t, "carrier");
  NEED(request && model);
  const uint32_t port = model->graph->input_count;
  tn_tensor *given = NULL;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, port, &given, &t->error));
  tn_tensor *full = test_tensor(t, given->type, given->rank, given->shape);
  NEED(full);
  const uint64_t capacity = full->capacity_bytes;
  unsigned char *before = malloc((size_t)capacity + 1);
  NEED(before);
  memcpy(before, full->data, (size_t)capacity);
  tensor_take_resize_away(t, full);
  full->capacity_bytes = capacity / 2;
  tn_status set = tn_infer_request_set_tensor(request, port, full, &t->error);
  if (set == TN_OK)
    EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_TOO_SMALL);
  else
    EXPECT_STATUS(set, TN_INVALID_ARGUMENT);
  EXPECT(memcmp(before, full->data, (size_t)capacity) == 0);
  tn_infer_request_set_tensor(request, port, NULL, NULL);
  full->capacity_bytes = capacity;
  free(before);
}

TN_CHECK(infer_resizes_output, INFER, 9, TEST_NEEDS_DYNAMIC,
         "an output tensor with resize is resized to the result's shape") {
  tn_infer_request *request = test_request(t, test_compile(t, "relu_dynamic"));
  NEED(request);
  if (!test_set_inputs(t, request, "relu_dynamic", t->seed, 6)) return;
  tn_tensor *output = test_tensor(t, TN_F32, 2, (int64_t[]){2, 8});
  NEED(output);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 1, output, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  EXPECT(output->rank == 2 && output->shape[0] == 6 && output->shape[1] == 8);
  test_expect_output(t, output, "relu_dynamic", 0, t->seed, 6);
}
