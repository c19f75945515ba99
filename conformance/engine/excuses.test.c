#include "engine/excuses.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <string.h>

static excuses load(const char *text) {
  excuses all = {NULL, 0, NULL};
  json_t *entries = json_loads(text, 0, NULL);
  cr_assert(ne(ptr, entries, NULL));
  cr_assert(excuses_add(&all, "test", entries, CASE_EXPECTED, "2030-01-31"), "%s", text);
  json_decref(entries);
  return all;
}

#define ENTRY(selector, state, day)                   \
  "[{\"case\": \"" selector "\", \"state\": \"" state \
  "\", \"reason\": \"r\","                            \
  " \"owner\": \"o\", \"expires\": \"" day "\"}]"

Test(excuses, select_by_name_and_star) {
  static const char *const hits[][2] = {
      {"a.b", "a.b#1"},     {"a.*", "a.b#1"}, {"*", "a.b#1"},
      {"a.b/*", "a.b/x#1"}, {"*.b", "a.b#7"}, {"a*b*c", "a.bb.c#1"},
      {"a.b*", "a.b#1"},    {"a.b", "a.b"},   {"*b*", "abab#1"}};
  static const char *const misses[][2] = {{"a.b", "a.bc#1"}, {"a.b", "a.b/x#1"}, {"b*", "a.b#1"},
                                          {"*1", "a.b#1"},   {"", "a.b"},        {"a*b", "a.bc"}};
  for (size_t i = 0; i < sizeof hits / sizeof *hits; i++)
    cr_assert(excuse_selects(hits[i][0], hits[i][1]), "%s %s", hits[i][0], hits[i][1]);
  for (size_t i = 0; i < sizeof misses / sizeof *misses; i++)
    cr_assert(not(excuse_selects(misses[i][0], misses[i][1])), "%s %s", misses[i][0], misses[i][1]);
}

Test(excuses, take_only_the_state_that_they_name) {
  excuses all = load(ENTRY("a.*", "CRASH", "2030-01-31"));
  case_result crash = {.state = CASE_CRASH}, fail = {.state = CASE_FAIL},
              skipped = {.state = CASE_UNSUPPORTED};
  const excuse *used = excuses_apply(&all, "a.b#1", &crash);
  cr_assert(eq(ptr, (void *)(uintptr_t)used, all.items));
  cr_assert(eq(int, crash.state, CASE_EXPECTED));
  cr_assert(eq(ptr, (void *)(uintptr_t)excuses_apply(&all, "a.b#1", &fail), NULL));
  cr_assert(eq(ptr, (void *)(uintptr_t)excuses_apply(&all, "a.b#1", &skipped), NULL));
  cr_assert(eq(ptr, (void *)(uintptr_t)excuses_apply(&all, "b.b#1", &crash), NULL));
  cr_assert(eq(int, fail.state, CASE_FAIL));
  excuses_clear(&all);
}

Test(excuses, that_a_passing_case_contradicts_make_it_fail) {
  excuses all = load(ENTRY("a.*", "CRASH", "2030-01-31"));
  case_result pass = {.state = CASE_PASS};
  cr_assert(ne(ptr, (void *)(uintptr_t)excuses_apply(&all, "a.b#1", &pass), NULL));
  cr_assert(eq(int, pass.state, CASE_FAIL));
  char why[256];
  cr_assert(not(excuse_is_wrong(all.items, true, why, sizeof why)));
  excuses_clear(&all);
}

Test(excuses, that_have_expired_excuse_nothing) {
  excuses all = load(ENTRY("a.*", "CRASH", "2030-01-30"));
  case_result crash = {.state = CASE_CRASH};
  char why[256];
  cr_assert(eq(ptr, (void *)(uintptr_t)excuses_apply(&all, "a.b#1", &crash), NULL));
  for (int is_whole = 0; is_whole <= 1; is_whole++) {
    cr_assert(excuse_is_wrong(all.items, is_whole, why, sizeof why));
    cr_assert(ne(ptr, strstr(why, "expired on 2030-01-30"), NULL));
  }
  excuses_clear(&all);
}

Test(excuses, that_nothing_needed_are_wrong_where_nothing_was_left_out) {
  excuses all = load(ENTRY("a.*", "CRASH", "2030-01-31"));
  char why[256];
  cr_assert(not(excuse_is_wrong(all.items, false, why, sizeof why)));
  cr_assert(excuse_is_wrong(all.items, true, why, sizeof why));
  cr_assert(ne(ptr, strstr(why, "excused no case"), NULL));
  excuses_clear(&all);
}

Test(excuses, of_others_pass_quietly_and_are_known_again) {
  excuses all = {NULL, 0, NULL}, again = {NULL, 0, NULL};
  json_t *entries = json_pack("[{s:s, s:s, s:s}]", "case", "a.b", "reason", "r", "owner", "o");
  cr_assert(excuses_add(&all, "test", entries, CASE_WAIVED, "2030-01-31"));
  case_result pass = {.state = CASE_PASS}, hang = {.state = CASE_TIMEOUT};
  cr_assert(eq(ptr, (void *)(uintptr_t)excuses_apply(&all, "a.b#1", &pass), NULL));
  cr_assert(ne(ptr, (void *)(uintptr_t)excuses_apply(&all, "a.b#1", &hang), NULL));
  cr_assert(eq(int, hang.state, CASE_WAIVED));
  json_t *run = json_pack("{s:s, s:O}", "started", "2030-01-31T00:00:00Z", "excuses", all.source);
  cr_assert(excuses_restore(&again, run));
  cr_assert(eq(u32, again.count, 1));
  cr_assert(eq(int, again.items[0].becomes, CASE_WAIVED));
  json_decref(run);
  json_decref(entries);
  excuses_clear(&all);
  excuses_clear(&again);
}

Test(excuses, that_say_too_little_are_refused, .init = cr_redirect_stderr) {
  static const char *const texts[] = {"{}",
                                      "[1]",
                                      "[{}]",
                                      ENTRY("", "CRASH", "2030-01-31"),
                                      ENTRY("a", "PASS", "2030-01-31"),
                                      ENTRY("a", "NOBODY", "2030-01-31"),
                                      ENTRY("a", "INFRA", "2030-01-31"),
                                      ENTRY("a", "CRASH", ""),
                                      ENTRY("a", "CRASH", "2030-13-01"),
                                      ENTRY("a", "CRASH", "2030-1-1")};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    excuses all = {NULL, 0, NULL};
    json_t *entries = json_loads(texts[i], 0, NULL);
    cr_assert(not(excuses_add(&all, "test", entries, CASE_EXPECTED, "2030-01-31")), "%s", texts[i]);
    json_decref(entries);
    excuses_clear(&all);
  }
}
