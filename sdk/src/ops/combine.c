/* Max, Min, Sum, Mean of any number of inputs. NaN wins over every number. Reals are summed in f64
 * and rounded once. */
#include "ops/element_rules.h"
#include "ops/elementwise.h"

#include <math.h>

static double larger(double a, double b) {
  return isnan(a) || a > b ? a : b;
}
static int64_t larger_signed(int64_t a, int64_t b) {
  return a > b ? a : b;
}
static uint64_t larger_unsigned(uint64_t a, uint64_t b) {
  return a > b ? a : b;
}

static double smaller(double a, double b) {
  return isnan(a) || a < b ? a : b;
}
static int64_t smaller_signed(int64_t a, int64_t b) {
  return a < b ? a : b;
}
static uint64_t smaller_unsigned(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

static double add(double a, double b) {
  return a + b;
}
static double divide(double sum, double count) {
  return sum / count;
}

static tn_status infer_max(tni_inference *inference, tn_error *error) {
  TN_TRY(tni_infer_broadcast(inference, error));
  tni_follow_variadic(inference, tni_element_max);
  return TN_OK;
}

static tn_status infer_min(tni_inference *inference, tn_error *error) {
  TN_TRY(tni_infer_broadcast(inference, error));
  tni_follow_variadic(inference, tni_element_min);
  return TN_OK;
}

static tn_status evaluate_max(tni_evaluation *evaluation, tn_error *error) {
  static const tni_binary functions = {larger, larger_signed, larger_unsigned};
  return tni_evaluate_variadic(evaluation, &functions, NULL, error);
}

static tn_status evaluate_min(tni_evaluation *evaluation, tn_error *error) {
  static const tni_binary functions = {smaller, smaller_signed, smaller_unsigned};
  return tni_evaluate_variadic(evaluation, &functions, NULL, error);
}

static tn_status evaluate_sum(tni_evaluation *evaluation, tn_error *error) {
  return tni_evaluate_variadic(evaluation, &(tni_binary){.real = add}, NULL, error);
}

static tn_status evaluate_mean(tni_evaluation *evaluation, tn_error *error) {
  return tni_evaluate_variadic(evaluation, &(tni_binary){.real = add}, divide, error);
}

#define COMBINE_FORMALS(output, set) \
  .inputs = {{"data_0", set, "T", TNI_VARIADIC}}, .outputs = {{output, set, "T", 0}}

TNI_OPERATOR(Max) = {.name = "Max",
                     .since = 13,
                     COMBINE_FORMALS("max", TNI_REAL_TYPES),
                     .infer = infer_max,
                     .evaluate = evaluate_max};

TNI_OPERATOR(Mean) = {.name = "Mean",
                      .since = 13,
                      COMBINE_FORMALS("mean", TNI_FLOAT_TYPES),
                      .infer = tni_infer_broadcast,
                      .evaluate = evaluate_mean};

TNI_OPERATOR(Min) = {.name = "Min",
                     .since = 13,
                     COMBINE_FORMALS("min", TNI_REAL_TYPES),
                     .infer = infer_min,
                     .evaluate = evaluate_min};

TNI_OPERATOR(Sum) = {.name = "Sum",
                     .since = 13,
                     COMBINE_FORMALS("sum", TNI_FLOAT_TYPES),
                     .infer = tni_infer_broadcast,
                     .evaluate = evaluate_sum};
