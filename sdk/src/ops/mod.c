/* Mod: the remainder of the division that rounds down (fmod 0) or towards zero (fmod 1). An integer
 * modulo 0 is 0, where ONNX leaves the result open. */
#include "ops/attributes.h"
#include "ops/elementwise.h"

#include <math.h>

/* The remainder with the sign of `b`; exact, since fmod is. */
static double floored(double a, double b) {
  const double rest = fmod(a, b);
  if (rest == 0) return copysign(0, b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}
static int64_t truncated_signed(int64_t a, int64_t b) {
  return b == 0 || b == -1 ? 0 : a % b;
}
static int64_t floored_signed(int64_t a, int64_t b) {
  const int64_t rest = truncated_signed(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}
static uint64_t remainder_unsigned(uint64_t a, uint64_t b) {
  return b == 0 ? 0 : a % b;
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  static const tni_binary floor_functions = {floored, floored_signed, remainder_unsigned};
  static const tni_binary truncate_functions = {fmod, truncated_signed, remainder_unsigned};
  const int64_t truncates = tni_attribute_int(evaluation->node, "fmod", 0);
  return tni_evaluate_binary(evaluation, truncates ? &truncate_functions : &floor_functions);
}

static const tni_formal_attribute attributes[] = {{"fmod", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}};

TNI_OPERATOR(Mod) = {.name = "Mod",
                     .since = 28,
                     TNI_BINARY_FORMALS(TNI_REAL_TYPES),
                     .attributes = attributes,
                     .infer = tni_infer_broadcast,
                     .evaluate = evaluate};
