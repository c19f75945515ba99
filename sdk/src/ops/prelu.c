/* PRelu: negative numbers are multiplied by a slope that is broadcast to the input. */
#include "ops/attributes.h"
#include "ops/elementwise.h"

static double scale_negative(double x, double slope) {
  return x < 0 ? slope * x : x;
}
static int64_t scale_negative_signed(int64_t x, int64_t slope) {
  return x < 0 ? (int64_t)((uint64_t)slope * (uint64_t)x) : x;
}
static uint64_t keep_unsigned(uint64_t x, uint64_t slope) {
  (void)slope;
  return x;
}

/* The slope may not make the result larger than the input. */
static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[0], *slope = inference->inputs[1];
  tni_facts *y = &inference->outputs[0];
  TN_TRY(tni_infer_broadcast(inference, error));
  int fits = 1;
  if (x->has_rank && slope->has_rank) {
    fits = slope->rank <= x->rank;
    for (uint32_t i = 0; fits && i < x->rank; i++)
      fits = y->dimensions[i].min <= x->dimensions[i].max;
  }
  tni_facts_copy_shape(y, x);
  if (fits) return TN_OK;
  char one[160], other[160];
  return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                       "input 'slope' of shape %s does not broadcast to input 'X' of shape %s",
                       tni_shape_text(slope, one, sizeof one),
                       tni_shape_text(x, other, sizeof other));
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  static const tni_binary functions = {scale_negative, scale_negative_signed, keep_unsigned};
  return tni_evaluate_binary(evaluation, &functions);
}

#define TYPES (TNI_INDEX_TYPES | TNI_TYPE(TN_U32) | TNI_TYPE(TN_U64) | TNI_FLOAT_TYPES)

TNI_OPERATOR(PRelu) = {.name = "PRelu",
                       .since = 16,
                       .inputs = {{"X", TYPES, "T", 0}, {"slope", TYPES, "T", 0}},
                       .outputs = {{"Y", TYPES, "T", 0}},
                       .infer = infer,
                       .evaluate = evaluate};
