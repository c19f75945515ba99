/* Activations with up to two parameters, of reals: computed in f64 and rounded once. */
#include "ops/attributes.h"
#include "ops/elementwise.h"

#include <math.h>

static double sigmoid(double x) {
  /* Either form is exact where the other overflows. */
  return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}
static double softplus(double x) {
  return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
}
static double clamp_to_one(double x) {
  return x < 0 ? 0 : x > 1 ? 1 : x;
}

/* p[0] is the first parameter of the operator, p[1] the second. */
static double celu(double x, const double *p) {
  return x > 0 ? x : p[0] * expm1(x / p[0]);
}
static double elu(double x, const double *p) {
  return x < 0 ? p[0] * expm1(x) : x;
}
static double hard_sigmoid(double x, const double *p) {
  return clamp_to_one(p[0] * x + p[1]);
}
static double hard_swish(double x, const double *p) {
  (void)p;
  return x * clamp_to_one(x / 6 + 0.5);
}
static double leaky_relu(double x, const double *p) {
  return x < 0 ? p[0] * x : x;
}
static double mish(double x, const double *p) {
  (void)p;
  return x * tanh(softplus(x));
}
static double selu(double x, const double *p) {
  return p[1] * (x > 0 ? x : p[0] * expm1(x));
}
static double logistic(double x, const double *p) {
  (void)p;
  return sigmoid(x);
}
static double soft_plus(double x, const double *p) {
  (void)p;
  return softplus(x);
}
static double soft_sign(double x, const double *p) {
  (void)p;
  return x / (1 + fabs(x));
}
static double swish(double x, const double *p) {
  return x * sigmoid(p[0] * x);
}
static double thresholded_relu(double x, const double *p) {
  return x > p[0] ? x : 0;
}

/* An activation: its function, and the names and defaults of its attributes. */
typedef struct activation {
  double (*function)(double x, const double *p);
  const char *names[2];
  float defaults[2];
} activation;

static tn_status evaluate(tni_evaluation *evaluation, const activation *row) {
  double parameters[2] = {0, 0};
  for (size_t i = 0; i < 2; i++)
    if (row->names[i])
      parameters[i] =
          tni_attribute_float(evaluation->node, row->names[i], (double)row->defaults[i]);
  return tni_evaluate_parametric(evaluation, row->function, parameters);
}

/* The kernel and the attributes of one activation. */
#define ACTIVATION(function, name0, default0, name1, default1)                        \
  static tn_status evaluate_##function(tni_evaluation *evaluation, tn_error *error) { \
    (void)error;                                                                      \
    static const activation row = {function, {name0, name1}, {default0, default1}};   \
    return evaluate(evaluation, &row);                                                \
  }                                                                                   \
  static const tni_formal_attribute function##_attributes[] = {                       \
      {name0, TN_ATTRIBUTE_FLOAT, 0}, {name1, TN_ATTRIBUTE_FLOAT, 0}, {NULL, 0, 0}};

ACTIVATION(celu, "alpha", 1, NULL, 0)
ACTIVATION(elu, "alpha", 1, NULL, 0)
ACTIVATION(hard_sigmoid, "alpha", 0.2f, "beta", 0.5f)
ACTIVATION(hard_swish, NULL, 0, NULL, 0)
ACTIVATION(leaky_relu, "alpha", 0.01f, NULL, 0)
ACTIVATION(logistic, NULL, 0, NULL, 0)
ACTIVATION(mish, NULL, 0, NULL, 0)
ACTIVATION(selu, "alpha", 1.67326319217681884765625f, "gamma", 1.05070102214813232421875f)
ACTIVATION(soft_plus, NULL, 0, NULL, 0)
ACTIVATION(soft_sign, NULL, 0, NULL, 0)
ACTIVATION(swish, "alpha", 1, NULL, 0)
ACTIVATION(thresholded_relu, "alpha", 1, NULL, 0)

#define ACTIVATION_OPERATOR(operator_name, version, input, output, function)                    \
  {                                                                                             \
    .name = operator_name, .since = version, TNI_UNARY_FORMALS(input, output, TNI_FLOAT_TYPES), \
    .attributes = function##_attributes, .infer = tni_infer_same_as_input,                      \
    .evaluate = evaluate_##function                                                             \
  }

TNI_OPERATOR(Celu) = ACTIVATION_OPERATOR("Celu", 28, "X", "Y", celu);
TNI_OPERATOR(Elu) = ACTIVATION_OPERATOR("Elu", 22, "X", "Y", elu);
TNI_OPERATOR(HardSigmoid) = ACTIVATION_OPERATOR("HardSigmoid", 22, "X", "Y", hard_sigmoid);
TNI_OPERATOR(HardSwish) = ACTIVATION_OPERATOR("HardSwish", 22, "X", "Y", hard_swish);
TNI_OPERATOR(LeakyRelu) = ACTIVATION_OPERATOR("LeakyRelu", 16, "X", "Y", leaky_relu);
TNI_OPERATOR(Mish) = ACTIVATION_OPERATOR("Mish", 22, "X", "Y", mish);
TNI_OPERATOR(Selu) = ACTIVATION_OPERATOR("Selu", 22, "X", "Y", selu);
TNI_OPERATOR(Sigmoid) = ACTIVATION_OPERATOR("Sigmoid", 13, "X", "Y", logistic);
TNI_OPERATOR(Softplus) = ACTIVATION_OPERATOR("Softplus", 22, "X", "Y", soft_plus);
TNI_OPERATOR(Softsign) = ACTIVATION_OPERATOR("Softsign", 22, "input", "output", soft_sign);
TNI_OPERATOR(Swish) = ACTIVATION_OPERATOR("Swish", 24, "X", "Y", swish);
TNI_OPERATOR(ThresholdedRelu) = ACTIVATION_OPERATOR("ThresholdedRelu", 22, "X", "Y",
                                                    thresholded_relu);
