#include "ops/attributes.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

#include <string.h>

static tn_status add_input(tni_inference *inference, uint32_t index, uint32_t axis, tni_facts *out,
                           tn_error *error) {
  const tni_facts *input = inference->inputs[index];
  if (input->rank != out->rank)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "input %u has rank %u, but input 0 has rank %u", index, input->rank,
                         out->rank);
  for (uint32_t i = 0; i < out->rank; i++) {
    tn_dimension *to = &out->dimensions[i];
    const tn_dimension from = input->dimensions[i];
    char one[64];
    char other[64];
    if (i == axis) {
      const int64_t min = tni_bound_add(to->min, from.min);
      const int64_t max = tni_bound_add(to->max, from.max);
      const int unchanged = from.max == 0 ? 1 : to->max == 0 ? 2 : 0;
      *to = unchanged == 1 ? *to : unchanged == 2 ? from : (tn_dimension){min, max, NULL};
    } else if (tni_dimension_differs(*to, from)) {
      return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                           "input %u has %s elements on axis %u, where those before it have %s",
                           index, tni_dimension_text(from, one, sizeof one), i,
                           tni_dimension_text(*to, other, sizeof other));
    } else {
      *to = tni_dimension_narrower(*to, from);
    }
  }
  return TN_OK;
}

/* Vectors of shape elements are followed through. */
static void join_elements(tni_inference *inference) {
  tn_dimension joined[TNI_MAX_ELEMENTS];
  uint32_t total = 0;
  for (uint32_t i = 0; i < inference->input_count; i++) {
    tn_dimension elements[TNI_MAX_ELEMENTS];
    uint32_t count;
    if (!tni_facts_elements(inference->inputs[i], elements, &count) ||
        total + count > TNI_MAX_ELEMENTS)
      return;
    memcpy(joined + total, elements, count * sizeof *elements);
    total += count;
  }
  tni_facts_set_elements(inference, 0, joined, total);
}

static tn_status concat_infer(tni_inference *inference, tn_error *error) {
  tni_facts *out = &inference->outputs[0];
  uint32_t axis;
  out->type = inference->inputs[0]->type;
  for (uint32_t i = 0; i < inference->input_count; i++)
    if (!inference->inputs[i]->has_rank) return TN_OK;
  tni_facts_copy_shape(out, inference->inputs[0]);
  TN_TRY(tni_resolve_axis(inference->node, "axis", tni_attribute_int(inference->node, "axis", 0),
                          out->rank, &axis, error));
  for (uint32_t i = 1; i < inference->input_count; i++)
    TN_TRY(add_input(inference, i, axis, out, error));
  tn_dimension *sum = &out->dimensions[axis];
  if (!sum->symbol) *sum = tni_dimension_between(inference, sum->min, sum->max);
  if (out->rank == 1 && tni_type_in(out->type, TNI_INDEX_TYPES)) join_elements(inference);
  return TN_OK;
}

static tn_status concat_evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *out = evaluation->outputs[0];
  uint32_t axis;
  TN_TRY(tni_resolve_axis(evaluation->node, "axis", tni_attribute_int(evaluation->node, "axis", 0),
                          out->rank, &axis, error));
  int64_t outer = 1;
  int64_t row = 1;
  for (uint32_t i = 0; i < axis; i++)
    outer *= out->shape[i];
  for (uint32_t i = axis; i < out->rank; i++)
    row *= out->shape[i];
  int64_t at = 0;
  for (uint32_t k = 0; k < evaluation->input_count; k++) {
    tn_tensor *input = evaluation->inputs[k];
    int64_t part = 1;
    for (uint32_t i = axis; i < out->rank; i++)
      part *= input->shape[i];
    for (int64_t o = 0; o < outer; o++)
      TN_TRY(tni_move_run(out, o * row + at, input, o * part, part, error));
    at += part;
  }
  return TN_OK;
}

TNI_OPERATOR(Concat) = {
    .name = "Concat",
    .since = 13,
    .inputs = {{"inputs", TNI_PLAIN_TYPES, "T", TNI_VARIADIC}},
    .outputs = {{"concat_result", TNI_PLAIN_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"axis", TN_ATTRIBUTE_INT, 1}, {NULL, 0, 0}},
    .infer = concat_infer,
    .evaluate = concat_evaluate,
};
