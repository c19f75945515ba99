/* The formula of tolerances.def, on cases whose bounds are known. */
#include "numbers/operator_reference.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "numbers/tolerance.h"
#include "ops/elements.h"

static expected expect(const char *name, uint32_t output, const arithmetic *how) {
  operator_spec spec;
  expected asked = {.tensor = NULL};
  tn_error error;
  cr_assert(eq(int, spec_parse(name, &spec, &error), TN_OK), "%s", error.message);
  cr_assert(eq(int, operator_expect(&spec, 1, output, how, &asked, &error), TN_OK), "%s",
            error.message);
  return asked;
}

static double largest_allowed(const char *name, const arithmetic *how) {
  expected asked = expect(name, 0, how);
  double most = 0;
  for (uint64_t i = 0; asked.allowed && i < tn_tensor_element_count(asked.tensor); i++)
    most = fmax(most, asked.allowed[i]);
  expected_clear(&asked);
  return most;
}

static const arithmetic accurate = {.precision = TN_F32, .mode = ARITHMETIC_ACCURACY};

Test(operator_reference, whole_numbers_are_exact_in_accuracy_mode) {
  cr_expect(eq(dbl, largest_allowed("operator.MatMul.whole/f32.rank2", &accurate), 0));
  cr_expect(gt(dbl, largest_allowed("operator.MatMul/f32.rank2", &accurate), 0));
}

Test(operator_reference, sums_follow_the_precision_that_is_reported) {
  arithmetic half = accurate;
  half.precision = TN_F16;
  const double in_f32 = largest_allowed("operator.MatMul/f32.rank2", &accurate),
               in_f16 = largest_allowed("operator.MatMul/f32.rank2", &half);
  cr_expect(gt(dbl, in_f16, 4096 * in_f32)); /* 2^13 between the unit roundoffs */
  cr_expect(lt(dbl, in_f16, 16384 * in_f32));
}

Test(operator_reference, a_normwise_bound_is_for_performance_mode_and_only_where_declared) {
  arithmetic fast = {.precision = TN_F32, .mode = ARITHMETIC_PERFORMANCE};
  const double alone = largest_allowed("operator.Conv.fast/f32.rank4", &fast);
  cr_assert(arithmetic_take(&fast, TN_STRING("f32:normwise")));
  const double declared = largest_allowed("operator.Conv.fast/f32.rank4", &fast);
  cr_expect(gt(dbl, declared, 4 * alone));
  cr_expect(gt(dbl, largest_allowed("operator.Conv.whole/f32.rank4", &fast), 0));
  fast.mode = ARITHMETIC_ACCURACY;
  cr_expect(eq(dbl, largest_allowed("operator.Conv.whole/f32.rank4", &fast), 0));
}

Test(operator_reference, elementary_functions_keep_their_ulps) {
  expected asked = expect("operator.Exp/f32.rank1", 0, &accurate);
  for (uint64_t i = 0; i < tn_tensor_element_count(asked.tensor); i++) {
    const double r = fabs(asked.values[i]);
    cr_expect(eq(dbl, asked.allowed[i], 3 * 2 * 0x1p-24 * r + 0x1p-24 * r));
  }
  expected_clear(&asked);
}

Test(operator_reference, flushed_numbers_pass_where_that_is_declared) {
  arithmetic flushes = accurate;
  cr_assert(arithmetic_take(&flushes, TN_STRING("f32:flush")));
  for (int declared = 0; declared < 2; declared++) {
    char why[200];
    expected asked = expect("operator.Add.denormal/f32.rank2", 0, declared ? &flushes : &accurate);
    float *numbers = asked.tensor->data;
    for (uint64_t i = 0; i < tn_tensor_element_count(asked.tensor); i++)
      if (fpclassify(numbers[i]) == FP_SUBNORMAL) numbers[i] = 0;
    cr_expect(eq(int, expected_accepts(&asked, asked.tensor, why, sizeof why), declared), "%s",
              why);
    expected_clear(&asked);
  }
}

/* Whether outputs pass whose infinite elements were changed, as a departure allows or not. */
static bool passes_changed(const char *name, const char *departure,
                           float (*change)(float element, double unrounded)) {
  arithmetic how = accurate;
  char why[200];
  if (departure) cr_assert(arithmetic_take(&how, tn_string_from(departure)));
  expected asked = expect(name, 0, &how);
  float *numbers = asked.tensor->data;
  uint32_t changed = 0;
  for (uint64_t i = 0; i < tn_tensor_element_count(asked.tensor); i++)
    if (isinf(numbers[i])) numbers[i] = change(numbers[i], asked.values[i]), changed++;
  cr_assert(gt(u32, changed, 0));
  const bool passes = expected_accepts(&asked, asked.tensor, why, sizeof why);
  expected_clear(&asked);
  return passes;
}

static float negated(float element, double unrounded) {
  (void)unrounded;
  return -element;
}

static float end_of_range(float element, double unrounded) {
  return isfinite(unrounded) ? copysignf(FLT_MAX, element) : element;
}

Test(operator_reference, what_follows_from_the_sign_of_zero_may_be_either_where_that_is_declared) {
  static const char name[] = "operator.Reciprocal.special/f32.rank2";
  cr_expect(not(passes_changed(name, NULL, negated)));
  cr_expect(passes_changed(name, "f32:no_signed_zero", negated));
}

Test(operator_reference, rounding_towards_zero_ends_at_the_largest_number_where_that_is_declared) {
  static const char name[] = "operator.Cast.special/f64.rank2.f32";
  cr_expect(not(passes_changed(name, NULL, end_of_range)));
  cr_expect(passes_changed(name, "f32:round_to_zero", end_of_range));
  cr_expect(not(passes_changed(name, "f32:round_to_zero", negated)));
}

Test(operator_reference, any_of_equal_elements_may_be_chosen) {
  char why[200];
  expected asked = expect("operator.TopK.edges/i32.rank2.ties", 1, &accurate);
  cr_assert(ne(ptr, asked.chosen, NULL));
  int64_t *indices = asked.tensor->data;
  const int32_t *from = asked.chosen->data;
  const int64_t right = indices[3], length = asked.chosen->shape[1];
  uint32_t accepted = 0, refused = 0;
  for (int64_t i = 0; i < length; i++) { /* the last index of the first row */
    const bool taken = i == indices[0] || i == indices[1] || i == indices[2];
    expected again = expect("operator.TopK.edges/i32.rank2.ties", 1, &accurate);
    ((int64_t *)again.tensor->data)[3] = i;
    const bool good = expected_accepts(&asked, again.tensor, why, sizeof why);
    cr_expect(eq(int, good, !taken && from[i] == from[right]), "%lld", (long long)i);
    accepted += good;
    refused += !good;
    expected_clear(&again);
  }
  cr_expect(ge(u32, accepted, 1));
  cr_expect(ge(u32, refused, 1));
  expected_clear(&asked);
}

Test(operator_reference, reads_declared_departures_and_nothing_else) {
  arithmetic how = {.precision = TN_ANY_TYPE};
  cr_expect(arithmetic_take(&how, TN_STRING("bf16:no_signed_zero")));
  cr_expect(eq(u32, arithmetic_controls(&how, TN_BF16), ARITHMETIC_NO_ZERO_SIGN));
  cr_expect(eq(u32, arithmetic_controls(&how, TN_F32), 0));
  cr_expect(not(arithmetic_take(&how, TN_STRING("f32"))));
  cr_expect(not(arithmetic_take(&how, TN_STRING("f32:"))));
  cr_expect(not(arithmetic_take(&how, TN_STRING("i8:flush"))));
  cr_expect(not(arithmetic_take(&how, TN_STRING("f32:flushes"))));
}
