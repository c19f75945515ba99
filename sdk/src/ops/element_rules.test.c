/* What rules say of elements, through the operators that models compute shapes with. */
#include "ops/element_rules.h"

#include "ops/operator_test.h"

#include <criterion/criterion.h>

static const tn_symbol batch = {.size = sizeof batch}, width = {.size = sizeof width};
static const tn_dimension of_batch = {0, TN_UNBOUNDED, &batch}, of_width = {1, 64, &width};

/* Facts of a vector of int64 numbers of which something is known. */
static tni_facts vector_of(const tn_dimension *elements, uint32_t count) {
  tni_facts facts = {.type = TN_I64, .elements = elements, .element_count = count};
  tni_facts_set_vector(&facts, tni_dimension_of(count));
  return facts;
}

static const tn_dimension *infer_two(tni_operator_test *test, const char *name, const tni_facts *a,
                                     const tni_facts *b) {
  *test = (tni_operator_test){.name = name, .input_count = 2, .facts = {a, b}};
  cr_assert_eq(tni_test_infer(test), TN_OK, "%s", test->error.message);
  return test->inferred[0].elements;
}

Test(element_rules, arithmetic_keeps_identity_where_it_can) {
  tni_operator_test test;
  const tn_dimension left[] = {of_batch, of_width, {6, 6, NULL}};
  const tn_dimension right[] = {{0, 0, NULL}, {2, 2, NULL}, {4, 4, NULL}};
  const tni_facts a = vector_of(left, 3), b = vector_of(right, 3);
  const tn_dimension *sum = infer_two(&test, "Add", &a, &b);
  cr_assert_not_null(sum);
  cr_expect_eq(sum[0].symbol, &batch);
  cr_expect(sum[1].min == 3 && sum[1].max == 66);
  cr_expect(sum[2].min == 10 && sum[2].max == 10);
  const tn_dimension ones[] = {{1, 1, NULL}};
  const tni_facts one = vector_of(ones, 1);
  const tn_dimension *product = infer_two(&test, "Mul", &a, &one);
  cr_assert_not_null(product);
  cr_expect(product[0].symbol == &batch && product[1].symbol == &width && product[2].min == 6);
  const tn_dimension *quotient = infer_two(&test, "Div", &a, &a);
  cr_assert_null(quotient, "batch may be 0");
}

Test(element_rules, quotients_and_differences_have_bounds) {
  tni_operator_test test;
  const tn_dimension left[] = {of_width, of_width}, twos[] = {{2, 2, NULL}},
                     ones[] = {{1, 1, NULL}};
  const tni_facts a = vector_of(left, 2), two = vector_of(twos, 1), one = vector_of(ones, 1);
  const tn_dimension *half = infer_two(&test, "Div", &a, &two);
  cr_assert_not_null(half);
  cr_expect(half[0].min == 0 && half[0].max == 32);
  const tn_dimension *less = infer_two(&test, "Sub", &a, &one);
  cr_assert_not_null(less);
  cr_expect(less[0].min == 0 && less[0].max == 63);
  cr_expect_null(infer_two(&test, "Sub", &one, &a), "may be negative");
  const tn_dimension *none = infer_two(&test, "Sub", &a, &a);
  cr_assert_not_null(none);
  cr_expect(none[1].min == 0 && none[1].max == 0);
}

Test(element_rules, extremes_and_known_numbers) {
  tni_operator_test test;
  const tn_dimension left[] = {of_width, {-3, -3, NULL}},
                     right[] = {{100, 100, NULL}, {7, 7, NULL}};
  const tni_facts a = vector_of(left, 2), b = vector_of(right, 2);
  const tn_dimension *smaller = infer_two(&test, "Min", &a, &b);
  cr_assert_not_null(smaller);
  cr_expect(smaller[0].symbol == &width && smaller[1].min == -3);
  const tn_dimension *larger = infer_two(&test, "Max", &a, &b);
  cr_assert_not_null(larger);
  cr_expect(larger[0].min == 100 && larger[1].max == 7);
  const tn_dimension *product = infer_two(&test, "Mul", &b, &b);
  cr_assert_not_null(product);
  cr_expect(product[0].min == 10000 && product[1].max == 49);
}

Test(element_rules, what_wraps_around_is_not_known) {
  tni_operator_test test;
  const tn_dimension extremes[] = {{INT64_MAX, INT64_MAX, NULL}};
  const tn_dimension ones[] = {{1, 1, NULL}};
  const tni_facts most = vector_of(extremes, 1), one = vector_of(ones, 1);
  cr_expect_null(infer_two(&test, "Add", &most, &one));
  const tn_dimension *less = infer_two(&test, "Sub", &most, &one);
  cr_assert_not_null(less);
  cr_expect(less[0].min == INT64_MAX - 1 && less[0].max == INT64_MAX - 1);
  const tn_dimension large[] = {{2000000000, 2000000000, NULL}};
  tni_facts a = vector_of(large, 1);
  a.type = TN_I32;
  cr_expect_null(infer_two(&test, "Add", &a, &a));
  a.type = TN_I64;
  cr_expect_not_null(infer_two(&test, "Add", &a, &a));
}

Test(element_rules, shape_to_range_and_back) {
  tni_facts data = {.type = TN_F32};
  tni_facts_set_shape(&data, 3, (tn_dimension[]){of_batch, {4, 4, NULL}, of_width});
  tni_operator_test shape = {.name = "Shape", .input_count = 1, .facts = {&data}};
  cr_assert_eq(tni_test_infer(&shape), TN_OK);
  cr_assert_eq(shape.inferred[0].element_count, 3);
  cr_expect_eq(shape.inferred[0].elements[2].symbol, &width);
  tni_operator_test filled = {
      .name = "ConstantOfShape", .input_count = 1, .facts = {&shape.inferred[0]}};
  cr_assert_eq(tni_test_infer(&filled), TN_OK);
  cr_assert_eq(filled.inferred[0].rank, 3);
  cr_expect_eq(filled.inferred[0].dimensions[0].symbol, &batch);
  cr_expect_eq(filled.inferred[0].type, TN_F32);
  const tn_dimension zero = {0, 0, NULL}, one = {1, 1, NULL};
  tni_facts start = {.type = TN_I64, .has_rank = 1, .elements = &zero, .element_count = 1};
  tni_facts step = {.type = TN_I64, .has_rank = 1, .elements = &one, .element_count = 1};
  tni_facts limit = {.type = TN_I64, .has_rank = 1, .elements = &of_batch, .element_count = 1};
  tni_operator_test range = {.name = "Range", .input_count = 3, .facts = {&start, &limit, &step}};
  cr_assert_eq(tni_test_infer(&range), TN_OK);
  cr_expect_eq(range.inferred[0].dimensions[0].symbol, &batch);
}
