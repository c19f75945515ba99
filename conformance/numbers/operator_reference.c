#include "numbers/operator_reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/tensor.h"
#include "numbers/tolerance.h"
#include "ops/attributes.h"
#include "ops/elements.h"

/* One output while its bounds are made. */
struct work {
  const operator_spec *spec;
  const arithmetic *how;
  const tolerance *row;
  const real_type *type; /* of the output; NULL: no real type */
  operator_data data;
  expected *out;
  uint32_t output;
  uint64_t count;
  double unit_out, unit_sum; /* unit roundoffs: of the result, of sums */
  double k;                  /* terms of a sum */
};

/* Whether the plugin computes in a narrower type than that of the tensors. */
static bool is_narrow(const struct work *self) {
  const real_type *precision = real_type_of(self->how->precision);
  return precision && precision->unit_roundoff > self->type->unit_roundoff;
}

/* --- references in f64 -------------------------------------------------------------------------
 */

static double absolute(double value, double parameter) {
  (void)parameter;
  return fabs(value);
}

static double flushed(double value, double normal) {
  return fabs(value) < normal ? copysign(0, value) : value;
}

static double scaled(double value, double factor) {
  return value * factor;
}

/* The output's elements as doubles; the caller frees them. */
static tn_status elements_of(const tn_tensor *tensor, double **out, tn_error *error) {
  const uint64_t count = tn_tensor_element_count(tensor);
  *out = malloc((size_t)(count + 1) * sizeof **out);
  if (!*out) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a reference");
  tni_load_reals(tensor->type, tensor->data, 0, 1, (size_t)count, *out);
  return TN_OK;
}

static tn_status take_output(const struct work *self, const operator_data *data, tn_tensor **out,
                             tn_error *error) {
  tn_tensor *outputs[OPERATOR_MAX_OUTPUTS];
  uint32_t count = 0;
  TN_TRY(operator_evaluate(self->spec, data, outputs, &count, error));
  for (uint32_t i = 0; i < count; i++)
    if (i == self->output)
      *out = outputs[i];
    else if (outputs[i])
      tn_tensor_release(outputs[i]);
  if (self->output < count && *out) return TN_OK;
  return tni_fail(error, TN_OUT_OF_RANGE, "%s has no output %u", self->spec->name, self->output);
}

/* Evaluates on changed f64 inputs. */
static tn_status evaluate(const struct work *self, double (*change)(double, double),
                          double parameter, double **out, tn_error *error) {
  operator_data data = {{NULL}};
  tn_tensor *result = NULL;
  tn_status status =
      operator_data_promote(self->spec, &self->data, change, parameter, &data, error);
  if (status == TN_OK) status = take_output(self, &data, &result, error);
  if (status == TN_OK) status = elements_of(result, out, error);
  if (result) tn_tensor_release(result);
  operator_data_clear(&data);
  return status;
}

/* --- how many terms a sum has ------------------------------------------------------------------
 */

static double elements(const tn_tensor *tensor) {
  return tensor ? (double)tn_tensor_element_count(tensor) : 1;
}

static double extent(const tn_tensor *tensor, uint32_t from_end) {
  return tensor && tensor->rank >= from_end ? (double)tensor->shape[tensor->rank - from_end] : 1;
}

static double of_weights(const operator_data *data, const tn_tensor *out) {
  (void)
      out; /* of each output channel, or of each input channel when the convolution is transposed */
  const tn_tensor *w = data->inputs[1];
  const double least = fmin((double)w->shape[0], (double)w->shape[1]);
  return elements(w) / (least > 0 ? least : 1);
}

static double of_rows(const operator_data *data, const tn_tensor *out) {
  (void)out;
  return fmax(extent(data->inputs[0], 1), extent(data->inputs[0], 2));
}

static double of_what_is_reduced(const operator_data *data, const tn_tensor *out) {
  return elements(out) > 0 ? elements(data->inputs[0]) / elements(out) : 1;
}

static double of_item(const operator_data *data, const tn_tensor *out) {
  const tn_tensor *x = data->inputs[0];
  (void)out;
  return x->rank && x->shape[0] > 0 ? elements(x) / (double)x->shape[0] : 1;
}

static double of_longest(const operator_data *data, const tn_tensor *out) {
  double most = 1;
  (void)data;
  for (uint32_t i = 0; i < out->rank; i++)
    most = fmax(most, (double)out->shape[i]);
  return most;
}

static double of_inputs(const operator_data *data, const tn_tensor *out) {
  double count = 0;
  (void)out;
  for (uint32_t i = 0; i < SPEC_MAX_INPUTS; i++)
    count += data->inputs[i] != NULL;
  return count;
}

/* Each step sums over the input and over the hidden state. */
static double of_gates(const operator_data *data, const tn_tensor *out) {
  (void)out;
  return extent(data->inputs[1], 1) + extent(data->inputs[2], 1);
}

double operator_sum_length(const operator_spec *spec, const operator_data *data,
                           const tn_tensor *output) {
  static const struct {
    const char *operation;
    double (*length)(const operator_data *data, const tn_tensor *output);
  } rows[] = {{"Conv", of_weights},    {"ConvTranspose", of_weights},
              {"MatMul", of_rows},     {"Gemm", of_rows},
              {"Sum", of_inputs},      {"Mean", of_inputs},
              {"CumSum", of_longest},  {"CumProd", of_longest},
              {"Softmax", of_longest}, {"LogSoftmax", of_longest},
              {"AveragePool", NULL},   {"LayerNormalization", of_item},
              {"RNN", of_gates},       {"RMSNormalization", of_item},
              {"GRU", of_gates},       {"InstanceNormalization", of_item},
              {"LSTM", of_gates},      {"GroupNormalization", of_item}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (rows[i].length && strcmp(rows[i].operation, spec->op->name) == 0)
      return rows[i].length(data, output) + 2; /* a bias and a factor */
  for (uint32_t i = 0; i < spec->attribute_count; i++)
    if (strcmp(spec->attributes[i].name, "kernel_shape") == 0) {
      double count = 1;
      for (uint32_t j = 0; j < spec->attributes[i].count; j++)
        count *= spec->attributes[i].numbers[j];
      return count + 1;
    }
  return of_what_is_reduced(data, output) + 1;
}

/* --- bounds ------------------------------------------------------------------------------------
 */

/* Of a batch with strangers only its first item is looked at. */
static bool is_looked_at(const struct work *self, const tn_tensor *tensor, uint64_t index) {
  return self->spec->fill != 'b' ||
         spec_batch_item(self->spec, tensor->rank, tensor->shape, index) == 0;
}

static double largest(const double *values, uint64_t count) {
  double most = 0;
  for (uint64_t i = 0; i < count; i++)
    if (isfinite(values[i])) most = fmax(most, fabs(values[i]));
  return most;
}

static double largest_looked_at(const struct work *self, const tn_tensor *tensor,
                                const double *values) {
  const uint64_t count = tn_tensor_element_count(tensor);
  double most = 0;
  for (uint64_t i = 0; i < count; i++)
    if (is_looked_at(self, tensor, i)) most = fmax(most, largest(&values[i], 1));
  return most;
}

static double largest_input(const struct work *self) {
  const tn_tensor *x = self->data.inputs[0];
  double *values = NULL, most = 0;
  if (!x || elements_of(x, &values, NULL) != TN_OK) return 0;
  most = largest_looked_at(self, x, values);
  free(values);
  return most;
}

static double input_at(const struct work *self, uint64_t index) {
  const tn_tensor *x = self->data.inputs[0];
  double value = 0;
  const uint64_t count = x ? tn_tensor_element_count(x) : 0;
  if (count) tni_load_reals(x->type, x->data, (int64_t)(index % count), 1, 1, &value);
  return isfinite(value) ? fabs(value) : 0;
}

/* What one of the table's words for a size stands for, before it is asked for an element. */
static double fixed_size(const struct work *self, enum tolerance_size size) {
  switch (size) {
    case TOLERANCE_SIZE_UNIT:
      return 1;
    case TOLERANCE_SIZE_LARGEST:
      return largest_looked_at(self, self->out->tensor, self->out->values);
    case TOLERANCE_SIZE_INPUTS:
      return largest_input(self);
    default:
      return 0;
  }
}

static bool allows_normwise(const struct work *self) {
  return self->how->mode == ARITHMETIC_PERFORMANCE && self->row->terms == TOLERANCE_SIZE_TERMS &&
         (arithmetic_controls(self->how, self->type->type) & ARITHMETIC_NORMWISE);
}

/* Sums of whole numbers are exact as long as no partial sum needs more bits than there are. */
static bool is_exact_sum(const struct work *self, double terms, double result) {
  return self->spec->fill == 'i' && terms * self->unit_sum <= 1 &&
         fabs(result) * self->unit_out <= 1 && result == rint(result);
}

/* The formula of tolerances.def. `terms` is NULL unless the row asks for them. */
static void make_bounds(struct work *self, const double *terms) {
  const double normwise =
      allows_normwise(self) && terms ? tolerance_normwise() * largest(terms, self->count) : 0;
  const double gamma = tolerance_gamma(self->k, self->unit_sum);
  const double ulp =
      2 * fmax(self->unit_out, self->unit_sum) * tolerance_ulps(self->row, self->type->type);
  const double fixed_terms = fixed_size(self, self->row->terms),
               fixed_scale = fixed_size(self, self->row->scale);
  /* the reference itself is rounded where the type is f64 */
  const double reference = self->type->type == TN_F64 ? 2 : 1;
  for (uint64_t i = 0; i < self->count; i++) {
    const double result = fabs(self->out->values[i]);
    double sum = terms ? terms[i] : fixed_terms, scale = fixed_scale;
    if (self->row->terms == TOLERANCE_SIZE_RESULT) sum = result;
    if (self->row->scale == TOLERANCE_SIZE_INPUT) scale = input_at(self, i);
    const double rounded = fmax(self->unit_out * result, self->type->smallest / 2);
    double allowed = gamma * fmax(sum, normwise) + ulp * fmax(result, scale) + rounded;
    if (normwise == 0 && is_exact_sum(self, terms ? terms[i] : result, self->out->values[i]))
      allowed = 0;
    else if (!isfinite(allowed))
      allowed = rounded;
    self->out->allowed[i] = isfinite(allowed) ? allowed * reference : 0;
  }
}

/* A device that computes in a narrower type than its tensors' rounds its inputs first: what that
 * changes, to first order, is allowed too. */
static tn_status allow_narrow_inputs(struct work *self, tn_error *error) {
  const double steps[] = {1 + self->unit_sum, 1 - self->unit_sum};
  for (int i = 0; i < 2; i++) {
    double *moved = NULL;
    TN_TRY(evaluate(self, scaled, steps[i], &moved, error));
    for (uint64_t j = 0; j < self->count; j++) {
      const double change = fabs(moved[j] - self->out->values[j]);
      if (isfinite(change)) self->out->allowed[j] += change;
    }
    free(moved);
  }
  return TN_OK;
}

/* Where denormal numbers may be taken as zero, both answers are right, and what lies between. */
static tn_status allow_flushed(struct work *self, tn_error *error) {
  double *zeroed = NULL;
  TN_TRY(evaluate(self, flushed, self->type->normal, &zeroed, error));
  for (uint64_t i = 0; i < self->count; i++) {
    const double change = fabs(zeroed[i] - self->out->values[i]);
    if (isfinite(change)) self->out->allowed[i] += change;
    if (fabs(self->out->values[i]) < self->type->normal)
      self->out->allowed[i] += fabs(self->out->values[i]);
  }
  free(zeroed);
  return TN_OK;
}

/* What a device computes in a narrower type than its tensors' has the range of that type. */
static void allow_narrow_range(struct work *self) {
  const real_type *precision = real_type_of(self->how->precision);
  self->out->largest = fmin(precision->largest, self->type->largest);
  for (uint64_t i = 0; i < self->count; i++)
    if (fabs(self->out->values[i]) < precision->normal)
      self->out->allowed[i] += fmin(fabs(self->out->values[i]), precision->smallest);
}

static void allow_strangers(struct work *self) {
  for (uint64_t i = 0; i < self->count; i++)
    if (!is_looked_at(self, self->out->tensor, i)) self->out->allowed[i] = INFINITY;
}

static double with_zero_of(double value, double zero) {
  return value == 0 ? zero : value;
}

/* Where the sign of zero may be lost, what follows from it (1 / -0) may be either. */
static tn_status allow_unsigned_zeros(struct work *self, tn_error *error) {
  const double zeros[] = {0.0, -0.0};
  for (int i = 0; i < 2; i++) {
    double *other = NULL;
    TN_TRY(evaluate(self, with_zero_of, zeros[i], &other, error));
    for (uint64_t j = 0; j < self->count; j++)
      if (isinf(self->out->values[j]) && other[j] != self->out->values[j])
        self->out->allowed[j] = INFINITY;
    free(other);
  }
  return TN_OK;
}

/* --- by rule -----------------------------------------------------------------------------------
 */

static void set_units(struct work *self) {
  const uint32_t controls = arithmetic_controls(self->how, self->type->type);
  const real_type *precision = real_type_of(self->how->precision);
  const double truncated = controls & ARITHMETIC_TRUNCATES ? 2 : 1;
  self->unit_out = self->type->unit_roundoff * truncated;
  self->out->truncated = controls & ARITHMETIC_TRUNCATES;
  self->unit_sum = (precision ? precision->unit_roundoff : self->type->unit_roundoff) * truncated;
}

static tn_status take_bounds(struct work *self, tn_error *error) {
  const uint32_t controls = arithmetic_controls(self->how, self->type->type);
  double *terms = NULL;
  const bool near = self->row->rule == TOLERANCE_NEAR;
  if (near && self->row->terms == TOLERANCE_SIZE_TERMS)
    TN_TRY(evaluate(self, absolute, 0, &terms, error));
  self->k = operator_sum_length(self->spec, &self->data, self->out->tensor);
  if (is_narrow(self)) self->k += 2; /* two factors are rounded first */
  if (near) make_bounds(self, terms);
  free(terms);
  if (near && !terms && is_narrow(self)) TN_TRY(allow_narrow_inputs(self, error));
  if (is_narrow(self)) allow_narrow_range(self);
  if (controls & ARITHMETIC_FLUSHES) TN_TRY(allow_flushed(self, error));
  if (controls & ARITHMETIC_NO_ZERO_SIGN) TN_TRY(allow_unsigned_zeros(self, error));
  if (self->spec->fill == 'b') allow_strangers(self);
  return TN_OK;
}

/* The node states the type of its output, which f64 at the input does not change: unrounded it is
 * the input itself. */
static bool is_cast(const struct work *self) {
  const char *name = self->spec->op->name;
  return (strcmp(name, "Cast") == 0 || strcmp(name, "CastLike") == 0) &&
         real_type_of(self->data.inputs[0]->type);
}

/* Reals that are not simply compared bit by bit. */
static tn_status expect_reals(struct work *self, tn_error *error) {
  set_units(self);
  self->out->allowed = calloc((size_t)self->count + 1, sizeof *self->out->allowed);
  if (!self->out->allowed) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for bounds");
  if (is_cast(self))
    TN_TRY(elements_of(self->data.inputs[0], &self->out->values, error));
  else if (self->row->rule == TOLERANCE_NEAR)
    TN_TRY(evaluate(self, NULL, 0, &self->out->values, error));
  else
    TN_TRY(elements_of(self->out->tensor, &self->out->values, error));
  return take_bounds(self, error);
}

static uint32_t axis_of(const operator_spec *spec, uint32_t rank, int64_t fallback) {
  int64_t axis = fallback;
  for (uint32_t i = 0; i < spec->attribute_count; i++)
    if (strcmp(spec->attributes[i].name, "axis") == 0)
      axis = (int64_t)spec->attributes[i].numbers[0];
  return (uint32_t)(axis < 0 ? axis + rank : axis);
}

static void expect_indices(struct work *self) {
  tn_tensor *from = self->data.inputs[0];
  tn_tensor_retain(from);
  self->out->chosen = from;
  self->out->axis =
      axis_of(self->spec, from->rank, strcmp(self->spec->op->name, "TopK") == 0 ? -1 : 0);
}

static tn_status expect(struct work *self, uint64_t seed, tn_error *error) {
  TN_TRY(operator_data_fill(self->spec, seed, &self->data, error));
  TN_TRY(take_output(self, &self->data, &self->out->tensor, error));
  self->type = real_type_of(self->out->tensor->type);
  self->count = tn_tensor_element_count(self->out->tensor);
  if (self->row->rule == TOLERANCE_INDEX && self->output + 1 == self->spec->row->outputs)
    expect_indices(self); /* the last output holds the indices */
  if (!self->type) return TN_OK;
  const uint32_t controls = arithmetic_controls(self->how, self->type->type);
  self->out->signs = self->row->rule == TOLERANCE_MOVE && !(controls & ARITHMETIC_NO_ZERO_SIGN);
  if (self->row->rule == TOLERANCE_NEAR || self->spec->fill == 'b' || is_narrow(self) ||
      (controls & ARITHMETIC_FLUSHES))
    return expect_reals(self, error);
  return TN_OK;
}

tn_status operator_expect(const operator_spec *spec, uint64_t seed, uint32_t output,
                          const arithmetic *how, expected *out, tn_error *error) {
  struct work self = {
      .spec = spec, .how = how, .row = tolerance_of(spec->op->name), .out = out, .output = output};
  const tn_status status = expect(&self, seed, error);
  operator_data_clear(&self.data);
  if (status != TN_OK) expected_clear(out);
  return status;
}
