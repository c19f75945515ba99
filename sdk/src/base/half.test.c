#include "base/half.h"

#include <criterion/criterion.h>
#include <math.h>

/* What rounding to nearest even asks for, found among all patterns: the neighbour with the smaller
 * distance. */
static void expect_nearest(double number, uint16_t got, float (*decode)(uint16_t)) {
  const double value = decode(got), distance = fabs(value - number);
  const uint16_t neighbours[2] = {(uint16_t)(got - 1), (uint16_t)(got + 1)};
  for (int i = 0; i < 2; i++) {
    const double other = decode(neighbours[i]);
    if (isnan(other) || isinf(other) || (other < 0) != (number < 0)) continue;
    const double other_distance = fabs(other - number);
    cr_assert(distance < other_distance || (distance == other_distance && (got & 1) == 0),
              "%.17g became %.17g though %.17g is nearer", number, value, other);
  }
}

Test(half, every_pattern_survives_the_round_trip) {
  for (uint32_t bits = 0; bits < 65536; bits++) {
    const float f16 = tni_f16_to_f32((uint16_t)bits), bf16 = tni_bf16_to_f32((uint16_t)bits);
    if (isnan(f16))
      cr_assert(isnan(tni_f16_to_f32(tni_f16_from_f32(f16))));
    else
      cr_assert_eq(tni_f16_from_f32(f16), bits);
    if (isnan(bf16))
      cr_assert(isnan(tni_bf16_to_f32(tni_bf16_from_f32(bf16))));
    else
      cr_assert_eq(tni_bf16_from_f32(bf16), bits);
  }
}

Test(half, known_values) {
  cr_assert_eq(tni_f16_from_f32(1.0f), 0x3C00);
  cr_assert_eq(tni_f16_from_f32(-2.0f), 0xC000);
  cr_assert_eq(tni_f16_from_f32(65504.0f), 0x7BFF);
  cr_assert_eq(tni_f16_from_f32(65519.9f), 0x7BFF);
  cr_assert_eq(tni_f16_from_f32(65520.0f), 0x7C00);
  cr_assert_eq(tni_f16_from_f32(-INFINITY), 0xFC00);
  cr_assert_eq(tni_f16_from_f32(0x1p-24f), 0x0001);
  cr_assert_eq(tni_f16_from_f32(0x1p-25f), 0x0000);
  cr_assert_eq(tni_f16_from_f32(0x1.000002p-25f), 0x0001);
  cr_assert_eq(tni_f16_from_f32(-0.0f), 0x8000);
  cr_assert_eq(tni_bf16_from_f32(1.0f), 0x3F80);
  cr_assert_eq(tni_bf16_from_f32(3.4e38f), 0x7F80);
  cr_assert_eq(tni_bf16_from_f64(1e300), 0x7F80);
  cr_assert_eq(tni_f16_from_f64(1e-300), 0x0000);
}

Test(half, ties_go_to_even_and_doubles_are_rounded_once) {
  cr_assert_eq(tni_f16_from_f32(1.0f + 0x1p-11f), 0x3C00);
  cr_assert_eq(tni_f16_from_f32(1.0f + 3 * 0x1p-11f), 0x3C02);
  cr_assert_eq(tni_f16_from_f64(1.0 + 0x1p-11 + 0x1p-40), 0x3C01);
  cr_assert_eq(tni_bf16_from_f64(1.0 + 0x1p-8 + 0x1p-40), 0x3F81);
}

Test(half, results_are_the_nearest) {
  uint64_t state = 1;
  for (int i = 0; i < 200000; i++) {
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    const double scale = ldexp(1.0, (int)(state >> 59) - 26);
    const double number =
        ((double)(state >> 11 & 0xFFFFFFFF) / 4294967296.0 + 0.5) * scale * (state & 1024 ? -1 : 1);
    if (fabs(number) < 65504) expect_nearest(number, tni_f16_from_f64(number), tni_f16_to_f32);
    expect_nearest(number, tni_bf16_from_f64(number), tni_bf16_to_f32);
  }
}
