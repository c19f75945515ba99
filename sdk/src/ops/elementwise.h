/** @file
 *  Kernels that apply one function to every element, and the beginnings of the schemas of such
 * operators.
 */
#ifndef TENON_OPS_ELEMENTWISE_H
#define TENON_OPS_ELEMENTWISE_H

#include "ops/broadcast.h"
#include "ops/elements.h"
#include "ops/shape_rules.h"

/** A function of one number, by class of the input's type; NULL where the schema admits no type of
 * the class. Integers wrap around when they are stored. */
typedef struct tni_unary {
  double (*real)(double x);
  int64_t (*of_signed)(int64_t x);
  uint64_t (*of_unsigned)(uint64_t x);
} tni_unary;

/** A function of two numbers, likewise. Comparisons give 0 or 1. */
typedef struct tni_binary {
  double (*real)(double a, double b);
  int64_t (*of_signed)(int64_t a, int64_t b);
  uint64_t (*of_unsigned)(uint64_t a, uint64_t b);
} tni_binary;

/** Output 0 = function(input 0), computed in f64 for reals and rounded once. */
tn_status tni_evaluate_unary(tni_evaluation *evaluation, const tni_unary *function);

/** Output 0 = function(input 0, parameters) of reals. */
tn_status tni_evaluate_parametric(tni_evaluation *evaluation,
                                  double (*function)(double x, const double *parameters),
                                  const double *parameters);

/** Output 0 = function(input 0, input 1), broadcast; both inputs have the same type. */
tn_status tni_evaluate_binary(tni_evaluation *evaluation, const tni_binary *function);

/** Output 0 = function(... function(input 0, input 1) ..., input n), broadcast, rounded once; then
 * `finish` (may be NULL) is applied to each result of a real type, with the number of inputs. */
tn_status tni_evaluate_variadic(tni_evaluation *evaluation, const tni_binary *function,
                                double (*finish)(double x, double count), tn_error *error);

/** Inputs and outputs of an operator with one input and one output of the same type. */
#define TNI_UNARY_FORMALS(input, output, set) \
  .inputs = {{input, set, "T", 0}}, .outputs = {{output, set, "T", 0}}

/** Inputs and outputs of an operator with two inputs and one output, all of the same type. */
#define TNI_BINARY_FORMALS(set) \
  .inputs = {{"A", set, "T", 0}, {"B", set, "T", 0}}, .outputs = {{"C", set, "T", 0}}

#endif
