#include "base/platform/thread.h"

#include "base/platform/clock.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <time.h>

/* These calls fail only when they are misused. */
static void must(int code) {
  assert(code == 0);
  (void)code;
}

tn_status tni_mutex_init(tni_mutex *mutex) {
  return pthread_mutex_init(&mutex->handle, NULL) == 0 ? TN_OK : TN_OUT_OF_MEMORY;
}

void tni_mutex_destroy(tni_mutex *mutex) {
  must(pthread_mutex_destroy(&mutex->handle));
}

void tni_mutex_lock(tni_mutex *mutex) {
  must(pthread_mutex_lock(&mutex->handle));
}

void tni_mutex_unlock(tni_mutex *mutex) {
  must(pthread_mutex_unlock(&mutex->handle));
}

tn_status tni_condition_init(tni_condition *condition) {
  pthread_condattr_t attributes;
  if (pthread_condattr_init(&attributes) != 0) return TN_OUT_OF_MEMORY;
  must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
  const int code = pthread_cond_init(&condition->handle, &attributes);
  must(pthread_condattr_destroy(&attributes));
  return code == 0 ? TN_OK : TN_OUT_OF_MEMORY;
}

void tni_condition_destroy(tni_condition *condition) {
  must(pthread_cond_destroy(&condition->handle));
}

void tni_condition_signal(tni_condition *condition) {
  must(pthread_cond_signal(&condition->handle));
}

void tni_condition_broadcast(tni_condition *condition) {
  must(pthread_cond_broadcast(&condition->handle));
}

void tni_condition_wait(tni_condition *condition, tni_mutex *mutex) {
  must(pthread_cond_wait(&condition->handle, &mutex->handle));
}

tn_status tni_condition_wait_until(tni_condition *condition, tni_mutex *mutex, int64_t deadline) {
  if (deadline == TNI_NO_DEADLINE) {
    tni_condition_wait(condition, mutex);
    return TN_OK;
  }
  const struct timespec when = {(time_t)(deadline / 1000000000), (long)(deadline % 1000000000)};
  const int code = pthread_cond_timedwait(&condition->handle, &mutex->handle, &when);
  if (code == ETIMEDOUT) return TN_TIMEOUT;
  must(code);
  return TN_OK;
}

static void *run_thread(void *user) {
  tni_thread *thread = user;
  pthread_setname_np(pthread_self(), thread->name);
  thread->function(thread->user);
  return NULL;
}

tn_status tni_thread_start(tni_thread *thread, const char *name, tni_thread_function function,
                           void *user, tn_error *error) {
  thread->function = function;
  thread->user = user;
  memset(thread->name, 0, sizeof thread->name);
  strncpy(thread->name, name, sizeof thread->name - 1);
  sigset_t all, before;
  sigfillset(&all);
  must(pthread_sigmask(SIG_SETMASK, &all, &before));
  const int code = pthread_create(&thread->handle, NULL, run_thread, thread);
  must(pthread_sigmask(SIG_SETMASK, &before, NULL));
  if (code == 0) return TN_OK;
  return tni_fail(error, TN_OUT_OF_MEMORY, "the system has no room for thread %s (error %d)", name,
                  code);
}

void tni_thread_join(tni_thread *thread) {
  must(pthread_join(thread->handle, NULL));
}

void tni_thread_yield(void) {
  sched_yield();
}

int tni_thread_is_current(const tni_thread *thread) {
  return pthread_equal(thread->handle, pthread_self()) != 0;
}
