#include "base/name_list.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "base/allocator.h"

/* Names of a list, each in brackets. */
static const char *names_of(const char *text) {
  static char out[128];
  tn_string list = tn_string_from(text), name;
  size_t used = 0;
  out[0] = 0;
  while (tni_name_list_next(&list, &name))
    used += (size_t)snprintf(out + used, sizeof out - used, "[%.*s]", (int)name.length, name.data);
  return out;
}

Test(name_list, is_taken_apart) {
  cr_assert_str_eq(names_of(NULL), "");
  cr_assert_str_eq(names_of(""), "");
  cr_assert_str_eq(names_of("A"), "[A]");
  cr_assert_str_eq(names_of(" A ,\tB.1,C"), "[A][B.1][C]");
  cr_assert_str_eq(names_of("A,"), "[A]");
  cr_assert_str_eq(names_of(",A,,B , "), "[][A][][B][]");
}

Test(name_list, holds_whole_names) {
  const tn_string list = TN_STRING("AB, C");
  cr_assert(tni_name_list_holds(list, TN_STRING("AB")));
  cr_assert(tni_name_list_holds(list, TN_STRING("C")));
  cr_assert_not(tni_name_list_holds(list, TN_STRING("A")));
  cr_assert_not(tni_name_list_holds(list, TN_STRING("")));
  cr_assert_not(tni_name_list_holds(TN_STRING(""), TN_STRING("A")));
}

Test(name_list, blanks_are_left_out_and_nothing_else) {
  static const char *const rows[][2] = {
      {"", ""},     {"A", "A"},           {" A ,\tB.1,C ", "A,B.1,C"}, {"A, ", "A,"},
      {"A,", "A,"}, {" ,A, ,B", ",A,,B"}, {"A B , C", "A B,C"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tni_text text;
    tni_text_init(&text, tni_allocator_system());
    tni_name_list_append(&text, tn_string_from(rows[i][0]));
    cr_assert(tn_string_is(tni_text_string(&text), rows[i][1]), "\"%s\"", rows[i][0]);
    tni_text_destroy(&text);
  }
}
