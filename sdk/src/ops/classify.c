/* IsNaN and IsInf. */
#include "ops/attributes.h"
#include "ops/elementwise.h"

#include <math.h>

static double is_nan(double x, const double *parameters) {
  (void)parameters;
  return isnan(x) != 0;
}

static tn_status evaluate_is_nan(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  return tni_evaluate_parametric(evaluation, is_nan, NULL);
}

/* Parameters: whether the negative, then whether the positive infinity counts. */
static double is_infinite(double x, const double *parameters) {
  return isinf(x) ? parameters[x > 0] : 0;
}

static tn_status evaluate_is_inf(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  const double parameters[] = {
      tni_attribute_int(evaluation->node, "detect_negative", 1) != 0,
      tni_attribute_int(evaluation->node, "detect_positive", 1) != 0,
  };
  return tni_evaluate_parametric(evaluation, is_infinite, parameters);
}

static const tni_formal_attribute is_inf_attributes[] = {
    {"detect_negative", TN_ATTRIBUTE_INT, 0},
    {"detect_positive", TN_ATTRIBUTE_INT, 0},
    {NULL, 0, 0},
};

#define CLASSIFY_FORMALS \
  .inputs = {{"X", TNI_FLOAT_TYPES, "T1", 0}}, .outputs = {{"Y", TNI_TYPE(TN_BOOL), "T2", 0}}

TNI_OPERATOR(IsInf) = {.name = "IsInf",
                       .since = 20,
                       CLASSIFY_FORMALS,
                       .attributes = is_inf_attributes,
                       .infer = tni_infer_bool_like_input,
                       .evaluate = evaluate_is_inf};

TNI_OPERATOR(IsNaN) = {.name = "IsNaN",
                       .since = 20,
                       CLASSIFY_FORMALS,
                       .infer = tni_infer_bool_like_input,
                       .evaluate = evaluate_is_nan};
