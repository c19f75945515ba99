/* test-labels: threads */
/* Inferences in the background, and many threads on one core. */
#include "../support/runtime.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct flight {
  atomic_int calls;
  int restarts;
  tn_request *request;
  tn_status status;
  char message[512];
} flight;

static void landed(void *user, tn_request *request, tn_status status, const tn_error *error) {
  flight *self = user;
  cr_assert_eq(request, self->request);
  self->status = status;
  if (error) strcpy(self->message, error->message);
  tn_error problem = {0};
  if (atomic_fetch_add(&self->calls, 1) < self->restarts)
    cr_assert_eq(tn_request_start(request, &problem), TN_OK, "%s", problem.message);
}

static tn_request *make_request(tn_compiled *compiled) {
  tn_request *request = NULL;
  tn_error error = {0};
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  return request;
}

static void set_input(tn_core *core, tn_request *request) {
  tn_tensor *input = make_input(core);
  tn_error error = {0};
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  tn_tensor_release(input);
}

static void run_in_background(const char *device) {
  tn_core *core = full_core();
  tn_compiled *compiled = compile_relu(core, device);
  tn_request *request = make_request(compiled);
  tn_error error = {0};
  flight self = {.restarts = 4, .request = request};
  assert_ok(tn_request_wait(request, -1, &error));
  set_input(core, request);
  assert_ok(tn_request_set_callback(request, landed, &self, &error));
  assert_ok(tn_request_start(request, &error));
  while (atomic_load(&self.calls) < 5)
    assert_ok(tn_request_wait(request, -1, &error));
  assert_ok(tn_request_wait(request, -1, &error));
  cr_assert_eq(atomic_load(&self.calls), 5);
  cr_assert_eq(self.status, TN_OK);
  tn_tensor *output = NULL;
  assert_ok(tn_request_get_tensor(request, 1, &output, &error));
  cr_assert_eq(((float *)output->data)[15], 7.0f);
  assert_ok(tn_request_set_callback(request, NULL, NULL, &error));
  assert_ok(tn_request_start(request, &error));
  assert_ok(tn_request_wait(request, -1, &error));
  cr_assert_eq(atomic_load(&self.calls), 5);
  assert_ok(tn_request_cancel(request, &error));
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(async, callbacks_come_once_for_each_start) {
  run_in_background("BARE");
}

Test(async, a_plugin_that_hands_on_changes_nothing) {
  run_in_background("FORWARD");
}

Test(async, a_failure_reaches_wait_and_callback_under_the_plugins_name) {
  tn_core *core = full_core();
  tn_compiled *compiled = compile_relu(core, "BARE");
  tn_request *request = make_request(compiled);
  tn_error error = {0};
  float data[4];
  const int64_t shape[] = {4};
  tn_tensor *small = NULL;
  flight self = {.request = request};
  set_input(core, request);
  assert_ok(
      tn_core_wrap_tensor(core, TN_F32, 1, shape, data, sizeof data, NULL, NULL, &small, &error));
  tn_status status = tn_request_set_tensor(request, 1, small, &error);
  tn_tensor_release(small);
  if (status == TN_OK) {
    assert_ok(tn_request_set_callback(request, landed, &self, &error));
    status = tn_request_start(request, &error);
    if (status == TN_OK) {
      status = tn_request_wait(request, -1, &error);
      cr_assert_eq(self.status, status);
      cr_assert_eq(strncmp(self.message, "BARE: ", 6), 0, "%s", self.message);
    }
  }
  cr_assert_neq(status, TN_OK);
  cr_assert_eq(error.status, status);
  cr_assert_eq(strncmp(error.message, "BARE: ", 6), 0, "%s", error.message);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(async, a_request_in_flight_may_be_destroyed) {
  tn_core *core = full_core();
  tn_compiled *compiled = compile_relu(core, "BARE");
  for (int i = 0; i < 50; i++) {
    tn_request *request = make_request(compiled);
    tn_error error = {0};
    flight self = {.restarts = 1000000, .request = request};
    set_input(core, request);
    assert_ok(tn_request_set_callback(request, landed, &self, &error));
    self.restarts = 0;
    assert_ok(tn_request_start(request, &error));
    tn_request_destroy(request);
    cr_assert_eq(atomic_load(&self.calls), 1);
  }
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* --- many threads */

enum { THREADS = 8, ROUNDS = 20 };

typedef struct worker {
  pthread_t thread;
  tn_core *core;
  tn_model *model;
  tn_plugin *plugin;
  atomic_int *failures;
} worker;

static void run_workers(worker *workers, tn_core *core, tn_model *model,
                        void *(*function)(void *)) {
  atomic_int failures = 0;
  for (int i = 0; i < THREADS; i++) {
    workers[i] = (worker){.core = core, .model = model, .failures = &failures};
    cr_assert_eq(pthread_create(&workers[i].thread, NULL, function, &workers[i]), 0);
  }
  for (int i = 0; i < THREADS; i++)
    pthread_join(workers[i].thread, NULL);
  cr_assert_eq(atomic_load(&failures), 0);
}

static void *load(void *user) {
  worker *self = user;
  if (tn_core_plugin_object(self->core, "FULL", &self->plugin, NULL) != TN_OK)
    atomic_fetch_add(self->failures, 1);
  return NULL;
}

/* checks TN_DISCOVERY_006 */
Test(async, the_first_use_by_many_threads_makes_one_engine) {
  for (int round = 0; round < ROUNDS; round++) {
    tn_core *core = full_core();
    worker workers[THREADS];
    run_workers(workers, core, NULL, load);
    for (int i = 1; i < THREADS; i++)
      cr_assert_eq(workers[i].plugin, workers[0].plugin);
    tn_core_destroy(core);
  }
}

static tn_status compile_and_infer(const worker *self, const char *device) {
  tn_compiled *compiled = NULL;
  tn_request *request = NULL;
  tn_tensor *output = NULL;
  tn_status status = tn_core_compile(self->core, self->model, device, NULL, &compiled, NULL);
  if (status == TN_OK) status = tn_compiled_create_request(compiled, &request, NULL);
  tn_compiled_destroy(compiled);
  if (status == TN_OK) status = tn_request_get_tensor(request, 0, &output, NULL);
  if (status == TN_OK) status = tn_request_infer(request, NULL);
  if (status == TN_OK) status = tn_request_start(request, NULL);
  if (status == TN_OK) status = tn_request_wait(request, -1, NULL);
  tn_request_destroy(request);
  return status;
}

static tn_status ignore(void *user, const tn_plugin_entry *const *plugins, uint64_t count) {
  (void)user, (void)plugins, (void)count;
  return TN_OK;
}

static void *work(void *user) {
  const worker *self = user;
  for (int round = 0; round < ROUNDS; round++) {
    const char *device = round % 2 ? "BARE" : "FORWARD";
    if (compile_and_infer(self, device) != TN_OK) atomic_fetch_add(self->failures, 1);
    if (tn_core_plugins(self->core, ignore, NULL, NULL) != TN_OK)
      atomic_fetch_add(self->failures, 1);
  }
  return NULL;
}

Test(async, many_threads_work_on_one_model) {
  static const char *const chain[] = {"Relu", NULL};
  tn_core *core = full_core();
  tn_model *model = read_chain(core, 9, chain); /* to be upgraded, once for all */
  worker workers[THREADS];
  run_workers(workers, core, model, work);
  tn_model_release(model);
  tn_core_destroy(core);
}
