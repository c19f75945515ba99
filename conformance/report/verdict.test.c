#include "report/verdict.h"

#include <criterion/criterion.h>
#include <string.h>

/* Capabilities that a verdict names, for cases "CLAUSE STATE" of HANDLES. */
static size_t reached(const char *const (*cases)[2], size_t count) {
  verdict self;
  json_t *run = json_pack("{s:[], s:{s:[s]}}", "selection", "device", "capabilities", "HANDLES");
  verdict_begin(&self, run);
  for (size_t i = 0; i < count; i++) {
    json_t *line =
        json_pack("{s:s, s:s, s:s, s:i, s:s, s:s}", "type", "case", "group", "handles", "clause",
                  cases[i][0], "level", 2, "capability", "HANDLES", "state", cases[i][1]);
    if (strcmp(cases[i][0], "TN_IMPORT_006") == 0)
      json_object_set_new(line, "failure", json_pack("{s:s}", "text", CASE_NOTHING_TO_RUN));
    verdict_add(&self, line);
    json_decref(line);
  }
  json_t *line = verdict_line(&self);
  const size_t names = json_array_size(json_object_get(line, "capabilities"));
  json_decref(line);
  verdict_end(&self);
  json_decref(run);
  return names;
}

Test(verdict, a_capability_is_reached_when_each_of_its_clauses_was_shown) {
  static const char *const whole[][2] = {
      {"TN_REMOTE_007", "PASS"}, {"TN_REMOTE_008", "PASS"}, {"TN_REMOTE_008", "NOT_APPLICABLE"}};
  static const char *const open[][2] = {{"TN_REMOTE_007", "NOT_APPLICABLE"},
                                        {"TN_REMOTE_008", "PASS"}};
  static const char *const failed[][2] = {{"TN_REMOTE_007", "PASS"}, {"TN_REMOTE_008", "FAIL"}};
  static const char *const empty[][2] = {{"TN_REMOTE_007", "PASS"},
                                         {"TN_IMPORT_006", "NOT_APPLICABLE"}};
  cr_assert_eq(reached(whole, 3), 1);
  cr_assert_eq(reached(empty, 2), 1,
               "a check that found nothing to be run for leaves nothing open");
  cr_assert_eq(reached(open, 2), 0, "what needs something that was not handed in is not shown");
  cr_assert_eq(reached(failed, 2), 0);
}
