#include "engine/layout.h"

#include <string.h>

#include "ops/types.h"

enum {
  GAP = 0x6e,
  BEFORE = 1, /* elements of the larger tensor before a region, in each dimension, */
  BEHIND = 2  /* and behind it */
};

static bool is(const char *layout, const char *name) {
  return strcmp(layout, name) == 0;
}

/* The dimension that is the k-th from the innermost. */
static uint32_t dimension_at(const char *layout, uint32_t rank, uint32_t k) {
  if (is(layout, LAYOUT_TRANSPOSED)) return k;
  if (!is(layout, LAYOUT_CHANNELS_LAST)) return rank - 1 - k;
  return k == 0 ? 1 : k == rank - 1 ? 0 : rank - k;
}

static int64_t gap_behind(const char *layout, uint32_t k) {
  if (is(layout, LAYOUT_REGION)) return BEFORE + BEHIND;
  if (k == 0 && is(layout, LAYOUT_PADDED_ROWS)) return 3;
  return (k == 0 && is(layout, LAYOUT_CHANNELS_LAST)) ||
         (k == 1 && is(layout, LAYOUT_GAP_BETWEEN_ROWS));
}

/* Strides in elements. */
static void make_strides(const char *layout, uint32_t rank, const int64_t *shape,
                         int64_t *strides) {
  int64_t step = is(layout, LAYOUT_EVERY_SECOND) ? 2 : 1;
  for (uint32_t k = 0; k < rank; k++) {
    const uint32_t i = dimension_at(layout, rank, k);
    strides[i] = step;
    step *= shape[i] + gap_behind(layout, k);
  }
}

/* Elements of the memory before the first one of the tensor. */
static uint64_t elements_before(const char *layout, uint32_t rank, const int64_t *strides) {
  uint64_t before = 0;
  for (uint32_t i = 0; is(layout, LAYOUT_REGION) && i < rank; i++)
    before += BEFORE * (uint64_t)strides[i];
  return before;
}

/* Elements from the first to the last, with the gaps between, of a region those of the larger
 * tensor; 0: it has none. */
static int64_t extent_of(const char *layout, uint32_t rank, const int64_t *shape,
                         const int64_t *strides) {
  if (is(layout, LAYOUT_REGION)) return strides[0] * (shape[0] + BEFORE + BEHIND);
  int64_t last = 0;
  for (uint32_t i = 0; i < rank; i++) {
    if (shape[i] == 0) return 0;
    last += (shape[i] - 1) * strides[i];
  }
  return last + 1;
}

bool layout_applies(const char *layout, uint32_t type, uint32_t rank) {
  return tn_element_type_bits(type) >= 8 && type != TN_STRING_ELEMENT &&
         rank >= (is(layout, LAYOUT_CHANNELS_LAST) ? 3 : 2);
}

tn_tensor *layout_tensor(test *t, const char *layout, uint32_t type, uint32_t rank,
                         const int64_t *shape) {
  int64_t *own = test_alloc(t, TN_MAX_RANK * sizeof *own),
          *strides = test_alloc(t, TN_MAX_RANK * sizeof *strides);
  memcpy(own, shape, rank * sizeof *own);
  make_strides(layout, rank, own, strides);
  const int64_t extent = extent_of(layout, rank, own, strides);
  tn_tensor *tensor = test_tensor(t, type, 1, &extent);
  if (!tensor) return NULL;
  memset(tensor->data, GAP, (size_t)tensor->capacity_bytes);
  const uint64_t before = elements_before(layout, rank, strides) * (tn_element_type_bits(type) / 8);
  tensor->data = (char *)tensor->data + before;
  tensor->capacity_bytes -= before;
  tensor->rank = rank;
  tensor->shape = own;
  tensor->strides = strides;
  return tensor;
}

uint64_t layout_changed_gaps(test *t, const char *layout, const tn_tensor *laid) {
  const uint64_t bytes = tn_element_type_bits(laid->type) / 8;
  const uint64_t before = elements_before(layout, laid->rank, laid->strides) * bytes;
  const uint64_t all = before + laid->capacity_bytes;
  const unsigned char *memory = (unsigned char *)laid->data - before;
  unsigned char *used = test_alloc(t, (size_t)all + 1);
  memset(used, 0, (size_t)all);
  for (uint64_t i = 0; i < tn_tensor_element_count(laid); i++) {
    uint64_t at = 0, rest = i;
    for (uint32_t k = laid->rank; k-- > 0; rest /= (uint64_t)laid->shape[k])
      at += rest % (uint64_t)laid->shape[k] * (uint64_t)laid->strides[k];
    memset(used + before + at * bytes, 1, (size_t)bytes);
  }
  uint64_t changed = 0;
  for (uint64_t i = 0; i < all; i++)
    changed += !used[i] && memory[i] != GAP;
  return changed;
}
