#include <math.h>

#include "ops/elements.h"
#include "ops/resize.h"
#include "ops/scratch.h"

/* The taps of every place of one axis of the output. */
typedef struct filter {
  int64_t taps;           /* Taps of one place. */
  int64_t *sources;       /* places x taps: elements of the input's axis. */
  double *weights;        /* places x taps. */
  unsigned char *outside; /* Per place: 1 where the extrapolation value holds. */
} filter;

static double linear_weight(double distance) {
  return fmax(0, 1 - fabs(distance));
}

/* Keys' cubic convolution. */
static double cubic_weight(double distance, double a) {
  const double x = fabs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return a * (((x - 5) * x + 8) * x - 4);
  return 0;
}

/* Half the width of the filter, in elements of the input. */
static double reach_of(const tni_resize *self, const tni_resize_axis *axis) {
  const double reach = self->mode == TNI_RESIZE_LINEAR ? 1 : 2;
  return self->antialias && axis->scale < 1 ? reach / axis->scale : reach;
}

/* Weighs the taps of one place; those outside are read at the edge, or weigh nothing when they are
 * excluded. */
static void weigh(const tni_resize *self, const tni_resize_axis *axis, double place, int64_t taps,
                  int64_t *sources, double *weights) {
  const double shrink = self->antialias && axis->scale < 1 ? axis->scale : 1;
  const double base = floor(place);
  const double first = base - (double)(taps / 2 - 1);
  double sum = 0;
  for (int64_t i = 0; i < taps; i++) {
    const double at = first + (double)i;
    const double distance = (at - place) * shrink;
    const int inside = at >= 0 && at < (double)axis->from;
    weights[i] = self->mode == TNI_RESIZE_LINEAR ? linear_weight(distance)
                                                 : cubic_weight(distance, self->cubic_a);
    if (self->exclude_outside && !inside) weights[i] = 0;
    sources[i] = (int64_t)fmin(fmax(at, 0), (double)axis->from - 1);
    sum += weights[i];
  }
  if (shrink == 1 && !self->exclude_outside) return;
  for (int64_t i = 0; i < taps; i++)
    weights[i] /= sum;
}

static tn_status create_filter(const tni_evaluation *evaluation, const tni_resize *self,
                               const tni_resize_axis *axis, filter *out, tn_error *error) {
  /* So many bits that the memory for more is refused below, and no product overflows. */
  out->taps = 2 * tni_saturate_signed(ceil(reach_of(self, axis)), 48);
  const size_t places = (size_t)axis->to;
  out->sources = tni_scratch(evaluation, places, (size_t)out->taps * sizeof *out->sources, error);
  out->weights = tni_scratch(evaluation, places, (size_t)out->taps * sizeof *out->weights, error);
  out->outside = tni_scratch(evaluation, places, 1, error);
  if (!out->sources || !out->weights || !out->outside) return TN_OUT_OF_MEMORY;
  for (int64_t i = 0; i < axis->to; i++) {
    const double place = tni_resize_place(self, axis, i);
    out->outside[i] = (unsigned char)tni_resize_is_outside(self, axis, place);
    if (!out->outside[i])
      weigh(self, axis, place, out->taps, out->sources + i * out->taps,
            out->weights + i * out->taps);
  }
  return TN_OK;
}

static void destroy_filter(const tni_evaluation *evaluation, filter *self) {
  tni_free(evaluation->allocator, self->sources);
  tni_free(evaluation->allocator, self->weights);
  tni_free(evaluation->allocator, self->outside);
}

/* Filters outer x from x inner elements to outer x to x inner. */
static void apply(const filter *self, const tni_resize_axis *axis, double extrapolation,
                  int64_t outer, int64_t inner, const double *from, double *to) {
  for (int64_t o = 0; o < outer; o++)
    for (int64_t at = 0; at < axis->to; at++) {
      double *line = to + (o * axis->to + at) * inner;
      for (int64_t i = 0; i < inner; i++)
        line[i] = self->outside[at] ? extrapolation : 0;
      for (int64_t t = 0; t < self->taps && !self->outside[at]; t++) {
        const double weight = self->weights[at * self->taps + t];
        const double *source = from + (o * axis->from + self->sources[at * self->taps + t]) * inner;
        if (weight == 0) continue;
        for (int64_t i = 0; i < inner; i++)
          line[i] += weight * source[i];
      }
    }
}

static int stays(const tni_resize *self, const tni_resize_axis *axis) {
  return axis->from == axis->to && axis->scale == 1 && self->coordinates != TNI_TF_CROP_AND_RESIZE;
}

/* Resizes one axis: the result replaces `*values`. */
static tn_status resize_axis(const tni_evaluation *evaluation, const tni_resize *self,
                             const tni_resize_axis *axes, uint32_t which, uint32_t rank,
                             double **values, tn_error *error) {
  filter made = {0};
  int64_t outer = 1;
  int64_t inner = 1;
  /* Axes before this one have been resized already. */
  for (uint32_t i = 0; i < which; i++)
    outer *= axes[i].to;
  for (uint32_t i = which + 1; i < rank; i++)
    inner *= axes[i].from;
  double *next =
      tni_scratch(evaluation, (size_t)(outer * axes[which].to * inner), sizeof *next, error);
  tn_status status =
      next ? create_filter(evaluation, self, &axes[which], &made, error) : TN_OUT_OF_MEMORY;
  if (status == TN_OK) {
    apply(&made, &axes[which], self->extrapolation, outer, inner, *values, next);
    tni_free(evaluation->allocator, *values);
    *values = next;
  } else {
    tni_free(evaluation->allocator, next);
  }
  destroy_filter(evaluation, &made);
  return status;
}

tn_status tni_resize_filter(const tni_evaluation *evaluation, const tni_resize *self,
                            const tni_resize_axis *axes, tn_error *error) {
  const tn_tensor *x = evaluation->inputs[0];
  tn_tensor *y = evaluation->outputs[0];
  const size_t count = (size_t)tn_tensor_element_count(x);
  tn_status status = TN_OK;
  double *values = tni_scratch(evaluation, count, sizeof *values, error);
  if (!values) return TN_OUT_OF_MEMORY;
  tni_load_reals(x->type, x->data, 0, 1, count, values);
  for (uint32_t i = 0; i < x->rank && status == TN_OK; i++)
    if (!stays(self, &axes[i]))
      status = resize_axis(evaluation, self, axes, i, x->rank, &values, error);
  if (status == TN_OK)
    tni_store_reals(y->type, y->data, 0, (size_t)tn_tensor_element_count(y), values);
  tni_free(evaluation->allocator, values);
  return status;
}
