#include "compare.h"

#include "base/half.h"

#include <math.h>

/* Element `index` of a tensor of floats of any alignment. */
static double number_at(const tn_tensor *tensor, uint64_t index) {
  const char *place = (const char *)tensor->data + index * (tn_element_type_bits(tensor->type) / 8);
  float single;
  double number;
  uint16_t half;
  switch (tensor->type) {
    case TN_F32:
      memcpy(&single, place, sizeof single);
      return (double)single;
    case TN_F64:
      memcpy(&number, place, sizeof number);
      return number;
    case TN_F16:
      memcpy(&half, place, sizeof half);
      return (double)tni_f16_to_f32(half);
    default:
      memcpy(&half, place, sizeof half);
      return (double)tni_bf16_to_f32(half);
  }
}

static int agree(double got, double expected, test_tolerance tolerance) {
  if (isnan(expected) || isnan(got)) return isnan(expected) && isnan(got);
  if (isinf(expected) || isinf(got)) return got == expected;
  return fabs(got - expected) <= tolerance.absolute + tolerance.relative * fabs(expected);
}

static tn_status compare_floats(const tn_tensor *got, const tn_tensor *expected,
                                test_tolerance tolerance, tn_error *error) {
  const uint64_t count = tn_tensor_element_count(expected);
  for (uint64_t i = 0; i < count; i++) {
    const double a = number_at(got, i);
    const double b = number_at(expected, i);
    if (!agree(a, b, tolerance))
      return tni_fail(error, TN_OUT_OF_RANGE, "element %llu is %.9g, expected %.9g",
                      (unsigned long long)i, a, b);
  }
  return TN_OK;
}

static tn_status compare_strings(const tn_tensor *got, const tn_tensor *expected, tn_error *error) {
  const tn_string *a = got->data;
  const tn_string *b = expected->data;
  const uint64_t count = tn_tensor_element_count(expected);
  for (uint64_t i = 0; i < count; i++)
    if (!tn_string_equal(a[i], b[i]))
      return tni_fail(error, TN_OUT_OF_RANGE, "element %llu is \"%.*s\", expected \"%.*s\"",
                      (unsigned long long)i, TNI_TEXT(a[i]), TNI_TEXT(b[i]));
  return TN_OK;
}

static tn_status compare_bytes(const tn_tensor *got, const tn_tensor *expected, tn_error *error) {
  const unsigned char *a = got->data;
  const unsigned char *b = expected->data;
  const uint64_t size = tn_dense_bytes(expected->type, tn_tensor_element_count(expected));
  for (uint64_t i = 0; i < size; i++)
    if (a[i] != b[i])
      return tni_fail(error, TN_OUT_OF_RANGE, "byte %llu is %u, expected %u", (unsigned long long)i,
                      a[i], b[i]);
  return TN_OK;
}

tn_status test_compare(const tn_tensor *got, const tn_tensor *expected, test_tolerance tolerance,
                       tn_error *error) {
  if (got->type != expected->type)
    return tni_fail(error, TN_WRONG_TYPE, "element type %u, expected %u", got->type,
                    expected->type);
  if (got->rank != expected->rank)
    return tni_fail(error, TN_WRONG_SHAPE, "rank %u, expected %u", got->rank, expected->rank);
  for (uint32_t i = 0; i < got->rank; i++)
    if (got->shape[i] != expected->shape[i])
      return tni_fail(error, TN_WRONG_SHAPE, "dimension %u is %lld, expected %lld", i,
                      (long long)got->shape[i], (long long)expected->shape[i]);
  switch (expected->type) {
    case TN_F32:
    case TN_F64:
    case TN_F16:
    case TN_BF16:
      return compare_floats(got, expected, tolerance, error);
    case TN_STRING_ELEMENT:
      return compare_strings(got, expected, error);
    default:
      return compare_bytes(got, expected, error);
  }
}
