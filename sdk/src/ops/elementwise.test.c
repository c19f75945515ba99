/* Results of the elementwise operators where types have their edges; ordinary numbers are the
 * business of ONNX's own node tests. */
#include "ops/elements.h"
#include "ops/operator_test.h"
#include "ops/shape_rules.h"

#include "base/fault_allocator.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 5 };

/* One operator on vectors: inputs a and b (only a when `inputs` is 1), both of a type, and the
 * expected result. */
typedef struct row {
  const char *name;
  uint32_t type;
  uint32_t inputs;
  double a[WIDTH], b[WIDTH], expected[WIDTH];
} row;

static const double nan_ = NAN, inf = INFINITY;

static int same(double a, double b) {
  return (isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b));
}

static void run_row(const row *given, tni_operator_test *test) {
  double result[WIDTH];
  test->name = given->name;
  test->input_count = given->inputs;
  test->inputs[0] = tni_test_tensor(given->type, -1, NULL, WIDTH, given->a);
  if (given->inputs > 1) test->inputs[1] = tni_test_tensor(given->type, -1, NULL, WIDTH, given->b);
  cr_assert_eq(tni_test_run(test), TN_OK, "%s: %s", given->name, test->error.message);
  tni_test_values(test->outputs[0], result);
  for (size_t i = 0; i < WIDTH; i++)
    cr_expect(same(result[i], given->expected[i]), "%s of %s: element %zu is %g, not %g",
              given->name, tni_type_name(given->type), i, result[i], given->expected[i]);
  tni_test_end(test);
  for (uint32_t i = 0; i < given->inputs; i++)
    tn_tensor_release(test->inputs[i]);
}

static void run_rows(const row *rows, size_t count) {
  for (size_t i = 0; i < count; i++)
    run_row(&rows[i], &(tni_operator_test){0});
}

#define RUN(...)                                \
  do {                                          \
    const row rows[] = {__VA_ARGS__};           \
    run_rows(rows, sizeof rows / sizeof *rows); \
  } while (0)

Test(elementwise, integers_wrap_around) {
  RUN({"Add", TN_I8, 2, {127, -128, 1, 0, 5}, {1, -1, 1, 0, -7}, {-128, 127, 2, 0, -2}},
      {"Add", TN_U8, 2, {255, 1, 1, 0, 5}, {1, 1, 1, 0, 250}, {0, 2, 2, 0, 255}},
      {"Sub", TN_U16, 2, {0, 1, 65535, 0, 5}, {1, 1, 1, 0, 6}, {65535, 0, 65534, 0, 65535}},
      {"Sub", TN_I32, 2, {-2147483648.0, 0, 1, 2, 3}, {1, 0, 0, 0, 0}, {2147483647, 0, 1, 2, 3}},
      {"Mul", TN_I16, 2, {256, -32768, 3, 0, 1}, {256, -1, 5, 9, -1}, {0, -32768, 15, 0, -1}},
      {"Mul",
       TN_I64,
       2,
       {-9223372036854775808.0, 4294967296, 2, 0, 1},
       {-1, 4294967296, 3, 1, 1},
       {-9223372036854775808.0, 0, 6, 0, 1}},
      {"Neg", TN_I8, 1, {-128, 127, 0, 1, -1}, {0}, {-128, -127, 0, -1, 1}},
      {"Abs", TN_I8, 1, {-128, 127, 0, -1, 5}, {0}, {-128, 127, 0, 1, 5}});
}

Test(elementwise, division_of_integers_never_traps) {
  RUN({"Div",
       TN_I32,
       2,
       {7, -7, -2147483648.0, 5, 0},
       {2, 2, -1, 0, 0},
       {3, -3, -2147483648.0, 0, 0}},
      {"Div", TN_I8, 2, {-128, 127, -128, 5, 1}, {-1, -1, 2, 0, 3}, {-128, -127, -64, 0, 0}},
      {"Div",
       TN_I64,
       2,
       {-9223372036854775808.0, 9, 5, 1, 1},
       {-1, -2, 0, 1, -1},
       {-9223372036854775808.0, -4, 0, 1, -1}},
      {"Div", TN_U8, 2, {255, 5, 0, 9, 8}, {2, 0, 0, 9, 9}, {127, 0, 0, 1, 0}},
      {"Mod", TN_I32, 2, {7, -7, 7, -7, -2147483648.0}, {3, 3, -3, -3, -1}, {1, 2, -2, -1, 0}},
      {"Mod", TN_I64, 2, {5, 0, -1, 4, 9}, {0, 0, 0, 4, -9}, {0, 0, 0, 0, 0}},
      {"Mod", TN_U16, 2, {7, 65535, 5, 0, 1}, {4, 256, 0, 1, 2}, {3, 255, 0, 0, 1}});
}

Test(elementwise, remainders_of_reals_take_the_sign_they_should) {
  RUN({"Mod",
       TN_F32,
       2,
       {7.5, -7.5, 7.5, -0.0, 3},
       {2, 2, -2, 2, -inf},
       {1.5, 0.5, -0.5, 0.0, -inf}},
      {"Mod", TN_F64, 2, {inf, 1, nan_, 3, 0}, {2, 0, 1, inf, -3}, {nan_, nan_, nan_, 3, -0.0}});
  const int64_t truncates = 1;
  tni_operator_test test = {0};
  tni_test_int(&test, "fmod", &truncates);
  run_row(&(row){"Mod",
                 TN_F64,
                 2,
                 {7.5, -7.5, 7.5, -7.5, -0.0},
                 {2, 2, -2, -2, 3},
                 {1.5, -1.5, 1.5, -1.5, -0.0}},
          &test);
  tni_operator_test integers = {0};
  tni_test_int(&integers, "fmod", &truncates);
  run_row(&(row){"Mod", TN_I8, 2, {7, -7, 7, -7, -128}, {3, 3, -3, -3, -1}, {1, -1, 1, -1, 0}},
          &integers);
}

Test(elementwise, shifts_of_any_width_are_defined) {
  const tn_string left = TN_STRING("LEFT"), right = TN_STRING("RIGHT");
  const row lefts[] = {
      {"BitShift", TN_U8, 2, {1, 255, 1, 1, 3}, {7, 4, 8, 200, 0}, {128, 240, 0, 0, 3}},
      {"BitShift", TN_I8, 2, {1, -1, 1, 64, 5}, {7, 1, 8, 1, -1}, {-128, -2, 0, -128, 0}},
      {"BitShift",
       TN_I64,
       2,
       {1, 1, 1, -1, 0},
       {62, 64, -1, 63, 5},
       {4611686018427387904.0, 0, 0, -9223372036854775808.0, 0}}};
  const row rights[] = {
      {"BitShift", TN_U16, 2, {65535, 256, 1, 1, 3}, {15, 8, 16, 300, 0}, {1, 1, 0, 0, 3}},
      {"BitShift", TN_I8, 2, {-128, -1, 127, -5, 5}, {7, 100, 8, -1, -1}, {-1, -1, 0, -1, 0}},
      {"BitShift", TN_I64, 2, {-8, 8, -1, 1, -9}, {1, 3, 64, 64, 2}, {-4, 1, -1, 0, -3}}};
  for (size_t i = 0; i < 3; i++) {
    tni_operator_test test = {0}, other = {0};
    tni_test_string(&test, "direction", &left);
    run_row(&lefts[i], &test);
    tni_test_string(&other, "direction", &right);
    run_row(&rights[i], &other);
  }
}

Test(elementwise, nan_wins_and_comparisons_with_it_fail) {
  RUN({"Max", TN_F32, 2, {nan_, 1, 2, -inf, inf}, {1, nan_, 1, -1, 1}, {nan_, nan_, 2, -1, inf}},
      {"Min", TN_F16, 2, {nan_, 1, 2, -inf, inf}, {1, nan_, 1, -1, 1}, {nan_, nan_, 1, -inf, 1}},
      {"Max",
       TN_U64,
       2,
       {18446744073709549568.0, 1, 2, 3, 4},
       {1, 2, 1, 3, 5},
       {18446744073709549568.0, 2, 2, 3, 5}},
      {"Equal", TN_F32, 2, {nan_, 1, 0, inf, 2}, {nan_, 1, -0.0, inf, 3}, {0, 1, 1, 1, 0}},
      {"LessOrEqual", TN_F64, 2, {nan_, 1, 2, inf, -0.0}, {1, 1, 1, inf, 0}, {0, 1, 0, 1, 1}},
      {"Greater", TN_I64, 2, {-1, 1, 2, 3, -5}, {0, 1, 1, 4, -6}, {0, 0, 1, 0, 1}},
      {"Less", TN_U64, 2, {9223372036854775808.0, 1, 2, 3, 4}, {1, 2, 2, 9, 4}, {0, 1, 0, 1, 0}},
      {"Relu", TN_F32, 1, {nan_, -1, 1, -inf, inf}, {0}, {nan_, 0, 1, 0, inf}},
      {"Sign", TN_F64, 1, {nan_, -3, 3, -inf, 0}, {0}, {nan_, -1, 1, -1, 0}});
}

Test(elementwise, narrow_floats_are_rounded_once) {
  /* 1 + 2^-11 is a tie in f16; the sum with 2^-20 is above it, and f32 would have kept it too. */
  RUN({"Add",
       TN_F16,
       2,
       {1, 65504, 65504, 2048, 0.1},
       {ldexp(1, -11), 15, 16, 1, 0},
       {1, 65504, inf, 2048, 0.0999755859375}},
      {"Mul",
       TN_BF16,
       2,
       {1.0078125, 3, 0.5, 1, 2},
       {1.0078125, 3, 0.5, 1, 2},
       {1.015625, 9, 0.25, 1, 4}},
      {"Round", TN_F32, 1, {0.5, 1.5, -2.5, -0.2, nan_}, {0}, {0, 2, -2, -0.0, nan_}},
      {"Reciprocal",
       TN_F32,
       1,
       {0, -0.0, 2, inf, 3},
       {0},
       {inf, -inf, 0.5, 0, (double)(1.0f / 3)}});
}

Test(elementwise, powers_of_integers_are_exact) {
  RUN({"Pow",
       TN_I32,
       2,
       {3, -2, 2, 0, 7},
       {19, 31, 32, 0, 0},
       {1162261467, -2147483648.0, 0, 1, 1}},
      {"Pow", TN_I64, 2, {-1, 1, 2, 0, 10}, {-3, -5, -1, -2, 15}, {-1, 1, 0, 0, 1e15}},
      {"Pow", TN_F32, 2, {2, -8, 0, 4, 1}, {-1, 3, 0, 0.5, nan_}, {0.5, -512, 1, 2, 1}});
  const double base[] = {2, 9}, exponent[] = {0.5, 0.5};
  tni_operator_test test = {.name = "Pow", .input_count = 2};
  double result[2];
  test.inputs[0] = tni_test_tensor(TN_I32, -1, NULL, 2, base);
  test.inputs[1] = tni_test_tensor(TN_F32, -1, NULL, 2, exponent);
  cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
  tni_test_values(test.outputs[0], result);
  cr_expect_eq(result[0], 1);
  cr_expect_eq(result[1], 3);
  tni_test_end(&test);
  tn_tensor_release(test.inputs[0]);
  tn_tensor_release(test.inputs[1]);
}

Test(elementwise, clip_with_crossed_limits_gives_the_upper_one) {
  const double x[] = {-5, 0, 5, NAN}, lower[] = {3}, upper[] = {1};
  double result[4];
  tni_operator_test test = {.name = "Clip", .input_count = 3};
  test.inputs[0] = tni_test_tensor(TN_F32, -1, NULL, 4, x);
  test.inputs[1] = tni_test_tensor(TN_F32, 0, NULL, 1, lower);
  test.inputs[2] = tni_test_tensor(TN_F32, 0, NULL, 1, upper);
  cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
  tni_test_values(test.outputs[0], result);
  for (size_t i = 0; i < 3; i++)
    cr_expect_eq(result[i], 1);
  cr_expect(isnan(result[3]));
  tni_test_end(&test);
  for (size_t i = 0; i < 3; i++)
    tn_tensor_release(test.inputs[i]);
}

/* Every pair of basic types, of numbers that both hold or that the rules of Cast speak of. */
Test(elementwise, casts_follow_one_rule_for_every_pair) {
  const double numbers[] = {0, 1, 2, 100};
  for (uint32_t from = 1; from < 32; from++)
    for (uint32_t to = 1; to < 32; to++) {
      if (!tni_type_in(from, TNI_BASIC_TYPES) || !tni_type_in(to, TNI_BASIC_TYPES)) continue;
      const int64_t target = to;
      double result[4];
      tni_operator_test test = {.name = "Cast", .input_count = 1};
      tni_test_int(&test, "to", &target);
      test.inputs[0] = tni_test_tensor(from, -1, NULL, 4, numbers);
      cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
      tni_test_values(test.outputs[0], result);
      for (size_t i = 0; i < 4; i++)
        cr_expect_eq(result[i],
                     (from == TN_BOOL || to == TN_BOOL) && numbers[i] > 1 ? 1 : numbers[i],
                     "%s to %s", tni_type_name(from), tni_type_name(to));
      tni_test_end(&test);
      tn_tensor_release(test.inputs[0]);
    }
}

Test(elementwise, cast_names_what_it_cannot_do) {
  const double one = 1;
  const int64_t targets[] = {TN_F8E5M2, 99, -1};
  const tn_status statuses[] = {TN_UNSUPPORTED, TN_MALFORMED, TN_MALFORMED};
  tn_tensor *input = tni_test_tensor(TN_F32, -1, NULL, 1, &one);
  for (size_t i = 0; i < 3; i++) {
    tni_operator_test test = {.name = "Cast", .input_count = 1, .inputs = {input}};
    tni_test_int(&test, "to", &targets[i]);
    cr_expect_eq(tni_test_run(&test), statuses[i]);
    cr_expect_not_null(strstr(test.error.message, "'tested' (Cast)"), "%s", test.error.message);
  }
  tn_tensor_release(input);
}

static tn_status run_sum(const tni_allocator *allocator, void *user) {
  tni_operator_test test = {.name = "Sum", .input_count = 2, .allocator = allocator};
  test.inputs[0] = test.inputs[1] = user;
  const tn_status status = tni_test_run(&test);
  tni_test_end(&test);
  return status;
}

Test(elementwise, every_failed_allocation_is_survived) {
  const double numbers[] = {1, 2, 3};
  tn_tensor *input = tni_test_tensor(TN_F32, -1, NULL, 3, numbers);
  cr_expect_gt(tni_fault_sweep(run_sum, input), 1);
  tn_tensor_release(input);
}

Test(elementwise, empty_tensors_give_empty_tensors) {
  static const char *const names[] = {"Add", "Max", "Sin", "Where", "Relu", "Equal"};
  const int64_t shape[] = {2, 0};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    tni_operator_test test = {.name = names[i],
                              .input_count = i < 2 || i == 5 ? 2
                                             : i == 3        ? 3
                                                             : 1};
    for (uint32_t k = 0; k < test.input_count; k++)
      test.inputs[k] = tni_test_tensor(i == 3 && k == 0 ? TN_BOOL : TN_F32, 2, shape, 0, NULL);
    cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
    cr_expect_eq(tn_tensor_element_count(test.outputs[0]), 0);
    cr_expect_eq(test.outputs[0]->rank, 2);
    tni_test_end(&test);
    for (uint32_t k = 0; k < test.input_count; k++)
      tn_tensor_release(test.inputs[k]);
  }
}
