/* The Reduce operators: how each starts, takes in elements of the three classes of numbers, and
 * ends. */
#include <math.h>

#include "ops/elements.h"
#include "ops/reduce.h"

/* What has been taken in so far, in the class of the input's type. */
typedef struct state {
  double real;    /* Or the largest exponent (LogSumExp). */
  double sum;     /* LogSumExp: of the exponentials below it. */
  int64_t number; /* Signed integers. */
  uint64_t bits;  /* Unsigned integers and bool. */
} state;

/* One of the operators. Integer functions are NULL where the operator has no integer types. */
typedef struct reduction {
  double start; /* Of reals; integers saturate it to their range. */
  void (*reals)(state *, const double *, size_t);
  void (*signeds)(state *, const int64_t *, size_t);
  void (*unsigneds)(state *, const uint64_t *, size_t);
  double (*finish)(const state *, int64_t count); /* NULL: the state as it is. */
} reduction;

/* Functions that take elements in one after the other, for all classes; integers wrap around as
 * unsigned. */
#define TAKE_IN(name, class, number, member, statement)                   \
  static void name##_##class(state * to, const number *x, size_t count) { \
    number value = to->member;                                            \
    for (size_t i = 0; i < count; i++) {                                  \
      statement;                                                          \
    }                                                                     \
    to->member = value;                                                   \
  }
#define WRAP(a, operation, b) (int64_t)((uint64_t)(a)operation(uint64_t)(b))

TAKE_IN(sum, reals, double, real, value += x[i])
TAKE_IN(sum, signeds, int64_t, number, value = WRAP(value, +, x[i]))
TAKE_IN(sum, unsigneds, uint64_t, bits, value += x[i])
TAKE_IN(product, reals, double, real, value *= x[i])
TAKE_IN(product, signeds, int64_t, number, value = WRAP(value, *, x[i]))
TAKE_IN(product, unsigneds, uint64_t, bits, value *= x[i])
TAKE_IN(maximum, reals, double, real, if (x[i] > value || isnan(x[i])) value = x[i])
TAKE_IN(maximum, signeds, int64_t, number, if (x[i] > value) value = x[i])
TAKE_IN(maximum, unsigneds, uint64_t, bits, if (x[i] > value) value = x[i])
TAKE_IN(minimum, reals, double, real, if (x[i] < value || isnan(x[i])) value = x[i])
TAKE_IN(minimum, signeds, int64_t, number, if (x[i] < value) value = x[i])
TAKE_IN(minimum, unsigneds, uint64_t, bits, if (x[i] < value) value = x[i])
TAKE_IN(absolute, reals, double, real, value += fabs(x[i]))
TAKE_IN(absolute, signeds, int64_t, number,
        value = x[i] < 0 ? WRAP(value, -, x[i]) : WRAP(value, +, x[i]))
TAKE_IN(square, reals, double, real, value += x[i] * x[i])
TAKE_IN(square, signeds, int64_t, number, value = WRAP(value, +, (uint64_t)x[i] * (uint64_t)x[i]))
TAKE_IN(square, unsigneds, uint64_t, bits, value += x[i] * x[i])

/* Integers take their norm in f64, which squares of 64 bits may exceed the range of integers for.
 */
static void norm_signeds(state *to, const int64_t *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    to->real += (double)x[i] * (double)x[i];
}

static void norm_unsigneds(state *to, const uint64_t *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    to->real += (double)x[i] * (double)x[i];
}

/* Keeps the largest exponent beside the sum of exponentials below it, so that nothing overflows. */
static void exponentials(state *to, const double *x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (isnan(to->real)) return;
    if (x[i] <= to->real) {
      if (!isinf(to->real)) to->sum += exp(x[i] - to->real);
    } else {
      to->sum = isinf(to->real) ? 1 : to->sum * exp(to->real - x[i]) + 1;
      to->real = x[i];
    }
  }
}

static double mean_of(const state *from, int64_t count) {
  return from->real / (double)count;
}
static double root_of(const state *from, int64_t count) {
  return (void)count, sqrt(from->real);
}
static double log_of(const state *from, int64_t count) {
  return (void)count, log(from->real);
}
static double log_of_exponentials(const state *from, int64_t count) {
  (void)count;
  return isinf(from->real) ? from->real : from->real + log(from->sum);
}

/* A reduction at work on one tensor. */
typedef struct worker {
  const reduction *rule;
  const tn_tensor *data;
  tni_class class;
  state state;
} worker;

static void take_in(void *user, int64_t offset, int64_t stride, size_t count) {
  worker *self = user;
  const uint32_t type = self->data->type;
  double reals[TNI_CHUNK];
  int64_t signeds[TNI_CHUNK];
  uint64_t unsigneds[TNI_CHUNK];
  if (self->class == TNI_REAL) {
    tni_load_reals(type, self->data->data, offset, stride, count, reals);
    self->rule->reals(&self->state, reals, count);
  } else if (self->class == TNI_SIGNED) {
    tni_load_signed(type, self->data->data, offset, stride, count, signeds);
    self->rule->signeds(&self->state, signeds, count);
  } else {
    tni_load_unsigned(type, self->data->data, offset, stride, count, unsigneds);
    self->rule->unsigneds(&self->state, unsigneds, count);
  }
}

static state start_of(const worker *self) {
  const double start = self->rule->start;
  const uint32_t type = self->data->type;
  state out = {.real = start};
  if (self->class == TNI_SIGNED)
    out.number = tni_saturate_signed(start, (int)tn_element_type_bits(type));
  else if (self->class == TNI_UNSIGNED)
    out.bits = tni_saturate_unsigned(start, type == TN_BOOL ? 1 : (int)tn_element_type_bits(type));
  return out;
}

/* The mean of integers is that of their sum, truncated. */
static void finish_integers(worker *self, int64_t count) {
  state *at = &self->state;
  if (self->rule->finish == mean_of) {
    at->number = count > 0 ? at->number / count : 0;
    at->bits = count > 0 ? at->bits / (uint64_t)count : 0;
  } else if (self->rule->finish) {
    const double result = self->rule->finish(at, count);
    at->number = tni_saturate_signed(result, 64);
    at->bits = tni_saturate_unsigned(result, 64);
  }
}

static tn_status reduce(tni_evaluation *evaluation, const reduction *rule, tn_error *error) {
  tn_tensor *out = evaluation->outputs[0];
  worker self = {.rule = rule,
                 .data = evaluation->inputs[0],
                 .class = tni_type_class(evaluation->inputs[0]->type)};
  tni_reduction walk;
  TN_TRY(tni_reduction_read(evaluation, &walk, error));
  for (int64_t i = 0; i < walk.results; i++) {
    self.state = start_of(&self);
    tni_reduction_visit(&walk, i, take_in, &self);
    if (self.class != TNI_REAL) finish_integers(&self, walk.elements);
    if (self.class == TNI_REAL) {
      const double result =
          rule->finish ? rule->finish(&self.state, walk.elements) : self.state.real;
      tni_store_reals(out->type, out->data, i, 1, &result);
    } else if (self.class == TNI_SIGNED) {
      tni_store_signed(out->type, out->data, i, 1, &self.state.number);
    } else {
      tni_store_unsigned(out->type, out->data, i, 1, &self.state.bits);
    }
  }
  return TN_OK;
}

static const tni_formal_attribute attributes[] = {
    {"keepdims", TN_ATTRIBUTE_INT, 0}, {"noop_with_empty_axes", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}};

#define WIDE_TYPES \
  (TNI_FLOAT_TYPES | TNI_TYPE(TN_I32) | TNI_TYPE(TN_I64) | TNI_TYPE(TN_U32) | TNI_TYPE(TN_U64))
#define ORDERED_TYPES (WIDE_TYPES | TNI_TYPE(TN_I8) | TNI_TYPE(TN_U8) | TNI_TYPE(TN_BOOL))

/* The kernel of an operator, and the row that defines it. */
#define REDUCE_KERNEL(name, ...)                                                  \
  static tn_status name##_evaluate(tni_evaluation *evaluation, tn_error *error) { \
    static const reduction rule = {__VA_ARGS__};                                  \
    return reduce(evaluation, &rule, error);                                      \
  }
#define REDUCE_OPERATOR(operation, version, set, function)                                      \
  {                                                                                             \
    .name = operation, .since = version,                                                        \
    .inputs = {{"data", set, "T", 0}, {"axes", TNI_TYPE(TN_I64), NULL, TNI_OPTIONAL}},          \
    .outputs = {{"reduced", set, "T", 0}}, .attributes = attributes, .infer = tni_reduce_infer, \
    .evaluate = function##_evaluate                                                             \
  }

REDUCE_KERNEL(sum, 0, sum_reals, sum_signeds, sum_unsigneds, NULL)
REDUCE_KERNEL(mean, 0, sum_reals, sum_signeds, sum_unsigneds, mean_of)
REDUCE_KERNEL(product, 1, product_reals, product_signeds, product_unsigneds, NULL)
REDUCE_KERNEL(maximum, -INFINITY, maximum_reals, maximum_signeds, maximum_unsigneds, NULL)
REDUCE_KERNEL(minimum, INFINITY, minimum_reals, minimum_signeds, minimum_unsigneds, NULL)
REDUCE_KERNEL(absolute, 0, absolute_reals, absolute_signeds, sum_unsigneds, NULL)
REDUCE_KERNEL(norm, 0, square_reals, norm_signeds, norm_unsigneds, root_of)
REDUCE_KERNEL(log_sum, 0, sum_reals, NULL, NULL, log_of)
REDUCE_KERNEL(log_sum_exp, -INFINITY, exponentials, NULL, NULL, log_of_exponentials)
REDUCE_KERNEL(sum_square, 0, square_reals, square_signeds, square_unsigneds, NULL)

TNI_OPERATOR(ReduceSum) = REDUCE_OPERATOR("ReduceSum", 13, WIDE_TYPES, sum);
TNI_OPERATOR(ReduceMean) = REDUCE_OPERATOR("ReduceMean", 18, WIDE_TYPES, mean);
TNI_OPERATOR(ReduceProd) = REDUCE_OPERATOR("ReduceProd", 18, WIDE_TYPES, product);
TNI_OPERATOR(ReduceMax) = REDUCE_OPERATOR("ReduceMax", 20, ORDERED_TYPES, maximum);
TNI_OPERATOR(ReduceMin) = REDUCE_OPERATOR("ReduceMin", 20, ORDERED_TYPES, minimum);
TNI_OPERATOR(ReduceL1) = REDUCE_OPERATOR("ReduceL1", 18, WIDE_TYPES, absolute);
TNI_OPERATOR(ReduceL2) = REDUCE_OPERATOR("ReduceL2", 18, WIDE_TYPES, norm);
TNI_OPERATOR(ReduceLogSum) = REDUCE_OPERATOR("ReduceLogSum", 28, TNI_FLOAT_TYPES, log_sum);
TNI_OPERATOR(ReduceLogSumExp) = REDUCE_OPERATOR("ReduceLogSumExp", 28, TNI_FLOAT_TYPES,
                                                log_sum_exp);
TNI_OPERATOR(ReduceSumSquare) = REDUCE_OPERATOR("ReduceSumSquare", 18, WIDE_TYPES, sum_square);
