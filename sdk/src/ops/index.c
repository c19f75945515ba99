#include "ops/index.h"

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

tn_status tni_index_at(const tn_node *node, const tn_tensor *indices, int64_t position,
                       int64_t extent, int64_t *out, tn_error *error) {
  int64_t index = 0;
  tni_load_signed(indices->type, indices->data, position, 1, 1, &index);
  if (index < -extent || index >= extent)
    return tni_node_fail(node, error, TN_OUT_OF_RANGE,
                         "index %lld at element %lld is outside of [-%lld, %lld)", (long long)index,
                         (long long)position, (long long)extent, (long long)extent);
  *out = index < 0 ? index + extent : index;
  return TN_OK;
}

tn_status tni_expect_same_rank(const tni_inference *inference, uint32_t a, uint32_t b,
                               tn_error *error) {
  const uint32_t first = inference->inputs[a]->rank;
  const uint32_t second = inference->inputs[b]->rank;
  if (first == second) return TN_OK;
  return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                       "inputs %u and %u must have one rank, but have %u and %u", a, b, first,
                       second);
}

tn_status tni_expect_within(const tni_inference *inference, uint32_t inner, uint32_t outer,
                            uint32_t axis, tn_error *error) {
  const tni_facts *small = inference->inputs[inner];
  const tni_facts *large = inference->inputs[outer];
  if (!small->has_rank || !large->has_rank) return TN_OK;
  for (uint32_t i = 0; i < small->rank; i++)
    if (i != axis && small->dimensions[i].min > large->dimensions[i].max)
      return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                           "input %u has %lld elements on axis %u, more than the %lld of input %u",
                           inner, (long long)small->dimensions[i].min, i,
                           (long long)large->dimensions[i].max, outer);
  return TN_OK;
}

tn_status tni_axis_walk_start(tni_axis_walk *walk, const tni_evaluation *evaluation,
                              const tn_tensor *data, const tn_tensor *indices, tn_error *error) {
  *walk = (tni_axis_walk){.node = evaluation->node, .indices = indices, .position = -1};
  walk->total = (int64_t)tn_tensor_element_count(indices);
  TN_TRY(tni_resolve_axis(walk->node, "axis", tni_attribute_int(walk->node, "axis", 0), data->rank,
                          &walk->axis, error));
  for (uint32_t i = 0; i < data->rank; i++)
    if (i != walk->axis && indices->shape[i] > data->shape[i] && walk->total > 0)
      return tni_node_fail(walk->node, error, TN_WRONG_SHAPE,
                           "indices have %lld elements on axis %u, more than the %lld of data",
                           (long long)indices->shape[i], i, (long long)data->shape[i]);
  walk->extent = data->shape[walk->axis];
  tni_dense_strides(data->rank, data->shape, walk->strides);
  return TN_OK;
}

int tni_axis_walk_next(tni_axis_walk *walk) {
  if (++walk->position >= walk->total) return 0;
  if (walk->position == 0) return 1;
  for (uint32_t i = walk->indices->rank; i-- > 0;) {
    const int64_t step = i == walk->axis ? 0 : walk->strides[i];
    walk->base += step;
    if (++walk->at[i] < walk->indices->shape[i]) break;
    walk->base -= step * walk->indices->shape[i];
    walk->at[i] = 0;
  }
  return 1;
}

tn_status tni_axis_walk_target(const tni_axis_walk *walk, int64_t *out, tn_error *error) {
  int64_t index = 0;
  TN_TRY(tni_index_at(walk->node, walk->indices, walk->position, walk->extent, &index, error));
  *out = walk->base + index * walk->strides[walk->axis];
  return TN_OK;
}

tn_status tni_index_tuple(const tn_node *node, const tn_tensor *indices, int64_t position,
                          int64_t count, const int64_t *shape, int64_t *out, tn_error *error) {
  *out = 0;
  for (int64_t i = 0; i < count; i++) {
    int64_t index = 0;
    TN_TRY(tni_index_at(node, indices, position + i, shape[i], &index, error));
    *out = *out * shape[i] + index;
  }
  return TN_OK;
}
