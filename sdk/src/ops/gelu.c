/* Gelu, by the error function or by its approximation with tanh. */
#include "ops/attributes.h"
#include "ops/elementwise.h"

#include <math.h>

static double gelu(double x, const double *parameters) {
  (void)parameters;
  return 0.5 * x * erfc(-x * 0.70710678118654752440);
}

static double gelu_by_tanh(double x, const double *parameters) {
  (void)parameters;
  const double root = 0.79788456080286535588; /* sqrt(2 / pi) */
  return 0.5 * x * (1 + tanh(root * (x + 0.044715 * x * x * x)));
}

static tn_status read_approximation(const tn_node *node, int *by_tanh, tn_error *error) {
  const tn_string text = tni_attribute_string(node, "approximate", TN_STRING("none"));
  *by_tanh = tn_string_equal(text, TN_STRING("tanh"));
  if (*by_tanh || tn_string_equal(text, TN_STRING("none"))) return TN_OK;
  return tni_node_fail(node, error, TN_MALFORMED,
                       "attribute 'approximate' must be none or tanh, '%.*s' came", TNI_TEXT(text));
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  int by_tanh;
  TN_TRY(read_approximation(inference->node, &by_tanh, error));
  return tni_infer_same_as_input(inference, error);
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  int by_tanh;
  TN_TRY(read_approximation(evaluation->node, &by_tanh, error));
  return tni_evaluate_parametric(evaluation, by_tanh ? gelu_by_tanh : gelu, NULL);
}

static const tni_formal_attribute attributes[] = {{"approximate", TN_ATTRIBUTE_STRING, 0},
                                                  {NULL, 0, 0}};

TNI_OPERATOR(Gelu) = {.name = "Gelu",
                      .since = 20,
                      TNI_UNARY_FORMALS("X", "Y", TNI_FLOAT_TYPES),
                      .attributes = attributes,
                      .infer = infer,
                      .evaluate = evaluate};
