/* Add, Sub, Mul, Div. Integers wrap around and divide towards zero; division by zero gives 0, where
 * ONNX leaves the result open. */
#include "ops/element_rules.h"
#include "ops/elementwise.h"

static double add(double a, double b) {
  return a + b;
}
static double subtract(double a, double b) {
  return a - b;
}
static double multiply(double a, double b) {
  return a * b;
}
static double divide(double a, double b) {
  return a / b;
}

static uint64_t add_unsigned(uint64_t a, uint64_t b) {
  return a + b;
}
static uint64_t subtract_unsigned(uint64_t a, uint64_t b) {
  return a - b;
}
static uint64_t multiply_unsigned(uint64_t a, uint64_t b) {
  return a * b;
}
static uint64_t divide_unsigned(uint64_t a, uint64_t b) {
  return b == 0 ? 0 : a / b;
}

static int64_t add_signed(int64_t a, int64_t b) {
  return (int64_t)((uint64_t)a + (uint64_t)b);
}
static int64_t subtract_signed(int64_t a, int64_t b) {
  return (int64_t)((uint64_t)a - (uint64_t)b);
}
static int64_t multiply_signed(int64_t a, int64_t b) {
  return (int64_t)((uint64_t)a * (uint64_t)b);
}
static int64_t divide_signed(int64_t a, int64_t b) {
  if (b == 0) return 0;
  return b == -1 ? subtract_signed(0, a) : a / b;
}

/* Rule and kernel of one operator. */
#define ARITHMETIC(function)                                                                \
  static tn_status infer_##function(tni_inference *inference, tn_error *error) {            \
    TN_TRY(tni_infer_broadcast(inference, error));                                          \
    tni_follow_binary(inference, tni_element_##function);                                   \
    return TN_OK;                                                                           \
  }                                                                                         \
  static tn_status evaluate_##function(tni_evaluation *evaluation, tn_error *error) {       \
    (void)error;                                                                            \
    static const tni_binary functions = {function, function##_signed, function##_unsigned}; \
    return tni_evaluate_binary(evaluation, &functions);                                     \
  }

ARITHMETIC(add)
ARITHMETIC(subtract)
ARITHMETIC(multiply)
ARITHMETIC(divide)

#define ARITHMETIC_OPERATOR(operator_name, function)                        \
  {                                                                         \
    .name = operator_name, .since = 14, TNI_BINARY_FORMALS(TNI_REAL_TYPES), \
    .infer = infer_##function, .evaluate = evaluate_##function              \
  }

TNI_OPERATOR(Add) = ARITHMETIC_OPERATOR("Add", add);
TNI_OPERATOR(Div) = ARITHMETIC_OPERATOR("Div", divide);
TNI_OPERATOR(Mul) = ARITHMETIC_OPERATOR("Mul", multiply);
TNI_OPERATOR(Sub) = ARITHMETIC_OPERATOR("Sub", subtract);
