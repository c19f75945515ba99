#include "ops/attributes.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

/* Models also write a single axis without a dimension of its own. */
static tn_status expect_axes(const tni_inference *inference, tn_error *error) {
  const tni_facts *axes = inference->inputs[1];
  if (axes->has_rank && axes->rank == 0) return TN_OK;
  return tni_expect_vector(inference, 1, TN_MAX_RANK, error);
}

/* Without axes every dimension of 1 goes: the rank is known only when it is known which these are.
 */
static tn_status squeeze_ones(tni_inference *inference) {
  const tni_facts *data = inference->inputs[0];
  tni_facts *out = &inference->outputs[0];
  uint32_t rank = 0;
  for (uint32_t i = 0; i < data->rank; i++) {
    const tn_dimension dimension = data->dimensions[i];
    if (!tni_dimension_is_static(dimension) && dimension.min <= 1 && dimension.max >= 1)
      return TN_OK;
    if (!tni_dimension_is_static(dimension) || dimension.min != 1)
      out->dimensions[rank++] = dimension;
  }
  tni_facts_set_shape(out, rank, out->dimensions);
  return TN_OK;
}

static tn_status squeeze_axes(tni_inference *inference, const int64_t *asked, uint32_t count,
                              tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  tni_facts *out = &inference->outputs[0];
  uint32_t axes[TNI_MAX_ELEMENTS];
  uint32_t squeezed = 0;
  uint32_t rank = 0;
  TN_TRY(tni_resolve_axes(inference->node, "axes", asked, count, data->rank, axes, error));
  for (uint32_t i = 0; i < count; i++) {
    const tn_dimension dimension = data->dimensions[axes[i]];
    char text[64];
    if (tni_dimension_differs(dimension, tni_dimension_of(1)))
      return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                           "axis %u to be squeezed has %s elements, not 1", axes[i],
                           tni_dimension_text(dimension, text, sizeof text));
    squeezed |= 1u << axes[i];
  }
  for (uint32_t i = 0; i < data->rank; i++)
    if (!(squeezed >> i & 1)) out->dimensions[rank++] = data->dimensions[i];
  tni_facts_set_shape(out, rank, out->dimensions);
  return TN_OK;
}

static tn_status squeeze_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  const tni_facts *axes = inference->input_count > 1 ? inference->inputs[1] : NULL;
  int64_t asked[TNI_MAX_ELEMENTS];
  uint32_t count;
  inference->outputs[0].type = data->type;
  if (axes) TN_TRY(expect_axes(inference, error));
  if (data->has_rank && !axes)
    TN_TRY(squeeze_ones(inference));
  else if (data->has_rank && tni_facts_integers(axes, asked, &count))
    TN_TRY(squeeze_axes(inference, asked, count, error));
  tni_facts_pass_elements(inference, 0, data);
  return TN_OK;
}

static tn_status unsqueeze_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  tni_facts *out = &inference->outputs[0];
  int64_t asked[TNI_MAX_ELEMENTS];
  uint32_t axes[TNI_MAX_ELEMENTS];
  uint32_t count;
  uint32_t inserted = 0;
  out->type = data->type;
  TN_TRY(expect_axes(inference, error));
  if (data->has_rank && tni_facts_integers(inference->inputs[1], asked, &count)) {
    const uint32_t rank = data->rank + count;
    if (rank > TN_MAX_RANK)
      return tni_node_fail(inference->node, error, TN_UNSUPPORTED,
                           "the result has %u dimensions, more than %d", rank, TN_MAX_RANK);
    TN_TRY(tni_resolve_axes(inference->node, "axes", asked, count, rank, axes, error));
    for (uint32_t i = 0; i < count; i++)
      inserted |= 1u << axes[i];
    for (uint32_t i = 0, from = 0; i < rank; i++)
      out->dimensions[i] = inserted >> i & 1 ? tni_dimension_of(1) : data->dimensions[from++];
    tni_facts_set_shape(out, rank, out->dimensions);
  }
  tni_facts_pass_elements(inference, 0, data);
  return TN_OK;
}

static tn_status move_evaluate(tni_evaluation *evaluation, tn_error *error) {
  return tni_move_all(evaluation->outputs[0], evaluation->inputs[0], error);
}

TNI_OPERATOR(Squeeze) = {
    .name = "Squeeze",
    .since = 25,
    .inputs = {{"data", TNI_ALL_TYPES, "T", 0}, {"axes", TNI_TYPE(TN_I64), NULL, TNI_OPTIONAL}},
    .outputs = {{"squeezed", TNI_ALL_TYPES, "T", 0}},
    .infer = squeeze_infer,
    .evaluate = move_evaluate,
};

TNI_OPERATOR(Unsqueeze) = {
    .name = "Unsqueeze",
    .since = 25,
    .inputs = {{"data", TNI_ALL_TYPES, "T", 0}, {"axes", TNI_TYPE(TN_I64), NULL, 0}},
    .outputs = {{"expanded", TNI_ALL_TYPES, "T", 0}},
    .infer = unsqueeze_infer,
    .evaluate = move_evaluate,
};
