/* Functions of one real number: computed in f64 by the C library and rounded once. */
#include <math.h>
#include "ops/elementwise.h"

static double reciprocal(double x) {
  return 1 / x;
}

/* The evaluation of one operator: its function on every element. */
#define EVALUATE(function)                                                            \
  static tn_status evaluate_##function(tni_evaluation *evaluation, tn_error *error) { \
    (void)error;                                                                      \
    return tni_evaluate_unary(evaluation, &(tni_unary){.real = function});            \
  }

EVALUATE(acos)
EVALUATE(acosh)
EVALUATE(asin)
EVALUATE(asinh)
EVALUATE(atan)
EVALUATE(atanh)
EVALUATE(ceil)
EVALUATE(cos)
EVALUATE(cosh)
EVALUATE(erf)
EVALUATE(exp)
EVALUATE(floor)
EVALUATE(log)
EVALUATE(nearbyint)
EVALUATE(reciprocal)
EVALUATE(sin)
EVALUATE(sinh)
EVALUATE(sqrt)
EVALUATE(tan)
EVALUATE(tanh)

#define FUNCTION(operator_name, version, input, output, function)                               \
  {                                                                                             \
    .name = operator_name, .since = version, TNI_UNARY_FORMALS(input, output, TNI_FLOAT_TYPES), \
    .infer = tni_infer_same_as_input, .evaluate = evaluate_##function                           \
  }

TNI_OPERATOR(Acos) = FUNCTION("Acos", 22, "input", "output", acos);
TNI_OPERATOR(Acosh) = FUNCTION("Acosh", 22, "input", "output", acosh);
TNI_OPERATOR(Asin) = FUNCTION("Asin", 22, "input", "output", asin);
TNI_OPERATOR(Asinh) = FUNCTION("Asinh", 22, "input", "output", asinh);
TNI_OPERATOR(Atan) = FUNCTION("Atan", 22, "input", "output", atan);
TNI_OPERATOR(Atanh) = FUNCTION("Atanh", 22, "input", "output", atanh);
TNI_OPERATOR(Ceil) = FUNCTION("Ceil", 13, "X", "Y", ceil);
TNI_OPERATOR(Cos) = FUNCTION("Cos", 22, "input", "output", cos);
TNI_OPERATOR(Cosh) = FUNCTION("Cosh", 22, "input", "output", cosh);
TNI_OPERATOR(Erf) = FUNCTION("Erf", 13, "input", "output", erf);
TNI_OPERATOR(Exp) = FUNCTION("Exp", 13, "input", "output", exp);
TNI_OPERATOR(Floor) = FUNCTION("Floor", 13, "X", "Y", floor);
TNI_OPERATOR(Log) = FUNCTION("Log", 13, "input", "output", log);
TNI_OPERATOR(Reciprocal) = FUNCTION("Reciprocal", 13, "X", "Y", reciprocal);
TNI_OPERATOR(Round) = FUNCTION("Round", 22, "X", "Y", nearbyint);
TNI_OPERATOR(Sin) = FUNCTION("Sin", 22, "input", "output", sin);
TNI_OPERATOR(Sinh) = FUNCTION("Sinh", 22, "input", "output", sinh);
TNI_OPERATOR(Sqrt) = FUNCTION("Sqrt", 13, "X", "Y", sqrt);
TNI_OPERATOR(Tan) = FUNCTION("Tan", 22, "input", "output", tan);
TNI_OPERATOR(Tanh) = FUNCTION("Tanh", 13, "input", "output", tanh);
