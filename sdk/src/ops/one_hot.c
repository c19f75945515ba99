#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

enum { INDICES, DEPTH, VALUES };

/* The new axis, within the dimensions of the result. */
static tn_status read_axis(const tn_node *node, uint32_t rank, uint32_t *out, tn_error *error) {
  return tni_resolve_axis(node, "axis", tni_attribute_int(node, "axis", -1), rank + 1, out, error);
}

static tn_status read_depth(tni_inference *inference, tn_dimension *out, tn_error *error) {
  const tni_facts *depth = inference->inputs[DEPTH];
  tn_dimension elements[TNI_MAX_ELEMENTS];
  uint32_t count = 1;
  TN_TRY(tni_expect_one(inference, DEPTH, error));
  if (depth->constant) {
    double number;
    tni_load_reals(depth->constant->type, depth->constant->data, 0, 1, 1, &number);
    elements[0] = tni_dimension_of(tni_saturate_signed(number, 64));
  } else if (!tni_facts_elements(depth, elements, &count)) {
    *out = tni_dimension_between(inference, 0, TN_UNBOUNDED);
    return TN_OK;
  }
  *out = elements[0];
  if (out->min >= 0) return TN_OK;
  return tni_node_fail(inference->node, error, TN_OUT_OF_RANGE, "depth is %lld",
                       (long long)out->min);
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *indices = inference->inputs[INDICES];
  tni_facts *out = &inference->outputs[0];
  tn_dimension depth;
  uint32_t axis;
  out->type = inference->inputs[VALUES]->type;
  TN_TRY(tni_expect_rank(inference, VALUES, 1, error));
  if (inference->inputs[VALUES]->has_rank &&
      tni_dimension_differs(inference->inputs[VALUES]->dimensions[0], tni_dimension_of(2)))
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "values must have two elements, off and on");
  TN_TRY(read_depth(inference, &depth, error));
  if (!indices->has_rank) return TN_OK;
  if (indices->rank == TN_MAX_RANK)
    return tni_node_fail(inference->node, error, TN_UNSUPPORTED,
                         "the result has more than %d dimensions", TN_MAX_RANK);
  TN_TRY(read_axis(inference->node, indices->rank, &axis, error));
  for (uint32_t i = 0; i <= indices->rank; i++)
    out->dimensions[i] = i == axis ? depth : indices->dimensions[i < axis ? i : i - 1];
  tni_facts_set_shape(out, indices->rank + 1, out->dimensions);
  return TN_OK;
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *indices = evaluation->inputs[INDICES];
  tn_tensor *values = evaluation->inputs[VALUES];
  tn_tensor *out = evaluation->outputs[0];
  const int64_t count = (int64_t)tn_tensor_element_count(indices);
  const tni_move off = {
      .rank = 1, .shape = {(int64_t)tn_tensor_element_count(out)}, .to_strides = {1}};
  int64_t inner = 1;
  uint32_t axis;
  TN_TRY(read_axis(evaluation->node, indices->rank, &axis, error));
  const int64_t depth = out->shape[axis];
  for (uint32_t i = axis + 1; i < out->rank; i++)
    inner *= out->shape[i];
  TN_TRY(tni_move_box(out, values, &off, error));
  for (int64_t i = 0; i < count; i++) {
    double real;
    tni_load_reals(indices->type, indices->data, i, 1, 1, &real);
    int64_t at = tni_saturate_signed(real, 64);
    if (at < 0) at += depth;
    if (at < 0 || at >= depth) continue;
    TN_TRY(tni_move_run(out, (i / inner * depth + at) * inner + i % inner, values, 1, 1, error));
  }
  return TN_OK;
}

TNI_OPERATOR(OneHot) = {
    .name = "OneHot",
    .since = 28,
    .inputs = {{"indices", TNI_REAL_TYPES, "T1", 0},
               {"depth", TNI_REAL_TYPES, "T2", 0},
               {"values", TNI_PLAIN_TYPES, "T3", 0}},
    .outputs = {{"output", TNI_PLAIN_TYPES, "T3", 0}},
    .attributes = (const tni_formal_attribute[]){{"axis", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}},
    .infer = infer,
    .evaluate = evaluate,
};
