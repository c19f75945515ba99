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
  return near_enough(self->values[index], self->allowed[index], real_at(found, index),
                     self->largest > 0 ? self->largest : type->largest);
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

static void put_real(tn_tensor *tensor, uint64_t index, double value) {
  tni_store_reals(tensor->type, tensor->data, (int64_t)index, 1, &value);
}

static bool is_packed(const tn_tensor *tensor) {
  return tni_type_in(tensor->type, TNI_PACKED_TYPES);
}

static bool can_be_corrupted(const tn_tensor *tensor) {
  return tensor->type != TN_STRING_ELEMENT &&
         (is_packed(tensor) || tn_element_type_bits(tensor->type) >= 8);
}

static void put_element(tn_tensor *to, uint64_t at, const tn_tensor *from, uint64_t place) {
  const uint64_t size = tn_element_type_bits(to->type) / 8;
  uint64_t element;
  if (!is_packed(to)) {
    memcpy((char *)to->data + at * size, (const char *)from->data + place * size, (size_t)size);
    return;
  }
  tni_load_unsigned(from->type, from->data, (int64_t)place, 1, 1, &element);
  tni_store_unsigned(to->type, to->data, (int64_t)at, 1, &element);
}

static bool make_zeros(const expected *self, tn_tensor *wrong, uint64_t seed) {
  (void)seed;
  memset(wrong->data, 0,
         (size_t)tn_dense_bytes(wrong->type, tn_tensor_element_count(self->tensor)));
  return true;
}

static bool shift_by_one(const expected *self, tn_tensor *wrong, uint64_t seed) {
  const uint64_t count = tn_tensor_element_count(self->tensor);
  (void)seed;
  if (count < 2) return false;
  for (uint64_t i = 0; i < count; i++)
    put_element(wrong, i, self->tensor, (i + 1) % count);
  return true;
}

/* The elements as if the last two dimensions had been written the other way round. */
static bool transpose(const expected *self, tn_tensor *wrong, uint64_t seed) {
  const tn_tensor *right = self->tensor;
  (void)seed;
  if (right->rank < 2) return false;
  const uint64_t rows = (uint64_t)right->shape[right->rank - 2],
                 columns = (uint64_t)right->shape[right->rank - 1];
  const uint64_t block = rows * columns, count = tn_tensor_element_count(right);
  for (uint64_t i = 0; i < count; i++) {
    const uint64_t place = i % block;
    put_element(wrong, i, right, i - place + place % rows * columns + place / rows);
  }
  return true;
}

static uint64_t draw(uint64_t seed) {
  uint64_t z = seed + UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  return z ^ (z >> 27);
}

/* Moves an element by eight times what is allowed; what is exact by 1, or to the next number where
 * 1 is lost in it. */
static void move_real(const expected *self, tn_tensor *wrong, uint64_t index) {
  const double value = real_at(self->tensor, index);
  const double allowed = self->values ? self->allowed[index] : 0;
  const double step = allowed > 0 ? 8 * allowed : 1;
  put_real(wrong, index, value + step);
  if (real_at(wrong, index) == value || isinf(real_at(wrong, index)))
    put_real(wrong, index, value - step);
  if (real_at(wrong, index) == value) put_real(wrong, index, value == 0 ? 1 : value / 2);
}

/* By one, wrapped around; truths to the other one. */
static void move_whole(tn_tensor *wrong, uint64_t index) {
  const uint64_t size = tn_element_type_bits(wrong->type) / 8;
  int64_t value;
  if (is_packed(wrong)) {
    tni_load_signed(wrong->type, wrong->data, (int64_t)index, 1, 1, &value);
    value++;
    tni_store_signed(wrong->type, wrong->data, (int64_t)index, 1, &value);
  } else if (wrong->type == TN_BOOL) {
    ((uint8_t *)wrong->data)[index] ^= 1;
  } else {
    ((uint8_t *)wrong->data)[index * size] += 1; /* the low byte */
  }
}

static bool move_one(const expected *self, tn_tensor *wrong, uint64_t seed) {
  const uint64_t count = tn_tensor_element_count(self->tensor);
  const uint64_t begin = count ? draw(seed) % count : 0;
  for (uint64_t i = 0; i < count;
       i++) { /* what may be anything, or is no number, cannot be moved */
    const uint64_t index = (begin + i) % count;
    if (real_type_of(wrong->type)) {
      const double limit = self->values ? self->allowed[index] : 0;
      if (!isfinite(real_at(self->tensor, index)) || isinf(limit)) continue;
      move_real(self, wrong, index);
    } else {
      move_whole(wrong, index);
    }
    return true;
  }
  return false;
}

static const struct {
  const char *name;
  bool (*make)(const expected *self, tn_tensor *wrong, uint64_t seed);
} corruptions[] = {{"zeros", make_zeros},
                   {"elements shifted by one", shift_by_one},
                   {"the last two dimensions swapped", transpose},
                   {"one element off", move_one}};

/* A change that makes no difference: among indices the ties, elsewhere what may be anything. */
static bool is_equal(const expected *self, const tn_tensor *wrong) {
  const uint64_t count = tn_tensor_element_count(self->tensor);
  for (uint64_t i = 0; i < count; i++) {
    if (self->values && isinf(self->allowed[i])) continue;
    if (self->values || (real_type_of(wrong->type) && !self->signs)) {
      const double a = real_at(self->tensor, i), b = real_at(wrong, i);
      if (a != b && !(isnan(a) && isnan(b))) return false;
    } else if (self->chosen ? !same_choice(self, wrong, i)
                            : !compare_same_element(self->tensor, wrong, i)) {
      return false;
    }
  }
  return true;
}

tn_status expected_try(const expected *self, uint64_t seed, expected_gate *out, tn_error *error) {
  char why[256];
  *out = (expected_gate){0};
  if (tn_tensor_element_count(self->tensor) == 0 || !can_be_corrupted(self->tensor)) return TN_OK;
  for (size_t i = 0; i < sizeof corruptions / sizeof *corruptions; i++) {
    tn_tensor *wrong = NULL;
    TN_TRY(tni_tensor_create_dense(tni_environment_system(), self->tensor, &wrong, error));
    if (corruptions[i].make(self, wrong, seed) && !is_equal(self, wrong)) {
      out->applicable++;
      if (expected_accepts(self, wrong, why, sizeof why)) {
        out->accepted++;
        if (!out->first) out->first = corruptions[i].name;
      }
    }
    tn_tensor_release(wrong);
  }
  return TN_OK;
}
