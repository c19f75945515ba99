#include "engine/compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/half.h"
#include "graph/tensor.h"
#include "numbers/tolerance.h"
#include "ops/types.h"

compare_bound compare_default_bound(uint32_t type) {
  const api_tolerance *row = api_tolerance_of(type);
  return row ? (compare_bound){row->absolute, row->relative} : (compare_bound){0, 0};
}

static bool is_real(uint32_t type) {
  return type == TN_F32 || type == TN_F64 || type == TN_F16 || type == TN_BF16;
}

compare_bound compare_bound_in(uint32_t type, uint32_t precision) {
  compare_bound bound = compare_default_bound(type), other = compare_default_bound(precision);
  if (!is_real(type)) return bound;
  if (bound.absolute < other.absolute) bound.absolute = other.absolute;
  if (bound.relative < other.relative) bound.relative = other.relative;
  return bound;
}

/* One real element. Tensors may lie at any address: elements are copied, never pointed to. */
typedef union real {
  float f32;
  double f64;
  uint16_t bits16;
} real;

static double real_at(const tn_tensor *tensor, uint64_t index) {
  const size_t size = tn_element_type_bits(tensor->type) / 8;
  real element;
  memcpy(&element, (const char *)tensor->data + index * size, size);
  switch (tensor->type) {
    case TN_F32:
      return element.f32;
    case TN_F64:
      return element.f64;
    case TN_F16:
      return tni_f16_to_f32(element.bits16);
    default:
      return tni_bf16_to_f32(element.bits16);
  }
}

static bool close_enough(double expected, double found, compare_bound bound) {
  if (isnan(expected) || isnan(found)) return isnan(expected) && isnan(found);
  if (isinf(expected) || isinf(found)) return expected == found;
  return fabs(found - expected) <= bound.absolute + bound.relative * fabs(expected);
}

bool compare_same_element(const tn_tensor *expected, const tn_tensor *found, uint64_t index) {
  if (expected->type == TN_STRING_ELEMENT)
    return tn_string_equal(((const tn_string *)expected->data)[index],
                           ((const tn_string *)found->data)[index]);
  const uint32_t bits = tn_element_type_bits(expected->type);
  if (bits < 8) { /* what lies behind the last element is nobody's */
    const uint64_t at = index * bits;
    const unsigned asked = ((const unsigned char *)expected->data)[at / 8],
                   came = ((const unsigned char *)found->data)[at / 8];
    return ((asked ^ came) >> at % 8 & ((1u << bits) - 1)) == 0;
  }
  return memcmp((const char *)expected->data + index * (bits / 8),
                (const char *)found->data + index * (bits / 8), bits / 8) == 0;
}

static void write_shape(const tn_tensor *tensor, char *out, size_t size) {
  size_t used = (size_t)snprintf(out, size, "%s[", tni_type_name(tensor->type));
  for (uint32_t i = 0; i < tensor->rank && used < size; i++)
    used += (size_t)snprintf(out + used, size - used, i ? ", %lld" : "%lld",
                             (long long)tensor->shape[i]);
  if (used < size) snprintf(out + used, size - used, "]");
}

static bool same_form(const tn_tensor *expected, const tn_tensor *found, char *why, size_t size) {
  if (expected->type == found->type &&
      tni_tensor_same_shape(found, expected->rank, expected->shape))
    return true;
  char asked[200], came[200];
  write_shape(expected, asked, sizeof asked);
  write_shape(found, came, sizeof came);
  snprintf(why, size, "type and shape %s instead of %s", came, asked);
  return false;
}

static bool same_bits(const tn_tensor *expected, const tn_tensor *found, char *why, size_t size) {
  const uint64_t count = tn_tensor_element_count(expected);
  for (uint64_t i = 0; i < count; i++) {
    if (compare_same_element(expected, found, i)) continue;
    if (is_real(expected->type))
      snprintf(why, size, "element %llu has other bits: %.17g instead of %.17g",
               (unsigned long long)i, real_at(found, i), real_at(expected, i));
    else
      snprintf(why, size, "element %llu differs", (unsigned long long)i);
    return false;
  }
  return true;
}

bool compare_bits(const tn_tensor *expected, const tn_tensor *found, char *why, size_t size) {
  return same_form(expected, found, why, size) && same_bits(expected, found, why, size);
}

bool compare_tensors(const tn_tensor *expected, const tn_tensor *found, compare_bound bound,
                     char *why, size_t size) {
  if (!same_form(expected, found, why, size)) return false;
  uint64_t count = tn_tensor_element_count(expected);
  for (uint64_t i = 0; i < count; i++) {
    if (is_real(expected->type)) {
      double asked = real_at(expected, i), came = real_at(found, i);
      if (close_enough(asked, came, bound)) continue;
      snprintf(why, size, "element %llu is %.9g instead of %.9g (allowed: %.3g)",
               (unsigned long long)i, came, asked, bound.absolute + bound.relative * fabs(asked));
      return false;
    }
    if (compare_same_element(expected, found, i)) continue;
    snprintf(why, size, "element %llu differs", (unsigned long long)i);
    return false;
  }
  return true;
}

bool compare_is_unwritten(const tn_tensor *expected, const tn_tensor *found, unsigned char byte) {
  const uint32_t bytes = tn_element_type_bits(expected->type) / 8;
  char why[256];
  if (bytes < 4 || expected->type == TN_STRING_ELEMENT ||
      !same_form(expected, found, why, sizeof why))
    return false;
  const uint64_t count = tn_tensor_element_count(expected);
  for (uint64_t i = 0; i < count; i++) {
    const unsigned char *element = (const unsigned char *)found->data + i * bytes;
    uint32_t same = 0;
    while (same < bytes && element[same] == byte)
      same++;
    if (same == bytes && !compare_same_element(expected, found, i)) return true;
  }
  return false;
}

bool compare_is_finite(const tn_tensor *tensor) {
  const uint64_t count = real_type_of(tensor->type) ? tn_tensor_element_count(tensor) : 0;
  for (uint64_t i = 0; i < count; i++)
    if (!isfinite(real_at(tensor, i))) return false;
  return true;
}

static bool accepts(const gate_subject *self, const tn_tensor *wrong) {
  char why[256];
  const compare_bound *bound = self->judge;
  return compare_tensors(self->right, wrong, *bound, why, sizeof why);
}

static double allowed(const gate_subject *self, uint64_t index) {
  const compare_bound *bound = self->judge;
  return bound->absolute + bound->relative * fabs(real_at(self->right, index));
}

tn_status compare_try(const tn_tensor *expected, compare_bound bound, uint64_t seed,
                      gate_result *out, tn_error *error) {
  const gate_subject tried = {expected, &bound, accepts, NULL, allowed};
  return gate_try(&tried, seed, out, error);
}
