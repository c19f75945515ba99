/* Operators whose output's shape is data: ConstantOfShape, Expand, Tile, Range, NonZero. */
#include "ops/shape_input.h"

#include "ops/operator_test.h"
#include "ops/shape_rules.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static tn_tensor *integers(size_t count, const double *values) {
  return tni_test_tensor(TN_I64, -1, NULL, count, values);
}

static void release_inputs(tni_operator_test *test) {
  tni_test_end(test);
  for (uint32_t i = 0; i < test->input_count; i++)
    if (test->inputs[i]) tn_tensor_release(test->inputs[i]);
}

/* Runs an operator of two inputs, of which the second is a shape. */
static tn_status run_with_shape(tni_operator_test *test, const char *name, uint32_t rank,
                                const int64_t *shape, size_t count, const double *numbers) {
  double values[64];
  size_t size = 1;
  for (uint32_t i = 0; i < rank; i++)
    size *= (size_t)shape[i];
  for (size_t i = 0; i < size; i++)
    values[i] = (double)i;
  *test = (tni_operator_test){.name = name, .input_count = 2};
  test->inputs[0] = tni_test_tensor(TN_I16, (int)rank, shape, size, values);
  test->inputs[1] = integers(count, numbers);
  return tni_test_run(test);
}

static void expect(const tn_tensor *tensor, const char *shape, size_t count,
                   const double *expected) {
  tni_facts facts = {.has_rank = 1, .rank = tensor->rank};
  double values[64];
  char text[64];
  for (uint32_t i = 0; i < tensor->rank; i++)
    facts.dimensions[i] = tni_dimension_of(tensor->shape[i]);
  cr_assert_str_eq(tni_shape_text(&facts, text, sizeof text), shape);
  cr_assert_eq(tn_tensor_element_count(tensor), count);
  tni_test_values(tensor, values);
  for (size_t i = 0; i < count; i++)
    cr_expect_eq(values[i], expected[i], "element %zu is %g", i, values[i]);
}

Test(shape_input, expand_broadcasts_both_ways) {
  tni_operator_test test;
  cr_assert_eq(run_with_shape(&test, "Expand", 2, (int64_t[]){3, 1}, 3, (double[]){2, 1, 2}),
               TN_OK);
  expect(test.outputs[0], "[2,3,2]", 12, (double[]){0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2});
  release_inputs(&test);
  cr_assert_eq(run_with_shape(&test, "Expand", 2, (int64_t[]){2, 2}, 1, (double[]){1}), TN_OK);
  expect(test.outputs[0], "[2,2]", 4, (double[]){0, 1, 2, 3});
  release_inputs(&test);
  cr_assert_eq(run_with_shape(&test, "Expand", 1, (int64_t[]){1}, 2, (double[]){0, 3}), TN_OK);
  expect(test.outputs[0], "[0,3]", 0, NULL);
  release_inputs(&test);
  cr_expect_eq(run_with_shape(&test, "Expand", 1, (int64_t[]){3}, 1, (double[]){2}),
               TN_WRONG_SHAPE);
  release_inputs(&test);
}

Test(shape_input, tile_repeats_every_axis) {
  tni_operator_test test;
  cr_assert_eq(run_with_shape(&test, "Tile", 2, (int64_t[]){2, 1}, 2, (double[]){2, 3}), TN_OK);
  expect(test.outputs[0], "[4,3]", 12, (double[]){0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1});
  release_inputs(&test);
  cr_assert_eq(run_with_shape(&test, "Tile", 1, (int64_t[]){2}, 1, (double[]){0}), TN_OK);
  expect(test.outputs[0], "[0]", 0, NULL);
  release_inputs(&test);
  cr_assert_eq(run_with_shape(&test, "Tile", 0, NULL, 0, NULL), TN_OK);
  expect(test.outputs[0], "[]", 1, (double[]){0});
  release_inputs(&test);
  cr_expect_eq(run_with_shape(&test, "Tile", 2, (int64_t[]){2, 1}, 1, (double[]){2}),
               TN_WRONG_SHAPE);
  release_inputs(&test);
}

Test(shape_input, shapes_that_are_none_are_refused) {
  tni_operator_test test;
  const double too_many[TN_MAX_RANK + 1] = {1};
  cr_expect_eq(run_with_shape(&test, "Expand", 1, (int64_t[]){1}, 1, (double[]){-1}),
               TN_OUT_OF_RANGE);
  cr_expect_not_null(strstr(test.error.message, "element 0 of input 1 is -1"), "%s",
                     test.error.message);
  release_inputs(&test);
  cr_expect_eq(run_with_shape(&test, "Expand", 1, (int64_t[]){1}, TN_MAX_RANK + 1, too_many),
               TN_WRONG_SHAPE);
  cr_expect_not_null(strstr(test.error.message, "rank 17"), "%s", test.error.message);
  release_inputs(&test);
}

/* The shape is not known to the rule, so that the kernel must find and allocate it. */
Test(shape_input, kernels_find_shapes_that_rules_could_not) {
  tni_facts unknown = {.type = TN_I64};
  tni_facts_set_vector(&unknown, tni_dimension_of(2));
  tni_operator_test test = {.name = "ConstantOfShape", .input_count = 1, .facts = {&unknown}};
  test.inputs[0] = integers(2, (double[]){2, 1});
  cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
  cr_expect_eq(test.inferred[0].rank, 2);
  cr_expect_eq(test.inferred[0].dimensions[0].max, TN_UNBOUNDED);
  expect(test.outputs[0], "[2,1]", 2, (double[]){0, 0});
  release_inputs(&test);
}

static tn_status run_range(tni_operator_test *test, uint32_t type, double start, double limit,
                           double delta) {
  const double numbers[] = {start, limit, delta};
  *test = (tni_operator_test){.name = "Range", .input_count = 3};
  for (size_t i = 0; i < 3; i++)
    test->inputs[i] = tni_test_tensor(type, 0, NULL, 1, &numbers[i]);
  return tni_test_run(test);
}

Test(shape_input, ranges_end_before_the_limit) {
  tni_operator_test test;
  cr_assert_eq(run_range(&test, TN_I32, 10, 3, -3), TN_OK);
  expect(test.outputs[0], "[3]", 3, (double[]){10, 7, 4});
  cr_expect_eq(test.inferred[0].elements[2].min, 4);
  release_inputs(&test);
  cr_assert_eq(run_range(&test, TN_F32, 0, 1, 0.25), TN_OK);
  expect(test.outputs[0], "[4]", 4, (double[]){0, 0.25, 0.5, 0.75});
  release_inputs(&test);
  cr_assert_eq(run_range(&test, TN_I64, 5, 5, 1), TN_OK);
  expect(test.outputs[0], "[0]", 0, NULL);
  release_inputs(&test);
  cr_assert_eq(run_range(&test, TN_I64, -9223372036854775808.0, 9223372036854774784.0,
                         9223372036854774784.0),
               TN_OK);
  cr_expect_eq(test.outputs[0]->shape[0], 3, "the distance does not fit int64_t");
  release_inputs(&test);
}

Test(shape_input, ranges_without_an_end_are_refused) {
  tni_operator_test test;
  const double limits[] = {INFINITY, NAN};
  cr_expect_eq(run_range(&test, TN_I64, 0, 5, 0), TN_INVALID_ARGUMENT);
  release_inputs(&test);
  for (size_t i = 0; i < 2; i++) {
    cr_expect_eq(run_range(&test, TN_F32, 0, limits[i], 1), TN_OUT_OF_RANGE);
    release_inputs(&test);
  }
}

Test(shape_input, non_zero_gives_one_row_per_axis) {
  const int64_t shape[] = {2, 2};
  const double numbers[] = {0, NAN, -1, 0};
  tni_operator_test test = {.name = "NonZero", .input_count = 1};
  test.inputs[0] = tni_test_tensor(TN_F16, 2, shape, 4, numbers);
  cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
  cr_expect_eq(test.inferred[0].dimensions[1].max, 4);
  expect(test.outputs[0], "[2,2]", 4, (double[]){0, 1, 1, 0});
  release_inputs(&test);
}
