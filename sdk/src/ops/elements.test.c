#include "ops/elements.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static const uint32_t integers[] = {TN_I8, TN_I16, TN_I32, TN_I64, TN_U8, TN_U16, TN_U32, TN_U64};
static const uint32_t floats[] = {TN_F16, TN_BF16, TN_F32, TN_F64};

Test(elements, classes_cover_the_types_that_are_computed_with) {
  for (uint32_t type = 0; type < 64; type++)
    cr_expect_eq(tni_type_class(type) != TNI_NO_CLASS,
                 tni_type_in(type, TNI_BASIC_TYPES | TNI_PACKED_TYPES), "%u", type);
  cr_expect_eq(tni_type_class(TN_BOOL), TNI_UNSIGNED);
}

Test(elements, every_type_gives_back_small_numbers) {
  const double numbers[] = {0, 1, 2, 3, 100, 5, 64, 7};
  for (size_t t = 0; t < 12; t++) {
    const uint32_t type = t < 8 ? integers[t] : floats[t - 8];
    unsigned char memory[64];
    double back[4];
    tni_store_reals(type, memory, 0, 8, numbers);
    tni_load_reals(type, memory, 1, 2, 4, back);
    for (size_t i = 0; i < 4; i++)
      cr_expect_eq(back[i], numbers[1 + 2 * i], "%s", tni_type_name(type));
    tni_load_reals(type, memory, 4, 0, 4, back);
    cr_expect_eq(back[3], 100, "%s", tni_type_name(type));
  }
}

Test(elements, reals_saturate_in_integers) {
  const double wild[] = {-1e300, 1e300, NAN, -1.9, 1.9, INFINITY};
  for (size_t t = 0; t < 8; t++) {
    const int bits = (int)tn_element_type_bits(integers[t]), is_signed = t < 4;
    uint64_t memory[6];
    int64_t back[6];
    tni_store_reals(integers[t], memory, 0, 6, wild);
    tni_load_signed(integers[t], memory, 0, 1, 6, back);
    const uint64_t top = UINT64_MAX >> (64 - bits + is_signed);
    cr_expect_eq(back[0], is_signed ? -(int64_t)top - 1 : 0, "%s", tni_type_name(integers[t]));
    cr_expect_eq((uint64_t)back[1], top, "%s", tni_type_name(integers[t]));
    cr_expect_eq(back[2], 0);
    cr_expect_eq(back[3], is_signed ? -1 : 0);
    cr_expect_eq(back[4], 1);
    cr_expect_eq(back[5], back[1]);
  }
  cr_expect_eq(tni_saturate_signed(9223372036854775807.0, 64), INT64_MAX);
  cr_expect_eq(tni_saturate_unsigned(18446744073709549568.0, 64), 18446744073709549568u);
}

Test(elements, integers_wrap_around) {
  const int64_t number = -1 - INT64_C(0x1234567800);
  for (size_t t = 0; t < 8; t++) {
    const int bits = (int)tn_element_type_bits(integers[t]);
    uint64_t memory, back;
    tni_store_signed(integers[t], &memory, 0, 1, &number);
    tni_load_unsigned(integers[t], &memory, 0, 1, 1, &back);
    cr_expect_eq(back << (64 - bits), (uint64_t)number << (64 - bits), "%s",
                 tni_type_name(integers[t]));
  }
}

Test(elements, bool_is_zero_or_one) {
  const double reals[] = {0, -0.0, NAN, 0.25};
  const int64_t numbers[] = {0, 256};
  unsigned char memory[4];
  uint64_t back[4];
  tni_store_reals(TN_BOOL, memory, 0, 4, reals);
  cr_expect_eq(memcmp(memory, "\0\0\1\1", 4), 0);
  tni_store_signed(TN_BOOL, memory, 0, 2, numbers);
  cr_expect_eq(memcmp(memory, "\0\1", 2), 0);
  memory[0] = 0xff;
  tni_load_unsigned(TN_BOOL, memory, 0, 1, 1, back);
  cr_expect_eq(back[0], 1);
}

/* 2^62 + 2^54 lies half way between two bfloat16 numbers, so that the lost 1 decides; likewise for
 * the others. */
Test(elements, large_integers_are_rounded_once) {
  const int64_t above = (INT64_C(1) << 62) + (INT64_C(1) << 54) + 1, tie = above - 1;
  const uint64_t numbers[] = {(uint64_t)above, (uint64_t)tie, UINT64_MAX};
  uint16_t narrow[3];
  float single[2];
  tni_store_signed(TN_BF16, narrow, 0, 1, &above);
  tni_store_signed(TN_BF16, narrow + 1, 0, 1, &tie);
  cr_expect_eq(tni_bf16_to_f32(narrow[0]), ldexpf(1, 62) + ldexpf(1, 55));
  cr_expect_eq(tni_bf16_to_f32(narrow[1]), ldexpf(1, 62));
  tni_store_unsigned(TN_BF16, narrow, 0, 3, numbers);
  cr_expect_eq(tni_bf16_to_f32(narrow[0]), ldexpf(1, 62) + ldexpf(1, 55));
  cr_expect_eq(tni_bf16_to_f32(narrow[2]), ldexpf(1, 64));
  const int64_t near_single[] = {(INT64_C(1) << 62) + (INT64_C(1) << 38) + 1,
                                 -(INT64_C(1) << 62) - (INT64_C(1) << 38)};
  tni_store_signed(TN_F32, single, 0, 2, near_single);
  cr_expect_eq(single[0], ldexpf(1, 62) + ldexpf(1, 39));
  cr_expect_eq(single[1], -ldexpf(1, 62));
}

Test(elements, integers_below_a_byte_lie_in_the_low_bits_first) {
  const double numbers[] = {1, -2, 7, -8, 3};
  unsigned char memory[] = {0xff, 0xff, 0xff};
  int64_t back[5];
  tni_store_reals(TN_I4, memory, 0, 5, numbers);
  cr_expect_eq(memcmp(memory, "\xe1\x87\xf3", 3), 0); /* behind the last nothing is written */
  tni_load_signed(TN_I4, memory, 1, 2, 2, back);
  cr_expect(back[0] == -2 && back[1] == -8);
  tni_load_signed(TN_U4, memory, 0, 1, 5, back);
  cr_expect(back[0] == 1 && back[1] == 14 && back[2] == 7 && back[3] == 8 && back[4] == 3);
  tni_load_signed(TN_I2, memory, 0, 1, 4, back);
  cr_expect(back[0] == 1 && back[1] == 0 && back[2] == -2 && back[3] == -1);
  tni_load_signed(TN_U2, memory, 2, 0, 4, back);
  cr_expect(back[0] == 2 && back[3] == 2);
}

Test(elements, integers_below_a_byte_saturate_and_wrap_around) {
  static const struct {
    uint32_t type;
    int64_t low, high, wrapped; /* of 9 */
  } rows[] = {{TN_U2, 0, 3, 1}, {TN_I2, -2, 1, 1}, {TN_U4, 0, 15, 9}, {TN_I4, -8, 7, -7}};
  const double wild[] = {-100, 100, NAN, 0.75};
  const int64_t nine = 9;
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    unsigned char memory[2] = {0};
    int64_t back[4];
    uint64_t unsigned_back;
    double real;
    tni_store_reals(rows[r].type, memory, 0, 4, wild);
    tni_load_signed(rows[r].type, memory, 0, 1, 4, back);
    cr_expect(back[0] == rows[r].low && back[1] == rows[r].high && back[2] == 0 && back[3] == 0);
    tni_store_signed(rows[r].type, memory, 1, 1, &nine);
    tni_load_reals(rows[r].type, memory, 1, 1, 1, &real);
    tni_load_unsigned(rows[r].type, memory, 1, 1, 1, &unsigned_back);
    cr_expect(real == (double)rows[r].wrapped && (int64_t)unsigned_back == rows[r].wrapped);
    tni_store_unsigned(rows[r].type, memory, 0, 1, &(uint64_t){9});
    tni_load_signed(rows[r].type, memory, 0, 1, 1, back);
    cr_expect_eq(back[0], rows[r].wrapped);
  }
}
