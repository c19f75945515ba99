#include "base/half.h"

#include <string.h>

/* Layout of an IEEE number of 16 bits: sign, exponent, fraction. */
struct format {
  int exponent_bits;
  int fraction_bits;
};

static const struct format f16 = {5, 10};
static const struct format bf16 = {8, 7};

/* `value` without its lowest `shift` bits, rounded to nearest, ties to even. */
static uint64_t shift_rounded(uint64_t value, int shift) {
  if (shift <= 0) return value;
  if (shift > 63) return 0;
  const uint64_t half = UINT64_C(1) << (shift - 1), rest = value & (half * 2 - 1);
  const uint64_t kept = value >> shift;
  return kept + (rest > half || (rest == half && (kept & 1)));
}

static uint16_t encode(double number, const struct format *format) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  const uint16_t sign = (uint16_t)(bits >> 48 & 0x8000u);
  const int exponent = (int)(bits >> 52 & 0x7FF);
  const uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
  const uint16_t infinity =
      (uint16_t)(((1u << format->exponent_bits) - 1) << format->fraction_bits);
  if (exponent == 0x7FF) {
    const uint16_t quiet = fraction ? (uint16_t)(1u << (format->fraction_bits - 1)) : 0;
    return (uint16_t)(sign | infinity | quiet);
  }
  if (exponent == 0) return sign; /* zero, or a double far below the smallest number here */
  const int bias = (1 << (format->exponent_bits - 1)) - 1;
  const int target = exponent - 1023 + bias; /* biased exponent of the result when it is normal */
  const uint64_t significand = fraction | UINT64_C(1) << 52;
  const int shift = 52 - format->fraction_bits;
  /* A carry out of the fraction runs into the exponent, which is what rounding up to the next power
   * of two means. */
  uint64_t magnitude;
  if (target >= 1)
    magnitude =
        ((uint64_t)(target - 1) << format->fraction_bits) + shift_rounded(significand, shift);
  else
    magnitude = shift_rounded(significand, shift + 1 - target);
  return (uint16_t)(sign | (magnitude > infinity ? infinity : (uint16_t)magnitude));
}

float tni_f16_to_f32(uint16_t bits) {
  const uint32_t sign = (uint32_t)(bits & 0x8000u) << 16;
  const uint32_t exponent = bits >> 10 & 0x1Fu, fraction = bits & 0x3FFu;
  if (exponent == 0) {
    const float magnitude = (float)fraction * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  const uint32_t wide = exponent == 0x1F ? 0xFFu : exponent + 112u;
  const uint32_t pattern = sign | wide << 23 | fraction << 13;
  float number;
  memcpy(&number, &pattern, sizeof number);
  return number;
}

uint16_t tni_f16_from_f32(float number) {
  return encode((double)number, &f16);
}

uint16_t tni_f16_from_f64(double number) {
  return encode(number, &f16);
}

float tni_bf16_to_f32(uint16_t bits) {
  const uint32_t pattern = (uint32_t)bits << 16;
  float number;
  memcpy(&number, &pattern, sizeof number);
  return number;
}

uint16_t tni_bf16_from_f32(float number) {
  return encode((double)number, &bf16);
}

uint16_t tni_bf16_from_f64(double number) {
  return encode(number, &bf16);
}
