#include "ops/element_rules.h"

#include "ops/types.h"

#include <string.h>

static const tn_dimension unknown = {INT64_MIN, TN_UNBOUNDED, NULL};

/* An element within [min, max]: with an identity of its own when it cannot be negative. */
static tn_dimension between(tni_inference *inference, int64_t min, int64_t max) {
  if (min < 0 && min != max) return unknown;
  return tni_dimension_between(inference, min, max);
}

static int is(tn_dimension element, int64_t value) {
  return element.min == value && element.max == value;
}

static int both_static(tn_dimension a, tn_dimension b) {
  return tni_dimension_is_static(a) && tni_dimension_is_static(b);
}

/* The elements of a vector or scalar. */
static int read(const tni_facts *facts, tn_dimension *elements, uint32_t *count) {
  return facts && facts->has_rank && facts->rank <= 1 && tni_facts_elements(facts, elements, count);
}

/* elements = rule(elements, other), broadcast; 0 when the lengths do not fit. */
static int apply(tni_inference *inference, tni_element_rule rule, tn_dimension *elements,
                 uint32_t *count, const tn_dimension *other, uint32_t other_count) {
  if (*count != other_count && *count != 1 && other_count != 1) return 0;
  const uint32_t length = *count == 1 ? other_count : *count;
  tn_dimension results[TNI_MAX_ELEMENTS];
  for (uint32_t i = 0; i < length; i++)
    results[i] = rule(inference, elements[*count == 1 ? 0 : i], other[other_count == 1 ? 0 : i]);
  memcpy(elements, results, length * sizeof *elements);
  *count = length;
  return 1;
}

/* Whether every known element fits the output's type: the kernel wraps around. */
static int fits(uint32_t type, const tn_dimension *elements, uint32_t count) {
  if (type == TN_I64) return 1;
  for (uint32_t i = 0; i < count; i++)
    if (elements[i].min < INT32_MIN ||
        (elements[i].max > INT32_MAX && elements[i].max != TN_UNBOUNDED))
      return 0;
  return 1;
}

static void follow(tni_inference *inference, tni_element_rule rule, uint32_t input_count) {
  tn_dimension elements[TNI_MAX_ELEMENTS], other[TNI_MAX_ELEMENTS];
  uint32_t count, other_count;
  const uint32_t type = inference->outputs[0].type;
  if (!tni_type_in(type, TNI_INDEX_TYPES) || !read(inference->inputs[0], elements, &count)) return;
  for (uint32_t i = 1; i < input_count; i++)
    if (!read(inference->inputs[i], other, &other_count) ||
        !apply(inference, rule, elements, &count, other, other_count))
      return;
  if (fits(type, elements, count)) tni_facts_set_elements(inference, 0, elements, count);
}

void tni_follow_binary(tni_inference *inference, tni_element_rule rule) {
  follow(inference, rule, 2);
}

void tni_follow_variadic(tni_inference *inference, tni_element_rule rule) {
  follow(inference, rule, inference->input_count);
}

tn_dimension tni_element_add(tni_inference *inference, tn_dimension a, tn_dimension b) {
  int64_t sum;
  if (both_static(a, b))
    return __builtin_add_overflow(a.min, b.min, &sum) ? unknown : tni_dimension_of(sum);
  if (is(a, 0)) return b;
  if (is(b, 0)) return a;
  return between(inference, tni_bound_add(a.min, b.min), tni_bound_add(a.max, b.max));
}

tn_dimension tni_element_subtract(tni_inference *inference, tn_dimension a, tn_dimension b) {
  int64_t difference;
  if (both_static(a, b))
    return __builtin_sub_overflow(a.min, b.min, &difference) ? unknown
                                                             : tni_dimension_of(difference);
  if (is(b, 0)) return a;
  if (tni_dimension_same(a, b)) return tni_dimension_of(0);
  if (b.max == TN_UNBOUNDED || b.min == INT64_MIN) return unknown;
  return between(inference, tni_bound_add(a.min, -b.max), tni_bound_add(a.max, -b.min));
}

tn_dimension tni_element_multiply(tni_inference *inference, tn_dimension a, tn_dimension b) {
  int64_t product;
  if (both_static(a, b))
    return __builtin_mul_overflow(a.min, b.min, &product) ? unknown : tni_dimension_of(product);
  if (is(a, 1)) return b;
  if (is(b, 1)) return a;
  if (a.min < 0 || b.min < 0) return unknown;
  return between(inference, tni_bound_multiply(a.min, b.min), tni_bound_multiply(a.max, b.max));
}

tn_dimension tni_element_divide(tni_inference *inference, tn_dimension a, tn_dimension b) {
  if (is(b, 0) || (is(a, INT64_MIN) && is(b, -1))) return unknown;
  if (both_static(a, b)) return tni_dimension_of(a.min / b.min);
  if (is(b, 1)) return a;
  if (a.min < 0 || b.min < 1) return unknown;
  if (tni_dimension_same(a, b)) return a.min >= 1 ? tni_dimension_of(1) : unknown;
  const int64_t min = b.max == TN_UNBOUNDED ? 0 : a.min / b.max;
  return between(inference, min, a.max == TN_UNBOUNDED ? TN_UNBOUNDED : a.max / b.min);
}

tn_dimension tni_element_min(tni_inference *inference, tn_dimension a, tn_dimension b) {
  if (tni_dimension_same(a, b) || a.max <= b.min) return a;
  if (b.max <= a.min) return b;
  return between(inference, a.min < b.min ? a.min : b.min, a.max < b.max ? a.max : b.max);
}

tn_dimension tni_element_max(tni_inference *inference, tn_dimension a, tn_dimension b) {
  if (tni_dimension_same(a, b) || a.min >= b.max) return a;
  if (b.min >= a.max) return b;
  return between(inference, a.min > b.min ? a.min : b.min, a.max > b.max ? a.max : b.max);
}
