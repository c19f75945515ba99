/* Neg, Abs, Sign, Relu: functions of one number that integers have too. The most negative integer
 * is its own negation and its own absolute value. */
#include "ops/elementwise.h"

#include <math.h>

static double negate(double x) {
  return -x;
}
static int64_t negate_signed(int64_t x) {
  return (int64_t)(0 - (uint64_t)x);
}

static int64_t absolute_signed(int64_t x) {
  return x < 0 ? negate_signed(x) : x;
}
static uint64_t absolute_unsigned(uint64_t x) {
  return x;
}

static double sign(double x) {
  return isnan(x) ? x : (x > 0) - (x < 0);
}
static int64_t sign_signed(int64_t x) {
  return (x > 0) - (x < 0);
}
static uint64_t sign_unsigned(uint64_t x) {
  return x > 0;
}

static double rectify(double x) {
  return x < 0 ? 0 : x;
}
static int64_t rectify_signed(int64_t x) {
  return x < 0 ? 0 : x;
}

static tn_status evaluate_negate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  return tni_evaluate_unary(evaluation, &(tni_unary){negate, negate_signed, NULL});
}

static tn_status evaluate_absolute(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  return tni_evaluate_unary(evaluation, &(tni_unary){fabs, absolute_signed, absolute_unsigned});
}

static tn_status evaluate_sign(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  return tni_evaluate_unary(evaluation, &(tni_unary){sign, sign_signed, sign_unsigned});
}

static tn_status evaluate_rectify(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  return tni_evaluate_unary(evaluation, &(tni_unary){rectify, rectify_signed, NULL});
}

TNI_OPERATOR(Abs) = {.name = "Abs",
                     .since = 13,
                     TNI_UNARY_FORMALS("X", "Y", TNI_REAL_TYPES),
                     .infer = tni_infer_same_as_input,
                     .evaluate = evaluate_absolute};

TNI_OPERATOR(Neg) = {.name = "Neg",
                     .since = 13,
                     TNI_UNARY_FORMALS("X", "Y", TNI_SIGNED_TYPES | TNI_FLOAT_TYPES),
                     .infer = tni_infer_same_as_input,
                     .evaluate = evaluate_negate};

TNI_OPERATOR(Relu) = {.name = "Relu",
                      .since = 14,
                      TNI_UNARY_FORMALS("X", "Y", TNI_SIGNED_TYPES | TNI_FLOAT_TYPES),
                      .infer = tni_infer_same_as_input,
                      .evaluate = evaluate_rectify};

TNI_OPERATOR(Sign) = {.name = "Sign",
                      .since = 13,
                      TNI_UNARY_FORMALS("input", "output", TNI_REAL_TYPES),
                      .infer = tni_infer_same_as_input,
                      .evaluate = evaluate_sign};
