#include "ops/attributes.h"
#include "ops/recurrent.h"
#include "ops/types.h"

/* Order of the gates in W, R and B, and of the peepholes in P. */
enum { INPUT, OUTPUT, FORGET, CELL };
enum { PEEP_INPUT, PEEP_OUTPUT, PEEP_FORGET };
/* Order of the activations. */
enum { ON_GATES, ON_CELL, ON_HIDDEN };

static void step(tni_recurrence *self, double *gates, double *h, double *c) {
  const int64_t hidden = self->hidden;
  const double *peep = self->peepholes;
  const int coupled = tni_attribute_int(self->evaluation->node, "input_forget", 0) != 0;
  for (int64_t i = 0; i < 4 * hidden; i++)
    gates[i] += tni_recurrent_dot(self->r + i * hidden, h, hidden) + self->rb[i];
  for (int64_t i = 0; i < hidden; i++) {
    const double input = tni_recurrent_activate(
        self, ON_GATES, gates[INPUT * hidden + i] + peep[PEEP_INPUT * hidden + i] * c[i]);
    const double forget = coupled
                              ? 1 - input
                              : tni_recurrent_activate(self, ON_GATES,
                                                       gates[FORGET * hidden + i] +
                                                           peep[PEEP_FORGET * hidden + i] * c[i]);
    c[i] = forget * c[i] + input * tni_recurrent_activate(self, ON_CELL, gates[CELL * hidden + i]);
    const double output = tni_recurrent_activate(
        self, ON_GATES, gates[OUTPUT * hidden + i] + peep[PEEP_OUTPUT * hidden + i] * c[i]);
    h[i] = output * tni_recurrent_activate(self, ON_HIDDEN, c[i]);
  }
}

static const tni_cell cell = {
    .gates = 4,
    .activations = 3,
    .defaults = {"Sigmoid", "Tanh", "Tanh"},
    .has_cell_state = 1,
    .step = step,
};

static tn_status infer(tni_inference *inference, tn_error *error) {
  return tni_recurrent_infer(inference, &cell, error);
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  return tni_recurrent_evaluate(evaluation, &cell, error);
}

TNI_OPERATOR(LSTM) = {
    .name = "LSTM",
    .since = 22,
    .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0},
               {"W", TNI_FLOAT_TYPES, "T", 0},
               {"R", TNI_FLOAT_TYPES, "T", 0},
               {"B", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL},
               {"sequence_lens", TNI_TYPE(TN_I32), "T1", TNI_OPTIONAL},
               {"initial_h", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL},
               {"initial_c", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL},
               {"P", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL}},
    .outputs = {{"Y", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL},
                {"Y_h", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL},
                {"Y_c", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL}},
    .attributes = (const tni_formal_attribute[]){{"activation_alpha", TN_ATTRIBUTE_FLOATS, 0},
                                                 {"activation_beta", TN_ATTRIBUTE_FLOATS, 0},
                                                 {"activations", TN_ATTRIBUTE_STRINGS, 0},
                                                 {"clip", TN_ATTRIBUTE_FLOAT, 0},
                                                 {"direction", TN_ATTRIBUTE_STRING, 0},
                                                 {"hidden_size", TN_ATTRIBUTE_INT, 0},
                                                 {"input_forget", TN_ATTRIBUTE_INT, 0},
                                                 {"layout", TN_ATTRIBUTE_INT, 0},
                                                 {NULL, 0, 0}},
    .infer = infer,
    .evaluate = evaluate,
    .flags = TNI_OPERATOR_COSTLY,
};
