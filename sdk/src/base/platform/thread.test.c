/* test-labels: threads */
#include "base/platform/thread.h"

#include <criterion/criterion.h>
#include "base/platform/clock.h"

struct shared {
  tni_mutex mutex;
  tni_condition condition;
  tni_thread thread;
  int turn, is_current;
};

static void answer(void *user) {
  struct shared *shared = user;
  tni_mutex_lock(&shared->mutex);
  while (shared->turn != 1)
    tni_condition_wait(&shared->condition, &shared->mutex);
  shared->is_current = tni_thread_is_current(&shared->thread);
  shared->turn = 2;
  tni_condition_broadcast(&shared->condition);
  tni_mutex_unlock(&shared->mutex);
}

Test(thread, two_threads_take_turns) {
  struct shared shared = {.turn = 0};
  tn_error error;
  cr_assert_eq(tni_mutex_init(&shared.mutex), TN_OK);
  cr_assert_eq(tni_condition_init(&shared.condition), TN_OK);
  cr_assert_eq(tni_thread_start(&shared.thread, "a-name-that-is-too-long", answer, &shared, &error),
               TN_OK);
  tni_mutex_lock(&shared.mutex);
  shared.turn = 1;
  tni_condition_signal(&shared.condition);
  const int64_t deadline = tni_clock_deadline(INT64_C(20000000000));
  while (shared.turn != 2)
    cr_assert_eq(tni_condition_wait_until(&shared.condition, &shared.mutex, deadline), TN_OK);
  cr_assert_eq(shared.is_current, 1);
  cr_assert_eq(tni_thread_is_current(&shared.thread), 0);
  tni_mutex_unlock(&shared.mutex);
  tni_thread_join(&shared.thread);
  tni_condition_destroy(&shared.condition);
  tni_mutex_destroy(&shared.mutex);
}

Test(thread, a_deadline_ends_a_wait) {
  tni_mutex mutex;
  tni_condition condition;
  cr_assert_eq(tni_mutex_init(&mutex), TN_OK);
  cr_assert_eq(tni_condition_init(&condition), TN_OK);
  tni_mutex_lock(&mutex);
  const int64_t start = tni_clock_now(), deadline = tni_clock_deadline(20000000);
  while (tni_condition_wait_until(&condition, &mutex, deadline) == TN_OK)
    continue;
  cr_assert_geq(tni_clock_now(), deadline);
  cr_assert_geq(tni_clock_now() - start, 20000000);
  cr_assert_eq(tni_condition_wait_until(&condition, &mutex, 0), TN_TIMEOUT);
  tni_mutex_unlock(&mutex);
  tni_condition_destroy(&condition);
  tni_mutex_destroy(&mutex);
}
