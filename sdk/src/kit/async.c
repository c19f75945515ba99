#include "base/platform/clock.h"
#include "kit/request.h"
#include "tenon/kit/options.h"

/* A generation goes: start -> stage after stage, each on its executor -> callback -> ended, or the
 * callback has started the next one. It is in flight until its callback has returned. */

/* Somebody who waits for one generation; lies on the stack of wait. */
struct tni_kit_waiter {
  struct tni_kit_waiter *next;
  uint64_t generation;
  bool done;
  tn_status status;
  tn_error error;
};

static tn_kit_request *request_of(tn_infer_request *request) {
  return (tn_kit_request *)request;
}

static bool inside_callback(const tni_kit_flight *self) {
  return self->in_callback && pthread_equal(self->callback_thread, pthread_self());
}

tn_status tni_kit_flight_create(tn_kit_request *request, tn_error *error) {
  tni_kit_flight *self = &request->kit->flight;
  if (tni_mutex_init(&self->mutex) != TN_OK)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no room for the mutex of a request");
  if (tni_condition_init(&self->changed) == TN_OK) return TN_OK;
  tni_mutex_destroy(&self->mutex);
  return tni_fail(error, TN_OUT_OF_MEMORY, "no room for the condition of a request");
}

tn_status tni_kit_check_idle(tn_kit_request *request, tn_error *error) {
  tni_kit_flight *self = &request->kit->flight;
  if (!atomic_load_explicit(&self->in_flight, memory_order_acquire)) return TN_OK;
  tni_mutex_lock(&self->mutex);
  const int in_flight = atomic_load_explicit(&self->in_flight, memory_order_relaxed) != 0;
  const int busy = in_flight && (!inside_callback(self) || self->restarted);
  tni_mutex_unlock(&self->mutex);
  if (!busy) return TN_OK;
  return tni_fail_clause(error, TN_BUSY, TNI_CLAUSE(REQUEST, 11), "an inference is in flight");
}

/* --- the way of a generation */

static tn_executor *executor_of(const tn_kit_request *request, uint32_t stage) {
  tn_executor *executor = request->compiled->executors[stage];
  return executor ? executor : request->compiled->engine->kit->executor;
}

/* With the mutex held. */
static void post(tn_kit_request *request) {
  tni_kit_flight *self = &request->kit->flight;
  const tn_host *host = request->compiled->engine->host;
  self->posted_on = executor_of(request, self->stage);
  if (self->destroying) tni_condition_broadcast(&self->changed);
  host->post(host, self->posted_on, &self->task);
}

/* Tells those who wait for this generation how it ended. With the mutex held. */
static void tell_waiters(tni_kit_flight *self, uint64_t generation) {
  for (struct tni_kit_waiter *waiter = self->waiters; waiter; waiter = waiter->next) {
    if (waiter->generation != generation) continue;
    waiter->done = true;
    waiter->status = self->last_status;
    waiter->error = self->last_error;
  }
  tni_condition_broadcast(&self->changed);
}

int tni_kit_count_waiters(const tni_kit_flight *self) {
  int count = 0;
  for (const struct tni_kit_waiter *waiter = self->waiters; waiter; waiter = waiter->next)
    count++;
  return count;
}

/* Calls the callback, and begins what it may have started. */
static void complete(tn_kit_request *request, tn_status status, const tn_error *error) {
  tni_kit_flight *self = &request->kit->flight;
  tni_mutex_lock(&self->mutex);
  const uint64_t generation = self->generation;
  self->last_status = status;
  self->last_error = *error;
  self->in_callback = true;
  self->callback_thread = pthread_self();
  tni_mutex_unlock(&self->mutex);
  if (self->flight_callback)
    self->flight_callback(self->flight_user, &request->base, status,
                          status == TN_OK ? NULL : error);
  tni_mutex_lock(&self->mutex);
  const bool again = self->restarted;
  self->restarted = false;
  self->in_callback = false;
  if (again) {
    self->flight_callback = self->callback;
    self->flight_user = self->callback_user;
    self->stage = 0;
    post(request);
  } else {
    atomic_store_explicit(&self->in_flight, 0, memory_order_release);
  }
  tell_waiters(self, generation);
  tni_mutex_unlock(&self->mutex); /* the last touch: destroy may be waiting for it */
}

/* Runs stages as long as they are of the same executor, then goes on to the next one. */
static void run_stages(tn_kit_request *request) {
  tni_kit_flight *self = &request->kit->flight;
  const uint32_t count = request->compiled->engine->plugin->stage_count;
  tn_error error = tni_no_error();
  uint32_t stage = self->stage;
  tn_executor *executor = executor_of(request, stage);
  tn_status status = TN_OK;
  if (stage == 0)
    tni_kit_run_begin(request, atomic_load_explicit(&self->latest_run, memory_order_relaxed));
  while (status == TN_OK && stage < count && executor_of(request, stage) == executor)
    status = tni_kit_run_stage(request, stage++, &error);
  if (status == TN_OK && stage < count) {
    tni_mutex_lock(&self->mutex);
    self->stage = stage;
    post(request);
    tni_mutex_unlock(&self->mutex);
    return;
  }
  status = tni_kit_run_end(request, status, &error);
  complete(request, status, &error);
}

static void TN_CALL run_task(tn_task *task) {
  tni_kit_request *kit =
      (tni_kit_request *)(void *)((char *)task - offsetof(tni_kit_request, flight.task));
  tni_mutex_lock(&kit->flight.mutex);
  kit->flight.posted_on = NULL;
  tni_mutex_unlock(&kit->flight.mutex);
  run_stages(kit->owner);
}

/* --- the slots */

static uint64_t new_run(tni_kit_flight *self) {
  return atomic_fetch_add_explicit(&self->latest_run, 1, memory_order_relaxed) + 1;
}

tn_status TN_CALL tni_kit_infer(tn_infer_request *base, tn_error *error) {
  tn_kit_request *request = request_of(base);
  tni_kit_flight *self = &request->kit->flight;
  if (atomic_load_explicit(&self->in_flight, memory_order_acquire)) {
    tni_mutex_lock(&self->mutex);
    const bool inside = inside_callback(self);
    tni_mutex_unlock(&self->mutex);
    if (inside)
      return tni_fail_clause(error, TN_WRONG_STATE, TNI_CLAUSE(ASYNC, 17),
                             "infer inside the request's own callback");
    TN_TRY(tni_kit_check_idle(request, error));
  }
  TN_TRY(tni_kit_ports_check(request, error));
  tni_kit_run_begin(request, new_run(self));
  const uint32_t count = request->compiled->engine->plugin->stage_count;
  tn_status status = TN_OK;
  for (uint32_t stage = 0; status == TN_OK && stage < count; stage++)
    status = tni_kit_run_stage(request, stage, error);
  return tni_kit_run_end(request, status, error);
}

tn_status TN_CALL tni_kit_start(tn_infer_request *base, const tn_start_options *options,
                                tn_error *error) {
  tn_kit_request *request = request_of(base);
  tni_kit_flight *self = &request->kit->flight;
  TN_TRY(tn_kit_check_plain_options(options, TN_START_OPTIONS_FIRST_SIZE, error));
  tn_status status = TN_OK;
  tni_mutex_lock(&self->mutex);
  const bool inside = inside_callback(self);
  if (self->destroying)
    status = tni_fail_clause(error, TN_WRONG_STATE, TNI_CLAUSE(ASYNC, 12),
                             "the request is being destroyed");
  else if (atomic_load_explicit(&self->in_flight, memory_order_relaxed) &&
           (!inside || self->restarted))
    status = tni_fail_clause(error, TN_BUSY, TNI_CLAUSE(ASYNC, 15), "an inference is in flight");
  else
    status = tni_kit_ports_check(request, error);
  if (status == TN_OK) {
    new_run(self);
    self->generation++;
    self->restarted = inside;
    atomic_store_explicit(&self->in_flight, 1, memory_order_relaxed);
    if (!inside) {
      self->flight_callback = self->callback;
      self->flight_user = self->callback_user;
      self->task.run = run_task;
      self->stage = 0;
      post(request);
    }
  }
  tni_mutex_unlock(&self->mutex);
  return status;
}

/* Sleeps until `waiter` is done or the limit has passed. With the mutex held. */
static void wait_until_done(tni_kit_flight *self, struct tni_kit_waiter *waiter,
                            int64_t timeout_ns) {
  waiter->next = self->waiters;
  self->waiters = waiter;
  const int64_t deadline = timeout_ns < 0 ? TNI_NO_DEADLINE : tni_clock_deadline(timeout_ns);
  tn_status status = TN_OK;
  while (!waiter->done && status == TN_OK)
    status = tni_condition_wait_until(&self->changed, &self->mutex, deadline);
  struct tni_kit_waiter **link = &self->waiters;
  while (*link != waiter)
    link = &(*link)->next;
  *link = waiter->next;
}

tn_status TN_CALL tni_kit_wait(tn_infer_request *base, int64_t timeout_ns, tn_error *error) {
  tni_kit_flight *self = &request_of(base)->kit->flight;
  struct tni_kit_waiter waiter = {.next = NULL};
  tni_mutex_lock(&self->mutex);
  waiter.generation = self->generation;
  const bool inside = inside_callback(self);
  if (!atomic_load_explicit(&self->in_flight, memory_order_relaxed)) {
    waiter.done = true;
    waiter.status = self->last_status;
    waiter.error = self->last_error;
  } else if (!inside) {
    wait_until_done(self, &waiter, timeout_ns);
  }
  tni_mutex_unlock(&self->mutex);
  if (inside)
    return tni_fail_clause(error, TN_WRONG_STATE, TNI_CLAUSE(ASYNC, 17),
                           "wait inside the request's own callback");
  if (!waiter.done)
    return tni_fail(error, TN_TIMEOUT, "the inference still runs after %lld ns",
                    (long long)timeout_ns);
  if (waiter.status != TN_OK && error) *error = waiter.error;
  return waiter.status;
}

/* Names the run in flight, so that a late request never meets a later run. */
tn_status TN_CALL tni_kit_cancel(tn_infer_request *base, tn_error *error) {
  (void)error;
  tni_kit_flight *self = &request_of(base)->kit->flight;
  const uint64_t run = atomic_load_explicit(&self->latest_run, memory_order_relaxed);
  uint64_t present = atomic_load_explicit(&self->cancelled_run, memory_order_relaxed);
  while (present < run &&
         !atomic_compare_exchange_weak_explicit(&self->cancelled_run, &present, run,
                                                memory_order_relaxed, memory_order_relaxed)) {
  }
  const tn_kit_virtual *below = request_of(base)->compiled->engine->plugin->below;
  if (below && below->cancel) below->cancel(request_of(base));
  return TN_OK;
}

tn_status TN_CALL tni_kit_set_callback(tn_infer_request *base, tn_infer_callback callback,
                                       void *user, tn_error *error) {
  tn_kit_request *request = request_of(base);
  TN_TRY(tni_kit_check_idle(request, error));
  request->kit->flight.callback = callback;
  request->kit->flight.callback_user = user;
  return TN_OK;
}

void tni_kit_flight_destroy(tn_kit_request *request) {
  tni_kit_flight *self = &request->kit->flight;
  const tn_host *host = request->compiled->engine->host;
  tni_mutex_lock(&self->mutex);
  self->destroying = true; /* no start any more: what is cancelled now is the last run */
  tni_kit_cancel(&request->base, NULL);
  while (atomic_load_explicit(&self->in_flight, memory_order_relaxed)) {
    if (self->posted_on && host->withdraw(host, self->posted_on, &self->task)) {
      const int begun = self->stage > 0;
      self->posted_on = NULL;
      tni_mutex_unlock(&self->mutex);
      tn_error error = tni_no_error();
      tn_status status = tni_fail(&error, TN_CANCELLED, "the request was destroyed");
      if (begun) status = tni_kit_run_end(request, status, &error);
      complete(request, status, &error);
      tni_mutex_lock(&self->mutex);
    } else {
      tni_condition_wait(&self->changed, &self->mutex);
    }
  }
  tni_mutex_unlock(&self->mutex);
  tni_condition_destroy(&self->changed);
  tni_mutex_destroy(&self->mutex);
}
