#include "base/text.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include "base/fault_allocator.h"

static tn_status build(const tni_allocator *allocator, void *user) {
  (void)user;
  tni_text text;
  tni_text_init(&text, allocator);
  for (int i = 0; i < 100; i++) {
    tni_text_append(&text, TN_STRING("node "));
    tni_text_append_format(&text, "%d,", i);
  }
  tn_status status = tni_text_status(&text);
  if (status == TN_OK) {
    cr_assert_eq(text.length, 5 * 100 + 10 * 2 + 90 * 3);
    cr_assert_eq(tni_text_string(&text).data[text.length], '\0');
  }
  char *taken = tni_text_take(&text);
  if (!taken) status = TN_OUT_OF_MEMORY;
  tni_free(allocator, taken);
  tni_text_destroy(&text);
  return status;
}

Test(text, every_failed_allocation_is_survived) {
  cr_assert_gt(tni_fault_sweep(build, NULL), 2);
}

Test(text, pieces_are_joined) {
  tni_text text;
  tni_text_init(&text, tni_allocator_system());
  cr_assert(tn_string_equal(tni_text_string(&text), TN_STRING("")));
  tni_text_append_chars(&text, "a");
  tni_text_append(&text, TN_STRING(""));
  tni_text_append_format(&text, "%s=%d", "b", 12);
  cr_assert(tn_string_equal(tni_text_string(&text), TN_STRING("ab=12")));
  char *taken = tni_text_take(&text);
  cr_assert_str_eq(taken, "ab=12");
  cr_assert_eq(text.length, 0);
  tni_free(text.allocator, taken);
  taken = tni_text_take(&text);
  cr_assert_str_eq(taken, "");
  tni_free(text.allocator, taken);
}

Test(text, a_string_of_impossible_length_fails) {
  tni_text text;
  tni_text_init(&text, tni_allocator_system());
  tni_text_append(&text, tn_string_make("x", SIZE_MAX - 1));
  cr_assert_eq(tni_text_status(&text), TN_OUT_OF_MEMORY);
  tni_text_append_chars(&text, "x");
  cr_assert_eq(text.length, 0);
  tni_text_destroy(&text);
}

static tn_status copy(const tni_allocator *allocator, void *user) {
  (void)user;
  tn_string out = {NULL, 99};
  tn_status status = tni_string_copy(allocator, TN_STRING("beta"), &out);
  if (status == TN_OK) {
    cr_assert_str_eq(out.data, "beta");
    tni_free(allocator, (void *)(uintptr_t)out.data);
  } else {
    cr_assert_eq(out.length, 99);
  }
  return status;
}

Test(text, a_copy_is_zero_ended) {
  cr_assert_eq(tni_fault_sweep(copy, NULL), 1);
}

Test(text, utf8_characters) {
  cr_assert_eq(tni_utf8_character("a", 1), 1);
  cr_assert_eq(tni_utf8_character("\xc3\xa4", 2), 2);
  cr_assert_eq(tni_utf8_character("\xe2\x82\xac", 3), 3);
  cr_assert_eq(tni_utf8_character("\xf0\x9f\x94\xa7", 4), 4);
  cr_assert_eq(tni_utf8_character("\xf0\x9f\x94\xa7", 3), 0, "cut");
  cr_assert_eq(tni_utf8_character("\xc0\x80", 2), 0, "longer than needed");
  cr_assert_eq(tni_utf8_character("\xed\xa0\x80", 3), 0, "a surrogate");
  cr_assert_eq(tni_utf8_character("\xf5\x80\x80\x80", 4), 0, "beyond the last character");
  cr_assert_eq(tni_utf8_character("\x80", 1), 0);
  cr_assert_eq(tni_utf8_character("", 0), 0);
}
