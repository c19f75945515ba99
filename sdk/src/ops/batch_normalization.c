#include <math.h>

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/shape_rules.h"

enum { X, SCALE, B, MEAN, VARIANCE };

static tn_status infer(tni_inference *inference, tn_error *error) {
  static const char *const names[] = {"X", "scale", "B", "input_mean", "input_var"};
  const tni_facts *x = inference->inputs[X];
  const int training = tni_attribute_int(inference->node, "training_mode", 0) != 0;
  inference->outputs[0].type = x->type;
  if (inference->output_count > 1 && !training)
    return tni_node_fail(inference->node, error, TN_INVALID_ARGUMENT,
                         "running mean and variance are outputs of training_mode 1 only");
  for (uint32_t i = 1; i < inference->output_count; i++) {
    inference->outputs[i].type = inference->inputs[MEAN]->type;
    tni_facts_copy_shape(&inference->outputs[i], inference->inputs[MEAN]);
  }
  if (x->has_rank && x->rank == 0)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "X must have a rank of at least 1");
  for (uint32_t i = SCALE; i <= VARIANCE; i++) {
    TN_TRY(tni_expect_rank(inference, i, 1, error));
    if (!x->has_rank || !inference->inputs[i]->has_rank) continue;
    const tn_dimension channels = x->rank > 1 ? x->dimensions[1] : tni_dimension_of(1);
    if (tni_dimension_differs(inference->inputs[i]->dimensions[0], channels))
      return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                           "%s must have one element per channel of X", names[i]);
  }
  tni_facts_copy_shape(&inference->outputs[0], x);
  return TN_OK;
}

/* X as batch x channels x image. */
typedef struct layout {
  const tn_tensor *x;
  int64_t batch, channels, image;
} layout;

static layout layout_of(const tn_tensor *x) {
  layout self = {
      .x = x, .batch = x->shape[0], .channels = x->rank > 1 ? x->shape[1] : 1, .image = 1};
  for (uint32_t i = 2; i < x->rank; i++)
    self.image *= x->shape[i];
  return self;
}

static double element(const tn_tensor *tensor, int64_t index) {
  double value;
  tni_load_reals(tensor->type, tensor->data, index, 1, 1, &value);
  return value;
}

/* Sum of (x - center)^power, power 1 or 2, over one channel. */
static double sum_channel(const layout *self, int64_t channel, double center, int squared) {
  double sum = 0;
  for (int64_t n = 0; n < self->batch; n++) {
    const int64_t plane = (n * self->channels + channel) * self->image;
    for (int64_t i = 0; i < self->image; i += TNI_CHUNK) {
      const size_t count = (size_t)(self->image - i < TNI_CHUNK ? self->image - i : TNI_CHUNK);
      double x[TNI_CHUNK];
      tni_load_reals(self->x->type, self->x->data, plane + i, 1, count, x);
      for (size_t k = 0; k < count; k++)
        sum += squared ? (x[k] - center) * (x[k] - center) : x[k];
    }
  }
  return sum;
}

/* y = (x - mean) * factor + shift over one channel. */
static void normalize_channel(const layout *self, tn_tensor *y, int64_t channel, double mean,
                              double factor, double shift) {
  for (int64_t n = 0; n < self->batch; n++) {
    const int64_t plane = (n * self->channels + channel) * self->image;
    for (int64_t i = 0; i < self->image; i += TNI_CHUNK) {
      const size_t count = (size_t)(self->image - i < TNI_CHUNK ? self->image - i : TNI_CHUNK);
      double x[TNI_CHUNK];
      tni_load_reals(self->x->type, self->x->data, plane + i, 1, count, x);
      for (size_t k = 0; k < count; k++)
        x[k] = (x[k] - mean) * factor + shift;
      tni_store_reals(y->type, y->data, plane + i, count, x);
    }
  }
}

/* Writes what becomes of a running statistic when that of this batch is taken in. */
static void update(const tni_evaluation *evaluation, uint32_t output, int64_t channel,
                   double running, double batch) {
  const double momentum = tni_attribute_float(evaluation->node, "momentum", (double)0.9F);
  tn_tensor *to = evaluation->output_count > output ? evaluation->outputs[output] : NULL;
  const double value = running * momentum + batch * (1 - momentum);
  if (to) tni_store_reals(to->type, to->data, channel, 1, &value);
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  const layout self = layout_of(evaluation->inputs[X]);
  const double epsilon = tni_attribute_float(evaluation->node, "epsilon", (double)1e-5F);
  const int training = tni_attribute_int(evaluation->node, "training_mode", 0) != 0;
  for (int64_t c = 0; c < self.channels; c++) {
    double mean = element(evaluation->inputs[MEAN], c);
    double variance = element(evaluation->inputs[VARIANCE], c);
    if (training) {
      const double count = (double)(self.batch * self.image);
      const double batch_mean = sum_channel(&self, c, 0, 0) / count;
      const double batch_variance = sum_channel(&self, c, batch_mean, 1) / count;
      update(evaluation, 1, c, mean, batch_mean);
      update(evaluation, 2, c, variance, batch_variance);
      mean = batch_mean;
      variance = batch_variance;
    }
    const double factor = element(evaluation->inputs[SCALE], c) / sqrt(variance + epsilon);
    if (evaluation->outputs[0])
      normalize_channel(&self, evaluation->outputs[0], c, mean, factor,
                        element(evaluation->inputs[B], c));
  }
  return TN_OK;
}

TNI_OPERATOR(BatchNormalization) = {
    .name = "BatchNormalization",
    .since = 15,
    .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0},
               {"scale", TNI_FLOAT_TYPES, "T1", 0},
               {"B", TNI_FLOAT_TYPES, "T1", 0},
               {"input_mean", TNI_FLOAT_TYPES, "T2", 0},
               {"input_var", TNI_FLOAT_TYPES, "T2", 0}},
    .outputs = {{"Y", TNI_FLOAT_TYPES, "T", 0},
                {"running_mean", TNI_FLOAT_TYPES, "T2", TNI_OPTIONAL},
                {"running_var", TNI_FLOAT_TYPES, "T2", TNI_OPTIONAL}},
    .attributes = (const tni_formal_attribute[]){{"epsilon", TN_ATTRIBUTE_FLOAT, 0},
                                                 {"momentum", TN_ATTRIBUTE_FLOAT, 0},
                                                 {"training_mode", TN_ATTRIBUTE_INT, 0},
                                                 {NULL, 0, 0}},
    .infer = infer,
    .evaluate = evaluate,
};
