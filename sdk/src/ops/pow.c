/* Pow: base and exponent may differ in type, the result has the base's. An integer to an integer
 * power is computed in integers and wraps around; a negative power gives the truncated quotient (0
 * but for 1 and -1; 0 also for the base 0, where ONNX leaves it open). */
#include "ops/elementwise.h"

#include <math.h>

static int64_t power_of_integer(int64_t base, uint64_t exponent) {
  uint64_t result = 1, factor = (uint64_t)base;
  for (uint64_t left = exponent; left > 0; left >>= 1) {
    if (left & 1) result *= factor;
    factor *= factor;
  }
  return (int64_t)result;
}

/* 1 / base ^ |exponent| without its fraction. */
static int64_t inverse_power_of_integer(int64_t base, int64_t exponent) {
  if (base == 1) return 1;
  return base == -1 ? (exponent & 1 ? -1 : 1) : 0;
}

static void power_of_reals(size_t count, tni_broadcast *walk, tn_tensor *const *inputs,
                           tn_tensor *output) {
  double base[TNI_CHUNK], exponent[TNI_CHUNK];
  tni_load_reals(inputs[0]->type, inputs[0]->data, walk->offset[0], walk->stride[0], count, base);
  tni_load_reals(inputs[1]->type, inputs[1]->data, walk->offset[1], walk->stride[1], count,
                 exponent);
  for (size_t i = 0; i < count; i++)
    base[i] = pow(base[i], exponent[i]);
  tni_store_reals(output->type, output->data, walk->position, count, base);
}

static void power_of_integers(size_t count, tni_broadcast *walk, tn_tensor *const *inputs,
                              tn_tensor *output) {
  int64_t base[TNI_CHUNK], exponent[TNI_CHUNK];
  tni_load_signed(inputs[0]->type, inputs[0]->data, walk->offset[0], walk->stride[0], count, base);
  tni_load_signed(inputs[1]->type, inputs[1]->data, walk->offset[1], walk->stride[1], count,
                  exponent);
  const int may_be_negative = inputs[1]->type != TN_U64;
  for (size_t i = 0; i < count; i++)
    base[i] = may_be_negative && exponent[i] < 0 ? inverse_power_of_integer(base[i], exponent[i])
                                                 : power_of_integer(base[i], (uint64_t)exponent[i]);
  tni_store_signed(output->type, output->data, walk->position, count, base);
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  tn_tensor *const *inputs = evaluation->inputs;
  const int in_integers =
      tni_type_class(inputs[0]->type) != TNI_REAL && tni_type_class(inputs[1]->type) != TNI_REAL;
  tni_broadcast walk;
  tni_broadcast_start(&walk, evaluation->outputs[0], inputs, 2);
  while (tni_broadcast_next(&walk))
    (in_integers ? power_of_integers : power_of_reals)(walk.count, &walk, inputs,
                                                       evaluation->outputs[0]);
  return TN_OK;
}

TNI_OPERATOR(Pow) = {
    .name = "Pow",
    .since = 15,
    .inputs = {{"X", TNI_INDEX_TYPES | TNI_FLOAT_TYPES, "T", 0}, {"Y", TNI_REAL_TYPES, "T1", 0}},
    .outputs = {{"Z", TNI_INDEX_TYPES | TNI_FLOAT_TYPES, "T", 0}},
    .infer = tni_infer_broadcast,
    .evaluate = evaluate};
