/* Checks of calls from several threads. */
#define TN_GROUP "thread"
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "engine/check.h"
#include "engine/growth.h"
#include "engine/hygiene.h"
#include "engine/together.h"

enum { THREADS = 6 };

/* What a thread is given and what it came to. Records are made by the check's own thread. */
struct worker {
  tn_plugin *plugin;
  tn_string device;
  tn_model *model;
  tn_compiled_model *compiled;
  tn_infer_request *request;
  tn_status status;
  uint32_t rounds;
};

/* Runs `body` in a thread per worker, all at once; none may fail. */
static void run_together(test *t, struct worker workers[THREADS], void (*body)(void *worker)) {
  together_run(workers, sizeof *workers, THREADS, body);
  for (uint32_t i = 0; i < THREADS; i++)
    EXPECT_THAT(workers[i].status == TN_OK, "thread %u of %u succeeds; it got %s", i, THREADS,
                tni_status_name(workers[i].status));
}

static void judge(test *t, tn_compiled_model *model, const char *name) {
  tn_infer_request *request = test_request(t, model);
  uint64_t seed = test_random(t);
  if (!request || !test_set_inputs(t, request, name, seed, 4)) return;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, name, seed, 4);
}

/* --- one object, many threads */

static void *infer_once(void *user) {
  struct worker *self = user;
  self->status = tn_infer_request_infer(self->request, NULL);
  return NULL;
}

TN_CHECK(thread_each_call_another, THREAD, 2, 0,
         "a request works when each call comes from another thread") {
  struct worker worker = {.status = TN_OK};
  worker.request = test_request(t, test_compile(t, "carrier"));
  REQUIRE(worker.request != NULL);
  for (int i = 0; i < 20; i++) {
    pthread_t thread;
    uint64_t seed = test_random(t);
    REQUIRE(test_set_inputs(t, worker.request, "carrier", seed, 4));
    REQUIRE(pthread_create(&thread, NULL, infer_once, &worker) == 0);
    pthread_join(thread, NULL);
    EXPECT_STATUS(worker.status, TN_OK);
    test_expect_outputs(t, worker.request, "carrier", seed, 4);
  }
}

/* A whole life in a thread but for its end. */
static void *make_request(void *user) {
  struct worker *self = user;
  self->status =
      tn_plugin_compile(self->plugin, self->device, self->model, NULL, &self->compiled, NULL);
  if (self->status == TN_OK)
    self->status = tn_compiled_model_create_request(self->compiled, NULL, &self->request, NULL);
  return NULL;
}

static void *destroy_request(void *user) {
  struct worker *self = user;
  tn_infer_request_destroy(self->request);
  tn_compiled_model_destroy(self->compiled);
  return NULL;
}

TN_CHECK(thread_made_used_destroyed, THREAD, 5, 0,
         "an object made in one thread is used in another and destroyed in a third") {
  for (int i = 0; i < 5; i++) {
    pthread_t thread;
    struct worker worker = {
        .plugin = t->plugin, .device = t->device, .model = test_model(t, "carrier")};
    REQUIRE(worker.model != NULL);
    REQUIRE(pthread_create(&thread, NULL, make_request, &worker) == 0);
    pthread_join(thread, NULL); /* its maker is gone */
    EXPECT_STATUS(worker.status, TN_OK);
    REQUIRE(worker.request != NULL);
    uint64_t seed = test_random(t);
    REQUIRE(test_set_inputs(t, worker.request, "carrier", seed, 4));
    EXPECT_OK(tn_infer_request_infer(worker.request, &t->error));
    test_expect_outputs(t, worker.request, "carrier", seed, 4);
    REQUIRE(pthread_create(&thread, NULL, destroy_request, &worker) == 0);
    pthread_join(thread, NULL);
  }
}

static void make_and_destroy(void *user) {
  struct worker *self = user;
  for (uint32_t i = 0; i < self->rounds && self->status == TN_OK; i++) {
    tn_infer_request *request = NULL;
    self->status = tn_compiled_model_create_request(self->compiled, NULL, &request, NULL);
    if (self->status == TN_OK) self->status = tn_infer_request_infer(request, NULL);
    if (request) tn_infer_request_destroy(request);
  }
}

TN_CHECK(thread_create_request, THREAD, 1, TEST_SLOW,
         "requests of one model may be made, run and destroyed by many threads at once") {
  struct worker workers[THREADS];
  if (test_lacks_requests(t, THREADS)) return;
  tn_compiled_model *model = test_compile(t, "carrier");
  NEED(model);
  const tn_graph *graph = test_model(t, "carrier")->graph;
  for (uint32_t i = 0; i < graph->inputs[0]->rank; i++)
    if (graph->inputs[0]->dimensions[i].min != graph->inputs[0]->dimensions[i].max)
      NOT_APPLICABLE("the carrier's shape is not known");
  memset(workers, 0, sizeof workers);
  for (uint32_t i = 0; i < THREADS; i++) {
    workers[i].rounds = 30;
    workers[i].compiled = model;
  }
  run_together(t, workers, make_and_destroy);
  judge(t, model, "carrier");
}

/* --- settings */

static tn_status count_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  (void)nodes;
  *(uint64_t *)user = count;
  return TN_OK;
}

static tn_status check_value(void *user, const tn_value *value) {
  *(uint32_t *)user = value->kind;
  return TN_OK;
}

/* Reads, sets and queries, all of which any thread may do at any time. */
static void use_plugin(void *user) {
  struct worker *self = user;
  const tn_plugin_api *api = self->plugin->api;
  for (uint32_t i = 0; i < self->rounds; i++) {
    uint64_t answers = 0;
    uint32_t kind = 0;
    tn_map_entry entry = {TN_STRING("PERF_COUNT"), tn_value_of_bool((int)(i & 1))};
    tn_status status = api->set_properties(self->plugin, TN_STRING(""), &entry, 1, NULL);
    if (status != TN_OK && status != TN_NOT_FOUND) self->status = status;
    status = api->get_property(self->plugin, self->device, TN_STRING("FULL_DEVICE_NAME"),
                               check_value, &kind, NULL);
    if (status != TN_OK && status != TN_NOT_FOUND) self->status = status;
    status =
        api->query(self->plugin, self->device, self->model, NULL, count_answers, &answers, NULL);
    if (status != TN_OK || answers == 0) self->status = status != TN_OK ? status : TN_INTERNAL;
    if (!api->info(self->plugin)) self->status = TN_INTERNAL;
  }
}

TN_CHECK(thread_plugin, THREAD, 1, TEST_SLOW,
         "properties are read and set and models queried by many threads at once") {
  struct worker workers[THREADS];
  tn_model *model = test_model(t, "carrier");
  NEED(model);
  memset(workers, 0, sizeof workers);
  for (uint32_t i = 0; i < THREADS; i++) {
    workers[i].plugin = t->plugin;
    workers[i].device = t->device;
    workers[i].model = model;
    workers[i].rounds = 100;
  }
  run_together(t, workers, use_plugin);
  judge(t, test_compile(t, "carrier"), "carrier");
}

/* Engines made, used and ended by many threads at once. */
struct engine_worker {
  const test_setup *setup;
  tn_status status;
  long left;
};

static void live(void *user) {
  struct engine_worker *self = user;
  for (int i = 0; i < 10 && self->status == TN_OK; i++) {
    suite_host host;
    tn_plugin *plugin = NULL;
    suite_host_init(&host, self->setup->others, self->setup->other_count);
    self->status = suite_host_create_engine(&host, self->setup->create, self->setup->properties,
                                            self->setup->property_count, &plugin, NULL);
    if (plugin) tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
    self->left += atomic_load(&host.blocks) + (atomic_load(&host.ended) != 1);
    suite_host_clear(&host);
  }
}

TN_CHECK(thread_engines, THREAD, 1, TEST_NO_ENGINE | TEST_SLOW,
         "engines may be created and destroyed by many threads at once") {
  struct engine_worker workers[THREADS];
  for (uint32_t i = 0; i < THREADS; i++)
    workers[i] = (struct engine_worker){t->setup, TN_OK, 0};
  together_run(workers, sizeof *workers, THREADS, live);
  for (uint32_t i = 0; i < THREADS; i++) {
    EXPECT_STATUS(workers[i].status, TN_OK);
    EXPECT(workers[i].left == 0);
  }
}

/* --- work in flight */

TN_CHECK(thread_none_is_left, THREAD, 7, TEST_NO_ENGINE,
         "when an engine was destroyed after work in the background, no thread of it is left") {
  thread_set before;
  test_take_threads(&before);
  test *engine = test_another_engine(t);
  REQUIRE(engine != NULL);
  tn_compiled_model *model = test_compile(engine, "carrier");
  tn_infer_request *request = test_request(engine, model);
  NEED(request);
  for (int i = 0; i < 3; i++) {
    EXPECT_OK(tn_infer_request_start(request, NULL, &t->error));
    if (i < 2) EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  }
  test_destroy_request(t, request); /* the last generation may be in flight */
  test_destroy_compiled_model(t, model);
  test_end_engine(t, engine);
  const uint32_t left = test_count_new_threads(&before);
  EXPECT_THAT(left == 0, "the engine leaves no thread; it leaves %u", left);
}

TN_CHECK(thread_no_process_is_left, THREAD, 8, TEST_NO_ENGINE,
         "when an engine was destroyed after inferences, no process that it has started is left") {
  hygiene_children before;
  hygiene_take_children(&before);
  test *engine = test_another_engine(t);
  REQUIRE(engine != NULL);
  tn_compiled_model *model = test_compile(engine, "carrier");
  tn_infer_request *request = test_request(engine, model);
  NEED(request);
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  EXPECT_OK(tn_infer_request_start(request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_destroy_request(t, request);
  test_destroy_compiled_model(t, model);
  test_end_engine(t, engine);
  uint32_t left = hygiene_end_children(&before);
  EXPECT_THAT(left == 0, "the engine leaves no process; it leaves %u", left);
}

TN_CHECK(thread_calls_do_not_block, THREAD, 4, 0,
         "slots that may not block return while work is held back in flight") {
  tn_infer_request *request = test_carrier_request(t);
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_tensor *tensor = NULL;
  REQUIRE(request && model);
  atomic_store(&t->host->hold, true);
  EXPECT_OK(tn_infer_request_start(request, NULL, &t->error));
  if (atomic_load(&t->host->held) == 0) {
    suite_host_let_go(t->host);
    NOT_APPLICABLE("the plugin runs its work elsewhere than in the host's executors");
  }
  int64_t begin = test_now();
  EXPECT_STATUS(tn_infer_request_start(request, NULL, &t->error), TN_BUSY);
  EXPECT_STATUS(tn_infer_request_get_tensor(request, 0, &tensor, &t->error), TN_BUSY);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, NULL, &t->error), TN_BUSY);
  EXPECT_STATUS(tn_infer_request_set_callback(request, NULL, NULL, &t->error), TN_BUSY);
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_BUSY);
  EXPECT_STATUS(tn_infer_request_wait(request, 0, &t->error), TN_TIMEOUT);
  EXPECT(tn_compiled_model_ports(model) != NULL);
  EXPECT(t->plugin->api->info(t->plugin) != NULL);
  EXPECT(tn_plugin_get_extension(t->plugin, TN_STRING("x-none/1")) == NULL);
  EXPECT_OK(t->plugin->api->set_properties(t->plugin, TN_STRING(""), NULL, 0, &t->error));
  EXPECT_OK(tn_infer_request_cancel(request, &t->error));
  EXPECT_THAT(test_now() - begin < INT64_C(2000000000),
              "calls that may not block return at once; they took %lld ms",
              (long long)((test_now() - begin) / 1000000));
  suite_host_let_go(t->host);
  EXPECT_OK_OR(tn_infer_request_wait(request, -1, &t->error), TN_CANCELLED);
}
