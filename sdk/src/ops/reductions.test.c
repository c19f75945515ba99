/* Reductions where types have their edges, and their rules. */
#include <criterion/criterion.h>

#include "ops/operator_cases.h"

Test(reductions, rules) {
  TNI_CASES(tni_expect_rules, {"ReduceSum", "f32[batch,3,4] i64{1,-1}", NULL, "[batch,1,1]"},
            {"ReduceSum", "f32[batch,3,4] i64{1}", "keepdims=0", "[batch,4]"},
            {"ReduceSum", "f32[batch,3]", NULL, "[1,1]"},
            {"ReduceSum", "f32[batch,3]", "noop_with_empty_axes=1", "[batch,3]"},
            {"ReduceSum", "f32[batch,3] i64[1]", NULL, "[?,?]"},
            {"ReduceSum", "f32[batch,3] i64[1]", "keepdims=0", "[?]"},
            {"ReduceSum", "f32[2,3] i64{2}", NULL, "!outside"},
            {"ReduceSum", "f32[2,3] i64{1,-1}", NULL, "!twice"},
            {"ArgMax", "f32[batch,3]", "axis=1 keepdims=0", "[batch]"},
            {"ArgMin", "f32[0]", NULL, "!empty"});
}

Test(reductions, integers_wrap_and_start_at_their_limits) {
  TNI_CASES(tni_expect_results, {"ReduceSum", "i32{2147483647,1}", NULL, "[1]{-2.147484e+09}"},
            {"ReduceMean", "i32{-3,0}", NULL, "[1]{-1}"},
            {"ReduceMax", "i8[0]{}", NULL, "[1]{-128}"}, {"ReduceMin", "u8[0]{}", NULL, "[1]{255}"},
            {"ReduceMax", "bool[0]{}", NULL, "[1]{0}"}, {"ReduceMin", "bool[0]{}", NULL, "[1]{1}"},
            {"ReduceMin", "bool{1,0}", NULL, "[1]{0}"}, {"ReduceL1", "i32{-5,3}", NULL, "[1]{8}"},
            {"ReduceL2", "i32{3,-4}", NULL, "[1]{5}"},
            {"ReduceProd", "i64{-2,3}", "keepdims=0", "[]{-6}"},
            {"ReduceSumSquare", "u32{65536,1}", NULL, "[1]{1}"});
}

Test(reductions, reals_keep_nan_and_do_not_overflow) {
  TNI_CASES(tni_expect_results, {"ReduceMax", "f32{1,nan,3}", NULL, "[1]{nan}"},
            {"ReduceMax", "f32[0]{}", NULL, "[1]{-inf}"},
            {"ReduceLogSumExp", "f32{1000,1000}", NULL, "[1]{1000.693}"},
            {"ReduceLogSumExp", "f32{-inf,-inf}", NULL, "[1]{-inf}"},
            {"ReduceLogSumExp", "f32{inf,1}", NULL, "[1]{inf}"},
            {"ReduceLogSumExp", "f32{nan,1}", NULL, "[1]{nan}"},
            {"ReduceSum", "f16{60000,60000,-60000}", NULL, "[1]{60000}"},
            {"ReduceSum", "f32{16777216,1,1}", NULL, "[1]{1.677722e+07}"},
            {"ReduceMean", "f32[2,2]{1,2,3,4} i64{0}", "keepdims=0", "[2]{2,3}"},
            {"ReduceSumSquare", "f32{2,3}", "noop_with_empty_axes=1", "[2]{4,9}"},
            {"ArgMax", "f32{1,nan,3}", NULL, "[1]{1}"},
            {"ArgMax", "i8{3,1,3}", "select_last_index=1", "[1]{2}"},
            {"CumSum", "f32{1,2,3} i64[]{0}", "exclusive=1 reverse=1", "[3]{5,3,0}"},
            {"CumProd", "i32{2,3,4} i64[]{-1}", NULL, "[3]{2,6,24}"},
            {"Softmax", "f32{1000,1000}", NULL, "[2]{0.5,0.5}"},
            {"LogSoftmax", "f64[2,1]{-1000,-1000}", "axis=0", "[2,1]{-0.6931472,-0.6931472}"},
            {"Hardmax", "f32{1,3,3}", NULL, "[3]{0,1,0}"});
}
