#include "graph/tensor_layout.h"

#include "graph/tensor.h"

uint64_t tni_shape_element_count(uint32_t rank, const int64_t *shape) {
  uint64_t count = 1;
  int empty = 0;
  for (uint32_t i = 0; i < rank; i++) {
    if (shape[i] < 0) return UINT64_MAX;
    if (shape[i] == 0)
      empty = 1;
    else if (__builtin_mul_overflow(count, (uint64_t)shape[i], &count))
      return UINT64_MAX;
  }
  return empty ? 0 : count;
}

uint64_t tni_shape_bytes(uint32_t type, uint32_t rank, const int64_t *shape) {
  const uint64_t count = tni_shape_element_count(rank, shape);
  const uint32_t bits = tn_element_type_bits(type);
  if (bits == 0 || count > (UINT64_MAX - 7) / bits) return UINT64_MAX;
  return tn_dense_bytes(type, count);
}

tn_status tni_shape_measure(uint32_t type, uint32_t rank, const int64_t *shape, uint64_t *out_bytes,
                            tn_error *error) {
  if (tn_element_type_bits(type) == 0)
    return tni_fail(error, TN_UNSUPPORTED, "element type %u of a tensor is not known", type);
  if (rank > TN_MAX_RANK)
    return tni_fail(error, TN_INVALID_ARGUMENT, "rank of a tensor: expected at most %d, got %u",
                    TN_MAX_RANK, rank);
  for (uint32_t i = 0; i < rank; i++)
    if (shape[i] < 0)
      return tni_fail(error, TN_INVALID_ARGUMENT,
                      "dimension %u of a tensor: expected 0 or more, got %lld", i,
                      (long long)shape[i]);
  const uint64_t bytes = tni_shape_bytes(type, rank, shape);
  if (bytes > INT64_MAX)
    return tni_fail(error, TN_INVALID_ARGUMENT, "a tensor of this shape does not fit into memory");
  *out_bytes = bytes;
  return TN_OK;
}

int tni_shape_extent(uint32_t rank, const int64_t *shape, const int64_t *strides, uint64_t *out) {
  const uint64_t count = tni_shape_element_count(rank, shape);
  if (count == UINT64_MAX) return 0;
  if (count == 0 || !strides) {
    *out = count;
    return 1;
  }
  uint64_t last = 0;
  for (uint32_t i = 0; i < rank; i++) {
    uint64_t step;
    if (shape[i] == 1) continue;
    if (strides[i] < 0 ||
        __builtin_mul_overflow((uint64_t)strides[i], (uint64_t)(shape[i] - 1), &step) ||
        __builtin_add_overflow(last, step, &last))
      return 0;
  }
  if (last == UINT64_MAX) return 0;
  *out = last + 1;
  return 1;
}

int tni_fixed_shape(const tn_value_info *value, int64_t *shape) {
  int known = (value->flags & TN_VALUE_HAS_RANK) != 0;
  for (uint32_t i = 0; known && i < value->rank; i++) {
    known = value->dimensions[i].min == value->dimensions[i].max;
    shape[i] = value->dimensions[i].min;
  }
  return known;
}

uint32_t tni_element_alignment(uint32_t type) {
  if (type == TN_STRING_ELEMENT || type == TN_C128) return 8;
  if (type == TN_C64) return 4;
  const uint32_t bits = tn_element_type_bits(type);
  return bits < 8 ? 1 : bits / 8;
}

void tni_dense_strides(uint32_t rank, const int64_t *shape, int64_t *strides) {
  int64_t step = 1;
  for (uint32_t i = rank; i-- > 0;) {
    strides[i] = step;
    step *= shape[i];
  }
}
