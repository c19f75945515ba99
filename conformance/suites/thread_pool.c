/* Checks of requests that go from thread to thread: N requests, which M threads take and put back
 * as services do, and calls of extensions while work is held in flight. */
#define TN_GROUP "thread"
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "engine/check.h"
#include "engine/ignore.h"
#include "engine/virtual_device.h"

enum { MOST_REQUESTS = 12, MOST_THREADS = 12, TASKS = 36, MOST_PORTS = 4 };

/* One inference to be made by whoever comes: its inputs and its output are its own. */
struct task {
  tn_tensor *inputs[MOST_PORTS], *output;
  tn_status status;
};

struct pool {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  tn_infer_request *idle[MOST_REQUESTS];
  int idle_count;
  struct task tasks[TASKS];
  int next; /* task */
  uint32_t input_count;
};

static tn_infer_request *take_request(struct pool *self) {
  pthread_mutex_lock(&self->mutex);
  while (self->idle_count == 0)
    pthread_cond_wait(&self->changed, &self->mutex);
  tn_infer_request *request = self->idle[--self->idle_count];
  pthread_mutex_unlock(&self->mutex);
  return request;
}

static void put_back(struct pool *self, tn_infer_request *request) {
  pthread_mutex_lock(&self->mutex);
  self->idle[self->idle_count++] = request;
  pthread_cond_signal(&self->changed);
  pthread_mutex_unlock(&self->mutex);
}

static int take_task(struct pool *self) {
  pthread_mutex_lock(&self->mutex);
  const int task = self->next < TASKS ? self->next++ : -1;
  pthread_mutex_unlock(&self->mutex);
  return task;
}

/* Every other task runs in the background. */
static tn_status run_task(const struct pool *self, tn_infer_request *request,
                          const struct task *task, bool background) {
  tn_status status = tn_infer_request_set_tensor(request, self->input_count, task->output, NULL);
  for (uint32_t i = 0; status == TN_OK && i < self->input_count; i++)
    status = tn_infer_request_set_tensor(request, i, task->inputs[i], NULL);
  if (status != TN_OK) return status;
  if (!background) return tn_infer_request_infer(request, NULL);
  status = tn_infer_request_start(request, NULL, NULL);
  return status == TN_OK ? tn_infer_request_wait(request, -1, NULL) : status;
}

static void *serve(void *user) {
  struct pool *self = user;
  for (int task = take_task(self); task >= 0; task = take_task(self)) {
    tn_infer_request *request = take_request(self);
    self->tasks[task].status = run_task(self, request, &self->tasks[task], task % 2);
    put_back(self, request);
  }
  return NULL;
}

static bool make_task(test *t, const tn_graph *graph, struct task *task, uint64_t seed) {
  int64_t shape[TN_MAX_RANK];
  for (uint32_t i = 0; i < graph->input_count; i++) {
    suite_shape(graph->inputs[i], 4, shape);
    task->inputs[i] = test_tensor(t, graph->inputs[i]->type, graph->inputs[i]->rank, shape);
    if (!task->inputs[i]) return false;
    suite_fill(task->inputs[i], seed, i);
  }
  suite_shape(graph->outputs[0], 4, shape);
  task->output = test_tensor(t, graph->outputs[0]->type, graph->outputs[0]->rank, shape);
  return task->output != NULL;
}

static bool fill_pool(test *t, struct pool *self, int requests) {
  const tn_model *model = test_model(t, "carrier");
  tn_compiled_model *compiled = test_compile(t, "carrier");
  if (!model || !compiled || model->graph->input_count > MOST_PORTS) return false;
  self->input_count = model->graph->input_count;
  for (self->idle_count = 0; self->idle_count < requests; self->idle_count++)
    if (!(self->idle[self->idle_count] = test_request(t, compiled))) return false;
  for (int i = 0; i < TASKS; i++)
    if (!make_task(t, model->graph, &self->tasks[i], 3000 + (uint64_t)i)) return false;
  return true;
}

static const char *const sizes[] = {"1x4", "4x4", "12x3", "3x12", "12x12", NULL};

TN_CHECK_WITH(
    thread_pool, THREAD, 5, TEST_SLOW,
    "requests that threads take, use and put back give each task its own results; as many "
    "requests and threads as the case says",
    .names = sizes) {
  static struct pool pool; /* of the one case that runs */
  pthread_t threads[MOST_THREADS];
  int requests = 0, count = 0, started = 0;
  REQUIRE(sscanf(t->parameter, "%dx%d", &requests, &count) == 2 && requests <= MOST_REQUESTS &&
          count <= MOST_THREADS);
  memset(&pool, 0, sizeof pool);
  pthread_mutex_init(&pool.mutex, NULL);
  pthread_cond_init(&pool.changed, NULL);
  if (!fill_pool(t, &pool, requests)) return;
  while (started < count && pthread_create(&threads[started], NULL, serve, &pool) == 0)
    started++;
  for (int i = 0; i < started; i++)
    pthread_join(threads[i], NULL);
  if (started == 0) INCONCLUSIVE("no thread could be made");
  for (int i = 0; i < TASKS; i++) {
    EXPECT_STATUS(pool.tasks[i].status, TN_OK);
    test_expect_output(t, pool.tasks[i].output, "carrier", 0, 3000 + (uint64_t)i, 4);
  }
  pthread_cond_destroy(&pool.changed);
  pthread_mutex_destroy(&pool.mutex);
}

/* --- extensions, while work is held in flight */

static void call_request_extensions(test *t, tn_infer_request *request, tn_tensor *input) {
  const tn_batch_api *batch =
      tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_BATCH));
  const tn_states_api *states =
      tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_STATES));
  const tn_profiling_api *profiling =
      tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_PROFILING));
  tn_tensor *out = test_poison();
  if (batch) {
    EXPECT_STATUS(batch->set_tensors(request, 0, &input, 1, &t->error), TN_BUSY);
    EXPECT_STATUS(batch->get_tensor(request, 0, 0, &out, &t->error), TN_BUSY);
  }
  if (states) EXPECT(states->count(request) == 0);
  if (profiling) EXPECT_FAILURE(profiling->get(request, ignore_profile, NULL, &t->error));
  EXPECT(out == test_poison());
}

static void call_context(test *t, tn_remote_context *context) {
  const tn_handles_api *handles =
      context->api->get_extension(context, TN_STRING(TN_EXTENSION_HANDLES));
  EXPECT(test_names_device(t, context));
  EXPECT_OK(context->api->properties(context, ignore_value, NULL, &t->error));
  if (handles) EXPECT_OK(handles->types(context, ignore_value, NULL, &t->error));
  tn_remote_context_retain(context);
}

TN_CHECK(thread_extensions_do_not_block, THREAD, 4, 0,
         "slots of extensions that may not block return while work is held back in flight") {
  tn_infer_request *request = test_carrier_request(t);
  tn_tensor *input = NULL;
  tn_remote_context *context = NULL;
  const tn_remote_api *remote = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  NEED(request);
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &input, &t->error));
  if (remote && (t->capabilities & TN_DEVICE_HAS_REMOTE)) {
    REQUIRE_OK(remote->default_context(t->plugin, t->device, &context, &t->error));
    test_adopt_context(t, context);
  }
  if (!test_start_held(t, request)) INCONCLUSIVE(NOT_HELD);
  const int64_t begin = test_now();
  call_request_extensions(t, request, input);
  if (context) call_context(t, context);
  if (context) tn_remote_context_release(context);
  const int64_t took = test_now() - begin;
  suite_host_let_go(t->host);
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT_THAT(took < INT64_C(2000000000), "the calls return at once; they took %lld ms",
              (long long)(took / 1000000));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}
