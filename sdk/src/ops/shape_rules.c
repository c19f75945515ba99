#include "ops/shape_rules.h"
#include <inttypes.h>
#include <stdio.h>
#include "ops/attributes.h"
#include "ops/elements.h"

int tni_dimension_same(tn_dimension a, tn_dimension b) {
  if (tni_dimension_is_static(a) && tni_dimension_is_static(b)) return a.min == b.min;
  return a.symbol && a.symbol == b.symbol;
}

tn_dimension tni_dimension_between(tni_inference *inference, int64_t min, int64_t max) {
  return min == max ? tni_dimension_of(min) : inference->new_dimension(inference, min, max);
}

tn_dimension tni_dimension_product(tni_inference *inference, const tn_dimension *dimensions,
                                   uint32_t count) {
  tn_dimension product = tni_dimension_of(1);
  for (uint32_t i = 0; i < count; i++) {
    if (tni_dimension_is_static(dimensions[i]) && dimensions[i].min == 1) continue;
    if (tni_dimension_is_static(product) && product.min == 1) {
      product = dimensions[i];
      continue;
    }
    product.min = tni_bound_multiply(product.min, dimensions[i].min);
    product.max = tni_bound_multiply(product.max, dimensions[i].max);
    product.symbol = NULL;
  }
  return product.symbol ? product : tni_dimension_between(inference, product.min, product.max);
}

int64_t tni_bound_add(int64_t a, int64_t b) {
  if (a == TN_UNBOUNDED || b == TN_UNBOUNDED) return TN_UNBOUNDED;
  if (b > 0 && a > INT64_MAX - b) return TN_UNBOUNDED;
  if (b < 0 && a < INT64_MIN - b) return INT64_MIN;
  return a + b;
}

int64_t tni_bound_multiply(int64_t a, int64_t b) {
  if (a == 0 || b == 0) return 0;
  return a > TN_UNBOUNDED / b ? TN_UNBOUNDED : a * b;
}

int tni_facts_are_static(const tni_facts *facts) {
  if (!facts->has_rank) return 0;
  for (uint32_t i = 0; i < facts->rank; i++)
    if (!tni_dimension_is_static(facts->dimensions[i])) return 0;
  return 1;
}

void tni_facts_set_shape(tni_facts *facts, uint32_t rank, const tn_dimension *dimensions) {
  facts->has_rank = 1;
  facts->rank = rank;
  if (rank > 0) memmove(facts->dimensions, dimensions, rank * sizeof *dimensions);
}

void tni_facts_set_vector(tni_facts *facts, tn_dimension dimension) {
  tni_facts_set_shape(facts, 1, &dimension);
}

void tni_facts_copy_shape(tni_facts *facts, const tni_facts *from) {
  if (from->has_rank)
    tni_facts_set_shape(facts, from->rank, from->dimensions);
  else
    facts->has_rank = facts->rank = 0;
}

void tni_facts_element_bounds(const tni_facts *facts, int64_t *min, int64_t *max) {
  *min = facts->has_rank ? 1 : 0;
  *max = facts->has_rank ? 1 : TN_UNBOUNDED;
  if (!facts->has_rank) return;
  for (uint32_t i = 0; i < facts->rank; i++) {
    *min = tni_bound_multiply(*min, facts->dimensions[i].min);
    *max = tni_bound_multiply(*max, facts->dimensions[i].max);
  }
}

int tni_facts_elements(const tni_facts *facts, tn_dimension *elements, uint32_t *count) {
  if (facts->constant && tni_type_in(facts->constant->type, TNI_INTEGER_TYPES)) {
    const uint64_t size = tn_tensor_element_count(facts->constant);
    int64_t values[TNI_MAX_ELEMENTS];
    if (size > TNI_MAX_ELEMENTS) return 0;
    if (size > 0)
      tni_load_signed(facts->constant->type, facts->constant->data, 0, 1, (size_t)size, values);
    for (uint64_t i = 0; i < size; i++)
      elements[i] = tni_dimension_of(values[i]);
    *count = (uint32_t)size;
    return 1;
  }
  if (!facts->elements || facts->element_count > TNI_MAX_ELEMENTS) return 0;
  memcpy(elements, facts->elements, facts->element_count * sizeof *elements);
  *count = facts->element_count;
  return 1;
}

int tni_facts_integers(const tni_facts *facts, int64_t *values, uint32_t *count) {
  tn_dimension elements[TNI_MAX_ELEMENTS];
  if (!tni_facts_elements(facts, elements, count)) return 0;
  for (uint32_t i = 0; i < *count; i++) {
    if (!tni_dimension_is_static(elements[i])) return 0;
    values[i] = elements[i].min;
  }
  return 1;
}

void tni_facts_set_elements(tni_inference *inference, uint32_t output, const tn_dimension *elements,
                            uint32_t count) {
  tni_facts *facts = &inference->outputs[output];
  if (count > TNI_MAX_ELEMENTS) return;
  for (uint32_t i = 0; i < count; i++)
    if (!tni_dimension_is_static(elements[i]) && elements[i].min < 0) return;
  tn_dimension *room = inference->new_elements(inference, count);
  if (!room) return;
  if (count > 0) memcpy(room, elements, count * sizeof *elements);
  facts->elements = room;
  facts->element_count = count;
}

void tni_facts_pass_elements(tni_inference *inference, uint32_t output, const tni_facts *input) {
  tn_dimension elements[TNI_MAX_ELEMENTS];
  uint32_t count;
  if (tni_type_in(inference->outputs[output].type, TNI_INDEX_TYPES) &&
      tni_facts_elements(input, elements, &count))
    tni_facts_set_elements(inference, output, elements, count);
}

tn_status tni_resolve_axis(const tn_node *node, const char *what, int64_t axis, uint32_t rank,
                           uint32_t *out, tn_error *error) {
  const int64_t resolved = axis < 0 ? axis + rank : axis;
  if (resolved < 0 || resolved >= rank)
    return tni_node_fail(node, error, TN_OUT_OF_RANGE, "%s is %" PRId64 ", outside of [-%u, %u)",
                         what, axis, rank, rank);
  *out = (uint32_t)resolved;
  return TN_OK;
}

tn_status tni_resolve_axes(const tn_node *node, const char *what, const int64_t *axes,
                           uint64_t count, uint32_t rank, uint32_t *out, tn_error *error) {
  uint32_t seen = 0;
  for (uint64_t i = 0; i < count; i++) {
    uint32_t axis = 0;
    TN_TRY(tni_resolve_axis(node, what, axes[i], rank, &axis, error));
    if (seen >> axis & 1)
      return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "%s names axis %u twice", what, axis);
    seen |= 1u << axis;
    out[i] = axis;
  }
  return TN_OK;
}

tn_status tni_expect_rank(const tni_inference *inference, uint32_t input, uint32_t rank,
                          tn_error *error) {
  const tni_facts *facts = inference->inputs[input];
  char text[160];
  if (!facts->has_rank || facts->rank == rank) return TN_OK;
  return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                       "input %u must have rank %u, its shape is %s", input, rank,
                       tni_shape_text(facts, text, sizeof text));
}

tn_status tni_expect_scalar(const tni_inference *inference, uint32_t input, tn_error *error) {
  const tni_facts *facts = inference->inputs[input];
  int64_t min, max;
  char text[160];
  tni_facts_element_bounds(facts, &min, &max);
  if (min <= 1 && max >= 1) return TN_OK;
  return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                       "input %u must hold one element, its shape is %s", input,
                       tni_shape_text(facts, text, sizeof text));
}

tn_status tni_expect_vector(const tni_inference *inference, uint32_t input, int64_t most,
                            tn_error *error) {
  const tni_facts *facts = inference->inputs[input];
  TN_TRY(tni_expect_rank(inference, input, 1, error));
  if (!facts->has_rank || facts->dimensions[0].min <= most) return TN_OK;
  return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                       "input %u has %" PRId64 " elements, at most %" PRId64 " are expected", input,
                       facts->dimensions[0].min, most);
}

tn_status tni_expect_one(const tni_inference *inference, uint32_t input, tn_error *error) {
  int64_t min, max;
  tni_facts_element_bounds(inference->inputs[input], &min, &max);
  if (min <= 1 && max >= 1) return TN_OK;
  char text[160];
  return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                       "input %u must be one number, its shape is %s", input,
                       tni_shape_text(inference->inputs[input], text, sizeof text));
}

const char *tni_shape_text(const tni_facts *facts, char *text, size_t capacity) {
  if (!facts->has_rank) {
    snprintf(text, capacity, "of unknown rank");
    return text;
  }
  return tni_dimensions_text(facts->rank, facts->dimensions, text, capacity);
}

tn_status tni_infer_same_as_input(tni_inference *inference, tn_error *error) {
  (void)error;
  inference->outputs[0].type = inference->inputs[0]->type;
  tni_facts_copy_shape(&inference->outputs[0], inference->inputs[0]);
  return TN_OK;
}

tn_status tni_infer_bool_like_input(tni_inference *inference, tn_error *error) {
  (void)error;
  inference->outputs[0].type = TN_BOOL;
  tni_facts_copy_shape(&inference->outputs[0], inference->inputs[0]);
  return TN_OK;
}
