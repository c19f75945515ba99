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

/* Whoever is among the first `top` of a row in `found` is among them in `asked` too, but for those
 * that lie within `slack` of each other. */
static bool same_order(const tn_tensor *asked, const tn_tensor *found, uint32_t top, double slack,
                       char *why, size_t size) {
  const uint64_t count = tn_tensor_element_count(asked);
  const uint64_t length = asked->rank ? (uint64_t)asked->shape[asked->rank - 1] : 1;
  if (asked->rank != 2 || length <= top) return true; /* rows of scores alone have an order */
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
  return same_order(asked, found, limit->top, 2 * limit->largest * sums.largest, why, size);
}

bool whole_model_agrees(const tn_tensor *asked, const tn_tensor *found, uint32_t precision,
                        char *why, size_t size) {
  const real_type *type = real_type_of(asked->type), *computed = real_type_of(precision);
  const expected exact = {.tensor = (tn_tensor *)(uintptr_t)asked};
  if (!type || asked->type != found->type ||
      !tni_tensor_same_shape(found, asked->rank, asked->shape))
    return expected_accepts(&exact, found, why, size);
  if (computed && computed->unit_roundoff > type->unit_roundoff) type = computed;
  return reals_agree(asked, found, whole_model_tolerance_of(type->type), why, size);
}
