/* Rules and edges of QuantizeLinear and DequantizeLinear. */
#include <criterion/criterion.h>

#include "ops/operator_cases.h"

Test(quantize_linear, shapes_and_types_follow) {
  TNI_CASES(tni_expect_rules, {"QuantizeLinear", "f32[batch,3] f32[]", NULL, "[batch,3]"},
            {"QuantizeLinear", "f32 f32[] u4[]", NULL, "?"},
            {"QuantizeLinear", "f16[2,3,4] f16[3] i8[3]", NULL, "[2,3,4]"},
            {"QuantizeLinear", "f32[2,3] f32[2] i8[2]", "axis=-2", "[2,3]"},
            {"QuantizeLinear", "f32[2,9] f32[2,3] i4[2,3]", "block_size=4", "[2,9]"},
            {"QuantizeLinear", "f32[5,2] f32[3,2]", "axis=0 block_size=2 output_dtype=22", "[5,2]"},
            {"QuantizeLinear", "f32[7] f32[1] u8[1]", NULL, "[7]"},
            {"DequantizeLinear", "u4[7] f32[] u4[1]", NULL, "[7]"},
            {"QuantizeLinear", "f32[2,batch] f32[channels]", NULL, "[2,batch]"},
            {"QuantizeLinear", "f32[2,0] f32[2,0]", "block_size=3", "[2,0]"},
            {"DequantizeLinear", "u4[batch,3] f32[]", NULL, "[batch,3]"},
            {"DequantizeLinear", "i32[2,3] f16[3]", "output_dtype=1", "[2,3]"},
            {"DequantizeLinear", "i2[2,4..8] f32[2,2..3]", "block_size=3", "[2,4..8]"});
}

Test(quantize_linear, what_does_not_fit_is_refused) {
  TNI_CASES(tni_expect_rules,
            {"QuantizeLinear", "f32[2,3] f32[2]", NULL, "!one element for each index of the axis"},
            {"QuantizeLinear", "f32[2,3] f32[3] u8[]", NULL, "!a zero point [] does not fit"},
            {"QuantizeLinear", "f32[2,3] f32[3] u8[2]", NULL, "!a zero point [2] does not fit"},
            {"QuantizeLinear", "f32[2,3] f32[2,3]", NULL, "!without blocks it is a vector"},
            {"QuantizeLinear", "f32[2,9] f32[2,2]", "block_size=4", "!one element for each block"},
            {"QuantizeLinear", "f32[2,9] f32[1,3]", "block_size=4", "!one element for each block"},
            {"QuantizeLinear", "f32[9] f32[3,1]", "block_size=4", "!blocks need the rank of x"},
            {"QuantizeLinear", "f32[9,1] f32[9,1]", "block_size=-4", "!block_size' is -4"},
            {"QuantizeLinear", "f32[7] f32[7]", NULL, "!axis is 1"},
            {"QuantizeLinear", "f32[7] f32[]", "output_dtype=17", "!output_dtype' is 17"},
            {"QuantizeLinear", "f32[7] f32[]", "output_dtype=-1", "!output_dtype' is -1"},
            {"QuantizeLinear", "f32[7] f32[]", "precision=7", "!precision' is 7"},
            {"QuantizeLinear", "f32[7] f32[] u8[]", "output_dtype=3", "!the zero point uint8"},
            {"DequantizeLinear", "u8[7] f32[]", "output_dtype=6", "!output_dtype' is 6"},
            {"DequantizeLinear", "u8[2,3] f32[4]", NULL, "!each index of the axis"});
}

Test(quantize_linear, ties_go_to_even_and_limits_hold) {
  TNI_CASES(
      tni_expect_results,
      {"QuantizeLinear", "f32{0.5,1.5,2.5,-0.5,-1.5,-2.5} f32[]{1} i8[]{0}", NULL,
       "[6]{0,2,2,0,-2,-2}"},
      {"QuantizeLinear", "f32{0.5,1.5,2.5} f32[]{1} u8[]{3}", NULL, "[3]{3,5,5}"},
      {"QuantizeLinear", "f32{-1,254.4,255,255.5,1e30} f32[]{1}", NULL, "[5]{0,254,255,255,255}"},
      {"QuantizeLinear", "f32{-127.5,-128.6,127.4,127.5,-1e30} f32[]{1} i8[]{0}", NULL,
       "[5]{-128,-128,127,127,-128}"},
      {"QuantizeLinear", "f32{-9,-8,-7.5,6.5,7.5,9,1} f32[]{1} i4[]{0}", NULL,
       "[7]{-8,-8,-8,6,7,7,1}"},
      {"QuantizeLinear", "f32{-1,0,15,15.5,20} f32[]{1} u4[]{0}", NULL, "[5]{0,0,15,15,15}"},
      {"QuantizeLinear", "f32{-3,-2,0.5,1.5,3} f32[]{1} i2[]{0}", NULL, "[5]{-2,-2,0,1,1}"},
      {"QuantizeLinear", "f32{-3,0,1,2,2.5,9} f32[]{1} u2[]{1}", NULL, "[6]{0,1,2,3,3,3}"},
      {"QuantizeLinear", "f32{-8,131070,262140} f32[]{2} u16[]{1}", NULL, "[3]{0,65535,65535}"},
      {"QuantizeLinear", "f32{-65538,65534,65536} f32[]{2} i16[]{0}", NULL,
       "[3]{-32768,32767,32767}"},
      {"QuantizeLinear", "i32{-7,7,100000} f32[]{2} i8[]{0}", NULL, "[3]{-4,4,127}"});
}

/* 2049 is no number of f16 and becomes 2048 before it is divided; 2047 becomes that in bf16. */
Test(quantize_linear, the_division_has_a_precision) {
  TNI_CASES(tni_expect_results,
            {"QuantizeLinear", "f32{2049} f32[]{1} i16[]{0}", NULL, "[1]{2049}"},
            {"QuantizeLinear", "f32{2049} f16[]{1} i16[]{0}", NULL, "[1]{2048}"},
            {"QuantizeLinear", "f32{2049} f32[]{1} i16[]{0}", "precision=10", "[1]{2048}"},
            {"QuantizeLinear", "f32{2047} f32[]{1} i16[]{0}", "precision=16", "[1]{2048}"},
            {"QuantizeLinear", "f32{2049} f16[]{1} i16[]{0}", "precision=1", "[1]{2049}"});
}

Test(quantize_linear, scales_of_an_axis_and_of_blocks) {
  TNI_CASES(
      tni_expect_results,
      {"QuantizeLinear", "f32[2,3]{8,8,8,4,4,4} f32{1,2,4} u8{0,1,2}", NULL, "[2,3]{8,5,4,4,3,3}"},
      {"QuantizeLinear", "f32[2,3]{8,8,8,4,4,4} f32{1,2}", "axis=0", "[2,3]{8,8,8,2,2,2}"},
      {"QuantizeLinear", "f32[2,5]{8,8,8,8,8,4,4,4,4,4} f32[2,3]{1,2,4,4,2,1}",
       "block_size=2 output_dtype=21", "[2,5]{8,8,4,4,2,1,1,2,2,4}"},
      {"QuantizeLinear", "f32[3,2]{8,8,8,8,8,8} f32[2,2]{1,2,4,8} i4[2,2]{-4,-2,0,1}",
       "axis=0 block_size=2", "[3,2]{4,2,4,2,2,2}"},
      {"DequantizeLinear", "u4[2,5]{8,8,8,8,8,4,4,4,4,4} f32[2,3]{1,2,4,4,2,1}", "block_size=2",
       "[2,5]{8,8,16,16,32,16,16,8,8,4}"},
      {"DequantizeLinear", "i4[2,3]{-8,7,1,2,3,4} f32{1,2,4} i4{0,1,-2}", NULL,
       "[2,3]{-8,12,12,2,4,24}"});
}

Test(quantize_linear, zero_points_are_subtracted) {
  TNI_CASES(
      tni_expect_results,
      {"DequantizeLinear", "u8{0,128,255} f32[]{0.5} u8[]{128}", NULL, "[3]{-64,0,63.5}"},
      {"DequantizeLinear", "u2{0,1,2,3,3} f32[]{2} u2[]{3}", NULL, "[5]{-6,-4,-2,0,0}"},
      {"DequantizeLinear", "i2{-2,-1,0,1} f16[1]{2}", NULL, "[4]{-4,-2,0,2}"},
      {"DequantizeLinear", "u16{65535} f32[]{1} u16[]{65534}", NULL, "[1]{1}"},
      {"DequantizeLinear", "i32{-100000} f32[]{0.5}", NULL, "[1]{-50000}"},
      {"DequantizeLinear", "i8{3} f32[]{0.3331298828125}", "output_dtype=10", "[1]{0.9995117}"});
}

Test(quantize_linear, tensors_without_elements) {
  TNI_CASES(tni_expect_results, {"QuantizeLinear", "f32[0]{} f32[]{1} u4[]{0}", NULL, "[0]{}"},
            {"DequantizeLinear", "u4[2,0]{} f32[2,0]{}", "block_size=2", "[2,0]{}"});
}
