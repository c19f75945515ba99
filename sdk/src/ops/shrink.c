/* Shrink: values within [-lambd, lambd] become 0, the others move by `bias` towards it. Integers
 * are computed as reals and truncated. */
#include "ops/attributes.h"
#include "ops/elementwise.h"

/* Parameters: bias, lambd. */
static double shrink(double x, const double *parameters) {
  const double bias = parameters[0], limit = parameters[1];
  if (x < -limit) return x + bias;
  return x > limit ? x - bias : 0;
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  const double parameters[] = {tni_attribute_float(evaluation->node, "bias", 0),
                               tni_attribute_float(evaluation->node, "lambd", 0.5)};
  return tni_evaluate_parametric(evaluation, shrink, parameters);
}

static const tni_formal_attribute attributes[] = {
    {"bias", TN_ATTRIBUTE_FLOAT, 0}, {"lambd", TN_ATTRIBUTE_FLOAT, 0}, {NULL, 0, 0}};

TNI_OPERATOR(Shrink) = {.name = "Shrink",
                        .since = 9,
                        TNI_UNARY_FORMALS("input", "output", TNI_REAL_TYPES),
                        .attributes = attributes,
                        .infer = tni_infer_same_as_input,
                        .evaluate = evaluate};
