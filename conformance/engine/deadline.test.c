#include "engine/run_steps.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static const test_check quick = {.needs = 0}, slow = {.needs = TEST_SLOW};

Test(deadline, is_at_least_ten_seconds_and_grows_with_the_device) {
  suite_options options = {.timeout = 0};
  suite_run run = {.options = &options};
  const suite_case item = {.check = &quick}, waiting = {.check = &slow};
  cr_assert(eq(dbl, run_deadline(&run, &item), 10));
  cr_assert(eq(dbl, run_deadline(&run, &waiting), 60));
  run.longest = 0.1;
  cr_assert(eq(dbl, run_deadline(&run, &item), 10));
  run.longest = 4;
  cr_assert(eq(dbl, run_deadline(&run, &item), 80));
  cr_assert(eq(dbl, run_deadline(&run, &waiting), 80));
  options.timeout = 3;
  cr_assert(eq(dbl, run_deadline(&run, &item), 3));
}
