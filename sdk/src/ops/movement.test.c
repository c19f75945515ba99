/* Rules and edges of the operators that move elements. */
#include <criterion/criterion.h>

#include "ops/operator_cases.h"

Test(movement, reshape_follows_symbols_and_elements) {
  TNI_CASES(tni_expect_rules, {"Reshape", "f32[2,3,4] i64{6,-1}", NULL, "[6,4]"},
            {"Reshape", "f32[batch,4,8] i64{-1,32}", NULL, "[batch,32]"},
            {"Reshape", "f32[batch,4,8] i64{0,-1}", NULL, "[batch,32]"},
            {"Reshape", "f32[batch,4,8] i64{batch,2,-1}", NULL, "[batch,2,16]"},
            {"Reshape", "f32[batch,time,8] i64{batch,-1}", NULL, "[batch,?]"},
            {"Reshape", "f32[1..4,6] i64{-1,3}", NULL, "[2..8,3]"},
            {"Reshape", "f32[batch,4] i64[3]", NULL, "[?,?,?]"},
            {"Reshape", "f32[batch,4] i64", NULL, "?"},
            {"Reshape", "f32[0,4] i64{0,2,2}", "allowzero=1", "[0,2,2]"},
            {"Reshape", "f32[5] i64{}", NULL, "!5 elements cannot"},
            {"Reshape", "f32[1] i64[0]{}", NULL, "[]"},
            {"Reshape", "i64{2,3} i64{2,1}", NULL, "[2,1]{2,3}"},
            {"Reshape", "f32 i64{3,-1}", NULL, "[3,?]"});
}

Test(movement, reshape_refuses_what_does_not_fit) {
  TNI_CASES(tni_expect_rules, {"Reshape", "f32[2,3] i64{4,-1}", NULL, "!the -1 of shape"},
            {"Reshape", "f32[2,3] i64{-1,-1}", NULL, "!-1 at 0 and at 1"},
            {"Reshape", "f32[2,3] i64{2,-2}", NULL, "!shape[1] is -2"},
            {"Reshape", "f32[2,3] i64{7}", NULL, "!6 elements cannot take a shape of 7"},
            {"Reshape", "f32[2] i64{0,0}", NULL, "!shape[1] is 0"},
            {"Reshape", "f32[0] i64{0,-1}", "allowzero=1", "!both 0 and -1"},
            {"Reshape", "f32[1] i64[1,1]{1}", NULL, "!rank 1"},
            {"Reshape", "f32[1] i64{1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1}", NULL, "!more than 16"});
}

Test(movement, flatten_squeeze_and_unsqueeze) {
  TNI_CASES(tni_expect_rules, {"Flatten", "f32[2,3,4]", "axis=2", "[6,4]"},
            {"Flatten", "f32[batch,3,4]", NULL, "[batch,12]"},
            {"Flatten", "f32[batch,3,4]", "axis=-3", "[1,?]"},
            {"Flatten", "f32[2,3]", "axis=3", "!axis is 3"}, {"Flatten", "f32", NULL, "[?,?]"},
            {"Squeeze", "f32[1,batch,1] i64{0,-1}", NULL, "[batch]"},
            {"Squeeze", "f32[1,2,1]", NULL, "[2]"}, {"Squeeze", "f32[1,batch]", NULL, "?"},
            {"Squeeze", "f32[1,2..4]", NULL, "[2..4]"},
            {"Squeeze", "f32[3,2] i64{0}", NULL, "!axis 0 to be squeezed has 3"},
            {"Squeeze", "f32[1,1] i64{0,-2}", NULL, "!twice"},
            {"Squeeze", "f32[1] i64{1}", NULL, "!outside"},
            {"Squeeze", "f32[1] i64[17]", NULL, "!at most 16"},
            {"Unsqueeze", "f32[batch] i64{0,2}", NULL, "[1,batch,1]"},
            {"Unsqueeze", "i64[]{7} i64{0}", NULL, "[1]{7}"},
            {"Unsqueeze", "f32[2] i64[]{1}", NULL, "[2,1]"},
            {"Unsqueeze", "f32[2] i64{0,0}", NULL, "!twice"},
            {"Unsqueeze", "f32[2] i64{3}", NULL, "!outside"});
}

Test(movement, transpose_concat_and_split) {
  TNI_CASES(tni_expect_rules, {"Transpose", "f32[batch,2,3]", NULL, "[3,2,batch]"},
            {"Transpose", "f32[batch,2,3]", "perm=[1,0,2]", "[2,batch,3]"},
            {"Transpose", "f32[2,3]", "perm=[0]", "!perm has 1 axes"},
            {"Transpose", "f32[2,3]", "perm=[1,1]", "!twice"},
            {"Concat", "f32[batch,2] f32[batch,3]", "axis=1", "[batch,5]"},
            {"Concat", "f32[batch,2] f32[4,3]", "axis=-1", "[4,5]"},
            {"Concat", "f32[batch,2] f32[1..3,2]", "axis=0", "[1..,2]"},
            {"Concat", "f32[1..2,2] f32[1..3,2]", "axis=0", "[2..5,2]"},
            {"Concat", "f32[batch] f32[0]", "axis=0", "[batch]"},
            {"Concat", "i64{batch,2} i64{-1}", "axis=0", "[3]{batch,2,-1}"},
            {"Concat", "f32[2,2] f32[3,2]", "axis=1", "!has 3 elements on axis 0"},
            {"Concat", "f32[2,2] f32[2]", "axis=1", "!rank 1"},
            {"Concat", "f32[2]", "axis=1", "!outside"},
            {"Split", "f32[7,2]", "num_outputs=3", "[3,2] [3,2] [1,2]"},
            {"Split", "f32[2]", "num_outputs=3", "[1] [1] [0]"},
            {"Split", "f32[7,2] i64{2,5}", NULL, "[2,2] [5,2]"},
            {"Split", "f32[batch,2] i64{2,5}", NULL, "[2,2] [5,2]"},
            {"Split", "f32[7] i64{2,4}", NULL, "!!make 6"},
            {"Split", "f32[7] i64{8,-1}", "axis=0", "!!split[1] is -1"},
            {"Split", "f32[7] i64{7}", "num_outputs=1", "!exclude each other"});
}

Test(movement, slices_of_known_and_unknown_axes) {
  TNI_CASES(tni_expect_rules, {"Slice", "f32[10] i64{2} i64{-1} i64{0} i64{3}", NULL, "[3]"},
            {"Slice", "f32[10] i64{-1} i64{-11} i64{0} i64{-2}", NULL, "[5]"},
            {"Slice", "f32[10] i64{5} i64{2}", NULL, "[0]"},
            {"Slice", "f32[batch,8] i64{0} i64{9223372036854775807} i64{0}", NULL, "[batch,8]"},
            {"Slice", "f32[batch,8] i64{0} i64{4} i64{1}", NULL, "[batch,4]"},
            {"Slice", "f32[2..20] i64{0} i64{5}", NULL, "[2..5]"},
            {"Slice", "f32[2..20] i64{1} i64{-1}", NULL, "[0..18]"},
            {"Slice", "f32[2..20] i64{-3} i64{9223372036854775807}", NULL, "[2..3]"},
            {"Slice", "f32[2..20] i64{-3} i64{5}", NULL, "[0..20]"},
            {"Slice", "f32[4] i64{0} i64{n}", NULL, "[0..4]"},
            {"Slice", "f32[4] i64[1] i64[1]", NULL, "[0..4]"},
            {"Slice", "i64{2,batch,4} i64{1} i64{3}", NULL, "[2]{batch,4}"},
            {"Slice", "i64{2,batch,4} i64{-1} i64{-4} i64{0} i64{-1}", NULL, "[3]{4,batch,2}"},
            {"Slice", "f32[10] i64{0} i64{1} i64{0} i64{0}", NULL, "!steps[0] is 0"},
            {"Slice", "f32[10] i64{0,1} i64{1,1}", NULL, "!data has rank 1"},
            {"Slice", "f32[10] i64{0} i64{1,1} i64{0}", NULL, "!ends has 2"},
            {"Slice", "f32[2,2] i64{0,0} i64{1,1} i64{0,-2}", NULL, "!twice"});
  TNI_CASES(
      tni_expect_results,
      {"Slice",
       "i32[2,3]{1,2,3,4,5,6} i64{0,-1} i64{9223372036854775807,-9223372036854775808} i64{0,1} "
       "i64{1,-2}",
       NULL, "[2,2]{3,1,6,4}"},
      {"Slice",
       "i32{1,2,3} i64{-9223372036854775808} i64{9223372036854775807} i64{0} "
       "i64{9223372036854775807}",
       NULL, "[1]{1}"},
      {"Slice", "i32{1,2,3} i64{2} i64{-9223372036854775808} i64{0} i64{-9223372036854775808}",
       NULL, "[1]{3}"});
}

Test(movement, pads) {
  TNI_CASES(
      tni_expect_rules, {"Pad", "f32[batch,4] i64{0,1,0,2}", NULL, "[batch,7]"},
      {"Pad", "f32[1..4] i64{2,3}", NULL, "[6..9]"}, {"Pad", "f32[4] i64{-2,-1}", NULL, "[1]"},
      {"Pad", "f32[4,2] i64{1,1} - i64{1}", NULL, "[4,4]"}, {"Pad", "f32[4] i64[2]", NULL, "[?]"},
      {"Pad", "f32[4] i64{-3,-2}", NULL, "!do not fit axis 0"},
      {"Pad", "f32[4] i64{1}", NULL, "!pads has 1"},
      {"Pad", "f32[4] i64{1,1}", "mode=round", "!mode"},
      {"Pad", "f32[0] i64{1,1}", "mode=edge", "!nothing to pad it with"},
      {"Pad", "f32[4] i64{9223372036854775807,1}", NULL, "!do not fit"},
      {"Pad", "f32[4] i64{-9223372036854775808,9223372036854775807}", NULL, "!do not fit"});
  TNI_CASES(tni_expect_results,
            {"Pad", "i32{1,2,3} i64{4,5}", "mode=reflect", "[12]{1,2,3,2,1,2,3,2,1,2,3,2}"},
            {"Pad", "i32{1,2,3} i64{2,4}", "mode=wrap", "[9]{2,3,1,2,3,1,2,3,1}"},
            {"Pad", "i32{1,2,3} i64{2,1}", "mode=edge", "[6]{1,1,1,2,3,3}"},
            {"Pad", "i32{1,2,3} i64{-1,1} i32[]{9}", NULL, "[3]{2,3,9}"},
            {"Pad", "i32[1]{1} i64{1,1}", "mode=reflect", "[3]{1,1,1}"});
}

Test(movement, gathers_and_scatters) {
  TNI_CASES(tni_expect_rules, {"Gather", "f32[batch,4] i64[2,3]", NULL, "[2,3,4]"},
            {"Gather", "f32[batch,4] i64[]", "axis=1", "[batch]"},
            {"Gather", "i64{batch,3} i64[]{-2}", NULL, "[]{batch}"},
            {"Gather", "f32[2] i64[1]", "axis=1", "!outside"},
            {"GatherElements", "f32[2,3] i64[2,2]", "axis=1", "[2,2]"},
            {"GatherElements", "f32[2,3] i64[3,2]", "axis=1", "!more than the 2"},
            {"GatherElements", "f32[2,3] i64[3]", NULL, "!one rank"},
            {"GatherND", "f32[batch,3,4] i64[batch,1]", "batch_dims=1", "[batch,4]"},
            {"GatherND", "f32[2,3] i64[5,3]", NULL, "!name 3 axes"},
            {"ScatterND", "f32[4,4] i64[2,1] f32[2,4]", NULL, "[4,4]"},
            {"ScatterND", "f32[4,4] i64[2,1] f32[2,3]", NULL, "!updates of [2,3]"},
            {"ScatterElements", "f32[4] i64[2] f32[3]", NULL, "!one shape"},
            {"ScatterElements", "f32[4] i64[2] f32[2]", "reduction=mean", "!reduction"});
  TNI_CASES(tni_expect_results, {"Gather", "i32{1,2,3} i64{-1,0}", NULL, "[2]{3,1}"},
            {"Gather", "i32{1,2,3} i64{3}", NULL, "!outside of [-3, 3)"},
            {"Gather", "i32{1,2,3} i64{-9223372036854775808}", NULL, "!outside of [-3, 3)"},
            {"GatherND", "i32[2,2]{1,2,3,4} i64[1,2]{1,2}", NULL, "!outside"},
            {"ScatterElements", "i8{127,1} i64{0,0} i8{1,1}", "reduction=add", "[2]{-127,1}"},
            {"ScatterElements", "f32{1,2} i64{1} f32{nan}", "reduction=max", "[2]{1,nan}"},
            {"ScatterND", "u8[2,2]{1,2,3,4} i64[2,1]{1,1} u8[2,2]{9,0,1,8}", "reduction=max",
             "[2,2]{1,2,9,8}"},
            {"ScatterND", "i32{1,2} i64[1,1]{2} i32{1}", NULL, "!outside"});
}

Test(movement, depth_ordering_and_triangles) {
  TNI_CASES(tni_expect_rules, {"DepthToSpace", "f32[batch,8,h,3]", "blocksize=2", "[batch,2,?,6]"},
            {"SpaceToDepth", "f32[1,2,4,6]", "blocksize=2", "[1,8,2,3]"},
            {"DepthToSpace", "f32[1,6,1,1]", "blocksize=2", "!no multiple of 4"},
            {"DepthToSpace", "f32[1,4,1,1]", "blocksize=0", "!at least 1"},
            {"SpaceToDepth", "f32[1,4,2,2]", "blocksize=2 mode=XYZ", "!mode"},
            {"TopK", "f32[batch,5] i64{3}", NULL, "[batch,3] [batch,3]"},
            {"TopK", "f32[5] i64{6}", NULL, "!!K is 6"},
            {"TopK", "f32[5] i64{-1}", NULL, "!!K is -1"}, {"Trilu", "f32[2]", NULL, "!at least 2"},
            {"OneHot", "i64[2,3] i64[]{4} f32[2]", "axis=1", "[2,4,3]"},
            {"OneHot", "i64[2] i64[]{-1} f32[2]", NULL, "!depth is -1"},
            {"OneHot", "i64[2] i64[]{3} f32[3]", NULL, "!two elements"});
  TNI_CASES(
      tni_expect_results, {"TopK", "f32{1,nan,3,3} i64{3}", NULL, "[3]{nan,3,3} [3]{1,2,3}"},
      {"TopK", "f32{0,-0.0,-1} i64{3}", "largest=0", "[3]{-1,0,-0} [3]{2,0,1}"},
      {"TopK", "u64{1,18446744073709551615} i64{1}", NULL, "[1]{1.844674e+19} [1]{1}"},
      {"Trilu", "i32[2,3]{1,2,3,4,5,6} i64[]{-9223372036854775808}", NULL, "[2,3]{1,2,3,4,5,6}"},
      {"Trilu", "i32[2,3]{1,2,3,4,5,6}", "upper=0", "[2,3]{1,0,0,4,5,0}"},
      {"OneHot", "i64{0,-1,3} i64[]{3} i32{5,9}", NULL, "[3,3]{9,5,5,5,5,9,5,5,5}"});
}
