/* Rules of the operators of networks, and what they do when memory fails. */
#include <criterion/criterion.h>

#include "ops/operator_cases.h"

Test(networks, convolution_rules) {
  TNI_CASES(
      tni_expect_rules,
      {"Conv", "f32[batch,3,h,w] f32[8,3,3,3]", "pads=[1,1,1,1]", "[batch,8,h,w]"},
      {"Conv", "f32[1,3,10..20,9] f32[8,3,3,3]", "strides=[2,2]", "[1,8,4..9,4]"},
      {"Conv", "f32[1,4,h] f32[8,1,3]", "group=4 auto_pad=SAME_UPPER", "[1,8,h]"},
      {"Conv", "f32[1,3,5] f32[m,3,k]", NULL, "[1,m,?]"},
      {"Conv", "f32[1,3,5] f32[m,3,k]", "kernel_shape=[2]", "[1,m,4]"},
      {"Conv", "f32[1,3,5] f32[8,2,3]", NULL, "!X has 3 channels"},
      {"Conv", "f32[1,3,5] f32[8,3,3]", "group=0", "!group must be at least 1"},
      {"Conv", "f32[1,4,5] f32[7,2,3]", "group=2", "!cannot share"},
      {"Conv", "f32[1,3,5] f32[8,3,3] f32[7]", NULL, "!B must have"},
      {"Conv", "f32[1,3,5] f32[8,3,3,3]", NULL, "!one rank"},
      {"Conv", "f32[1,3,5] f32[8,3,3]", "kernel_shape=[4]", "!where the kernel has 4"},
      {"Conv", "f32[1,3,5] f32[8,3,3]", "pads=[1]", "!pads must have 2"},
      {"Conv", "f32[1,3,5] f32[8,3,3]", "strides=[0]", "!strides[0] must be at least 1"},
      {"Conv", "f32[1,3,5] f32[8,3,9]", NULL, "!does not fit"},
      {"Conv", "f32[1,3,5] f32[8,3,3]", "dilations=[9223372036854775807]", "!too large"},
      {"Conv", "f32[1,3,5] f32[8,3,3]", "auto_pad=ALL", "!auto_pad"},
      {"ConvTranspose", "f32[1,3,h,4] f32[3,2,3,3]", "strides=[2,2]", "[1,2,?,9]"},
      {"ConvTranspose", "f32[1,3,2..3] f32[3,2,3]", "group=3 output_padding=[1]", "[1,6,5..6]"},
      {"ConvTranspose", "f32[1,3,4] f32[3,2,3]", "output_shape=[9]", "[1,2,9]"},
      {"ConvTranspose", "f32[1,3,4] f32[2,2,3]", NULL, "!as many channels"},
      {"ConvTranspose", "f32[1,3,1] f32[3,2,3]", "pads=[2,2]", "!exceed"},
      {"ConvTranspose", "f32[1,3,4] f32[3,2,3]", "strides=[9223372036854775807]", "!too large"});
}

Test(networks, pool_rules) {
  TNI_CASES(
      tni_expect_rules,
      {"MaxPool", "f32[batch,3,h,7]", "kernel_shape=[1,2] strides=[1,2]", "[batch,3,h,3]"},
      {"MaxPool", "f32[1,1,7]", "kernel_shape=[2] strides=[2] ceil_mode=1", "[1,1,4]"},
      {"MaxPool", "f32[1,1,4]", "kernel_shape=[1] strides=[3] ceil_mode=1 pads=[0,1]", "[1,1,2]"},
      {"AveragePool", "f32[1,1,h]", "kernel_shape=[2] auto_pad=VALID", "[1,1,?]"},
      {"MaxPool", "f32[1,1]", "kernel_shape=[2]", "!rank of at least 3"},
      {"AveragePool", "f32[1,1,3]", "kernel_shape=[4]", "!does not fit"},
      {"GlobalAveragePool", "f32[batch,3,h,w]", NULL, "[batch,3,1,1]"});
  TNI_CASES(
      tni_expect_results,
      {"MaxPool", "i8[1,1,4]{-5,-7,-128,-128}", "kernel_shape=[2] strides=[2]", "[1,1,2]{-5,-128}"},
      {"MaxPool", "f32[1,1,3]{1,nan,2}", "kernel_shape=[2]", "[1,1,2]{nan,nan} [1,1,2]{1,1}"},
      {"AveragePool", "f32[1,1,3]{1,2,3}", "kernel_shape=[2] pads=[1,0] count_include_pad=1",
       "[1,1,3]{0.5,1.5,2.5}"},
      {"AveragePool", "f32[1,1,3]{1,2,3}", "kernel_shape=[2] pads=[1,0]", "[1,1,3]{1,1.5,2.5}"});
}

Test(networks, product_rules) {
  TNI_CASES(tni_expect_rules, {"MatMul", "f32[batch,2,3] f32[3,4]", NULL, "[batch,2,4]"},
            {"MatMul", "f32[3] f32[batch,3,4]", NULL, "[batch,4]"},
            {"MatMul", "f32[3] f32[3]", NULL, "[]"},
            {"MatMul", "f32[2,1,2,3] f32[5,3,4]", NULL, "[2,5,2,4]"},
            {"MatMul", "f32[2,3] f32[4,5]", NULL, "!other columns"},
            {"MatMul", "f32[] f32[3]", NULL, "!at least 1"},
            {"MatMul", "f32[2,2,3] f32[3,3,4]", NULL, "!batches"},
            {"Gemm", "f32[n,3] f32[4,3] f32[4]", "transB=1", "[n,4]"},
            {"Gemm", "f32[2,3] f32[4,3]", NULL, "!A has 3"},
            {"Gemm", "f32[2,3] f32[3,4] f32[3]", NULL, "!C of [3]"},
            {"Gemm", "f32[2,3,1] f32[3,4]", NULL, "!rank 2"});
  TNI_CASES(tni_expect_results,
            {"MatMul", "i32[1,2]{2147483647,1} i32[2,1]{2,5}", NULL, "[1,1]{3}"},
            {"MatMul", "f32[2,0]{} f32[0,1]{}", NULL, "[2,1]{0,0}"},
            {"Gemm", "u32[1,1]{3} u32[1,1]{5} u32[]{4}", "alpha=0.5 beta=2.0", "[1,1]{15}"},
            {"Gemm", "f32[2,1]{1,2} f32[1,2]{3,4} f32[2,1]{10,20}", NULL, "[2,2]{13,14,26,28}"});
}

Test(networks, normalization_and_recurrent_rules) {
  TNI_CASES(
      tni_expect_rules,
      {"BatchNormalization", "f32[batch,3,h] f32[3] f32[3] f32[3] f32[3]", NULL, "[batch,3,h]"},
      {"BatchNormalization", "f32[1,3,2] f32[4] f32[3] f32[3] f32[3]", NULL, "!scale must have"},
      {"LayerNormalization", "f32[batch,3,4] f32[4]", NULL, "[batch,3,4] [batch,3,1]"},
      {"LayerNormalization", "f32[2,3] f32[4]", NULL, "!broadcast"},
      {"GroupNormalization", "f32[1,4,2] f32[4] f32[4]", "num_groups=3", "!cannot share"},
      {"InstanceNormalization", "f32[1,4,2] f32[3] f32[4]", NULL, "!input 1"},
      {"LSTM", "f32[time,batch,3] f32[1,8,3] f32[1,8,2]", "hidden_size=2",
       "[time,1,batch,2] [1,batch,2] [1,batch,2]"},
      {"GRU", "f32[batch,time,3] f32[2,6,3] f32[2,6,2]", "direction=bidirectional layout=1",
       "[batch,time,2,2] [batch,2,2]"},
      {"LSTM", "f32[5,1,3] f32[1,8,4] f32[1,8,2]", NULL, "!W must be [1,8,3]"},
      {"LSTM", "f32[5,1,3] f32[1,8,3] f32[1,8,2]", "hidden_size=3", "!hidden_size is 3"},
      {"LSTM", "f32[5,1,3] f32[1,8,3] f32[1,8,2]", "direction=sideways", "!direction"},
      {"RNN", "f32[5,1,3] f32[2,2,3] f32[2,2,2]", NULL, "!W must be [1,2,3]"});
  TNI_CASES(tni_expect_results,
            {"RNN", "f32[2,1,1]{1,2} f32[1,1,1]{1} f32[1,1,1]{1} - i32{3}", NULL,
             "!sequence_lens[0] is 3"},
            {"RNN", "f32[3,1,1]{1,1,1} f32[1,1,1]{1} f32[1,1,1]{0} - i32{2}", "clip=0.0",
             "[3,1,1,1]{0,0,0} [1,1,1]{0}"});
}

Test(networks, resize_rules) {
  TNI_CASES(tni_expect_rules, {"Resize", "f32[1,3,h,w] - f32{1,1,2,2}", NULL, "[1,3,?,?]"},
            {"Resize", "f32[batch,3,4..6,6] - f32{1,1,0.5,0.83333331}", NULL, "[batch,3,2..3,5]"},
            {"Resize", "f32[1,3,h,w] - - i64{1,3,n,8}", NULL, "[1,3,n,8]"},
            {"Resize", "f32[1,3,4,6] - - i64{8,8}",
             "axes=[2,3] keep_aspect_ratio_policy=not_larger", "[1,3,5,8]"},
            {"Resize", "f32[1,3,4,6]", NULL, "!exactly one"},
            {"Resize", "f32[4] - f32{1,1}", NULL, "!scales has 2"},
            {"Resize", "f32[4] - f32{-1}", NULL, "!above 0"},
            {"Resize", "f32[4] - - i64{-1}", NULL, "!sizes[0] is -1"},
            {"Resize", "f32[4] - f32{2}", "mode=lanczos", "!lanczos"},
            {"Resize", "bool[4] - f32{2}", "mode=linear", "!nearest only"});
  TNI_CASES(
      tni_expect_results,
      {"Resize", "i32{1,2} - f32{2}",
       "coordinate_transformation_mode=asymmetric nearest_mode=floor", "[4]{1,1,2,2}"},
      {"Resize", "f32{1,3} - f32{2}", "mode=linear", "[4]{1,1.5,2.5,3}"},
      {"Resize", "f32{1,3} f32{0,2} - i64{3}",
       "coordinate_transformation_mode=tf_crop_and_resize extrapolation_value=7.0", "[3]{1,3,7}"});
}

Test(networks, nothing_leaks_when_memory_fails) {
  TNI_CASES(tni_expect_no_leak, {"Conv", "f32[1,1,3]{1,2,3} f32[1,1,2]{1,1}", NULL, "[1,1,2]{3,5}"},
            {"ConvTranspose", "f32[1,1,2]{1,2} f32[1,1,2]{1,1}", NULL, "[1,1,3]{1,3,2}"},
            {"MatMul", "f32[1,1]{2} f32[1,1]{3}", NULL, "[1,1]{6}"},
            {"MatMul", "i32[1,1]{2} i32[1,1]{3}", NULL, "[1,1]{6}"},
            {"Softmax", "f32{0,0}", NULL, "[2]{0.5,0.5}"},
            {"TopK", "f32{1,2} i64{1}", NULL, "[1]{2} [1]{1}"},
            {"LayerNormalization", "f32{1,1} f32{1,1}", NULL, "[2]{0,0}"},
            {"LSTM", "f32[1,1,1]{1} f32[1,4,1]{0,0,0,0} f32[1,4,1]{0,0,0,0}", NULL, "[1,1,1,1]{0}"},
            {"Resize", "f32{1,3} - f32{2}", "mode=linear", "[4]{1,1.5,2.5,3}"},
            {"Resize", "f32{1,3} - f32{2}", NULL, "[4]{1,1,3,3}"},
            {"Pad", "i32{1} i64{1,0}", NULL, "[2]{0,1}"});
}
