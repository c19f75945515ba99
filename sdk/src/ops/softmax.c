#include <math.h>

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/scratch.h"
#include "ops/shape_rules.h"

/* Lines along the axis are computed side by side: `width` of them, element e of line i at values[e
 * * width + i]. */
typedef void (*line_function)(double *values, int64_t length, int64_t width, double *scratch);

static void find_largest(const double *values, int64_t length, int64_t width, double *largest) {
  for (int64_t i = 0; i < width; i++)
    largest[i] = -INFINITY;
  for (int64_t e = 0; e < length; e++)
    for (int64_t i = 0; i < width; i++) {
      const double value = values[e * width + i];
      if (value > largest[i] || isnan(value)) largest[i] = value;
    }
}

/* Leaves exp(x - largest) in `values` and their sums in `sums`. */
static void exponentiate(double *values, int64_t length, int64_t width, const double *largest,
                         double *sums) {
  for (int64_t i = 0; i < width; i++)
    sums[i] = 0;
  for (int64_t e = 0; e < length; e++)
    for (int64_t i = 0; i < width; i++) {
      values[e * width + i] = exp(values[e * width + i] - largest[i]);
      sums[i] += values[e * width + i];
    }
}

static void softmax_lines(double *values, int64_t length, int64_t width, double *scratch) {
  find_largest(values, length, width, scratch);
  exponentiate(values, length, width, scratch, scratch + width);
  for (int64_t e = 0; e < length; e++)
    for (int64_t i = 0; i < width; i++)
      values[e * width + i] /= scratch[width + i];
}

static void log_softmax_lines(double *values, int64_t length, int64_t width, double *scratch) {
  double *sums = scratch + width;
  find_largest(values, length, width, scratch);
  for (int64_t i = 0; i < width; i++)
    sums[i] = 0;
  for (int64_t e = 0; e < length; e++)
    for (int64_t i = 0; i < width; i++)
      sums[i] += exp(values[e * width + i] - scratch[i]);
  for (int64_t i = 0; i < width; i++)
    sums[i] = log(sums[i]);
  for (int64_t e = 0; e < length; e++)
    for (int64_t i = 0; i < width; i++)
      values[e * width + i] = values[e * width + i] - scratch[i] - sums[i];
}

/* 1 at the first of the largest elements, 0 elsewhere. */
static void hardmax_lines(double *values, int64_t length, int64_t width, double *scratch) {
  double *found = scratch + width;
  find_largest(values, length, width, scratch);
  for (int64_t i = 0; i < width; i++)
    found[i] = 0;
  for (int64_t e = 0; e < length; e++)
    for (int64_t i = 0; i < width; i++) {
      double *value = &values[e * width + i];
      const int hit = found[i] == 0 && (*value == scratch[i] || isnan(*value));
      *value = hit;
      if (hit) found[i] = 1;
    }
}

/* A tensor seen as outer x length x inner around the axis. */
typedef struct lines {
  tn_tensor *x, *y;
  int64_t outer, length, inner;
} lines;

static tn_status find_lines(const tni_evaluation *evaluation, lines *out, tn_error *error) {
  *out = (lines){.x = evaluation->inputs[0], .y = evaluation->outputs[0], .outer = 1, .inner = 1};
  uint32_t axis;
  TN_TRY(tni_resolve_axis(evaluation->node, "axis", tni_attribute_int(evaluation->node, "axis", -1),
                          out->x->rank, &axis, error));
  for (uint32_t i = 0; i < axis; i++)
    out->outer *= out->x->shape[i];
  for (uint32_t i = axis + 1; i < out->x->rank; i++)
    out->inner *= out->x->shape[i];
  out->length = out->x->shape[axis];
  return TN_OK;
}

static void compute_lines(const lines *self, line_function function, int64_t first, int64_t width,
                          double *values, double *scratch) {
  /* With a single line next to itself its elements are neighbours, and one load takes them all. */
  const int64_t rows = self->inner == 1 ? 1 : self->length;
  const size_t count = (size_t)(self->inner == 1 ? self->length : width);
  for (int64_t e = 0; e < rows; e++)
    tni_load_reals(self->x->type, self->x->data, first + e * self->inner, 1, count,
                   values + e * width);
  function(values, self->length, width, scratch);
  for (int64_t e = 0; e < rows; e++)
    tni_store_reals(self->y->type, self->y->data, first + e * self->inner, count,
                    values + e * width);
}

static tn_status evaluate_lines(tni_evaluation *evaluation, line_function function,
                                tn_error *error) {
  lines self;
  TN_TRY(find_lines(evaluation, &self, error));
  if (tn_tensor_element_count(self.x) == 0) return TN_OK;
  const int64_t widest = self.inner < TNI_CHUNK ? self.inner : TNI_CHUNK;
  double scratch[2 * TNI_CHUNK];
  double *values =
      tni_scratch(evaluation, (size_t)self.length, (size_t)widest * sizeof *values, error);
  if (!values) return TN_OUT_OF_MEMORY;
  for (int64_t o = 0; o < self.outer; o++)
    for (int64_t i = 0; i < self.inner; i += widest) {
      const int64_t width = self.inner - i < widest ? self.inner - i : widest;
      compute_lines(&self, function, o * self.length * self.inner + i, width, values, scratch);
    }
  tni_free(evaluation->allocator, values);
  return TN_OK;
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[0];
  uint32_t axis;
  if (x->has_rank)
    TN_TRY(tni_resolve_axis(inference->node, "axis", tni_attribute_int(inference->node, "axis", -1),
                            x->rank, &axis, error));
  return tni_infer_same_as_input(inference, error);
}

static const tni_formal_attribute attributes[] = {{"axis", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}};

/* The kernel of an operator, and the row that defines it. */
#define LINE_KERNEL(function)                                                         \
  static tn_status function##_evaluate(tni_evaluation *evaluation, tn_error *error) { \
    return evaluate_lines(evaluation, function##_lines, error);                       \
  }
#define LINE_OPERATOR(operation, function)                                                      \
  {                                                                                             \
    .name = operation, .since = 13, .inputs = {{"input", TNI_FLOAT_TYPES, "T", 0}},             \
    .outputs = {{"output", TNI_FLOAT_TYPES, "T", 0}}, .attributes = attributes, .infer = infer, \
    .evaluate = function##_evaluate                                                             \
  }

LINE_KERNEL(softmax)
LINE_KERNEL(log_softmax)
LINE_KERNEL(hardmax)

TNI_OPERATOR(Softmax) = LINE_OPERATOR("Softmax", softmax);
TNI_OPERATOR(LogSoftmax) = LINE_OPERATOR("LogSoftmax", log_softmax);
TNI_OPERATOR(Hardmax) = LINE_OPERATOR("Hardmax", hardmax);
