/* Checks that requests which run at the same time share no values: each has inputs of its own,
 * which change from round to round, so that the values of another request, or of an earlier round,
 * are seen. */
#define TN_GROUP "thread"
#include <string.h>

#include "engine/check.h"
#include "engine/observe.h"
#include "engine/together.h"
#include "graph/tensor.h"

enum { THREADS = 4, ROUNDS = 24, SETS = 3, MOST_PORTS = 8 };

/* A request and its thread. Outputs are kept here, and handed over by the check's own thread. */
struct lane {
  tn_infer_request *request;
  uint32_t inputs, outputs;
  tn_tensor *set[SETS][MOST_PORTS];     /* inputs */
  tn_tensor *given[ROUNDS][MOST_PORTS]; /* dense copies of the outputs of each round */
  uint64_t seed;                        /* of the first set */
  tn_status status;
};

static tn_status run_round(struct lane *lane, uint32_t round) {
  for (uint32_t i = 0; i < lane->inputs; i++)
    TN_TRY(tn_infer_request_set_tensor(lane->request, i, lane->set[round % SETS][i], NULL));
  TN_TRY(tn_infer_request_infer(lane->request, NULL));
  for (uint32_t i = 0; i < lane->outputs; i++) {
    tn_tensor *output = NULL;
    TN_TRY(tn_infer_request_get_tensor(lane->request, lane->inputs + i, &output, NULL));
    TN_TRY(tni_tensor_create_dense(tni_environment_system(), output, &lane->given[round][i], NULL));
  }
  return TN_OK;
}

static void run_lane(void *user) {
  struct lane *lane = user;
  for (uint32_t round = 0; round < ROUNDS && lane->status == TN_OK; round++)
    lane->status = run_round(lane, round);
}

static bool prepare(test *t, struct lane *lane, tn_compiled_model *model, const char *name) {
  const tn_graph *graph = test_model(t, name)->graph;
  lane->request = test_request(t, model);
  lane->inputs = graph->input_count;
  lane->outputs = graph->output_count;
  lane->seed = test_random(t) >> 8; /* the seeds of the sets follow */
  if (!lane->request || lane->inputs > MOST_PORTS || lane->outputs > MOST_PORTS) return false;
  for (uint32_t set = 0; set < SETS; set++)
    for (uint32_t i = 0; i < lane->inputs; i++) {
      int64_t shape[TN_MAX_RANK];
      suite_shape(graph->inputs[i], 4, shape);
      lane->set[set][i] = test_tensor(t, graph->inputs[i]->type, graph->inputs[i]->rank, shape);
      if (!lane->set[set][i]) return false;
      suite_fill(lane->set[set][i], lane->seed + set, i);
    }
  return true;
}

static void hand_over(test *t, const struct lane *lane, const char *name) {
  EXPECT_THAT(lane->status == TN_OK, "each request of %s succeeds; one got %s", name,
              tni_status_name(lane->status));
  for (uint32_t round = 0; round < ROUNDS; round++)
    for (uint32_t i = 0; i < lane->outputs && i < MOST_PORTS; i++) {
      tn_tensor *given = lane->given[round][i];
      if (!given) continue;
      test_expect_output(t, given, name, i, lane->seed + round % SETS, 4);
      tn_tensor_release(given);
    }
}

static bool is_supported(test *t, const char *name) {
  seen_answers answers;
  tn_model *model = test_model(t, name);
  if (!model || see_query(t, t->plugin, model, NULL, &answers, NULL) != TN_OK) return false;
  for (uint32_t i = 0; i < answers.count; i++)
    if (!answers.items[i]->supported) return false;
  return true;
}

static void values_of(test *t, const char *name) {
  struct lane lanes[THREADS];
  tn_compiled_model *model = test_compile(t, name);
  if (!model) return;
  memset(lanes, 0, sizeof lanes);
  for (uint32_t i = 0; i < THREADS; i++)
    if (!prepare(t, &lanes[i], model, name)) return;
  together_run(lanes, sizeof *lanes, THREADS, run_lane);
  for (uint32_t i = 0; i < THREADS; i++)
    hand_over(t, &lanes[i], name);
}

TN_CHECK(thread_values_of_requests, THREAD, 5, TEST_SLOW,
         "requests of one model share no values when they run in several threads") {
  static const char *const models[] = {"multiply_add", "multiply_add_wide", "network_f32", "chain",
                                       "two_inputs_two_outputs"};
  values_of(t, "carrier");
  for (size_t i = 0; i < sizeof models / sizeof *models; i++)
    if (is_supported(t, models[i])) values_of(t, models[i]);
}
