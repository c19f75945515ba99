#include "engine/plain_text.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

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

Test(plain_text, lines_stay_one_line) {
  static const struct {
    const char *text, *printed;
  } rows[] = {{"", "\n"},
              {"na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80",
               "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80\n"},
              {"two\nlines", "two?lines\n"},
              {"a\rb\tc\x7f", "a?b?c?\n"},
              {"\x1b[31m", "?[31m\n"},
              {"\xc2\x9b"
               "1m",
               "??1m\n"},
              {"\xc2\xa0", "\xc2\xa0\n"},
              {"\xe2\x80\xa8", "???\n"},
              {"\xe2\x80\xae"
               "abc",
               "???abc\n"},
              {"\xe2\x81\xa6", "???\n"},
              {"\xff", "?\n"},
              {"cut \xe2\x82", "cut ??\n"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *text = NULL;
    size_t size = 0, length = strlen(rows[i].text);
    FILE *stream = open_memstream(&text, &size);
    plain_text_print_line(stream, "%s", rows[i].text);
    fclose(stream);
    cr_assert(eq(str, text, (char *)(uintptr_t)rows[i].printed), "row %zu", i);
    const bool is_kept = strncmp(text, rows[i].text, length) == 0 && size == length + 1;
    cr_assert(eq(int, plain_text_is_line(rows[i].text), is_kept), "row %zu", i);
    free(text);
  }
}
