#include "certification/moment.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <string.h>

Test(moment, is_valid_when_the_calendar_has_it) {
  static const struct {
    const char *text;
    int valid;
  } rows[] = {{"2030-01-31T23:59:59Z", 1},  {"2028-02-29T00:00:00Z", 1},
              {"2030-02-29T00:00:00Z", 0},  {"2030-13-01T00:00:00Z", 0},
              {"2030-01-01T24:00:00Z", 0},  {"2030-01-01 00:00:00Z", 0},
              {"2030-1-01T00:00:00Z", 0},   {"2030-01-01T00:00:00", 0},
              {"2030-01-01T00:00:00Zx", 0}, {"", 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    cr_assert(eq(int, moment_is_valid(rows[i].text), rows[i].valid), "%s", rows[i].text);
}

Test(moment, add_days_counts_on_the_calendar) {
  char out[MOMENT_SIZE], now[MOMENT_SIZE];
  cr_assert(moment_add_days("2027-12-31T01:02:03Z", 60, out));
  cr_assert(eq(str, out, (char *)"2028-02-29T01:02:03Z"));
  cr_assert(not(moment_add_days("9999-12-31T00:00:00Z", 1, out)));
  moment_now(now);
  cr_assert(moment_is_valid(now));
}

Test(moment, is_within_includes_both_ends) {
  const char *from = "2030-01-01T00:00:00Z", *until = "2030-12-31T00:00:00Z";
  cr_assert(moment_is_within(from, from, until));
  cr_assert(moment_is_within(until, from, until));
  cr_assert(not(moment_is_within("2029-12-31T23:59:59Z", from, until)));
  cr_assert(not(moment_is_within("2030-12-31T00:00:01Z", from, until)));
}
