#include "engine/compare.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
#include <string.h>

#include "graph/tensor.h"

static tn_tensor *make(uint32_t type, int64_t count, const void *elements) {
  tn_tensor *tensor = NULL;
  cr_assert(
      eq(int,
         tni_tensor_create_copy(tni_environment_system(), type, 1, &count, elements, &tensor, NULL),
         TN_OK));
  return tensor;
}

/* Whether `found` passes for `expected`. */
static bool passes(uint32_t type, int64_t count, const void *expected, const void *found,
                   compare_bound bound) {
  char why[400] = "";
  tn_tensor *a = make(type, count, expected), *b = make(type, count, found);
  bool same = compare_tensors(a, b, bound, why, sizeof why);
  cr_assert(eq(int, same, why[0] == 0));
  tn_tensor_release(a);
  tn_tensor_release(b);
  return same;
}

static bool reals_pass(float expected, float found, compare_bound bound) {
  return passes(TN_F32, 1, &expected, &found, bound);
}

Test(compare, reals_by_their_bound) {
  const compare_bound bound = {0.01, 0.001};
  cr_assert(reals_pass(100, 100.10f, bound));
  cr_assert(not(reals_pass(100, 100.12f, bound)));
  cr_assert(reals_pass(0, 0.009f, bound));
  cr_assert(not(reals_pass(0, -0.011f, bound)));
}

Test(compare, values_that_are_no_numbers) {
  const compare_bound bound = {1, 1};
  cr_assert(reals_pass(NAN, NAN, bound));
  cr_assert(not(reals_pass(NAN, 0, bound)));
  cr_assert(not(reals_pass(0, NAN, bound)));
  cr_assert(reals_pass(INFINITY, INFINITY, bound));
  cr_assert(not(reals_pass(INFINITY, -INFINITY, bound)));
  cr_assert(not(reals_pass(INFINITY, 3e38f, bound)));
  cr_assert(not(reals_pass(3e38f, INFINITY, bound)));
}

Test(compare, integers_exactly_whatever_the_bound) {
  const compare_bound wide = {100, 1};
  cr_assert(passes(TN_I32, 2, (int32_t[]){1, 2}, (int32_t[]){1, 2}, wide));
  cr_assert(not(passes(TN_I32, 2, (int32_t[]){1, 2}, (int32_t[]){1, 3}, wide)));
  cr_assert(not(passes(TN_U8, 3, "abc", "abd", wide)));
  cr_assert(not(passes(TN_I64, 1, (int64_t[]){INT64_MAX}, (int64_t[]){INT64_MAX - 1}, wide)));
}

Test(compare, type_and_shape_first) {
  char why[400];
  tn_tensor *a = make(TN_F32, 4, (float[]){1, 2, 3, 4}),
            *b = make(TN_I32, 4, (int32_t[]){1, 2, 3, 4});
  tn_tensor *c = NULL;
  cr_assert(not(compare_tensors(a, b, (compare_bound){9, 9}, why, sizeof why)));
  cr_assert(ne(ptr, strstr(why, "type and shape int32[4] instead of float[4]"), NULL));
  tni_tensor_create_copy(tni_environment_system(), TN_F32, 2, (int64_t[]){2, 2}, a->data, &c, NULL);
  cr_assert(not(compare_tensors(a, c, (compare_bound){9, 9}, why, sizeof why)));
  cr_assert(ne(ptr, strstr(why, "[2, 2] instead of"), NULL));
  tn_tensor_release(a);
  tn_tensor_release(b);
  tn_tensor_release(c);
}

Test(compare, names_the_element) {
  char why[400];
  tn_tensor *a = make(TN_F32, 3, (float[]){1, 2, 3}), *b = make(TN_F32, 3, (float[]){1, 2.5f, 3});
  cr_assert(not(compare_tensors(a, b, (compare_bound){0.1, 0}, why, sizeof why)));
  cr_assert(ne(ptr, strstr(why, "element 1 is 2.5 instead of 2"), NULL));
  tn_tensor_release(a);
  tn_tensor_release(b);
}

/* Three elements of four bits: the last four are nobody's. */
Test(compare, elements_below_a_byte_are_compared_by_themselves) {
  char why[400];
  tn_tensor *right = make(TN_U4, 3, "\x21\x03"), *padded = make(TN_U4, 3, "\x21\xf3"),
            *wrong = make(TN_U4, 3, "\x2f\x03");
  cr_assert(compare_tensors(right, padded, (compare_bound){0, 0}, why, sizeof why), "%s", why);
  cr_assert(not(compare_tensors(right, wrong, (compare_bound){0, 0}, why, sizeof why)));
  cr_expect(ne(ptr, strstr(why, "element 0"), NULL));
  cr_expect(compare_same_element(right, wrong, 1));
  tn_tensor_release(right);
  tn_tensor_release(padded);
  tn_tensor_release(wrong);
}

static bool discriminates(const float *elements, int64_t count, compare_bound bound) {
  tn_tensor *tensor = make(TN_F32, count, elements);
  gate_result gate;
  cr_assert(eq(int, compare_try(tensor, bound, 1, &gate, NULL), TN_OK));
  tn_tensor_release(tensor);
  return gate.accepted == 0;
}

Test(compare, a_bound_that_accepts_anything_does_not_discriminate) {
  const float ones[] = {1, 1, 1, 1};
  cr_assert(discriminates(ones, 4, (compare_bound){1e-5, 1e-5}));
  cr_assert(not(discriminates(ones, 4, (compare_bound){2, 0}))); /* zeros would pass */
  cr_assert(not(discriminates(ones, 4, (compare_bound){0, 1e9})));
  cr_assert(discriminates((float[]){NAN, 5, 7}, 3, (compare_bound){1e-5, 1e-5}));
}

Test(compare, default_bounds_discriminate_by_type) {
  static const uint32_t reals[] = {TN_F32, TN_F64, TN_F16, TN_BF16};
  for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
    compare_bound bound = compare_default_bound(reals[i]);
    cr_assert(gt(dbl, bound.relative, 0));
    cr_assert(lt(dbl, bound.relative, 0.05));
  }
  cr_assert(eq(dbl, compare_default_bound(TN_I32).absolute, 0));
}

Test(compare, bounds_follow_the_precision_that_is_told) {
  const double half = compare_default_bound(TN_F16).relative;
  const double single = compare_default_bound(TN_F32).relative;
  cr_assert(eq(dbl, compare_bound_in(TN_F32, TN_F16).relative, half));
  cr_assert(eq(dbl, compare_bound_in(TN_F16, TN_F32).relative, half));
  cr_assert(eq(dbl, compare_bound_in(TN_F32, TN_ANY_TYPE).relative, single));
  cr_assert(eq(dbl, compare_bound_in(TN_I32, TN_F16).relative, 0));
}

Test(compare, bits_are_all_bits) {
  char why[400];
  tn_tensor *zero = make(TN_F32, 2, (float[]){1, 0}),
            *negative = make(TN_F32, 2, (float[]){1, -0.0f});
  tn_tensor *near = make(TN_F32, 2, (float[]){nextafterf(1, 2), 0});
  cr_expect(compare_bits(zero, zero, why, sizeof why));
  cr_expect(not(compare_bits(zero, negative, why, sizeof why)));
  cr_expect(not(compare_bits(zero, near, why, sizeof why)));
  cr_expect(ne(ptr, strstr(why, "element 0 has other bits"), NULL), "%s", why);
  tn_tensor_release(zero);
  tn_tensor_release(negative);
  tn_tensor_release(near);
}

static bool unwritten(uint32_t type, int64_t count, const void *expected, const void *found) {
  tn_tensor *a = make(type, count, expected), *b = make(type, count, found);
  const bool result = compare_is_unwritten(a, b, 0xcb);
  tn_tensor_release(a);
  tn_tensor_release(b);
  return result;
}

Test(compare, tells_what_nobody_has_written) {
  const uint32_t poison = 0xcbcbcbcb, other = 0xcbcbcbca;
  cr_assert(unwritten(TN_U32, 2, (uint32_t[]){1, 2}, (uint32_t[]){1, poison}));
  cr_assert(not(unwritten(TN_U32, 2, (uint32_t[]){1, 2}, (uint32_t[]){1, other})));
  cr_assert(not(unwritten(TN_U32, 2, (uint32_t[]){1, poison}, (uint32_t[]){1, poison})));
  cr_assert(not(unwritten(TN_U8, 1, "a", "\xcb")));
}
