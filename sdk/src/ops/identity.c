/* Identity, and Dropout, which is the identity outside of training. */
#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/outputs.h"
#include "ops/shape_rules.h"
#include "ops/types.h"

#include <string.h>

static tn_status infer_identity(tni_inference *inference, tn_error *error) {
  const tni_facts *input = inference->inputs[0];
  TN_TRY(tni_infer_same_as_input(inference, error));
  inference->outputs[0].constant = input->constant;
  inference->outputs[0].elements = input->elements;
  inference->outputs[0].element_count = input->element_count;
  return TN_OK;
}

static tn_status evaluate_identity(tni_evaluation *evaluation, tn_error *error) {
  return tni_copy_output(evaluation, 0, evaluation->inputs[0], error);
}

static tn_status infer_dropout(tni_inference *inference, tn_error *error) {
  for (uint32_t i = 1; i < inference->input_count; i++)
    if (inference->inputs[i]) TN_TRY(tni_expect_scalar(inference, i, error));
  TN_TRY(tni_infer_same_as_input(inference, error));
  if (inference->output_count < 2) return TN_OK;
  inference->outputs[1].type = TN_BOOL;
  tni_facts_copy_shape(&inference->outputs[1], inference->inputs[0]);
  return TN_OK;
}

/* Training with a ratio of 0 drops nothing. */
static tn_status check_inference(const tni_evaluation *evaluation, tn_error *error) {
  const tn_tensor *ratio = evaluation->input_count > 1 ? evaluation->inputs[1] : NULL;
  const tn_tensor *mode = evaluation->input_count > 2 ? evaluation->inputs[2] : NULL;
  double share = 0.5, training = 0;
  if (ratio) tni_load_reals(ratio->type, ratio->data, 0, 1, 1, &share);
  if (mode) tni_load_reals(mode->type, mode->data, 0, 1, 1, &training);
  if (training == 0 || share == 0) return TN_OK;
  return tni_node_fail(evaluation->node, error, TN_UNSUPPORTED,
                       "training_mode is true with a ratio of %g: training is not supported",
                       share);
}

static tn_status evaluate_dropout(tni_evaluation *evaluation, tn_error *error) {
  TN_TRY(check_inference(evaluation, error));
  tn_tensor *mask = evaluation->output_count > 1 ? evaluation->outputs[1] : NULL;
  const uint64_t count = tn_tensor_element_count(evaluation->inputs[0]);
  if (mask && count > 0) memset(mask->data, 1, (size_t)count);
  return evaluation->outputs[0] ? tni_copy_output(evaluation, 0, evaluation->inputs[0], error)
                                : TN_OK;
}

static const tni_formal_attribute dropout_attributes[] = {{"seed", TN_ATTRIBUTE_INT, 0},
                                                          {NULL, 0, 0}};

TNI_OPERATOR(Dropout) = {.name = "Dropout",
                         .since = 22,
                         .inputs = {{"data", TNI_FLOAT_TYPES, "T", 0},
                                    {"ratio", TNI_FLOAT_TYPES, "T1", TNI_OPTIONAL},
                                    {"training_mode", TNI_TYPE(TN_BOOL), "T2", TNI_OPTIONAL}},
                         .outputs = {{"output", TNI_FLOAT_TYPES, "T", 0},
                                     {"mask", TNI_TYPE(TN_BOOL), "T2", TNI_OPTIONAL}},
                         .attributes = dropout_attributes,
                         .infer = infer_dropout,
                         .evaluate = evaluate_dropout};

TNI_OPERATOR(Identity) = {.name = "Identity",
                          .since = 25,
                          .inputs = {{"input", TNI_ALL_TYPES, "V", 0}},
                          .outputs = {{"output", TNI_ALL_TYPES, "V", 0}},
                          .infer = infer_identity,
                          .evaluate = evaluate_identity};
