#include "ops/broadcast.h"
#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/shape_rules.h"

static int64_t larger(int64_t a, int64_t b) {
  return a > b ? a : b;
}
static int64_t smaller(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* The dimension that equals both; 0 when their bounds are disjoint. */
static int intersect(tn_dimension a, tn_dimension b, tn_dimension *out) {
  out->min = larger(a.min, b.min);
  out->max = smaller(a.max, b.max);
  out->symbol = out->min == out->max ? NULL : a.symbol ? a.symbol : b.symbol;
  return out->min <= out->max;
}

static int may_be(tn_dimension dimension, int64_t value) {
  return dimension.min <= value && value <= dimension.max;
}

int tni_broadcast_dimension(tni_inference *inference, tn_dimension a, tn_dimension b,
                            tn_dimension *out) {
  *out = a;
  if (tni_dimension_same(a, b)) return 1;
  if (!may_be(a, 1) && !may_be(b, 1)) return intersect(a, b, out);
  if (!may_be(a, 1)) return 1;
  *out = b;
  if (!may_be(b, 1) || (tni_dimension_is_static(a) && a.min == 1)) return 1;
  *out = a;
  if (tni_dimension_is_static(b) && b.min == 1) return 1;
  *out = tni_dimension_between(inference, smaller(a.min, b.min), larger(a.max, b.max));
  return 1;
}

/* Broadcasts `shape` with one more shape, aligned at the last dimension. */
static int join(tni_inference *inference, tni_facts *shape, const tni_facts *other) {
  const uint32_t rank = shape->rank > other->rank ? shape->rank : other->rank;
  tn_dimension dimensions[TN_MAX_RANK];
  for (uint32_t i = 0; i < rank; i++) {
    const uint32_t from_end = rank - i;
    tn_dimension *out = &dimensions[i];
    if (from_end > shape->rank)
      *out = other->dimensions[other->rank - from_end];
    else if (from_end > other->rank)
      *out = shape->dimensions[shape->rank - from_end];
    else if (!tni_broadcast_dimension(inference, shape->dimensions[shape->rank - from_end],
                                      other->dimensions[other->rank - from_end], out))
      return 0;
  }
  tni_facts_set_shape(shape, rank, dimensions);
  return 1;
}

tn_status tni_broadcast_shapes(tni_inference *inference, uint32_t first, uint32_t count,
                               tni_facts *out, tn_error *error) {
  tni_facts_set_shape(out, 0, NULL);
  int known = 1;
  for (uint32_t i = first; i < first + count; i++) {
    const tni_facts *input = inference->inputs[i];
    if (!input) continue;
    known = known && input->has_rank;
    if (!known || join(inference, out, input)) continue;
    char one[160], other[160];
    return tni_node_fail(
        inference->node, error, TN_WRONG_SHAPE,
        "input %u of shape %s does not broadcast with the shape %s of the inputs before it", i,
        tni_shape_text(input, one, sizeof one), tni_shape_text(out, other, sizeof other));
  }
  if (!known) out->has_rank = out->rank = 0;
  return TN_OK;
}

tn_status tni_infer_broadcast(tni_inference *inference, tn_error *error) {
  inference->outputs[0].type = inference->inputs[0]->type;
  return tni_broadcast_shapes(inference, 0, inference->input_count, &inference->outputs[0], error);
}

tn_status tni_infer_broadcast_bool(tni_inference *inference, tn_error *error) {
  inference->outputs[0].type = TN_BOOL;
  return tni_broadcast_shapes(inference, 0, inference->input_count, &inference->outputs[0], error);
}

/* Steps of a dense operand along the dimensions of `output`, 0 where it repeats. */
static void operand_strides(const tn_tensor *output, const tn_tensor *operand, int64_t *strides) {
  int64_t stride = 1;
  for (uint32_t i = 0; i < output->rank; i++) {
    const uint32_t axis = output->rank - 1 - i;
    strides[axis] = 0;
    if (i >= operand->rank) continue;
    const int64_t extent = operand->shape[operand->rank - 1 - i];
    if (extent != 1) strides[axis] = stride;
    stride *= extent;
  }
}

/* Whether dimension `axis` of the output can be walked as one with dimension `last` of the walk,
 * which comes before it in memory. */
static int joins(const tni_broadcast *walk, uint32_t last, int64_t extent,
                 int64_t strides[][TN_MAX_RANK], uint32_t axis) {
  for (uint32_t k = 0; k < walk->operand_count; k++)
    if (walk->strides[k][last] != strides[k][axis] * extent) return 0;
  return 1;
}

void tni_broadcast_start(tni_broadcast *walk, const tn_tensor *output, tn_tensor *const *operands,
                         uint32_t operand_count) {
  int64_t strides[TNI_MAX_OPERANDS][TN_MAX_RANK];
  memset(walk, 0, sizeof *walk);
  walk->operand_count = operand_count;
  walk->total = (int64_t)tn_tensor_element_count(output);
  for (uint32_t k = 0; k < operand_count; k++)
    operand_strides(output, operands[k], strides[k]);
  walk->rank = 1;
  walk->shape[0] = 1;
  for (uint32_t axis = 0; axis < output->rank; axis++) {
    const int64_t extent = output->shape[axis];
    if (extent == 1) continue;
    const uint32_t last = walk->rank - 1;
    if (walk->shape[last] != 1 && !joins(walk, last, extent, strides, axis))
      walk->shape[walk->rank++] = 1;
    walk->shape[walk->rank - 1] *= extent;
    for (uint32_t k = 0; k < operand_count; k++)
      walk->strides[k][walk->rank - 1] = strides[k][axis];
  }
}

int tni_broadcast_next(tni_broadcast *walk) {
  if (walk->next_position >= walk->total) return 0;
  const uint32_t last = walk->rank - 1;
  const int64_t left = walk->shape[last] - walk->index[last];
  walk->position = walk->next_position;
  walk->count = (size_t)smaller(left, TNI_CHUNK);
  for (uint32_t k = 0; k < walk->operand_count; k++) {
    walk->offset[k] = 0;
    walk->stride[k] = walk->strides[k][last];
    for (uint32_t i = 0; i < walk->rank; i++)
      walk->offset[k] += walk->index[i] * walk->strides[k][i];
  }
  walk->next_position += (int64_t)walk->count;
  walk->index[last] += (int64_t)walk->count;
  for (uint32_t i = last; i > 0 && walk->index[i] == walk->shape[i]; i--) {
    walk->index[i] = 0;
    walk->index[i - 1]++;
  }
  return 1;
}
