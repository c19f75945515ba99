/* Logic on bool and on the bits of integers: And, Or, Xor, Not, BitwiseAnd, BitwiseOr, BitwiseXor,
 * BitwiseNot. A bool is the number 0 or 1, so that both kinds share their kernels. */
#include "ops/elementwise.h"

/* The kernel of one operation on bits. */
#define BIT_OPERATION(name, operation)                                            \
  static int64_t name##_signed(int64_t a, int64_t b) {                            \
    return a operation b;                                                         \
  }                                                                               \
  static uint64_t name##_unsigned(uint64_t a, uint64_t b) {                       \
    return a operation b;                                                         \
  }                                                                               \
  static tn_status evaluate_##name(tni_evaluation *evaluation, tn_error *error) { \
    (void)error;                                                                  \
    static const tni_binary functions = {NULL, name##_signed, name##_unsigned};   \
    return tni_evaluate_binary(evaluation, &functions);                           \
  }

BIT_OPERATION(and, &)
BIT_OPERATION(or, |)
BIT_OPERATION(xor, ^)

static uint64_t negate_bool(uint64_t x) {
  return !x;
}

static tn_status evaluate_not(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  return tni_evaluate_unary(evaluation, &(tni_unary){.of_unsigned = negate_bool});
}

static int64_t invert_signed(int64_t x) {
  return ~x;
}
static uint64_t invert_unsigned(uint64_t x) {
  return ~x;
}

static tn_status evaluate_invert(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  return tni_evaluate_unary(evaluation, &(tni_unary){NULL, invert_signed, invert_unsigned});
}

#define BIT_OPERATOR(operator_name, version, set, function)           \
  {                                                                   \
    .name = operator_name, .since = version, TNI_BINARY_FORMALS(set), \
    .infer = tni_infer_broadcast, .evaluate = evaluate_##function     \
  }

TNI_OPERATOR(And) = BIT_OPERATOR("And", 7, TNI_TYPE(TN_BOOL), and);
TNI_OPERATOR(Or) = BIT_OPERATOR("Or", 7, TNI_TYPE(TN_BOOL), or);
TNI_OPERATOR(Xor) = BIT_OPERATOR("Xor", 7, TNI_TYPE(TN_BOOL), xor);
TNI_OPERATOR(BitwiseAnd) = BIT_OPERATOR("BitwiseAnd", 18, TNI_INTEGER_TYPES, and);
TNI_OPERATOR(BitwiseOr) = BIT_OPERATOR("BitwiseOr", 18, TNI_INTEGER_TYPES, or);
TNI_OPERATOR(BitwiseXor) = BIT_OPERATOR("BitwiseXor", 18, TNI_INTEGER_TYPES, xor);

TNI_OPERATOR(Not) = {.name = "Not",
                     .since = 1,
                     TNI_UNARY_FORMALS("X", "Y", TNI_TYPE(TN_BOOL)),
                     .infer = tni_infer_same_as_input,
                     .evaluate = evaluate_not};

TNI_OPERATOR(BitwiseNot) = {.name = "BitwiseNot",
                            .since = 18,
                            TNI_UNARY_FORMALS("X", "Y", TNI_INTEGER_TYPES),
                            .infer = tni_infer_same_as_input,
                            .evaluate = evaluate_invert};
