/* InstanceNormalization and GroupNormalization: each image by itself, over one channel or a group
 * of channels, with one scale and one shift per channel. */
#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/normalize.h"
#include "ops/shape_rules.h"

enum { X, SCALE, SHIFT };

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[X];
  if (x->has_rank && x->rank < 2)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "input 0 must have a rank of at least 2, but has %u", x->rank);
  for (uint32_t i = SCALE; i <= SHIFT; i++) {
    TN_TRY(tni_expect_rank(inference, i, 1, error));
    if (x->has_rank && inference->inputs[i]->has_rank &&
        tni_dimension_differs(x->dimensions[1], inference->inputs[i]->dimensions[0]))
      return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                           "input %u must have one element per channel", i);
  }
  return tni_infer_same_as_input(inference, error);
}

static tn_status group_infer(tni_inference *inference, tn_error *error) {
  const int64_t groups = tni_attribute_int(inference->node, "num_groups", 1);
  const tni_facts *x = inference->inputs[X];
  TN_TRY(infer(inference, error));
  if (groups < 1)
    return tni_node_fail(inference->node, error, TN_INVALID_ARGUMENT,
                         "num_groups must be at least 1, but is %lld", (long long)groups);
  if (x->has_rank && tni_dimension_is_static(x->dimensions[1]) &&
      x->dimensions[1].min % groups != 0)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "%lld groups cannot share %lld channels", (long long)groups,
                         (long long)x->dimensions[1].min);
  return TN_OK;
}

static double element(const tn_tensor *tensor, int64_t index) {
  double value;
  tni_load_reals(tensor->type, tensor->data, index, 1, 1, &value);
  return value;
}

/* Normalizes over `together` channels at a time. */
static void normalize(tni_evaluation *evaluation, int64_t together) {
  const tn_tensor *x = evaluation->inputs[X];
  const double epsilon = tni_attribute_float(evaluation->node, "epsilon", (double)1e-5F);
  const int64_t channels = x->shape[1];
  int64_t image = 1;
  for (uint32_t i = 2; i < x->rank; i++)
    image *= x->shape[i];
  for (int64_t n = 0; n < x->shape[0]; n++) {
    tni_moments moments = {0, 0};
    for (int64_t c = 0; c < channels; c++) {
      const int64_t plane = (n * channels + c) * image;
      if (c % together == 0) moments = tni_row_moments(x, plane, together * image, 1, epsilon);
      tni_normalize_row(x, evaluation->outputs[0], plane, image, moments,
                        element(evaluation->inputs[SCALE], c),
                        element(evaluation->inputs[SHIFT], c));
    }
  }
}

static tn_status instance_evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  normalize(evaluation, 1);
  return TN_OK;
}

static tn_status group_evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  const int64_t channels = evaluation->inputs[X]->shape[1];
  if (channels > 0)
    normalize(evaluation, channels / tni_attribute_int(evaluation->node, "num_groups", 1));
  return TN_OK;
}

TNI_OPERATOR(InstanceNormalization) = {
    .name = "InstanceNormalization",
    .since = 22,
    .inputs = {{"input", TNI_FLOAT_TYPES, "T", 0},
               {"scale", TNI_FLOAT_TYPES, "T", 0},
               {"B", TNI_FLOAT_TYPES, "T", 0}},
    .outputs = {{"output", TNI_FLOAT_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"epsilon", TN_ATTRIBUTE_FLOAT, 0}, {NULL, 0, 0}},
    .infer = infer,
    .evaluate = instance_evaluate,
};

TNI_OPERATOR(GroupNormalization) = {
    .name = "GroupNormalization",
    .since = 21,
    .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0},
               {"scale", TNI_FLOAT_TYPES, "T", 0},
               {"bias", TNI_FLOAT_TYPES, "T", 0}},
    .outputs = {{"Y", TNI_FLOAT_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"epsilon", TN_ATTRIBUTE_FLOAT, 0},
                                                 {"num_groups", TN_ATTRIBUTE_INT, 1},
                                                 {"stash_type", TN_ATTRIBUTE_INT, 0},
                                                 {NULL, 0, 0}},
    .infer = group_infer,
    .evaluate = group_evaluate,
};
