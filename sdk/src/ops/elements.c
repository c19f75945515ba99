#include "ops/elements.h"
#include <math.h>
#include <string.h>

static const uint64_t signed_packed = TNI_TYPE(TN_I4) | TNI_TYPE(TN_I2);

tni_class tni_type_class(uint32_t type) {
  if (tni_type_in(type, TNI_FLOAT_TYPES)) return TNI_REAL;
  if (tni_type_in(type, TNI_SIGNED_TYPES | signed_packed)) return TNI_SIGNED;
  return tni_type_in(type, TNI_UNSIGNED_TYPES | TNI_TYPE(TN_BOOL) | TNI_PACKED_TYPES)
             ? TNI_UNSIGNED
             : TNI_NO_CLASS;
}

int64_t tni_saturate_signed(double value, int bits) {
  const double limit = ldexp(1.0, bits - 1);
  if (isnan(value)) return 0;
  if (value >= limit) return (int64_t)(UINT64_MAX >> (65 - bits));
  if (value <= -limit) return -(int64_t)(UINT64_MAX >> (65 - bits)) - 1;
  return (int64_t)value;
}

uint64_t tni_saturate_unsigned(double value, int bits) {
  if (!(value > 0)) return 0;
  if (value >= ldexp(1.0, bits)) return UINT64_MAX >> (64 - bits);
  return (uint64_t)value;
}

/* --- integers below a byte: low bits first */

static int64_t load_packed(uint32_t type, const void *data, int64_t index) {
  const uint32_t bits = tn_element_type_bits(type), mask = (1u << bits) - 1;
  const uint64_t at = (uint64_t)index * bits;
  const int64_t value = ((const unsigned char *)data)[at / 8] >> at % 8 & mask;
  const int is_negative = tni_type_in(type, signed_packed) && value >> (bits - 1);
  return is_negative ? value - (int64_t)mask - 1 : value;
}

/* The other elements of the byte stay. */
static void store_packed(uint32_t type, void *data, int64_t index, uint64_t value) {
  const uint32_t bits = tn_element_type_bits(type), mask = (1u << bits) - 1;
  const uint64_t at = (uint64_t)index * bits;
  unsigned char *byte = (unsigned char *)data + at / 8;
  *byte = (unsigned char)((*byte & ~(mask << at % 8)) | (((uint32_t)value & mask) << at % 8));
}

#define LOAD_PACKED(result)                                                 \
  for (size_t i = 0; i < count && tni_type_in(type, TNI_PACKED_TYPES); i++) \
  out[i] = (result)load_packed(type, data, offset + (int64_t)i * stride)
#define STORE_PACKED(expression)                                            \
  for (size_t i = 0; i < count && tni_type_in(type, TNI_PACKED_TYPES); i++) \
  store_packed(type, data, offset + (int64_t)i, (uint64_t)(expression))

static uint64_t saturate_packed(uint32_t type, double value) {
  const int bits = (int)tn_element_type_bits(type);
  return tni_type_in(type, signed_packed) ? (uint64_t)tni_saturate_signed(value, bits)
                                          : tni_saturate_unsigned(value, bits);
}

void tni_end_packed(tn_tensor *tensor) {
  const uint64_t count = tn_tensor_element_count(tensor);
  if (count > 0 && tni_type_in(tensor->type, TNI_PACKED_TYPES))
    ((unsigned char *)tensor->data)[tn_dense_bytes(tensor->type, count) - 1] = 0;
}

/* --- all types */

/* A double that narrower types round to as they would round the integer itself: what does not fit
 * makes the last bit odd, so that it is no tie by accident. */
static double odd_from_unsigned(uint64_t value) {
  const uint64_t lost = value & 0x7ff;
  if (value >> 53 == 0) return (double)value;
  return (double)((value ^ lost) | (lost != 0 ? 0x800 : 0));
}
static double odd_from_signed(int64_t value) {
  return value < 0 ? -odd_from_unsigned(0 - (uint64_t)value) : odd_from_unsigned((uint64_t)value);
}

/* The bodies of the functions below: one case per element type, each a loop over typed memory.
 * Reading takes data of any alignment, as constants of mapped files have it; memcpy of one element
 * is a plain load. */
#define LOAD_CASE(name, type, result, expression)                                               \
  case TN_##name: {                                                                             \
    const unsigned char *source = (const unsigned char *)data + offset * (int64_t)sizeof(type); \
    for (size_t i = 0; i < count; i++) {                                                        \
      type element;                                                                             \
      memcpy(&element, source + (int64_t)i * stride * (int64_t)sizeof(type), sizeof element);   \
      out[i] = (result)(expression);                                                            \
    }                                                                                           \
    return;                                                                                     \
  }
#define STORE_CASE(name, type, expression) \
  case TN_##name: {                        \
    type *target = (type *)data + offset;  \
    for (size_t i = 0; i < count; i++)     \
      target[i] = (type)(expression);      \
    return;                                \
  }

void tni_load_reals(uint32_t type, const void *data, int64_t offset, int64_t stride, size_t count,
                    double *out) {
  switch (type) {
#define FLOAT_CASE(name, type, to, from) LOAD_CASE(name, type, double, to(element))
#define INTEGER_CASE(name, type, bits)   LOAD_CASE(name, type, double, element)
    TNI_FLOAT_TYPE_MAP(FLOAT_CASE)
    TNI_SIGNED_TYPE_MAP(INTEGER_CASE)
    TNI_UNSIGNED_TYPE_MAP(INTEGER_CASE)
    LOAD_CASE(BOOL, uint8_t, double, element != 0)
#undef FLOAT_CASE
#undef INTEGER_CASE
    default:
      LOAD_PACKED(double);
  }
}

void tni_load_signed(uint32_t type, const void *data, int64_t offset, int64_t stride, size_t count,
                     int64_t *out) {
  switch (type) {
#define INTEGER_CASE(name, type, bits) LOAD_CASE(name, type, int64_t, element)
    TNI_SIGNED_TYPE_MAP(INTEGER_CASE)
    TNI_UNSIGNED_TYPE_MAP(INTEGER_CASE)
    LOAD_CASE(BOOL, uint8_t, int64_t, element != 0)
#undef INTEGER_CASE
    default:
      LOAD_PACKED(int64_t);
  }
}

void tni_load_unsigned(uint32_t type, const void *data, int64_t offset, int64_t stride,
                       size_t count, uint64_t *out) {
  switch (type) {
#define INTEGER_CASE(name, type, bits) LOAD_CASE(name, type, uint64_t, element)
    TNI_SIGNED_TYPE_MAP(INTEGER_CASE)
    TNI_UNSIGNED_TYPE_MAP(INTEGER_CASE)
    LOAD_CASE(BOOL, uint8_t, uint64_t, element != 0)
#undef INTEGER_CASE
    default:
      LOAD_PACKED(uint64_t);
  }
}

void tni_store_reals(uint32_t type, void *data, int64_t offset, size_t count,
                     const double *values) {
  switch (type) {
#define FLOAT_CASE(name, type, to, from) STORE_CASE(name, type, from(values[i]))
#define SIGNED_CASE(name, type, bits)    STORE_CASE(name, type, tni_saturate_signed(values[i], bits))
#define UNSIGNED_CASE(name, type, bits) \
  STORE_CASE(name, type, tni_saturate_unsigned(values[i], bits))
    TNI_FLOAT_TYPE_MAP(FLOAT_CASE)
    TNI_SIGNED_TYPE_MAP(SIGNED_CASE)
    TNI_UNSIGNED_TYPE_MAP(UNSIGNED_CASE)
    STORE_CASE(BOOL, uint8_t, values[i] != 0)
#undef FLOAT_CASE
#undef SIGNED_CASE
#undef UNSIGNED_CASE
    default:
      STORE_PACKED(saturate_packed(type, values[i]));
  }
}

void tni_store_signed(uint32_t type, void *data, int64_t offset, size_t count,
                      const int64_t *values) {
  switch (type) {
#define INTEGER_CASE(name, type, bits) STORE_CASE(name, type, values[i])
    TNI_SIGNED_TYPE_MAP(INTEGER_CASE)
    TNI_UNSIGNED_TYPE_MAP(INTEGER_CASE)
    STORE_CASE(BOOL, uint8_t, values[i] != 0)
    STORE_CASE(F16, uint16_t, tni_f16_from_f64(odd_from_signed(values[i])))
    STORE_CASE(BF16, uint16_t, tni_bf16_from_f64(odd_from_signed(values[i])))
    STORE_CASE(F32, float, values[i])
    STORE_CASE(F64, double, values[i])
#undef INTEGER_CASE
    default:
      STORE_PACKED(values[i]);
  }
}

void tni_store_unsigned(uint32_t type, void *data, int64_t offset, size_t count,
                        const uint64_t *values) {
  switch (type) {
#define INTEGER_CASE(name, type, bits) STORE_CASE(name, type, values[i])
    TNI_SIGNED_TYPE_MAP(INTEGER_CASE)
    TNI_UNSIGNED_TYPE_MAP(INTEGER_CASE)
    STORE_CASE(BOOL, uint8_t, values[i] != 0)
    STORE_CASE(F16, uint16_t, tni_f16_from_f64(odd_from_unsigned(values[i])))
    STORE_CASE(BF16, uint16_t, tni_bf16_from_f64(odd_from_unsigned(values[i])))
    STORE_CASE(F32, float, values[i])
    STORE_CASE(F64, double, values[i])
#undef INTEGER_CASE
    default:
      STORE_PACKED(values[i]);
  }
}
