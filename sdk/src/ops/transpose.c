#include "ops/attributes.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

/* Axis of the input that becomes axis i of the output. */
static tn_status read_permutation(const tn_node *node, uint32_t rank, uint32_t *out,
                                  tn_error *error) {
  uint64_t count;
  const int64_t *asked = tni_attribute_ints(node, "perm", &count);
  uint32_t seen = 0;
  if (asked && count != rank)
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                         "perm has %llu axes, but the input has %u", (unsigned long long)count,
                         rank);
  for (uint32_t i = 0; i < rank; i++) {
    out[i] = rank - 1 - i;
    if (!asked) continue;
    TN_TRY(tni_resolve_axis(node, "perm", asked[i], rank, &out[i], error));
    if (seen >> out[i] & 1)
      return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "perm names axis %u twice", out[i]);
    seen |= 1u << out[i];
  }
  return TN_OK;
}

static tn_status transpose_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  tni_facts *out = &inference->outputs[0];
  uint32_t permutation[TN_MAX_RANK];
  out->type = data->type;
  if (!data->has_rank) return TN_OK;
  TN_TRY(read_permutation(inference->node, data->rank, permutation, error));
  for (uint32_t i = 0; i < data->rank; i++)
    out->dimensions[i] = data->dimensions[permutation[i]];
  tni_facts_set_shape(out, data->rank, out->dimensions);
  if (data->rank < 2) tni_facts_pass_elements(inference, 0, data);
  return TN_OK;
}

static tn_status transpose_evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *data = evaluation->inputs[0];
  tn_tensor *out = evaluation->outputs[0];
  tni_move move = {.rank = data->rank};
  uint32_t permutation[TN_MAX_RANK];
  int64_t strides[TN_MAX_RANK];
  TN_TRY(read_permutation(evaluation->node, data->rank, permutation, error));
  tni_dense_strides(data->rank, data->shape, strides);
  for (uint32_t i = 0; i < data->rank; i++) {
    move.shape[i] = data->shape[permutation[i]];
    move.from_strides[i] = strides[permutation[i]];
  }
  tni_dense_strides(move.rank, move.shape, move.to_strides);
  return tni_move_box(out, data, &move, error);
}

TNI_OPERATOR(Transpose) = {
    .name = "Transpose",
    .since = 25,
    .inputs = {{"data", TNI_MOVED_TYPES, "T", 0}},
    .outputs = {{"transposed", TNI_MOVED_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"perm", TN_ATTRIBUTE_INTS, 0}, {NULL, 0, 0}},
    .infer = transpose_infer,
    .evaluate = transpose_evaluate,
};
