#include "engine/plain_text.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

Test(plain_text, keeps_what_can_be_shown_and_replaces_the_rest) {
  static const struct {
    const char *text, *clean;
  } rows[] = {
      {"", ""},
      {"two\nlines\t.", "two\nlines\t."},
      {"na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80", "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80"},
      {"\xff\xfe", "??"},
      {"cut \xe2\x82", "cut ??"},
      {"\x1b[31mred\x7f", "?[31mred?"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[64];
    strcpy(text, rows[i].text);
    plain_text_clean(text);
    cr_assert(eq(str, text, (char *)(uintptr_t)rows[i].clean), "row %zu", i);
  }
}
