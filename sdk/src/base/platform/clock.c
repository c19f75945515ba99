#include "base/platform/clock.h"

#include <time.h>

int64_t tni_clock_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t tni_clock_deadline(int64_t timeout) {
  const int64_t now = tni_clock_now();
  return timeout < 0 || timeout > INT64_MAX - now ? TNI_NO_DEADLINE : now + timeout;
}
