#include "numbers/gate.h"

#include <math.h>
#include <string.h>

#include "engine/compare.h"
#include "engine/random.h"
#include "graph/tensor.h"
#include "numbers/tolerance.h"
#include "ops/elements.h"

static double real_at(const tn_tensor *tensor, uint64_t index) {
  double value;
  tni_load_reals(tensor->type, tensor->data, (int64_t)index, 1, 1, &value);
  return value;
}

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

static bool make_zeros(const gate_subject *self, tn_tensor *wrong, uint64_t seed) {
  (void)seed;
  memset(wrong->data, 0, (size_t)tn_dense_bytes(wrong->type, tn_tensor_element_count(self->right)));
  return true;
}

static bool shift_by_one(const gate_subject *self, tn_tensor *wrong, uint64_t seed) {
  const uint64_t count = tn_tensor_element_count(self->right);
  (void)seed;
  if (count < 2) return false;
  for (uint64_t i = 0; i < count; i++)
    put_element(wrong, i, self->right, (i + 1) % count);
  return true;
}

/* The elements as if the last two dimensions had been written the other way round. */
static bool transpose(const gate_subject *self, tn_tensor *wrong, uint64_t seed) {
  const tn_tensor *right = self->right;
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

/* Moves an element by eight times what is allowed; what is exact by 1, or to the next number where
 * 1 is lost in it. */
static void move_real(const gate_subject *self, tn_tensor *wrong, uint64_t index) {
  const double value = real_at(self->right, index);
  const double allowed = self->allowed ? self->allowed(self, index) : 0;
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

static bool move_one(const gate_subject *self, tn_tensor *wrong, uint64_t seed) {
  const uint64_t count = tn_tensor_element_count(self->right);
  const uint64_t begin = count ? suite_random_next(&seed) % count : 0;
  for (uint64_t i = 0; i < count;
       i++) { /* what may be anything, or is no number, cannot be moved */
    const uint64_t index = (begin + i) % count;
    if (real_type_of(wrong->type)) {
      const double limit = self->allowed ? self->allowed(self, index) : 0;
      if (!isfinite(real_at(self->right, index)) || isinf(limit)) continue;
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
  bool (*make)(const gate_subject *self, tn_tensor *wrong, uint64_t seed);
} corruptions[] = {{"zeros", make_zeros},
                   {"elements shifted by one", shift_by_one},
                   {"the last two dimensions swapped", transpose},
                   {"one element off", move_one}};

bool gate_numbers_differ(const tn_tensor *right, const tn_tensor *wrong, uint64_t index) {
  if (!real_type_of(right->type)) return !compare_same_element(right, wrong, index);
  const double a = real_at(right, index), b = real_at(wrong, index);
  return a != b && !(isnan(a) && isnan(b));
}

/* Whether a corruption changed anything. */
static bool applies(const gate_subject *self, const tn_tensor *wrong) {
  const uint64_t count = tn_tensor_element_count(self->right);
  for (uint64_t i = 0; i < count; i++)
    if (self->differs ? self->differs(self, wrong, i) : gate_numbers_differ(self->right, wrong, i))
      return true;
  return false;
}

tn_status gate_try(const gate_subject *self, uint64_t seed, gate_result *out, tn_error *error) {
  *out = (gate_result){0};
  if (tn_tensor_element_count(self->right) == 0 || !can_be_corrupted(self->right)) return TN_OK;
  for (size_t i = 0; i < sizeof corruptions / sizeof *corruptions; i++) {
    tn_tensor *wrong = NULL;
    TN_TRY(tni_tensor_create_dense(tni_environment_system(), self->right, &wrong, error));
    if (corruptions[i].make(self, wrong, seed) && applies(self, wrong)) {
      out->applicable++;
      if (self->accepts(self, wrong)) {
        out->accepted++;
        if (!out->first) out->first = corruptions[i].name;
      }
    }
    tn_tensor_release(wrong);
  }
  return TN_OK;
}
