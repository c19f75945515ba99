/* test-labels: threads */
#include "base/platform/clock.h"
#include "base/platform/thread.h"
#include "kit/request.h"
#include "kit/test_host.h"
#include "tenon/kit.h"

#include <criterion/criterion.h>
#include <string.h>

/* A plugin that doubles floats in two stages on two executors, and can be held within the second.
 */

static struct {
  tni_mutex mutex;
  tni_condition changed;
  int held;   /* the second stage waits */
  int inside; /* stages that wait */
  int fail;   /* the second stage fails */
  int runs;   /* of the second stage */
} gate;

static tn_executor *executors[2];

static tn_status check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                            tn_error *error) {
  (void)call, (void)node, (void)reason, (void)error;
  return TN_OK;
}

static tn_status open_engine(tn_kit_engine *engine, tn_error *error) {
  for (int i = 0; i < 2; i++)
    TN_KIT_TRY(tn_kit_executor_create(engine, 1, "test", &executors[i], error));
  return TN_OK;
}

static void close_engine(tn_kit_engine *engine) {
  for (int i = 0; i < 2; i++)
    tn_kit_executor_destroy(engine, executors[i]);
}

static tn_status compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                         tn_error *error) {
  (void)call, (void)model, (void)error;
  compiled->executors[0] = executors[0];
  compiled->executors[1] = executors[1];
  return TN_OK;
}

static tn_status first(tn_kit_request *request, tn_error *error) {
  tn_tensor *input;
  return tn_kit_request_input(request, 0, &input, error);
}

static tn_status second(tn_kit_request *request, tn_error *error) {
  tn_tensor *from, *to;
  tni_mutex_lock(&gate.mutex);
  gate.runs++;
  gate.inside++;
  tni_condition_broadcast(&gate.changed);
  while (gate.held && !tn_kit_request_cancelled(request))
    tni_condition_wait_until(&gate.changed, &gate.mutex, tni_clock_deadline(1000000));
  gate.inside--;
  const int fail = gate.fail;
  tni_mutex_unlock(&gate.mutex);
  TN_KIT_TRY(tn_kit_request_check_cancelled(request, error));
  if (fail) return tn_kit_fail(error, TN_DEVICE_LOST, "the device is gone");
  TN_KIT_TRY(tn_kit_request_input(request, 0, &from, error));
  TN_KIT_TRY(tn_kit_request_output(request, 0, from->rank, from->shape, &to, error));
  const float *x = from->data;
  float *y = to->data;
  for (uint64_t i = 0; i < tn_tensor_element_count(from); i++)
    y[i] = 2 * x[i];
  return TN_OK;
}

static const tn_plugin_info info = {TN_SIZE(tn_plugin_info),
                                    0,
                                    TN_STRING_INIT("DOUBLE"),
                                    TN_STRING_INIT("1"),
                                    TN_STRING_INIT("t"),
                                    NULL,
                                    0};
static const tn_device device = {.size = TN_SIZE(tn_device),
                                 .capabilities = TN_DEVICE_HAS_DYNAMIC,
                                 .id = TN_STRING_INIT("0"),
                                 .name = TN_STRING_INIT("d")};
static const tn_device *const only = &device;
static const tn_device_list devices = {TN_SIZE(tn_device_list), 1, 1, &only};
static const tn_kit_property_table no_properties = {NULL, 0};
static const tn_kit_stage stages[] = {{"first", first}, {"second", second}};
static const tn_kit_plugin plugin_table = {.info = &info,
                                           .devices = &devices,
                                           .properties = &no_properties,
                                           .open = open_engine,
                                           .close = close_engine,
                                           .check_node = check_node,
                                           .compile = compile,
                                           .stages = stages,
                                           .stage_count = 2};

struct fixture {
  test_host host;
  tn_plugin *plugin;
  tn_compiled_model *compiled;
  tn_infer_request *request;
};

static const float ones[8] = {1, 1, 1, 1, 1, 1, 1, 1};

static void set_up(struct fixture *self) {
  const int64_t shape[] = {2, 4};
  memset(&gate, 0, sizeof gate);
  cr_assert_eq(tni_mutex_init(&gate.mutex), TN_OK);
  cr_assert_eq(tni_condition_init(&gate.changed), TN_OK);
  test_host_init(&self->host, NULL);
  const tn_create_options options = test_host_options(&self->host);
  cr_assert_eq(tn_kit_create(&plugin_table, &options, &self->plugin, NULL), TN_OK);
  tn_model *model = test_model_chain(NULL, "Relu", 14, 1, 2, 2);
  cr_assert_eq(tn_plugin_compile(self->plugin, TN_STRING(""), model, NULL, &self->compiled, NULL),
               TN_OK);
  tn_model_release(model);
  cr_assert_eq(tn_compiled_model_create_request(self->compiled, NULL, &self->request, NULL), TN_OK);
  tn_tensor *input = test_tensor(2, shape, ones);
  cr_assert_eq(tn_infer_request_set_tensor(self->request, 0, input, NULL), TN_OK);
  tn_tensor_release(input);
}

static void tear_down(struct fixture *self) {
  if (self->request) tn_infer_request_destroy(self->request);
  tn_compiled_model_destroy(self->compiled);
  tn_plugin_destroy(self->plugin, TN_DESTROY_NORMAL);
  cr_assert_eq(atomic_load(&self->host.ended), 1);
  cr_assert_eq(atomic_load(&self->host.executors), 0);
}

static void hold(int held) {
  tni_mutex_lock(&gate.mutex);
  gate.held = held;
  tni_condition_broadcast(&gate.changed);
  tni_mutex_unlock(&gate.mutex);
}

static void wait_until_inside(void) {
  tni_mutex_lock(&gate.mutex);
  while (!gate.inside)
    tni_condition_wait(&gate.changed, &gate.mutex);
  tni_mutex_unlock(&gate.mutex);
}

static void check_output(tn_infer_request *request) {
  tn_tensor *output;
  cr_assert_eq(tn_infer_request_get_tensor(request, 1, &output, NULL), TN_OK);
  for (int i = 0; i < 8; i++)
    cr_assert_float_eq(((const float *)output->data)[i], 2.0f, 0);
}

/* What a callback has seen, and what it is to do. */
struct record {
  atomic_int calls;
  atomic_int last_status;
  int restarts;
  tn_status start_status;
  tni_mutex *blocked_by; /* the callback waits for it */
  atomic_int inside;
};

static void on_done(void *user, tn_infer_request *request, tn_status status,
                    const tn_error *error) {
  struct record *record = user;
  cr_assert_eq(error == NULL, status == TN_OK);
  atomic_store(&record->last_status, status);
  cr_assert_eq(tn_infer_request_wait(request, -1, NULL), TN_WRONG_STATE);
  cr_assert_eq(tn_infer_request_infer(request, NULL), TN_WRONG_STATE);
  if (status == TN_OK) check_output(request);
  atomic_store(&record->inside, 1);
  if (record->blocked_by) {
    tni_mutex_lock(record->blocked_by);
    tni_mutex_unlock(record->blocked_by);
  }
  if (record->restarts > 0) {
    record->restarts--;
    record->start_status = tn_infer_request_start(request, NULL, NULL);
    if (record->start_status == TN_OK)
      cr_assert_eq(tn_infer_request_start(request, NULL, NULL), TN_BUSY);
  }
  atomic_store(&record->inside, 0);
  atomic_fetch_add(&record->calls, 1);
}

Test(kit_async, one_start_calls_back_once_and_restarts_from_there) {
  struct fixture self;
  struct record record = {.restarts = 3};
  set_up(&self);
  cr_assert_eq(tn_infer_request_wait(self.request, -1, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_set_callback(self.request, on_done, &record, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_OK);
  while (tn_infer_request_set_callback(self.request, NULL, NULL, NULL) == TN_BUSY)
    cr_assert_eq(tn_infer_request_wait(self.request, -1, NULL), TN_OK);
  cr_assert_eq(atomic_load(&record.calls), 4);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_wait(self.request, -1, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_wait(self.request, 0, NULL), TN_OK);
  cr_assert_eq(atomic_load(&record.calls), 4);
  check_output(self.request);
  tear_down(&self);
}

Test(kit_async, in_flight_others_are_busy_and_a_limit_is_no_cancel) {
  struct fixture self;
  tn_tensor *tensor;
  set_up(&self);
  hold(1);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_BUSY);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_BUSY);
  cr_assert_eq(tn_infer_request_set_tensor(self.request, 0, NULL, NULL), TN_BUSY);
  cr_assert_eq(tn_infer_request_get_tensor(self.request, 1, &tensor, NULL), TN_BUSY);
  cr_assert_eq(tn_infer_request_set_callback(self.request, NULL, NULL, NULL), TN_BUSY);
  const int64_t before = tni_clock_now();
  cr_assert_eq(tn_infer_request_wait(self.request, 20000000, NULL), TN_TIMEOUT);
  cr_assert_geq(tni_clock_now() - before, 20000000);
  cr_assert_eq(tn_infer_request_wait(self.request, 0, NULL), TN_TIMEOUT);
  hold(0);
  cr_assert_eq(tn_infer_request_wait(self.request, -1, NULL), TN_OK);
  check_output(self.request);
  tear_down(&self);
}

Test(kit_async, cancel_meets_the_run_in_flight_and_no_later_one) {
  struct fixture self;
  struct record record = {0};
  set_up(&self);
  cr_assert_eq(tn_infer_request_set_callback(self.request, on_done, &record, NULL), TN_OK);
  hold(1);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_OK);
  wait_until_inside();
  cr_assert_eq(tn_infer_request_cancel(self.request, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_wait(self.request, -1, NULL), TN_CANCELLED);
  cr_assert_eq(atomic_load(&record.last_status), TN_CANCELLED);
  cr_assert_eq(tn_infer_request_cancel(self.request, NULL), TN_OK); /* late: nothing in flight */
  hold(0);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_wait(self.request, -1, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_cancel(self.request, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_OK);
  cr_assert_eq(atomic_load(&record.calls), 2);
  tear_down(&self);
}

Test(kit_async, a_failing_stage_reaches_callback_and_waiters) {
  struct fixture self;
  struct record record = {0};
  tn_error error;
  set_up(&self);
  gate.fail = 1;
  cr_assert_eq(tn_infer_request_set_callback(self.request, on_done, &record, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_OK);
  for (int i = 0; i < 3; i++) {
    memset(&error, 0, sizeof error);
    cr_assert_eq(tn_infer_request_wait(self.request, -1, &error), TN_DEVICE_LOST);
    cr_assert_str_eq(error.message, "the device is gone");
  }
  cr_assert_eq(atomic_load(&record.last_status), TN_DEVICE_LOST);
  tear_down(&self);
}

struct waiting {
  tn_infer_request *request;
  tn_status status;
};

static void wait_for_it(void *user) {
  struct waiting *waiting = user;
  waiting->status = tn_infer_request_wait(waiting->request, -1, NULL);
}

/* Until three threads sleep in wait. */
static void wait_for_waiters(tn_infer_request *request) {
  tni_kit_flight *flight = &((tn_kit_request *)request)->kit->flight;
  for (int count = 0; count < 3;) {
    tni_mutex_lock(&flight->mutex);
    count = tni_kit_count_waiters(flight);
    tni_mutex_unlock(&flight->mutex);
  }
}

Test(kit_async, each_waiter_gets_the_status_of_its_own_generation) {
  struct fixture self;
  struct record record = {.restarts = 1};
  struct waiting early[3];
  tni_thread threads[3];
  set_up(&self);
  cr_assert_eq(tn_infer_request_set_callback(self.request, on_done, &record, NULL), TN_OK);
  hold(1);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_OK);
  wait_until_inside();
  for (int i = 0; i < 3; i++) {
    early[i].request = self.request;
    cr_assert_eq(tni_thread_start(&threads[i], "waiter", wait_for_it, &early[i], NULL), TN_OK);
  }
  wait_for_waiters(self.request);
  cr_assert_eq(tn_infer_request_cancel(self.request, NULL), TN_OK); /* the first; it is restarted */
  for (int i = 0; i < 3; i++) {
    tni_thread_join(&threads[i]);
    cr_assert_eq(early[i].status, TN_CANCELLED);
  }
  hold(0);
  cr_assert_eq(tn_infer_request_wait(self.request, -1, NULL), TN_OK);
  cr_assert_eq(atomic_load(&record.calls), 2);
  tear_down(&self);
}

Test(kit_async, during_the_callback_other_threads_are_busy) {
  struct fixture self;
  tni_mutex blocked;
  struct record record = {.blocked_by = &blocked};
  tn_tensor *tensor;
  set_up(&self);
  cr_assert_eq(tni_mutex_init(&blocked), TN_OK);
  cr_assert_eq(tn_infer_request_set_callback(self.request, on_done, &record, NULL), TN_OK);
  tni_mutex_lock(&blocked);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_OK);
  while (!atomic_load(&record.inside)) {
  }
  cr_assert_eq(tn_infer_request_get_tensor(self.request, 1, &tensor, NULL), TN_BUSY);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_BUSY);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_BUSY);
  cr_assert_eq(tn_infer_request_wait(self.request, 1000, NULL), TN_TIMEOUT);
  cr_assert_eq(tn_infer_request_cancel(self.request, NULL), TN_OK);
  tni_mutex_unlock(&blocked);
  cr_assert_eq(tn_infer_request_wait(self.request, -1, NULL), TN_OK);
  tni_mutex_destroy(&blocked);
  tear_down(&self);
}

Test(kit_async, destroy_in_flight_cancels_and_waits_for_the_callback) {
  struct fixture self;
  struct record record = {.restarts = 1};
  set_up(&self);
  cr_assert_eq(tn_infer_request_set_callback(self.request, on_done, &record, NULL), TN_OK);
  hold(1);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_OK);
  wait_until_inside();
  tn_infer_request_destroy(self.request);
  self.request = NULL;
  cr_assert_eq(atomic_load(&record.calls), 1);
  cr_assert_eq(atomic_load(&record.last_status), TN_CANCELLED);
  cr_assert_eq(record.start_status, TN_WRONG_STATE);
  tear_down(&self);
}

/* A task that keeps an executor from taking the next one. */
struct blocker {
  tn_task task;
  atomic_int running, release;
};

static void block(tn_task *task) {
  struct blocker *blocker = (struct blocker *)task;
  atomic_store(&blocker->running, 1);
  while (!atomic_load(&blocker->release)) {
  }
}

Test(kit_async, destroy_withdraws_what_has_not_begun) {
  for (int stage = 0; stage < 2; stage++) {
    struct fixture self;
    struct record record = {0};
    struct blocker blocker = {.task = {.run = block}};
    set_up(&self);
    cr_assert_eq(tn_infer_request_set_callback(self.request, on_done, &record, NULL), TN_OK);
    self.host.table.post(&self.host.table, executors[stage], &blocker.task);
    while (!atomic_load(&blocker.running)) {
    }
    cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_OK);
    tn_infer_request_destroy(self.request);
    self.request = NULL;
    cr_assert_eq(atomic_load(&record.calls), 1);
    cr_assert_eq(atomic_load(&record.last_status), TN_CANCELLED);
    cr_assert_eq(gate.runs, 0);
    atomic_store(&blocker.release, 1);
    tear_down(&self);
  }
}

static void disturb(void *user) {
  tn_infer_request *request = user;
  for (int i = 0; i < 300; i++) {
    if (i % 7 == 0) tn_infer_request_cancel(request, NULL);
    const tn_status status = tn_infer_request_wait(request, i % 3 ? -1 : 10000, NULL);
    cr_assert(status == TN_OK || status == TN_CANCELLED || status == TN_TIMEOUT);
  }
}

Test(kit_async, many_threads_wait_and_cancel_while_it_restarts) {
  struct fixture self;
  struct record record = {.restarts = 500};
  tni_thread threads[4];
  set_up(&self);
  cr_assert_eq(tn_infer_request_set_callback(self.request, on_done, &record, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_OK);
  for (int i = 0; i < 4; i++)
    cr_assert_eq(tni_thread_start(&threads[i], "disturb", disturb, self.request, NULL), TN_OK);
  for (int i = 0; i < 4; i++)
    tni_thread_join(&threads[i]);
  while (atomic_load(&record.calls) < 501)
    tn_infer_request_wait(self.request, -1, NULL);
  tear_down(&self);
}
