/* Equal, Greater, GreaterOrEqual, Less, LessOrEqual. Comparisons with NaN are false. */
#include "ops/elementwise.h"

/* The kernel of one comparison, of every class of numbers. */
#define COMPARISON(name, operation)                                               \
  static double name(double a, double b) {                                        \
    return a operation b;                                                         \
  }                                                                               \
  static int64_t name##_signed(int64_t a, int64_t b) {                            \
    return a operation b;                                                         \
  }                                                                               \
  static uint64_t name##_unsigned(uint64_t a, uint64_t b) {                       \
    return a operation b;                                                         \
  }                                                                               \
  static tn_status evaluate_##name(tni_evaluation *evaluation, tn_error *error) { \
    (void)error;                                                                  \
    static const tni_binary functions = {name, name##_signed, name##_unsigned};   \
    return tni_evaluate_binary(evaluation, &functions);                           \
  }

COMPARISON(equal, ==)
COMPARISON(greater, >)
COMPARISON(greater_or_equal, >=)
COMPARISON(less, <)
COMPARISON(less_or_equal, <=)

#define COMPARISON_OPERATOR(operator_name, version, set, function)                               \
  {                                                                                              \
    .name = operator_name, .since = version, .inputs = {{"A", set, "T", 0}, {"B", set, "T", 0}}, \
    .outputs = {{"C", TNI_TYPE(TN_BOOL), NULL, 0}}, .infer = tni_infer_broadcast_bool,           \
    .evaluate = evaluate_##function                                                              \
  }

TNI_OPERATOR(Equal) = COMPARISON_OPERATOR("Equal", 19, TNI_BASIC_TYPES, equal);
TNI_OPERATOR(Greater) = COMPARISON_OPERATOR("Greater", 13, TNI_REAL_TYPES, greater);
TNI_OPERATOR(GreaterOrEqual) = COMPARISON_OPERATOR("GreaterOrEqual", 16, TNI_REAL_TYPES,
                                                   greater_or_equal);
TNI_OPERATOR(Less) = COMPARISON_OPERATOR("Less", 13, TNI_REAL_TYPES, less);
TNI_OPERATOR(LessOrEqual) = COMPARISON_OPERATOR("LessOrEqual", 16, TNI_REAL_TYPES, less_or_equal);
