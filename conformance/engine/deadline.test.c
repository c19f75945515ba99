#include "engine/run_steps.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static const test_check quick = {.needs = 0}, slow = {.needs = TEST_SLOW};

static suite_case passed(const char *group, const test_check *check, double seconds) {
  suite_case item = {.group = group, .check = check};
  item.result.state = CASE_PASS;
  item.result.seconds = seconds;
  return item;
}

static void take(suite_run *run, const char *group, const test_check *check, double seconds) {
  const suite_case item = passed(group, check, seconds);
  run_take_pace(run, &item);
}

static double deadline(const suite_run *run, const char *group, const test_check *check) {
  const suite_case item = {.group = group, .check = check};
  return run_deadline(run, &item);
}

Test(deadline, is_at_least_ten_seconds_and_grows_with_the_device) {
  suite_options options = {.timeout = 0};
  suite_run run = {.options = &options};
  cr_assert(eq(dbl, deadline(&run, "a", &quick), 10));
  cr_assert(eq(dbl, deadline(&run, "a", NULL), 10));
  cr_assert(eq(dbl, deadline(&run, "a", &slow), 60));
  cr_assert(eq(dbl, run_deadline(&run, NULL), 60));
  run.operation = 0.1;
  cr_assert(eq(dbl, deadline(&run, "a", &quick), 10));
  run.operation = 4;
  cr_assert(eq(dbl, deadline(&run, "a", &quick), 80));
  cr_assert(eq(dbl, deadline(&run, "a", &slow), 480));
  options.timeout = 3;
  cr_assert(eq(dbl, deadline(&run, "a", &quick), 3));
}

Test(deadline, follows_what_is_usual_in_a_group) {
  suite_options options = {.timeout = 0};
  suite_run run = {.options = &options};
  for (int i = 0; i < 20; i++)
    take(&run, "many", &quick, i % 5 == 0 ? 60 : 0.01);
  cr_assert(eq(dbl, deadline(&run, "many", &quick), 10), "some long cases make no hang longer");
  for (int i = 0; i < 3; i++)
    take(&run, "heavy", &quick, 2);
  cr_assert(eq(dbl, deadline(&run, "heavy", &quick), 40));
  cr_assert(eq(dbl, deadline(&run, "heavy", &slow), 240));
  cr_assert(eq(dbl, deadline(&run, "many", &quick), 10), "another group has its own");
  for (int i = 0; i < 40; i++)
    take(&run, "heavy", &quick, 5);
  cr_assert(eq(dbl, deadline(&run, "heavy", &quick), 100), "the last ones count");
  run_clear_paces(&run);
}

Test(deadline, takes_no_example_from_slow_or_failed_cases) {
  suite_options options = {.timeout = 0};
  suite_run run = {.options = &options};
  suite_case failed = passed("a", &quick, 30);
  failed.result.state = CASE_FAIL;
  run_take_pace(&run, &failed);
  take(&run, "a", &slow, 30);
  cr_assert(eq(dbl, deadline(&run, "a", &quick), 10));
  run_clear_paces(&run);
}
