/* Checks of requests that run at the same time, one per thread. Each looks at its results after
 * every inference: what two of them do to each other may be gone when the last one ends. */
#define TN_GROUP "thread"
#include <string.h>
#include <time.h>

#include "engine/check.h"
#include "engine/computed.h"
#include "engine/together.h"
#include "graph/tensor.h"

enum { THREADS = 6, FEWEST_ROUNDS = 30, MOST_OUTPUTS = 4, MOST_KEPT = 3 };
/* So that threads are interrupted everywhere, also where there are fewer processors than threads:
 * this much work of the process, or this long on a machine that works on something else. */
static const int64_t enough_work_ns = 400000000, enough_ns = 1500000000;

/* A request and its thread. Records are made by the check's own thread. */
struct user {
  tn_infer_request *request;
  uint32_t inputs, outputs;
  uint64_t seed;
  tn_status (*run)(tn_infer_request *request);
  /* Dense copies of the results that differ from each other. They may differ rightly, by the order
   * of sums: each is compared with the reference. */
  tn_tensor *kept[MOST_OUTPUTS][MOST_KEPT];
  tn_status status;
};

static tn_status infer(tn_infer_request *request) {
  return tn_infer_request_infer(request, NULL);
}

static tn_status start_and_wait(tn_infer_request *request) {
  TN_TRY(tn_infer_request_start(request, NULL, NULL));
  return tn_infer_request_wait(request, -1, NULL);
}

static bool is_same(const tn_tensor *a, const tn_tensor *b) {
  const uint64_t count = tn_tensor_element_count(a);
  return a->type == b->type && tn_tensor_element_count(b) == count &&
         memcmp(a->data, b->data, (size_t)tn_dense_bytes(a->type, count)) == 0;
}

/* Keeps a result that has not come before, while there is room. Takes it over. */
static void keep(tn_tensor **kept, tn_tensor *result) {
  uint32_t place = 0;
  while (place < MOST_KEPT && kept[place] && !is_same(kept[place], result))
    place++;
  if (place < MOST_KEPT && !kept[place])
    kept[place] = result;
  else
    tn_tensor_release(result);
}

static tn_status run_round(struct user *self) {
  TN_TRY(self->run(self->request));
  for (uint32_t i = 0; i < self->outputs; i++) {
    tn_tensor *output = NULL, *result = NULL;
    TN_TRY(tn_infer_request_get_tensor(self->request, self->inputs + i, &output, NULL));
    TN_TRY(tni_tensor_create_dense(tni_environment_system(), output, &result, NULL));
    keep(self->kept[i], result);
  }
  return TN_OK;
}

/* Time that processors have worked for this process. */
static int64_t work_done(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void run_rounds(void *user) {
  struct user *self = user;
  const int64_t begun = test_now(), done = work_done();
  for (uint32_t round = 0; round < FEWEST_ROUNDS ||
                           (work_done() - done < enough_work_ns && test_now() - begun < enough_ns);
       round++) {
    self->status = run_round(self);
    if (self->status != TN_OK) break;
  }
}

static bool prepare(test *t, struct user *self, tn_compiled_model *model, const char *name) {
  const tn_graph *graph = test_model(t, name)->graph;
  self->request = test_request(t, model);
  self->inputs = graph->input_count;
  self->outputs = graph->output_count < MOST_OUTPUTS ? graph->output_count : MOST_OUTPUTS;
  return self->request && test_set_inputs(t, self->request, name, self->seed, 4);
}

static void hand_over(test *t, struct user *self, const char *name) {
  for (uint32_t i = 0; i < self->outputs; i++)
    for (uint32_t place = 0; place < MOST_KEPT && self->kept[i][place]; place++) {
      test_expect_output(t, self->kept[i][place], name, i, self->seed, 4);
      tn_tensor_release(self->kept[i][place]);
    }
}

static void run_model(test *t, const char *name, bool one_model,
                      tn_status (*run)(tn_infer_request *request)) {
  struct user users[THREADS];
  tn_compiled_model *shared = test_compile(t, name);
  NEED(shared);
  memset(users, 0, sizeof users);
  for (uint32_t i = 0; i < THREADS; i++) {
    users[i].run = run;
    users[i].seed = 1000 + i;
    REQUIRE(prepare(t, &users[i], one_model ? shared : test_compile(t, name), name));
  }
  together_run(users, sizeof *users, THREADS, run_rounds);
  test_about(t, TNI_CLAUSE(THREAD, 3));
  for (uint32_t i = 0; i < THREADS; i++)
    EXPECT_THAT(users[i].status == TN_OK, "thread %u of %u succeeds; it got %s", i, THREADS,
                tni_status_name(users[i].status));
  test_about(t, 0);
  for (uint32_t i = 0; i < THREADS; i++)
    hand_over(t, &users[i], name);
}

/* Results of many bytes take the longer, and so meet the more often. */
static void requests_together(test *t, bool one_model,
                              tn_status (*run)(tn_infer_request *request)) {
  if (one_model && test_lacks_requests(t, THREADS)) return;
  tn_model *wide = test_model(t, "multiply_add_wide");
  run_model(t, "carrier", one_model, run);
  if (wide && computed_supports(t, wide)) run_model(t, "multiply_add_wide", one_model, run);
}

TN_CHECK_WITH(thread_requests_of_one_model, THREAD, 5, TEST_SLOW,
              "requests of one model in many threads give each its own results", .revision = 2) {
  requests_together(t, true, infer);
}

TN_CHECK_WITH(thread_requests_of_many_models, THREAD, 3, TEST_SLOW,
              "requests of many models in many threads give each its own results", .revision = 2) {
  requests_together(t, false, infer);
}

TN_CHECK_WITH(thread_starts_of_one_model, THREAD, 5, TEST_SLOW,
              "started requests of one model in many threads give each its own results",
              .revision = 2) {
  requests_together(t, true, start_and_wait);
}
