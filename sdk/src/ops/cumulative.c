/* CumSum and CumProd: every element becomes the sum or product of those up to it along an axis. */
#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/shape_rules.h"
#include "ops/types.h"

#define CUMULATIVE_TYPES \
  (TNI_FLOAT_TYPES | TNI_TYPE(TN_I32) | TNI_TYPE(TN_I64) | TNI_TYPE(TN_U32) | TNI_TYPE(TN_U64))

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[0];
  int64_t axis[TNI_MAX_ELEMENTS];
  uint32_t count;
  uint32_t resolved;
  TN_TRY(tni_expect_one(inference, 1, error));
  if (x->has_rank && tni_facts_integers(inference->inputs[1], axis, &count))
    TN_TRY(tni_resolve_axis(inference->node, "axis", axis[0], x->rank, &resolved, error));
  return tni_infer_same_as_input(inference, error);
}

/* How lines are walked along. */
typedef struct lines {
  const tn_tensor *x;
  tn_tensor *y;
  int64_t length, step; /* Elements of a line, and from one to the next. */
  int reverse, exclusive, multiply;
} lines;

/* Runs one line of one class of numbers from `first` on. Integers wrap around. */
#define RUN_LINE(class, number, suffix)                                                            \
  static void run_##class(const lines *self, int64_t first) {                                      \
    number total = self->multiply ? 1 : 0;                                                         \
    for (int64_t i = 0; i < self->length; i++) {                                                   \
      const int64_t at = first + (self->reverse ? self->length - 1 - i : i) * self->step;          \
      const number before = total;                                                                 \
      number x;                                                                                    \
      tni_load_##suffix(self->x->type, self->x->data, at, 1, 1, &x);                               \
      total = self->multiply ? total * x : total + x;                                              \
      tni_store_##suffix(self->y->type, self->y->data, at, 1, self->exclusive ? &before : &total); \
    }                                                                                              \
  }

RUN_LINE(real, double, reals)
RUN_LINE(integer, uint64_t, unsigned)

static tn_status evaluate(tni_evaluation *evaluation, int multiply, tn_error *error) {
  const tn_tensor *x = evaluation->inputs[0];
  const tn_tensor *which = evaluation->inputs[1];
  lines self = {.x = x, .y = evaluation->outputs[0], .step = 1, .multiply = multiply};
  int64_t outer = 1;
  int64_t asked = 0;
  uint32_t axis;
  tni_load_signed(which->type, which->data, 0, 1, 1, &asked);
  TN_TRY(tni_resolve_axis(evaluation->node, "axis", asked, x->rank, &axis, error));
  self.reverse = tni_attribute_int(evaluation->node, "reverse", 0) != 0;
  self.exclusive = tni_attribute_int(evaluation->node, "exclusive", 0) != 0;
  self.length = x->shape[axis];
  for (uint32_t i = 0; i < axis; i++)
    outer *= x->shape[i];
  for (uint32_t i = axis + 1; i < x->rank; i++)
    self.step *= x->shape[i];
  for (int64_t o = 0; o < outer; o++)
    for (int64_t i = 0; i < self.step; i++) {
      const int64_t first = o * self.length * self.step + i;
      (tni_type_class(x->type) == TNI_REAL ? run_real : run_integer)(&self, first);
    }
  return TN_OK;
}

static tn_status sum_evaluate(tni_evaluation *evaluation, tn_error *error) {
  return evaluate(evaluation, 0, error);
}

static tn_status product_evaluate(tni_evaluation *evaluation, tn_error *error) {
  return evaluate(evaluation, 1, error);
}

static const tni_formal_attribute attributes[] = {
    {"exclusive", TN_ATTRIBUTE_INT, 0}, {"reverse", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}};

TNI_OPERATOR(CumSum) = {
    .name = "CumSum",
    .since = 14,
    .inputs = {{"x", CUMULATIVE_TYPES, "T", 0}, {"axis", TNI_INDEX_TYPES, "T2", 0}},
    .outputs = {{"y", CUMULATIVE_TYPES, "T", 0}},
    .attributes = attributes,
    .infer = infer,
    .evaluate = sum_evaluate,
};

TNI_OPERATOR(CumProd) = {
    .name = "CumProd",
    .since = 26,
    .inputs = {{"x", CUMULATIVE_TYPES, "T", 0}, {"axis", TNI_INDEX_TYPES, "T2", 0}},
    .outputs = {{"y", CUMULATIVE_TYPES, "T", 0}},
    .attributes = attributes,
    .infer = infer,
    .evaluate = product_evaluate,
};
