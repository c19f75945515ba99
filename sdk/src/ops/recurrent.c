#include "ops/recurrent.h"

#include <math.h>
#include <string.h>

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/scratch.h"

enum { X, W, R, B, LENGTHS, INITIAL_H, INITIAL_C, P };
enum { Y, Y_H, Y_C };

double tni_recurrent_dot(const double *a, const double *b, int64_t count) {
  double sums[4] = {0};
  int64_t i = 0;
  for (; i + 4 <= count; i += 4)
    for (int k = 0; k < 4; k++)
      sums[k] += a[i + k] * b[i + k];
  for (; i < count; i++)
    sums[0] += a[i] * b[i];
  return sums[0] + sums[1] + (sums[2] + sums[3]);
}

static const tn_tensor *operand(const tni_evaluation *evaluation, uint32_t index) {
  return index < evaluation->input_count ? evaluation->inputs[index] : NULL;
}

static tn_tensor *result(const tni_evaluation *evaluation, uint32_t index) {
  return index < evaluation->output_count ? evaluation->outputs[index] : NULL;
}

/* Takes one block of memory and deals it out. */
static tn_status take_memory(tni_recurrence *self, tn_error *error) {
  const int64_t rows = self->cell->gates * self->hidden;
  const struct {
    double **place;
    int64_t count;
  } parts[] = {{&self->w, rows * self->inputs},
               {&self->r, rows * self->hidden},
               {&self->wb, rows},
               {&self->rb, rows},
               {&self->peepholes, 3 * self->hidden},
               {&self->gate_values, rows},
               {&self->spare, self->hidden},
               {&self->x, self->inputs},
               {&self->h, self->batch * self->hidden},
               {&self->c, self->batch * self->hidden}};
  int64_t total = 0;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    total += parts[i].count;
  self->memory = tni_scratch(self->evaluation, (size_t)total, sizeof *self->memory, error);
  if (!self->memory) return TN_OUT_OF_MEMORY;
  double *next = self->memory;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    *parts[i].place = next;
    next += parts[i].count;
  }
  return TN_OK;
}

static tn_status create(tni_evaluation *evaluation, const tni_cell *cell, tni_recurrence *self,
                        tn_error *error) {
  const tn_tensor *x = evaluation->inputs[X];
  const tn_node *node = evaluation->node;
  *self = (tni_recurrence){.evaluation = evaluation, .cell = cell};
  self->batch_first = tni_attribute_int(node, "layout", 0) != 0;
  self->steps = x->shape[self->batch_first];
  self->batch = x->shape[!self->batch_first];
  self->inputs = x->shape[2];
  self->hidden = evaluation->inputs[R]->shape[2];
  self->directions = (uint32_t)evaluation->inputs[R]->shape[0];
  self->clip =
      tn_node_attribute(node, TN_STRING("clip")) ? tni_attribute_float(node, "clip", 0) : INFINITY;
  TN_TRY(tni_activations_read(node, cell, self->directions, self->activations, error));
  return take_memory(self, error);
}

/* Part `index` of a tensor cut along its first dimension into parts of `count` elements; zeros when
 * it is left out. */
static void load_part(const tn_tensor *tensor, int64_t index, int64_t count, double *out) {
  if (tensor)
    tni_load_reals(tensor->type, tensor->data, index * count, 1, (size_t)count, out);
  else
    memset(out, 0, (size_t)count * sizeof *out);
}

/* Where the state of one image and direction lies in initial_h, Y_h and the like. */
static int64_t state_offset(const tni_recurrence *self, uint32_t direction, int64_t image) {
  return (self->batch_first ? image * self->directions + direction
                            : direction * self->batch + image) *
         self->hidden;
}

static void load_direction(tni_recurrence *self, uint32_t direction) {
  const tni_evaluation *from = self->evaluation;
  const int64_t rows = self->cell->gates * self->hidden;
  load_part(operand(from, W), direction, rows * self->inputs, self->w);
  load_part(operand(from, R), direction, rows * self->hidden, self->r);
  load_part(operand(from, B), 2 * (int64_t)direction, rows, self->wb);
  load_part(operand(from, B), 2 * (int64_t)direction + 1, rows, self->rb);
  if (self->cell->has_cell_state)
    load_part(operand(from, P), direction, 3 * self->hidden, self->peepholes);
  self->active = self->activations + direction * self->cell->activations;
  for (int64_t n = 0; n < self->batch; n++) {
    const int64_t part = state_offset(self, direction, n) / (self->hidden ? self->hidden : 1);
    load_part(operand(from, INITIAL_H), part, self->hidden, self->h + n * self->hidden);
    if (self->cell->has_cell_state)
      load_part(operand(from, INITIAL_C), part, self->hidden, self->c + n * self->hidden);
  }
}

static void store_reals(tn_tensor *to, int64_t offset, int64_t count, const double *values) {
  if (to) tni_store_reals(to->type, to->data, offset, (size_t)count, values);
}

/* Runs one image through one direction; steps behind its length give zeros. */
static void run_image(tni_recurrence *self, uint32_t direction, int reverse, int64_t image) {
  const tn_tensor *x = operand(self->evaluation, X);
  const tn_tensor *lengths = operand(self->evaluation, LENGTHS);
  const int64_t rows = self->cell->gates * self->hidden;
  double *h = self->h + image * self->hidden;
  double *c = self->c + image * self->hidden;
  int64_t length = self->steps;
  if (lengths) tni_load_signed(lengths->type, lengths->data, image, 1, 1, &length);
  for (int64_t t = 0; t < self->steps; t++) {
    const int64_t at = reverse && t < length ? length - 1 - t : t;
    const int64_t sample = self->batch_first ? image * self->steps + at : at * self->batch + image;
    const int64_t to = self->batch_first
                           ? sample * self->directions + direction
                           : (at * self->directions + direction) * self->batch + image;
    if (t < length) {
      tni_load_reals(x->type, x->data, sample * self->inputs, 1, (size_t)self->inputs, self->x);
      for (int64_t i = 0; i < rows; i++)
        self->gate_values[i] =
            tni_recurrent_dot(self->w + i * self->inputs, self->x, self->inputs) + self->wb[i];
      self->cell->step(self, self->gate_values, h, c);
      store_reals(result(self->evaluation, Y), to * self->hidden, self->hidden, h);
    } else {
      memset(self->spare, 0, (size_t)self->hidden * sizeof *self->spare);
      store_reals(result(self->evaluation, Y), to * self->hidden, self->hidden, self->spare);
    }
  }
  store_reals(result(self->evaluation, Y_H), state_offset(self, direction, image), self->hidden, h);
  if (self->cell->has_cell_state)
    store_reals(result(self->evaluation, Y_C), state_offset(self, direction, image), self->hidden,
                c);
}

static tn_status check_lengths(const tni_recurrence *self, tn_error *error) {
  const tn_tensor *lengths = operand(self->evaluation, LENGTHS);
  for (int64_t n = 0; lengths && n < self->batch; n++) {
    int64_t length;
    tni_load_signed(lengths->type, lengths->data, n, 1, 1, &length);
    if (length < 0 || length > self->steps)
      return tni_node_fail(self->evaluation->node, error, TN_OUT_OF_RANGE,
                           "sequence_lens[%lld] is %lld, but there are %lld steps", (long long)n,
                           (long long)length, (long long)self->steps);
  }
  return TN_OK;
}

tn_status tni_recurrent_evaluate(tni_evaluation *evaluation, const tni_cell *cell,
                                 tn_error *error) {
  const tn_string direction =
      tni_attribute_string(evaluation->node, "direction", TN_STRING("forward"));
  tni_recurrence self;
  tn_status status = create(evaluation, cell, &self, error);
  if (status == TN_OK) status = check_lengths(&self, error);
  for (uint32_t d = 0; status == TN_OK && d < self.directions; d++) {
    const int reverse = d == 1 || tn_string_equal(direction, TN_STRING("reverse"));
    load_direction(&self, d);
    for (int64_t n = 0; n < self.batch; n++)
      run_image(&self, d, reverse, n);
  }
  tni_free(evaluation->allocator, self.memory);
  return status;
}
