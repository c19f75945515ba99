#include "ops/elements.h"
#include "ops/pool.h"

#include <math.h>

static double sum_of(double sum, const double *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    sum += values[i];
  return sum;
}

static double maximum_of(double maximum, const double *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (values[i] > maximum || isnan(values[i])) maximum = values[i];
  return maximum;
}

typedef double (*combine)(double, const double *, size_t);

/* Combines every plane (one channel of one image) to one element, divided by the plane's size where
 * that is asked. */
static tn_status pool_planes(tni_evaluation *evaluation, combine function, double start,
                             int average) {
  tn_tensor *x = evaluation->inputs[0];
  tn_tensor *y = evaluation->outputs[0];
  const int64_t planes = x->shape[0] * x->shape[1];
  int64_t image = 1;
  double values[TNI_CHUNK];
  for (uint32_t i = 2; i < x->rank; i++)
    image *= x->shape[i];
  for (int64_t p = 0; p < planes; p++) {
    double result = start;
    for (int64_t i = 0; i < image; i += TNI_CHUNK) {
      const int64_t count = image - i < TNI_CHUNK ? image - i : TNI_CHUNK;
      tni_load_reals(x->type, x->data, p * image + i, 1, (size_t)count, values);
      result = function(result, values, (size_t)count);
    }
    if (average) result /= (double)image;
    tni_store_reals(y->type, y->data, p, 1, &result);
  }
  return TN_OK;
}

static tn_status global_average_pool_evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  return pool_planes(evaluation, sum_of, 0, 1);
}

static tn_status global_max_pool_evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  return pool_planes(evaluation, maximum_of, -INFINITY, 0);
}

TNI_OPERATOR(GlobalAveragePool) = {
    .name = "GlobalAveragePool",
    .since = 22,
    .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0}},
    .outputs = {{"Y", TNI_FLOAT_TYPES, "T", 0}},
    .infer = tni_global_pool_infer,
    .evaluate = global_average_pool_evaluate,
};

TNI_OPERATOR(GlobalMaxPool) = {
    .name = "GlobalMaxPool",
    .since = 22,
    .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0}},
    .outputs = {{"Y", TNI_FLOAT_TYPES, "T", 0}},
    .infer = tni_global_pool_infer,
    .evaluate = global_max_pool_evaluate,
};
