#include <math.h>

#include "ops/attributes.h"
#include "ops/recurrent.h"

static double relu(double x, double alpha, double beta) {
  return (void)alpha, (void)beta, x > 0 || isnan(x) ? x : 0;
}
static double tangent(double x, double alpha, double beta) {
  return (void)alpha, (void)beta, tanh(x);
}
static double logistic(double x, double alpha, double beta) {
  return (void)alpha, (void)beta, x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}
static double affine(double x, double alpha, double beta) {
  return alpha * x + beta;
}
static double leaky_relu(double x, double alpha, double beta) {
  return (void)beta, x >= 0 ? x : alpha * x;
}
static double thresholded_relu(double x, double alpha, double beta) {
  return (void)beta, x >= alpha ? x : 0;
}
static double scaled_tangent(double x, double alpha, double beta) {
  return alpha * tanh(beta * x);
}
static double hard_sigmoid(double x, double alpha, double beta) {
  return fmin(fmax(alpha * x + beta, 0), 1);
}
static double elu(double x, double alpha, double beta) {
  return (void)beta, x >= 0 ? x : alpha * expm1(x);
}
static double soft_sign(double x, double alpha, double beta) {
  return (void)alpha, (void)beta, x / (1 + fabs(x));
}
static double soft_plus(double x, double alpha, double beta) {
  return (void)alpha, (void)beta, fmax(x, 0) + log1p(exp(-fabs(x)));
}

/* Every activation, and which parameters it takes with which defaults. */
static const struct {
  const char *name;
  double (*function)(double, double, double);
  int takes_alpha, takes_beta;
  double alpha, beta;
} known[] = {
    {"Affine", affine, 1, 1, 1, 0},
    {"Elu", elu, 1, 0, 1, 0},
    {"HardSigmoid", hard_sigmoid, 1, 1, (double)0.2F, 0.5},
    {"LeakyRelu", leaky_relu, 1, 0, (double)0.01F, 0},
    {"Relu", relu, 0, 0, 0, 0},
    {"ScaledTanh", scaled_tangent, 1, 1, 1, 1},
    {"Sigmoid", logistic, 0, 0, 0, 0},
    {"Softplus", soft_plus, 0, 0, 0, 0},
    {"Softsign", soft_sign, 0, 0, 0, 0},
    {"Tanh", tangent, 0, 0, 0, 0},
    {"ThresholdedRelu", thresholded_relu, 1, 0, 1, 0},
};

/* Parameters that the node lists are taken in order by the activations that want them. */
typedef struct parameters {
  const float *values;
  uint64_t count;
  uint64_t used;
} parameters;

static double take(parameters *from, int wanted, double fallback) {
  return wanted && from->used < from->count ? (double)from->values[from->used++] : fallback;
}

tn_status tni_activations_read(const tn_node *node, const tni_cell *cell, uint32_t directions,
                               tni_activation *out, tn_error *error) {
  const tn_attribute *names = tni_attribute_find(node, "activations", TN_ATTRIBUTE_STRINGS);
  const uint32_t count = cell->activations * directions;
  parameters alphas = {0};
  parameters betas = {0};
  alphas.values = tni_attribute_floats(node, "activation_alpha", &alphas.count);
  betas.values = tni_attribute_floats(node, "activation_beta", &betas.count);
  /* The definition of RNN has a default for two directions; a list that is too long is cut. */
  if (names && names->count < count)
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                         "activations must name %u functions, but names %llu", count,
                         (unsigned long long)names->count);
  for (uint32_t i = 0; i < count; i++) {
    const tn_string name =
        names ? names->as.strings[i] : tn_string_from(cell->defaults[i % cell->activations]);
    uint32_t k = 0;
    while (k < sizeof known / sizeof known[0] &&
           !tn_string_equal(name, tn_string_from(known[k].name)))
      k++;
    if (k == sizeof known / sizeof known[0])
      return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "activation \"%.*s\" is not known",
                           TNI_TEXT(name));
    out[i].function = known[k].function;
    out[i].alpha = take(&alphas, known[k].takes_alpha, known[k].alpha);
    out[i].beta = take(&betas, known[k].takes_beta, known[k].beta);
  }
  return TN_OK;
}

double tni_recurrent_activate(const tni_recurrence *self, uint32_t index, double value) {
  const tni_activation *activation = &self->active[index];
  if (value > self->clip) value = self->clip;
  if (value < -self->clip) value = -self->clip;
  return activation->function(value, activation->alpha, activation->beta);
}
