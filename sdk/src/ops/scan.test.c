#include "ops/elements.h"
#include "ops/operator_test.h"
#include "ops/shape_rules.h"

#include "base/fault_allocator.h"
#include "graph/tensor.h"

#include <criterion/criterion.h>
#include <string.h>

/* The body under test, in C: from (state, element) it makes (state + element, 10 * element), all
 * vectors of the element's length. */
static const tn_dimension dimensions[] = {{2, 2, NULL}};
static const tn_value_info vector = {.size = sizeof vector,
                                     .flags = TN_VALUE_HAS_RANK,
                                     .type = TN_I32,
                                     .rank = 1,
                                     .dimensions = dimensions};
static const tn_value_info *const graph_outputs[] = {&vector, &vector};
static const tn_graph graph = {
    .size = sizeof graph, .input_count = 2, .output_count = 2, .outputs = graph_outputs};
static const tn_graph *const graph_attribute = &graph;
static const int64_t one = 1;

static tn_status run_round(tni_evaluation *evaluation, tn_tensor *const *inputs,
                           tn_tensor **outputs, tn_error *error) {
  const int32_t *state = inputs[0]->data, *element = inputs[1]->data;
  cr_assert_eq(inputs[1]->rank, 1);
  for (uint32_t k = 0; k < 2; k++)
    TN_TRY(tni_tensor_create(evaluation->environment, TN_I32, 1, inputs[1]->shape, &outputs[k],
                             error));
  int32_t *sum = outputs[0]->data, *scaled = outputs[1]->data;
  for (int64_t i = 0; i < inputs[1]->shape[0]; i++) {
    sum[i] = state[i] + element[i];
    scaled[i] = 10 * element[i];
  }
  return TN_OK;
}

static tn_status evaluate_graph(tni_evaluation *evaluation, const tn_graph *of,
                                tn_tensor *const *inputs, uint32_t input_count, tn_tensor **outputs,
                                uint32_t output_count, tn_error *error) {
  (void)of;
  cr_assert_eq(input_count * 10 + output_count, 22);
  const tn_status status = run_round(evaluation, inputs, outputs, error);
  for (uint32_t i = 0; status != TN_OK && i < output_count; i++) {
    if (outputs[i]) tn_tensor_release(outputs[i]);
    outputs[i] = NULL;
  }
  return status;
}

static tn_status infer_graph(tni_inference *inference, const tn_graph *of,
                             const tni_facts *const *inputs, tni_facts *outputs, tn_error *error) {
  (void)inference;
  (void)error;
  (void)of;
  outputs[0] = *inputs[0];
  outputs[1] = *inputs[1];
  return TN_OK;
}

/* A Scan of `rounds` elements of two numbers each: 0, 1 then 2, 3 and so on, along axis 0, or 1 of
 * the transposed. */
static void prepare(tni_operator_test *test, int64_t rounds, int along_one,
                    const tni_allocator *allocator) {
  double numbers[64];
  const double state[] = {100, 200};
  const int64_t shape[] = {along_one ? 2 : rounds, along_one ? rounds : 2};
  for (int64_t t = 0; t < rounds; t++)
    for (int64_t i = 0; i < 2; i++)
      numbers[along_one ? i * rounds + t : t * 2 + i] = (double)(2 * t + i);
  *test = (tni_operator_test){.name = "Scan",
                              .input_count = 2,
                              .output_count = 2,
                              .allocator = allocator,
                              .infer_graph = infer_graph,
                              .evaluate_graph = evaluate_graph};
  tni_test_graph(test, "body", &graph_attribute);
  tni_test_int(test, "num_scan_inputs", &one);
  test->inputs[0] = tni_test_tensor(TN_I32, -1, NULL, 2, state);
  test->inputs[1] = tni_test_tensor(TN_I32, 2, shape, (size_t)(2 * rounds), numbers);
}

static void finish(tni_operator_test *test) {
  tni_test_end(test);
  tn_tensor_release(test->inputs[0]);
  tn_tensor_release(test->inputs[1]);
}

static void expect(const tn_tensor *tensor, size_t count, const double *expected) {
  double values[64];
  cr_assert_eq(tn_tensor_element_count(tensor), count);
  tni_test_values(tensor, values);
  for (size_t i = 0; i < count; i++)
    cr_expect_eq(values[i], expected[i], "element %zu is %g", i, values[i]);
}

Test(scan, goes_over_axis_zero) {
  tni_operator_test test;
  prepare(&test, 3, 0, NULL);
  cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
  expect(test.outputs[0], 2, (double[]){106, 209});
  expect(test.outputs[1], 6, (double[]){0, 10, 20, 30, 40, 50});
  finish(&test);
}

Test(scan, axes_and_directions_are_obeyed) {
  tni_operator_test test;
  prepare(&test, 3, 1, NULL);
  const int64_t axis = -1, backwards = 1;
  tni_test_ints(&test, "scan_input_axes", &axis, 1);
  tni_test_ints(&test, "scan_output_axes", &axis, 1);
  tni_test_ints(&test, "scan_output_directions", &backwards, 1);
  cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
  expect(test.outputs[0], 2, (double[]){106, 209});
  cr_expect(test.outputs[1]->shape[0] == 2 && test.outputs[1]->shape[1] == 3);
  expect(test.outputs[1], 6, (double[]){40, 20, 0, 50, 30, 10});
  finish(&test);
  prepare(&test, 3, 0, NULL);
  tni_test_ints(&test, "scan_input_directions", &backwards, 1);
  cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
  expect(test.outputs[1], 6, (double[]){40, 50, 20, 30, 0, 10});
  finish(&test);
}

Test(scan, without_elements_the_state_stays) {
  tni_operator_test test;
  prepare(&test, 0, 0, NULL);
  cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
  expect(test.outputs[0], 2, (double[]){100, 200});
  cr_expect(test.outputs[1]->rank == 2 && test.outputs[1]->shape[0] == 0 &&
            test.outputs[1]->shape[1] == 2);
  finish(&test);
}

Test(scan, lists_of_a_wrong_length_and_axes_out_of_range_are_refused) {
  tni_operator_test test;
  const int64_t numbers[] = {0, 5};
  prepare(&test, 3, 0, NULL);
  tni_test_ints(&test, "scan_input_axes", numbers, 2);
  cr_expect_eq(tni_test_infer(&test), TN_MALFORMED);
  cr_expect_not_null(strstr(test.error.message, "must hold 1 numbers, 2 came"), "%s",
                     test.error.message);
  finish(&test);
  prepare(&test, 3, 0, NULL);
  tni_test_ints(&test, "scan_output_axes", numbers + 1, 1);
  cr_expect_eq(tni_test_infer(&test), TN_OUT_OF_RANGE);
  finish(&test);
}

static tn_status run_three(const tni_allocator *allocator, void *user) {
  (void)user;
  tni_operator_test test;
  prepare(&test, 3, 0, allocator);
  const tn_status status = tni_test_run(&test);
  finish(&test);
  return status;
}

Test(scan, every_failed_allocation_is_survived) {
  cr_expect_gt(tni_fault_sweep(run_three, NULL), 10);
}
