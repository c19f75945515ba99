#include "bare.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* An inference in flight goes: start -> task (run, callback) -> ended, or the callback has started
 * the next. */

static bool inside_callback(const struct bare_request *self) {
  return self->in_callback && pthread_equal(self->callback_thread, pthread_self());
}

tn_status bare_check_idle(struct bare_request *self, tn_error *error) {
  pthread_mutex_lock(&self->mutex);
  bool idle = !self->in_flight || (inside_callback(self) && !self->restarted);
  pthread_mutex_unlock(&self->mutex);
  return idle ? TN_OK : bare_fail(error, TN_BUSY, "an inference is in flight");
}

static struct bare_request *request_of(tn_task *task) {
  return (struct bare_request *)((char *)task - offsetof(struct bare_request, task));
}

/* Tells those who wait for this generation how it ended. With the mutex held. */
static void tell_waiters(struct bare_request *self, uint64_t generation) {
  for (struct bare_waiter *waiter = self->waiters; waiter; waiter = waiter->next) {
    if (waiter->generation != generation) continue;
    waiter->done = true;
    waiter->status = self->last_status;
    waiter->error = self->last_error;
  }
  pthread_cond_broadcast(&self->changed);
}

/* The callback, and what it may have started. */
static void complete(struct bare_request *self, tn_status status, const tn_error *error) {
  const tn_host *host = self->compiled->plugin->host;
  tn_executor *executor = self->compiled->plugin->executor;
  pthread_mutex_lock(&self->mutex);
  uint64_t generation = self->generation;
  self->last_status = status;
  self->last_error = *error;
  self->in_callback = true;
  self->callback_thread = pthread_self();
  pthread_mutex_unlock(&self->mutex);
  if (self->flight_callback)
    self->flight_callback(self->flight_user, &self->base, status, status == TN_OK ? NULL : error);
  pthread_mutex_lock(&self->mutex);
  bool again = self->restarted;
  self->restarted = false;
  self->in_callback = false;
  self->in_flight = again;
  tell_waiters(self, generation);
  if (again) host->post(host, executor, &self->task);
  pthread_mutex_unlock(&self->mutex);
}

static void run_task(tn_task *task) {
  struct bare_request *self = request_of(task);
  tn_error error;
  memset(&error, 0, sizeof error);
  complete(self, bare_run(self, &error), &error);
}

tn_status bare_start(tn_infer_request *request, const tn_start_options *options, tn_error *error) {
  struct bare_request *self = (struct bare_request *)request;
  const struct bare_plugin *plugin = self->compiled->plugin;
  tn_status status = bare_check_options(options, TN_START_OPTIONS_FIRST_SIZE, error);
  if (status != TN_OK) return status;
  pthread_mutex_lock(&self->mutex);
  bool inside = inside_callback(self);
  if (self->destroying) {
    status = bare_fail(error, TN_WRONG_STATE, "the request is being destroyed");
  } else if (self->in_flight && (!inside || self->restarted)) {
    status = bare_fail(error, TN_BUSY, "an inference is in flight");
  } else {
    self->generation++;
    self->cancelled = false;
    self->in_flight = true;
    self->flight_callback = self->callback;
    self->flight_user = self->callback_user;
    self->task.run = run_task;
    self->restarted = inside;
    if (!inside) plugin->host->post(plugin->host, plugin->executor, &self->task);
  }
  pthread_mutex_unlock(&self->mutex);
  return status;
}

static struct timespec deadline_after(int64_t nanoseconds) {
  const int64_t second = 1000000000;
  struct timespec deadline;
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  int64_t fraction = deadline.tv_nsec + nanoseconds % second;
  deadline.tv_sec += nanoseconds / second + fraction / second;
  deadline.tv_nsec = fraction % second;
  return deadline;
}

/* Waits until `waiter` is done or the limit has passed. With the mutex held. */
static void wait_until_done(struct bare_request *self, struct bare_waiter *waiter,
                            int64_t timeout_ns) {
  waiter->next = self->waiters;
  self->waiters = waiter;
  struct timespec deadline = deadline_after(timeout_ns < 0 ? 0 : timeout_ns);
  int result = 0;
  while (!waiter->done && result != ETIMEDOUT)
    result = timeout_ns < 0 ? pthread_cond_wait(&self->changed, &self->mutex)
                            : pthread_cond_timedwait(&self->changed, &self->mutex, &deadline);
  struct bare_waiter **link = &self->waiters;
  while (*link != waiter)
    link = &(*link)->next;
  *link = waiter->next;
}

tn_status bare_wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  struct bare_request *self = (struct bare_request *)request;
  struct bare_waiter waiter;
  memset(&waiter, 0, sizeof waiter);
  pthread_mutex_lock(&self->mutex);
  waiter.generation = self->generation;
  bool inside = inside_callback(self);
  if (!self->in_flight) {
    waiter.done = true;
    waiter.status = self->last_status;
    waiter.error = self->last_error;
  } else if (!inside) {
    wait_until_done(self, &waiter, timeout_ns);
  }
  pthread_mutex_unlock(&self->mutex);
  if (inside) return bare_fail(error, TN_WRONG_STATE, "wait inside the request's own callback");
  if (!waiter.done)
    return bare_fail(error, TN_TIMEOUT, "still running after %lld ns", (long long)timeout_ns);
  if (waiter.status != TN_OK && error) *error = waiter.error;
  return waiter.status;
}

tn_status bare_cancel(tn_infer_request *request, tn_error *error) {
  (void)error;
  struct bare_request *self = (struct bare_request *)request;
  pthread_mutex_lock(&self->mutex);
  if (self->in_flight) self->cancelled = true;
  pthread_mutex_unlock(&self->mutex);
  return TN_OK;
}

void bare_finish(struct bare_request *self) {
  const struct bare_plugin *plugin = self->compiled->plugin;
  pthread_mutex_lock(&self->mutex);
  self->destroying = true;
  bool in_flight = self->in_flight;
  self->cancelled = in_flight;
  pthread_mutex_unlock(&self->mutex);
  if (!in_flight) return;
  if (plugin->host->withdraw(plugin->host, plugin->executor, &self->task)) {
    tn_error error;
    memset(&error, 0, sizeof error);
    complete(self, bare_fail(&error, TN_CANCELLED, "the request was destroyed"), &error);
  }
  pthread_mutex_lock(&self->mutex);
  while (self->in_flight)
    pthread_cond_wait(&self->changed, &self->mutex);
  pthread_mutex_unlock(&self->mutex);
}
