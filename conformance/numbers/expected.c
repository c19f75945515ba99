#include "numbers/expected.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/compare.h"
#include "graph/tensor.h"
#include "numbers/tolerance.h"
#include "ops/elements.h"

void expected_clear(expected *self) {
  if (self->tensor) tn_tensor_release(self->tensor);
  if (self->chosen) tn_tensor_release(self->chosen);
  free(self->values);
  free(self->allowed);
  memset(self, 0, sizeof *self);
}

static double real_at(const tn_tensor *tensor, uint64_t index) {
  double value;
  tni_load_reals(tensor->type, tensor->data, (int64_t)index, 1, 1, &value);
  return value;
}

/* --- one element -------------------------------------------------------------------------------
 */

/* A result beyond the range may come as infinity, and one just within as well, when the bound
 * reaches over the edge. */
static bool overflows_alike(double value, double allowed, double found, double largest) {
  return isinf(found) && signbit(found) == signbit(value) && fabs(value) + allowed >= largest;
}

/* Rounded towards zero, a result beyond the range is the largest number. */
static bool ends_alike(double value, double found, double largest) {
  return fabs(found) == largest && signbit(found) == signbit(value) && fabs(value) >= largest;
}

static bool near_enough(double value, double allowed, double found, double largest) {
  if (isinf(allowed)) return true;
  if (isnan(value) || isnan(found)) return isnan(value) && isnan(found);
  if (isinf(value) || isinf(found))
    return value == found || overflows_alike(value, allowed, found, largest);
  return fabs(found - value) <= allowed;
}

static bool exact_real(const expected *self, const tn_tensor *found, uint64_t index) {
  const double asked = real_at(self->tensor, index), came = real_at(found, index);
  if (isnan(asked) || isnan(came)) return isnan(asked) && isnan(came);
  if (self->signs && signbit(asked) != signbit(came)) return false;
  return asked == came;
}

/* --- indices: any of several equal elements will do --------------------------------------------
 */

/* The lane of `chosen` that output element `index` stands for: where it begins, its stride and its
 * length. An output holds `kept` indices of each lane. */
struct lane {
  uint64_t begin, stride, length, kept;
};

static struct lane lane_of(const expected *self, uint64_t index) {
  const tn_tensor *from = self->chosen;
  struct lane lane = {.stride = 1, .length = (uint64_t)from->shape[self->axis]};
  uint64_t outer = 1;
  for (uint32_t i = 0; i < from->rank; i++) {
    if (i < self->axis) outer *= (uint64_t)from->shape[i];
    if (i > self->axis) lane.stride *= (uint64_t)from->shape[i];
  }
  const uint64_t count = tn_tensor_element_count(self->tensor);
  lane.kept = outer > 0 && lane.stride > 0 ? count / (outer * lane.stride) : 1;
  const uint64_t block = index / (lane.stride * lane.kept), inner = index % lane.stride;
  lane.begin = block * lane.length * lane.stride + inner;
  return lane;
}

static int64_t index_at(const tn_tensor *tensor, uint64_t at) {
  int64_t value;
  tni_load_signed(tensor->type, tensor->data, (int64_t)at, 1, 1, &value);
  return value;
}

/* No element of a lane is named twice. */
static bool named_before(const tn_tensor *found, const struct lane *lane, uint64_t index) {
  const uint64_t place = index / lane->stride % lane->kept;
  for (uint64_t i = 1; i <= place; i++)
    if (index_at(found, index - i * lane->stride) == index_at(found, index)) return true;
  return false;
}

static bool same_choice(const expected *self, const tn_tensor *found, uint64_t index) {
  const struct lane lane = lane_of(self, index);
  const int64_t asked = index_at(self->tensor, index), came = index_at(found, index);
  if (came < 0 || (uint64_t)came >= lane.length || named_before(found, &lane, index)) return false;
  return asked == came || real_at(self->chosen, lane.begin + (uint64_t)asked * lane.stride) ==
                              real_at(self->chosen, lane.begin + (uint64_t)came * lane.stride);
}

/* --- all elements ------------------------------------------------------------------------------
 */

static bool element_agrees(const expected *self, const tn_tensor *found, uint64_t index) {
  const real_type *type = real_type_of(self->tensor->type);
  if (self->chosen) return same_choice(self, found, index);
  if (!type) return compare_same_element(self->tensor, found, index);
  if (!self->values) return exact_real(self, found, index);
  const double largest = self->largest > 0 ? self->largest : type->largest;
  const double value = self->values[index], came = real_at(found, index);
  return near_enough(value, self->allowed[index], came, largest) ||
         (self->truncated && isfinite(value) && ends_alike(value, came, largest));
}

static void write_element(const tn_tensor *tensor, uint64_t index, char *out, size_t size) {
  switch (tni_type_class(tensor->type)) {
    case TNI_REAL:
      snprintf(out, size, "%.17g", real_at(tensor, index));
      break;
    case TNI_SIGNED:
      snprintf(out, size, "%" PRId64, index_at(tensor, index));
      break;
    case TNI_UNSIGNED:
      snprintf(out, size, "%" PRIu64, (uint64_t)index_at(tensor, index));
      break;
    default:
      snprintf(out, size, "another");
  }
}

static void explain(const expected *self, const tn_tensor *found, uint64_t index, char *why,
                    size_t size) {
  char came[64], asked[64];
  write_element(found, index, came, sizeof came);
  write_element(self->tensor, index, asked, sizeof asked);
  if (self->values)
    snprintf(why, size, "element %llu is %s instead of %.17g (allowed: %.3g, off by %.3g)",
             (unsigned long long)index, came, self->values[index], self->allowed[index],
             fabs(real_at(found, index) - self->values[index]));
  else
    snprintf(why, size, "element %llu is %s instead of %s", (unsigned long long)index, came, asked);
}

static void write_form(const tn_tensor *tensor, char *out, size_t size) {
  size_t used = (size_t)snprintf(out, size, "%s[", tni_type_name(tensor->type));
  for (uint32_t i = 0; i < tensor->rank && used < size; i++)
    used += (size_t)snprintf(out + used, size - used, i ? ", %lld" : "%lld",
                             (long long)tensor->shape[i]);
  if (used < size) snprintf(out + used, size - used, "]");
}

bool expected_accepts(const expected *self, const tn_tensor *found, char *why, size_t size) {
  const tn_tensor *asked = self->tensor;
  if (asked->type != found->type || !tni_tensor_same_shape(found, asked->rank, asked->shape)) {
    char came[200], wanted[200];
    write_form(found, came, sizeof came);
    write_form(asked, wanted, sizeof wanted);
    snprintf(why, size, "type and shape %s instead of %s", came, wanted);
    return false;
  }
  const uint64_t count = tn_tensor_element_count(asked);
  for (uint64_t i = 0; i < count; i++) {
    if (element_agrees(self, found, i)) continue;
    explain(self, found, i, why, size);
    return false;
  }
  return true;
}

/* --- the gate ----------------------------------------------------------------------------------
 */

static bool accepts_wrong(const gate_subject *self, const tn_tensor *wrong) {
  char why[256];
  return expected_accepts(self->judge, wrong, why, sizeof why);
}

/* Among indices ties make no difference, elsewhere what may be anything. */
static bool has_to_differ(const gate_subject *self, const tn_tensor *wrong, uint64_t index) {
  const expected *asked = self->judge;
  if (asked->values && isinf(asked->allowed[index])) return false;
  if (asked->chosen) return !same_choice(asked, wrong, index);
  return !asked->values && asked->signs ? !compare_same_element(asked->tensor, wrong, index)
                                        : gate_numbers_differ(asked->tensor, wrong, index);
}

static double allowed_at(const gate_subject *self, uint64_t index) {
  const expected *asked = self->judge;
  return asked->values ? asked->allowed[index] : 0;
}

tn_status expected_try(const expected *self, uint64_t seed, gate_result *out, tn_error *error) {
  const gate_subject tried = {self->tensor, self, accepts_wrong, has_to_differ, allowed_at};
  return gate_try(&tried, seed, out, error);
}
