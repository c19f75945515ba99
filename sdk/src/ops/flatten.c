#include "ops/attributes.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

static tn_status flatten_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *input = inference->inputs[0];
  tni_facts *out = &inference->outputs[0];
  const int64_t asked = tni_attribute_int(inference->node, "axis", 1);
  out->type = input->type;
  if (!input->has_rank) {
    for (uint32_t i = 0; i < 2; i++)
      out->dimensions[i] = tni_dimension_between(inference, 0, TN_UNBOUNDED);
  } else {
    const int64_t axis = asked < 0 ? asked + input->rank : asked;
    if (axis < 0 || axis > input->rank)
      return tni_node_fail(inference->node, error, TN_OUT_OF_RANGE,
                           "axis is %lld, outside of [-%u, %u]", (long long)asked, input->rank,
                           input->rank);
    out->dimensions[0] = tni_dimension_product(inference, input->dimensions, (uint32_t)axis);
    out->dimensions[1] =
        tni_dimension_product(inference, input->dimensions + axis, input->rank - (uint32_t)axis);
  }
  tni_facts_set_shape(out, 2, out->dimensions);
  tni_facts_pass_elements(inference, 0, input);
  return TN_OK;
}

static tn_status flatten_evaluate(tni_evaluation *evaluation, tn_error *error) {
  return tni_move_all(evaluation->outputs[0], evaluation->inputs[0], error);
}

TNI_OPERATOR(Flatten) = {
    .name = "Flatten",
    .since = 25,
    .inputs = {{"input", TNI_ALL_TYPES, "T", 0}},
    .outputs = {{"output", TNI_ALL_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"axis", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}},
    .infer = flatten_infer,
    .evaluate = flatten_evaluate,
};
