/* GRU and RNN: the recurrent layers without a cell state. */
#include "ops/attributes.h"
#include "ops/recurrent.h"
#include "ops/types.h"

/* Order of the gates of GRU in W, R and B, and of its activations. */
enum { UPDATE, RESET, HIDDEN };
enum { ON_GATES, ON_HIDDEN };

/* R h of one row. */
static double recur(const tni_recurrence *self, int64_t row, const double *h) {
  return tni_recurrent_dot(self->r + row * self->hidden, h, self->hidden);
}

static void gru_step(tni_recurrence *self, double *gates, double *h, double *c) {
  (void)c;
  const int64_t hidden = self->hidden;
  const int linear = tni_attribute_int(self->evaluation->node, "linear_before_reset", 0) != 0;
  double *reset = gates + RESET * hidden;
  double *next = gates + HIDDEN * hidden;
  for (int64_t i = 0; i < 2 * hidden; i++)
    gates[i] = tni_recurrent_activate(self, ON_GATES, gates[i] + recur(self, i, h) + self->rb[i]);
  for (int64_t i = 0; i < hidden; i++)
    self->spare[i] = linear ? h[i] : reset[i] * h[i];
  for (int64_t i = 0; i < hidden; i++) {
    const int64_t row = HIDDEN * hidden + i;
    const double recurrent = recur(self, row, self->spare) + self->rb[row];
    next[i] = tni_recurrent_activate(self, ON_HIDDEN,
                                     next[i] + (linear ? reset[i] * recurrent : recurrent));
  }
  for (int64_t i = 0; i < hidden; i++)
    h[i] = (1 - gates[i]) * next[i] + gates[i] * h[i];
}

static void rnn_step(tni_recurrence *self, double *gates, double *h, double *c) {
  (void)c;
  for (int64_t i = 0; i < self->hidden; i++)
    gates[i] = tni_recurrent_activate(self, 0, gates[i] + recur(self, i, h) + self->rb[i]);
  for (int64_t i = 0; i < self->hidden; i++)
    h[i] = gates[i];
}

static const tni_cell gru_cell = {
    .gates = 3, .activations = 2, .defaults = {"Sigmoid", "Tanh"}, .step = gru_step};
static const tni_cell rnn_cell = {
    .gates = 1, .activations = 1, .defaults = {"Tanh"}, .step = rnn_step};

static tn_status gru_infer(tni_inference *inference, tn_error *error) {
  return tni_recurrent_infer(inference, &gru_cell, error);
}

static tn_status gru_evaluate(tni_evaluation *evaluation, tn_error *error) {
  return tni_recurrent_evaluate(evaluation, &gru_cell, error);
}

static tn_status rnn_infer(tni_inference *inference, tn_error *error) {
  return tni_recurrent_infer(inference, &rnn_cell, error);
}

static tn_status rnn_evaluate(tni_evaluation *evaluation, tn_error *error) {
  return tni_recurrent_evaluate(evaluation, &rnn_cell, error);
}

#define RECURRENT_PORTS                                               \
  .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0},                          \
             {"W", TNI_FLOAT_TYPES, "T", 0},                          \
             {"R", TNI_FLOAT_TYPES, "T", 0},                          \
             {"B", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL},               \
             {"sequence_lens", TNI_TYPE(TN_I32), "T1", TNI_OPTIONAL}, \
             {"initial_h", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL}},      \
  .outputs = {{"Y", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL},              \
              {"Y_h", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL}}

TNI_OPERATOR(GRU) = {
    .name = "GRU",
    .since = 22,
    RECURRENT_PORTS,
    .attributes = (const tni_formal_attribute[]){{"activation_alpha", TN_ATTRIBUTE_FLOATS, 0},
                                                 {"activation_beta", TN_ATTRIBUTE_FLOATS, 0},
                                                 {"activations", TN_ATTRIBUTE_STRINGS, 0},
                                                 {"clip", TN_ATTRIBUTE_FLOAT, 0},
                                                 {"direction", TN_ATTRIBUTE_STRING, 0},
                                                 {"hidden_size", TN_ATTRIBUTE_INT, 0},
                                                 {"layout", TN_ATTRIBUTE_INT, 0},
                                                 {"linear_before_reset", TN_ATTRIBUTE_INT, 0},
                                                 {NULL, 0, 0}},
    .infer = gru_infer,
    .evaluate = gru_evaluate,
    .flags = TNI_OPERATOR_COSTLY,
};

TNI_OPERATOR(RNN) = {
    .name = "RNN",
    .since = 22,
    RECURRENT_PORTS,
    .attributes = (const tni_formal_attribute[]){{"activation_alpha", TN_ATTRIBUTE_FLOATS, 0},
                                                 {"activation_beta", TN_ATTRIBUTE_FLOATS, 0},
                                                 {"activations", TN_ATTRIBUTE_STRINGS, 0},
                                                 {"clip", TN_ATTRIBUTE_FLOAT, 0},
                                                 {"direction", TN_ATTRIBUTE_STRING, 0},
                                                 {"hidden_size", TN_ATTRIBUTE_INT, 0},
                                                 {"layout", TN_ATTRIBUTE_INT, 0},
                                                 {NULL, 0, 0}},
    .infer = rnn_infer,
    .evaluate = rnn_evaluate,
    .flags = TNI_OPERATOR_COSTLY,
};
