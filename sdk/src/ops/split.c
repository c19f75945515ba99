#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/move.h"
#include "ops/outputs.h"
#include "ops/shape_rules.h"

/* Sizes from the input `split`: how many, how large, and that they fill the axis. */
static tn_status check_sizes(tni_inference *inference, tn_dimension whole,
                             const tn_dimension *sizes, uint32_t count, tn_error *error) {
  int64_t least = 0;
  int64_t most = 0;
  if (count != inference->output_count)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "split has %u sizes for %u outputs", count, inference->output_count);
  for (uint32_t i = 0; i < count; i++) {
    if (sizes[i].min < 0)
      return tni_node_fail(inference->node, error, TN_INVALID_ARGUMENT, "split[%u] is %lld", i,
                           (long long)sizes[i].min);
    least = tni_bound_add(least, sizes[i].min);
    most = tni_bound_add(most, sizes[i].max);
  }
  if (tni_dimension_differs(whole, (tn_dimension){least, most, NULL}))
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "the sizes of split make %lld, but the axis has %lld elements",
                         (long long)least, (long long)whole.min);
  return TN_OK;
}

/* Size of part `index` of an axis of `extent` elements in `parts` parts of one size, the last of
 * which may be smaller. */
static int64_t equal_part(int64_t extent, int64_t parts, int64_t index) {
  const int64_t size = extent / parts + (extent % parts != 0);
  const int64_t begin = size > 0 && index > extent / size ? extent : index * size;
  return extent - begin < size ? extent - begin : size;
}

static tn_status part_size(tni_inference *inference, tn_dimension whole, uint32_t index,
                           tn_dimension *out, tn_error *error) {
  const int64_t parts = tni_attribute_int(inference->node, "num_outputs", inference->output_count);
  if (parts != inference->output_count)
    return tni_node_fail(inference->node, error, TN_INVALID_ARGUMENT,
                         "num_outputs is %lld, but there are %u outputs", (long long)parts,
                         inference->output_count);
  if (tni_dimension_is_static(whole))
    *out = tni_dimension_of(equal_part(whole.min, parts, index));
  else if (parts == 1)
    *out = whole;
  else
    *out = tni_dimension_between(
        inference, 0, whole.max == TN_UNBOUNDED ? TN_UNBOUNDED : equal_part(whole.max, parts, 0));
  return TN_OK;
}

static tn_status split_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *input = inference->inputs[0];
  const tni_facts *split = inference->input_count > 1 ? inference->inputs[1] : NULL;
  tn_dimension sizes[TNI_MAX_ELEMENTS];
  uint32_t count = 0;
  uint32_t axis;
  for (uint32_t i = 0; i < inference->output_count; i++)
    inference->outputs[i].type = input->type;
  if (split && tn_node_attribute(inference->node, TN_STRING("num_outputs")))
    return tni_node_fail(inference->node, error, TN_INVALID_ARGUMENT,
                         "split and num_outputs exclude each other");
  if (!input->has_rank) return TN_OK;
  TN_TRY(tni_resolve_axis(inference->node, "axis", tni_attribute_int(inference->node, "axis", 0),
                          input->rank, &axis, error));
  const tn_dimension whole = input->dimensions[axis];
  const int known = split && tni_facts_elements(split, sizes, &count);
  if (known) TN_TRY(check_sizes(inference, whole, sizes, count, error));
  for (uint32_t i = 0; i < inference->output_count; i++) {
    tni_facts *out = &inference->outputs[i];
    tni_facts_copy_shape(out, input);
    if (known)
      out->dimensions[axis] = sizes[i];
    else if (split)
      out->dimensions[axis] = tni_dimension_between(inference, 0, whole.max);
    else
      TN_TRY(part_size(inference, whole, i, &out->dimensions[axis], error));
  }
  return TN_OK;
}

/* Size of part `index`; those of the input `split` are checked here too, as rules follow few
 * elements only. */
static tn_status read_size(const tni_evaluation *evaluation, uint32_t index, int64_t whole,
                           int64_t left, int64_t *out, tn_error *error) {
  const tn_tensor *split = evaluation->input_count > 1 ? evaluation->inputs[1] : NULL;
  const uint32_t parts = evaluation->output_count;
  *out = equal_part(whole, parts, index);
  if (!split) return TN_OK;
  if (tn_tensor_element_count(split) != parts)
    return tni_node_fail(evaluation->node, error, TN_WRONG_SHAPE,
                         "split has %llu sizes for %u outputs",
                         (unsigned long long)tn_tensor_element_count(split), parts);
  tni_load_signed(split->type, split->data, index, 1, 1, out);
  if (*out >= 0 && *out <= left && (index + 1 < parts || *out == left)) return TN_OK;
  return tni_node_fail(evaluation->node, error, TN_WRONG_SHAPE,
                       "split[%u] is %lld where %lld elements are left", index, (long long)*out,
                       (long long)left);
}

static tn_status split_evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *input = evaluation->inputs[0];
  int64_t shape[TN_MAX_RANK];
  uint32_t axis;
  TN_TRY(tni_resolve_axis(evaluation->node, "axis", tni_attribute_int(evaluation->node, "axis", 0),
                          input->rank, &axis, error));
  int64_t outer = 1;
  int64_t inner = 1;
  for (uint32_t i = 0; i < axis; i++)
    outer *= input->shape[i];
  for (uint32_t i = axis + 1; i < input->rank; i++)
    inner *= input->shape[i];
  for (uint32_t i = 0; i < input->rank; i++)
    shape[i] = input->shape[i];
  const int64_t whole = input->shape[axis];
  int64_t at = 0;
  for (uint32_t k = 0; k < evaluation->output_count; k++) {
    int64_t part;
    TN_TRY(read_size(evaluation, k, whole, whole - at, &part, error));
    if (evaluation->node->outputs[k]) {
      shape[axis] = part;
      TN_TRY(tni_prepare_output(evaluation, k, input->type, input->rank, shape, error));
      for (int64_t o = 0; o < outer; o++)
        TN_TRY(tni_move_run(evaluation->outputs[k], o * part * inner, input,
                            (o * whole + at) * inner, part * inner, error));
    }
    at += part;
  }
  return TN_OK;
}

TNI_OPERATOR(Split) = {
    .name = "Split",
    .since = 18,
    .inputs = {{"input", TNI_PLAIN_TYPES, "T", 0}, {"split", TNI_TYPE(TN_I64), NULL, TNI_OPTIONAL}},
    .outputs = {{"outputs", TNI_PLAIN_TYPES, "T", TNI_VARIADIC}},
    .attributes = (const tni_formal_attribute[]){{"axis", TN_ATTRIBUTE_INT, 0},
                                                 {"num_outputs", TN_ATTRIBUTE_INT, 0},
                                                 {NULL, 0, 0}},
    .infer = split_infer,
    .evaluate = split_evaluate,
};
