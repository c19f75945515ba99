#include "numbers/whole_model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "graph/tensor.h"
#include "numbers/expected.h"
#include "numbers/tolerance.h"
#include "ops/elements.h"

static double at(const tn_tensor *tensor, uint64_t index) {
  double value;
  tni_load_reals(tensor->type, tensor->data, (int64_t)index, 1, 1, &value);
  return value;
}

/* What is summed up over all elements. */
struct sums {
  double squares, errors;   /* of r, of g - r */
  double largest, furthest; /* |r|, |g - r| */
  uint64_t where;           /* the furthest element */
};

static bool add_up(const tn_tensor *asked, const tn_tensor *found, struct sums *sums, char *why,
                   size_t size) {
  const uint64_t count = tn_tensor_element_count(asked);
  for (uint64_t i = 0; i < count; i++) {
    const double r = at(asked, i), g = at(found, i), error = fabs(g - r);
    if (isnan(r) && isnan(g)) continue;
    if (r == g) {
      if (isfinite(r)) sums->squares += r * r, sums->largest = fmax(sums->largest, fabs(r));
      continue;
    }
    if (!isfinite(error)) {
      snprintf(why, size, "element %llu is %.9g instead of %.9g", (unsigned long long)i, g, r);
      return false;
    }
    sums->squares += r * r;
    sums->errors += error * error;
    sums->largest = fmax(sums->largest, fabs(r));
    if (error > sums->furthest) sums->furthest = error, sums->where = i;
  }
  return true;
}

/* How many elements of a row are surely larger than `value`. */
static uint32_t larger_than(const tn_tensor *tensor, uint64_t row, uint64_t length, double value) {
  uint32_t count = 0;
  for (uint64_t i = 0; i < length; i++)
    count += at(tensor, row + i) > value;
  return count;
}

/* How long rows of scores are, which have an order: the last axis of a matrix, or the one that is
 * longer than 1. 0: there are none. */
static uint64_t row_length(const tn_tensor *tensor) {
  const uint64_t count = tn_tensor_element_count(tensor);
  uint32_t rank = tensor->rank;
  for (uint32_t i = 0; i < rank; i++)
    if (count > 0 && (uint64_t)tensor->shape[i] == count) return count;
  while (rank > 2 && tensor->shape[rank - 1] == 1)
    rank--;
  return rank == 2 ? (uint64_t)tensor->shape[1] : 0;
}

/* Whoever is among the first `top` of a row in `found` is among them in `asked` too, but for those
 * that lie within `slack` of each other. */
static bool same_order(const tn_tensor *asked, const tn_tensor *found, uint32_t top, double slack,
                       char *why, size_t size) {
  const uint64_t count = tn_tensor_element_count(asked);
  const uint64_t length = row_length(asked);
  if (length <= top) return true;
  for (uint64_t i = 0; i < count; i++) {
    const uint64_t row = i / length * length;
    if (larger_than(found, row, length, at(found, i)) >= top) continue;
    if (larger_than(asked, row, length, at(asked, i) + slack) < top) continue;
    snprintf(why, size, "element %llu is among the %u largest of its row, and should not be",
             (unsigned long long)i, top);
    return false;
  }
  return true;
}

static bool reals_agree(const tn_tensor *asked, const tn_tensor *found,
                        const whole_model_tolerance *limit, char *why, size_t size) {
  struct sums sums = {0};
  if (!add_up(asked, found, &sums, why, size)) return false;
  if (sums.furthest > limit->largest * sums.largest) {
    snprintf(why, size, "element %llu is %.9g instead of %.9g (allowed: %.3g of the largest, %.6g)",
             (unsigned long long)sums.where, at(found, sums.where), at(asked, sums.where),
             limit->largest, sums.largest);
    return false;
  }
  if (sums.errors > limit->nmse * sums.squares) {
    snprintf(why, size, "the normalised mean square error is %.3g (allowed: %.3g)",
             sums.squares > 0 ? sums.errors / sums.squares : INFINITY, limit->nmse);
    return false;
  }
  const uint64_t count = tn_tensor_element_count(asked);
  const double mean = sqrt(limit->nmse * sums.squares / (double)(count ? count : 1));
  const double slack = fmin(2 * limit->largest * sums.largest, limit->order * mean);
  return same_order(asked, found, limit->top, slack, why, size);
}

/* The row of the coarser of the output's type and the precision; NULL: exact. */
static const whole_model_tolerance *limit_of(const tn_tensor *asked, uint32_t precision) {
  const real_type *type = real_type_of(asked->type), *computed = real_type_of(precision);
  if (!type) return NULL;
  if (computed && computed->unit_roundoff > type->unit_roundoff) type = computed;
  return whole_model_tolerance_of(type->type);
}

bool whole_model_agrees(const tn_tensor *asked, const tn_tensor *found, uint32_t precision,
                        char *why, size_t size) {
  const whole_model_tolerance *limit = limit_of(asked, precision);
  const expected exact = {.tensor = (tn_tensor *)(uintptr_t)asked};
  if (!limit || asked->type != found->type ||
      !tni_tensor_same_shape(found, asked->rank, asked->shape))
    return expected_accepts(&exact, found, why, size);
  return reals_agree(asked, found, limit, why, size);
}

/* A comparison as the gate asks for it. */
struct trial {
  uint32_t precision;
  double allowed; /* of any element */
};

static bool accepts(const gate_subject *self, const tn_tensor *wrong) {
  char why[400];
  const struct trial *trial = self->judge;
  return whole_model_agrees(self->right, wrong, trial->precision, why, sizeof why);
}

static double allowed(const gate_subject *self, uint64_t index) {
  (void)index;
  return ((const struct trial *)self->judge)->allowed;
}

tn_status whole_model_try(const tn_tensor *asked, uint32_t precision, uint64_t seed,
                          gate_result *out, tn_error *error) {
  char why[400];
  struct sums sums = {0};
  const whole_model_tolerance *limit = limit_of(asked, precision);
  if (limit) add_up(asked, asked, &sums, why, sizeof why);
  const struct trial trial = {precision, limit ? limit->largest * sums.largest : 0};
  const gate_subject tried = {asked, &trial, accepts, NULL, allowed};
  return gate_try(&tried, seed, out, error);
}
