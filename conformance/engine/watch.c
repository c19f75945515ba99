#include "engine/watch.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const long millisecond = 1000000;

void watch_sleep(long nanoseconds) {
  nanosleep(&(struct timespec){nanoseconds / 1000000000, nanoseconds % 1000000000}, NULL);
}

watch *watch_create(void) {
  static watch all[256];
  static size_t count;
  watch *self = &all[count++ % (sizeof all / sizeof *all)];
  memset(self, 0, sizeof *self);
  return self;
}

static void stay(watch *self, long nanoseconds) {
  if (nanoseconds) watch_sleep(nanoseconds);
  if (self->held_by) suite_host_stay(self->held_by);
  for (int i = 0; i < 10000 && atomic_load(&self->gate); i++)
    watch_sleep(millisecond);
}

void watch_callback(void *user, tn_infer_request *request, tn_status status,
                    const tn_error *error) {
  watch *self = user;
  if (atomic_fetch_add(&self->running, 1) > 0) self->overlaps++;
  if (self->starting && pthread_equal(self->starter, pthread_self())) self->inside_start = true;
  if (self->destroyed) self->after_destroy = true;
  self->last_status = status;
  self->error_status = !error ? TN_OK : error->status != TN_OK ? error->status : WATCH_EMPTY_ERROR;
  self->begun++;
  if (self->action) self->action(self, request);
  stay(self, self->linger_ns);
  if (self->restarts > 0) {
    self->restarts--;
    self->start_status = tn_infer_request_start(request, NULL, NULL);
    stay(self, self->linger_after_ns);
  }
  self->calls++;
  self->running--;
}

bool watch_request(test *t, watch *self, tn_infer_request *request) {
  tn_status status = tn_infer_request_set_callback(request, watch_callback, self, &t->error);
  return test_record_status(t, status, TN_OK, "set_callback(request, callback, user, &t->error)",
                            __FILE__, __LINE__);
}

tn_infer_request *watch_carrier(test *t, watch **out) {
  watch *self = *out = watch_create();
  tn_infer_request *request = test_carrier_request(t);
  return request && watch_request(t, self, request) ? request : NULL;
}

tn_status watch_start(watch *self, tn_infer_request *request, tn_error *error) {
  self->starter = pthread_self();
  self->starting = true;
  tn_status status = tn_infer_request_start(request, NULL, error);
  self->starting = false;
  return status;
}

/* Forgets a generation that was over too soon, restarts included. */
static void forget(watch *self, tn_infer_request *request, int restarts) {
  for (int i = 0; i < 1000 && self->begun < 1 + restarts; i++)
    watch_sleep(millisecond);
  for (int i = 0; i < 1000 && self->begun > self->calls; i++)
    watch_sleep(millisecond);
  tn_infer_request_wait(request, -1, NULL);
  self->calls = self->begun = self->overlaps = 0;
  self->last_status = self->error_status = self->start_status = TN_OK;
  self->restarts = restarts;
}

bool watch_start_held(test *t, watch *self, tn_infer_request *request) {
  const int restarts = self->restarts, calls = self->calls;
  self->held_by = NULL;
  if (!t->host->own_threads) {
    if (test_start_held_in_executors(t, request)) return true;
    forget(self, request, restarts);
  }
  self->held_by = t->host;
  atomic_store(&t->host->hold, true);
  tn_status status = tn_infer_request_start(request, NULL, &t->error);
  if (test_record_status(t, status, TN_OK, "start(request, NULL, &t->error)", __FILE__, __LINE__) &&
      test_see_callback(request, &self->begun)) {
    self->calls = calls;
    return true;
  }
  suite_host_let_go(t->host);
  return false;
}

bool watch_settle(watch *self, tn_infer_request *request, int calls) {
  for (int i = 0; i < 5000 && self->calls < calls; i++) {
    tn_infer_request_wait(request, 100 * millisecond, NULL);
    watch_sleep(millisecond / 5);
  }
  return self->calls >= calls && tn_infer_request_wait(request, 5000 * millisecond, NULL) == TN_OK;
}

bool watch_until_begun(watch *self, int times) {
  for (int i = 0; i < 10000 && self->begun < times; i++)
    watch_sleep(millisecond);
  return self->begun >= times;
}

/* --- threads that sleep */

static void *wait_for_end(void *user) {
  watch_waiter *self = user;
  atomic_store(&self->thread, syscall(SYS_gettid));
  self->status = tn_infer_request_wait(self->request, -1, NULL);
  return NULL;
}

/* Whether a thread of this process sleeps. */
static bool sleeps(long thread) {
  char path[64], state = 0;
  snprintf(path, sizeof path, "/proc/self/task/%ld/stat", thread);
  FILE *file = fopen(path, "r");
  if (!file) return false;
  bool read = fscanf(file, "%*d (%*[^)]) %c", &state) == 1;
  fclose(file);
  return read && state == 'S';
}

/* Returns once the thread that writes its number there sleeps, or has had a second to. */
static void until_asleep(atomic_long *thread) {
  for (int i = 0; i < 10000 && atomic_load(thread) == 0; i++)
    watch_sleep(millisecond);
  for (int i = 0; i < 1000 && !sleeps(atomic_load(thread)); i++)
    watch_sleep(millisecond); /* one that waits by looking never sleeps */
}

bool watch_waiter_start(watch_waiter *self, tn_infer_request *request) {
  self->request = request;
  self->status = TN_INTERNAL;
  atomic_init(&self->thread, 0);
  if (pthread_create(&self->id, NULL, wait_for_end, self) != 0) return false;
  until_asleep(&self->thread);
  return true;
}

tn_status watch_waiter_end(watch_waiter *self) {
  pthread_join(self->id, NULL);
  return self->status;
}

/* --- a thread in destroy */

struct destroyer {
  test *t;
  tn_infer_request *request;
  atomic_long thread;
};

static void *destroy(void *user) {
  struct destroyer *self = user;
  atomic_store(&self->thread, syscall(SYS_gettid));
  test_destroy_request(self->t, self->request);
  return NULL;
}

void watch_destroy_held(test *t, watch *self, tn_infer_request *request) {
  struct destroyer destroyer = {.t = t, .request = request};
  pthread_t id;
  if (self->held_by && pthread_create(&id, NULL, destroy, &destroyer) == 0) {
    until_asleep(&destroyer.thread);
    suite_host_let_go(t->host);
    pthread_join(id, NULL);
    return;
  }
  test_destroy_request(t, request);
  suite_host_let_go(t->host);
}
