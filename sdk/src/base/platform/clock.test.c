#include "base/platform/clock.h"

#include <criterion/criterion.h>

Test(clock, time_does_not_run_backwards) {
  int64_t previous = tni_clock_now();
  for (int i = 0; i < 1000; i++) {
    const int64_t now = tni_clock_now();
    cr_assert_geq(now, previous);
    previous = now;
  }
}

Test(clock, deadlines_do_not_overflow) {
  cr_assert_eq(tni_clock_deadline(-1), TNI_NO_DEADLINE);
  cr_assert_eq(tni_clock_deadline(INT64_MAX), TNI_NO_DEADLINE);
  const int64_t before = tni_clock_now(), deadline = tni_clock_deadline(1000);
  cr_assert_geq(deadline, before + 1000);
  cr_assert_leq(deadline, tni_clock_now() + 1000);
}
