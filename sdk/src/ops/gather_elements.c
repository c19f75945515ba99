#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/index.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  const tni_facts *indices = inference->inputs[1];
  tni_facts *out = &inference->outputs[0];
  uint32_t axis;
  out->type = data->type;
  tni_facts_copy_shape(out, indices);
  if (data->has_rank && indices->has_rank) TN_TRY(tni_expect_same_rank(inference, 0, 1, error));
  if (!data->has_rank) return TN_OK;
  TN_TRY(tni_resolve_axis(inference->node, "axis", tni_attribute_int(inference->node, "axis", 0),
                          data->rank, &axis, error));
  return tni_expect_within(inference, 1, 0, axis, error);
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *data = evaluation->inputs[0];
  tni_axis_walk walk;
  TN_TRY(tni_axis_walk_start(&walk, evaluation, data, evaluation->inputs[1], error));
  while (tni_axis_walk_next(&walk)) {
    int64_t at;
    TN_TRY(tni_axis_walk_target(&walk, &at, error));
    TN_TRY(tni_move_run(evaluation->outputs[0], walk.position, data, at, 1, error));
  }
  return TN_OK;
}

TNI_OPERATOR(GatherElements) = {
    .name = "GatherElements",
    .since = 13,
    .inputs = {{"data", TNI_PLAIN_TYPES, "T", 0}, {"indices", TNI_INDEX_TYPES, "Tind", 0}},
    .outputs = {{"output", TNI_PLAIN_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"axis", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}},
    .infer = infer,
    .evaluate = evaluate,
};
