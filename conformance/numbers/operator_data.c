/* What the inputs of an operator case hold. */
#include <math.h>
#include <string.h>

#include "engine/random.h"
#include "graph/tensor.h"
#include "numbers/operator_model.h"
#include "numbers/tolerance.h"
#include "ops/elements.h"

static uint64_t next(uint64_t *state) {
  return suite_random_next(state);
}

/* In [low, high), with all bits of an f64. */
static double between(uint64_t *state, double low, double high) {
  return low + (high - low) * (double)(next(state) >> 11) * 0x1p-53;
}

static double sign(uint64_t *state) {
  return next(state) & 1 ? 1 : -1;
}

static int64_t whole(uint64_t *state, int64_t low, int64_t high) {
  return low + (int64_t)(next(state) % (uint64_t)(high - low + 1));
}

/* One input while it is filled. */
struct filling {
  const operator_spec *spec;
  const spec_input *input;
  const real_type *real; /* NULL: no real type */
  tni_class class;
  const tolerance *row;
  bool is_first; /* of the inputs */
  uint64_t state, first, count;
};

/* --- reals -------------------------------------------------------------------------------------
 */

/* Where nothing is rounded, numbers of few bits: whatever precision a device computes in holds
 * them. Sums lean to one side: did their terms cancel, the bound for accumulation in bf16 would
 * reach over the result. One element alone is positive: some functions of negative numbers are so
 * near to 0 that their bound reaches over it. */
static double ordinary(struct filling *self) {
  if (self->row->rule == TOLERANCE_NEAR) {
    if (self->count == 1) return between(&self->state, 1, 4);
    return between(&self->state, self->row->terms == TOLERANCE_SIZE_TERMS ? -1 : -4, 4);
  }
  return (double)whole(&self->state, -64, 64) / 16;
}

/* The first input goes through all kinds, so that none is left out; others draw theirs. */
static double special(struct filling *self, uint64_t index, uint64_t kinds) {
  const double largest = self->real->largest;
  const double values[] = {0, -0.0, 1, -1, INFINITY, -INFINITY, largest, -largest, NAN};
  return values[(self->is_first ? index + self->first : next(&self->state)) % kinds];
}

/* Every fourth is a number that is kept where denormal numbers are flushed: not the same for all
 * inputs, so that something is left of their difference. */
static double denormal(struct filling *self, uint64_t index) {
  const real_type *type = self->real;
  if (index % 4 == 1) return self->input == self->spec->inputs ? 1 : 2;
  const double below = type->normal - type->smallest;
  const double values[] = {
      0, -0.0, type->smallest, -type->smallest, below, -below, type->normal, -type->normal, 1};
  return values[next(&self->state) % (sizeof values / sizeof *values)];
}

/* Small enough that every sum of products of a case is a whole number below 2^11, which f16 holds;
 * for bf16, which holds those below 2^8, smaller still. */
static double small_whole(struct filling *self) {
  const int64_t limit = self->real && self->real->type == TN_BF16 ? 1 : 3;
  return (double)whole(&self->state, -limit, limit);
}

/* All different, and of few bits: steps of a prime visit every place, unless it divides their
 * number.
 */
static double distinct(const struct filling *self, uint64_t index) {
  const uint64_t count = self->count ? self->count : 1, step = count % 101 ? 101 : 103;
  const double place = (double)((index * step + self->first % count) % count);
  return self->class == TNI_UNSIGNED ? place : place - floor((double)count / 2);
}

/* Numbers that are quantized to the limits of the type, to what lies beyond them, and half way
 * between two steps: there a rounding shows. The recipe writes step and zero point. */
static double at_limits(const struct filling *self, uint64_t index) {
  const operator_spec *spec = self->spec;
  const double step = spec->inputs[1].numbers[0], zero = spec->inputs[2].numbers[0];
  const int sign = tni_type_class(spec->type) == TNI_SIGNED;
  const double most = ldexp(1, (int)tn_element_type_bits(spec->type) - sign);
  const double low = sign ? -most : 0, high = most - 1;
  const double values[] = {low,        low - 0.5,  low - 1,    low + 0.5,  low - most,  zero - 0.5,
                           high,       high + 0.5, high + 1,   high - 0.5, high + most, zero + 0.5,
                           zero - 1.5, zero + 1.5, zero - 2.5, zero + 2.5, low + 1.5,   high - 1.5};
  return (values[(index + self->first) % (sizeof values / sizeof *values)] - zero) * step;
}

static double asked_real(struct filling *self, uint64_t index) {
  const spec_input *input = self->input;
  switch (input->fill) {
    case 'p':
      return between(&self->state, 0.125, 4);
    case 'u':
      return between(&self->state, -0.96, 0.96);
    case 'a':
      return between(&self->state, 1, 4);
    case 'n':
      return sign(&self->state) * between(&self->state, 0.5, 4);
    case 'd':
      return distinct(self, index);
    case 'k':
      return (double)whole(&self->state, -3, 3);
    case 'i':
      return (double)whole(&self->state, 0, input->limit - 1);
    case 's':
      return (double)whole(&self->state, -input->limit, input->limit - 1);
    case 'x':
      return (double)whole(&self->state, -16 * input->limit, 16 * input->limit) / 16;
    case 'y':
      return (double)whole(&self->state, 0, 16 * input->limit) / 16;
    default:
      return ordinary(self);
  }
}

/* Whether an element belongs to an item of the batch that is not looked at. */
static bool is_strange(const struct filling *self, uint64_t index) {
  const spec_input *input = self->input;
  return self->spec->fill == 'b' && !input->constant && input->rank >= 2 &&
         spec_batch_item(self->spec, input->rank, input->shape, index) > 0;
}

static double make_real(struct filling *self, uint64_t index) {
  const char fill = self->input->constant || !self->input->is_case ? 'r' : self->spec->fill;
  if (is_strange(self, index)) return special(self, index, 9);
  if (self->spec->fill == 'q' && self->is_first) return at_limits(self, index);
  if (self->spec->fill == 'i' && self->input->is_case) return small_whole(self);
  if (fill == 's') return special(self, index, 9);
  if (fill == 'f') return special(self, index, 8);
  if (fill == 'd') return denormal(self, index);
  return asked_real(self, index);
}

/* --- integers ----------------------------------------------------------------------------------
 */

static int64_t make_integer(struct filling *self, uint64_t index) {
  const spec_input *input = self->input;
  const int64_t low = self->class == TNI_UNSIGNED ? 0 : -8;
  if (self->spec->fill == 'q' && self->is_first) return (int64_t)at_limits(self, index);
  switch (input->fill) {
    case 'p':
    case 'a':
      return whole(&self->state, 1, 3);
    case 'n':
      return whole(&self->state, 1, 8) *
             (self->class == TNI_SIGNED ? (int64_t)sign(&self->state) : 1);
    case 'd':
      return (int64_t)distinct(self, index);
    case 'k':
      return whole(&self->state, self->class == TNI_UNSIGNED ? 0 : -3, 3);
    case 'i':
      return whole(&self->state, 0, input->limit - 1);
    case 's':
      return whole(&self->state, -input->limit, input->limit - 1);
    default: /* where elements are only moved, all bits; else what sums and products stay small of
              */
      if (self->row->rule == TOLERANCE_MOVE) return (int64_t)next(&self->state);
      return self->spec->fill == 'i' ? whole(&self->state, low ? -3 : 0, 3)
                                     : whole(&self->state, low, 8);
  }
}

/* --- tensors -----------------------------------------------------------------------------------
 */

static void put(struct filling *self, tn_tensor *tensor, uint64_t index) {
  const bool written = self->input->written;
  if (self->class == TNI_REAL) {
    const double value = written ? self->input->numbers[index] : make_real(self, index);
    tni_store_reals(tensor->type, tensor->data, (int64_t)index, 1, &value);
  } else if (tensor->type == TN_BOOL) {
    ((uint8_t *)tensor->data)[index] = (uint8_t)(next(&self->state) & 1);
  } else if (self->class == TNI_NO_CLASS) { /* only ever moved; patterns that are numbers */
    uint8_t *bytes = (uint8_t *)tensor->data;
    const uint32_t size = tn_element_type_bits(tensor->type) / 8;
    for (uint32_t i = 0; i < size; i++)
      bytes[index * size + i] = (uint8_t)(next(&self->state) & 0x3f);
  } else {
    const int64_t value =
        written ? (int64_t)self->input->numbers[index] : make_integer(self, index);
    tni_store_signed(tensor->type, tensor->data, (int64_t)index, 1, &value);
  }
}

static tn_status fill_input(const operator_spec *spec, uint32_t number, uint64_t seed,
                            tn_tensor **out, tn_error *error) {
  const spec_input *input = &spec->inputs[number];
  struct filling self = {.spec = spec,
                         .input = input,
                         .is_first = number == 0,
                         .real = real_type_of(input->type),
                         .class = tni_type_class(input->type),
                         .row = tolerance_of(spec->op->name),
                         .state = (seed + 1) * UINT64_C(0xd6e8feb86659fd93) + number};
  TN_TRY(tni_tensor_create(tni_environment_system(), input->type, input->rank, input->shape, out,
                           error));
  self.first = self.state >> 8;
  self.count = tn_tensor_element_count(*out);
  if (input->written && self.count > input->count)
    return tni_fail(error, TN_INTERNAL, "%s: input %u has fewer numbers than elements", spec->name,
                    number);
  for (uint64_t i = 0; i < self.count; i++)
    put(&self, *out, i);
  if (input->constant) tni_tensor_make_read_only(*out);
  return TN_OK;
}

tn_status operator_data_fill(const operator_spec *spec, uint64_t seed, operator_data *out,
                             tn_error *error) {
  for (uint32_t i = 0; i < spec->input_count; i++)
    if (!spec->inputs[i].absent) TN_TRY(fill_input(spec, i, seed, &out->inputs[i], error));
  return TN_OK;
}

void operator_data_clear(operator_data *data) {
  for (uint32_t i = 0; i < SPEC_MAX_INPUTS; i++) {
    if (data->inputs[i]) tn_tensor_release(data->inputs[i]);
    data->inputs[i] = NULL;
  }
}

static tn_status promote(const tn_tensor *from, double (*change)(double, double), double parameter,
                         tn_tensor **out, tn_error *error) {
  TN_TRY(tni_tensor_create(tni_environment_system(), TN_F64, from->rank, from->shape, out, error));
  const uint64_t count = tn_tensor_element_count(from);
  double *values = (*out)->data;
  tni_load_reals(from->type, from->data, 0, 1, (size_t)count, values);
  for (uint64_t i = 0; change && i < count; i++)
    values[i] = change(values[i], parameter);
  return TN_OK;
}

tn_status operator_data_promote(const operator_spec *spec, const operator_data *data,
                                double (*change)(double value, double parameter), double parameter,
                                operator_data *out, tn_error *error) {
  for (uint32_t i = 0; i < spec->input_count; i++) {
    tn_tensor *from = data->inputs[i];
    if (!from) continue;
    if (real_type_of(from->type) && spec->inputs[i].is_case) {
      TN_TRY(promote(from, change, parameter, &out->inputs[i], error));
      if (spec->inputs[i].constant) tni_tensor_make_read_only(out->inputs[i]);
    } else {
      tn_tensor_retain(from);
      out->inputs[i] = from;
    }
  }
  return TN_OK;
}
