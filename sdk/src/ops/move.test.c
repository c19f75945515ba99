#include "ops/move.h"

#include <criterion/criterion.h>

#include "graph/tensor.h"
#include "ops/operator_test.h"

static tn_tensor *texts(int64_t count, const char *const *given) {
  tn_string strings[8];
  tn_tensor *tensor;
  for (int64_t i = 0; i < count; i++)
    strings[i] = tn_string_from(given[i]);
  cr_assert_eq(tni_tensor_create_copy(tni_environment_system(), TN_STRING_ELEMENT, 1, &count,
                                      strings, &tensor, NULL),
               TN_OK);
  return tensor;
}

static void expect_texts(const tn_tensor *tensor, const char *const *expected) {
  for (uint64_t i = 0; i < tn_tensor_element_count(tensor); i++) {
    const tn_string got = ((const tn_string *)tensor->data)[i];
    cr_expect(tn_string_equal(got, tn_string_from(expected[i])), "text %d is %.*s, not %s", (int)i,
              TNI_TEXT(got), expected[i]);
  }
}

Test(move, strings_are_copied_by_steps_and_picks) {
  tn_error error;
  tn_tensor *from = texts(4, (const char *const[]){"a", "bb", "", "dddd"});
  tn_tensor *to = texts(4, (const char *const[]){"x", "x", "x", "x"});
  const tni_move reverse = {.rank = 1,
                            .shape = {2},
                            .from_offset = 3,
                            .from_strides = {-2},
                            .to_offset = 0,
                            .to_strides = {3}};
  cr_assert_eq(tni_move_box(to, from, &reverse, &error), TN_OK);
  expect_texts(to, (const char *const[]){"dddd", "x", "x", "bb"});
  cr_assert_eq(tni_move_picked(to, 1, from, 0, (const int64_t[]){0, -1}, 2, &error), TN_OK);
  expect_texts(to, (const char *const[]){"dddd", "a", "x", "bb"});
  cr_assert_eq(tni_move_all(to, from, &error), TN_OK);
  expect_texts(to, (const char *const[]){"a", "bb", "", "dddd"});
  tn_tensor_release(from);
  tn_tensor_release(to);
}

/* Every size of element takes the same way: a transposed matrix, once with steps and once by hand.
 */
static void transpose(uint32_t type) {
  enum { ROWS = 3, COLUMNS = 5, COUNT = ROWS * COLUMNS };
  tn_error error;
  double numbers[COUNT];
  double got[COUNT];
  for (int i = 0; i < COUNT; i++)
    numbers[i] = i;
  tn_tensor *from = tni_test_tensor(type, -1, NULL, COUNT, numbers);
  tn_tensor *to = tni_test_tensor(type, -1, NULL, COUNT, (const double[COUNT]){0});
  const tni_move move = {
      .rank = 2, .shape = {COLUMNS, ROWS}, .from_strides = {1, COLUMNS}, .to_strides = {ROWS, 1}};
  cr_assert_eq(tni_move_box(to, from, &move, &error), TN_OK);
  tni_test_values(to, got);
  for (int i = 0; i < COUNT; i++)
    cr_expect_eq(got[i], (double)(i % ROWS * COLUMNS + i / ROWS), "type %u, element %d: %g", type,
                 i, got[i]);
  tn_tensor_release(from);
  tn_tensor_release(to);
}

Test(move, elements_of_every_size) {
  transpose(TN_U8);
  transpose(TN_F16);
  transpose(TN_F32);
  transpose(TN_I64);
}

Test(move, an_empty_box_moves_nothing) {
  tn_tensor *one = tni_test_tensor(TN_U8, -1, NULL, 1, (const double[]){7});
  const tni_move nothing = {
      .rank = 2, .shape = {1000, 0}, .from_strides = {5, 1}, .to_strides = {5, 1}};
  cr_expect_eq(tni_move_box(one, one, &nothing, NULL), TN_OK);
  cr_expect_eq(((const uint8_t *)one->data)[0], 7);
  tn_tensor_release(one);
}

Test(move, elements_below_a_byte_are_refused_one_by_one_and_copied_as_a_whole) {
  tn_error error;
  tn_tensor *from;
  tn_tensor *to;
  const int64_t count = 3;
  const uint8_t nibbles[] = {0x21, 0x03};
  cr_assert_eq(
      tni_tensor_create_copy(tni_environment_system(), TN_U4, 1, &count, nibbles, &from, NULL),
      TN_OK);
  cr_assert_eq(tni_tensor_create(tni_environment_system(), TN_U4, 1, &count, &to, NULL), TN_OK);
  cr_expect_eq(tni_move_run(to, 0, from, 1, 1, &error), TN_UNSUPPORTED);
  cr_expect_eq(tni_move_all(to, from, &error), TN_OK);
  cr_expect_arr_eq(to->data, nibbles, sizeof nibbles);
  tn_tensor_release(from);
  tn_tensor_release(to);
}
