/* A check of variables that an inference is assigning while it is cancelled. */
#define TN_GROUP "state"
#include <string.h>

#include "engine/long_model.h"
#include "engine/watch.h"
#include "tenon/abi/ext/states.h"

enum {
  VARIABLES = 2, /* the first is assigned early, the second late */
  STEPS = 3,     /* inferences since the reset, of which the second is cancelled */
  ENOUGH = 5,    /* cancelled inferences */
  TIME = 2 * LONG_ENOUGH_TIME
};

struct kept {
  long_model model;
  tn_state *states[VARIABLES];
  tn_tensor *after[STEPS + 1][VARIABLES]; /* their values after so many whole inferences */
};

static bool is_ok(test *t, tn_status status, const char *call) {
  return test_record_status(t, status, TN_OK, call, __FILE__, __LINE__);
}

static bool read_values(test *t, const struct kept *self, tn_tensor *out[VARIABLES]) {
  for (uint32_t i = 0; i < VARIABLES; i++) {
    if (!is_ok(t, self->states[i]->api->get(self->states[i], &out[i], &t->error),
               "get(state, &value, &t->error)"))
      return false;
    test_adopt_tensor(t, out[i]);
  }
  return true;
}

static bool reset(test *t, const struct kept *self) {
  for (uint32_t i = 0; i < VARIABLES; i++)
    if (!is_ok(t, self->states[i]->api->reset(self->states[i], &t->error),
               "reset(state, &t->error)"))
      return false;
  return true;
}

static void close_states(test *t, struct kept *self) {
  for (uint32_t i = 0; i < VARIABLES; i++)
    if (self->states[i]) test_destroy_state(t, self->states[i]);
  memset(self->states, 0, sizeof self->states);
}

/* Of the request at hand, in the order early, late. */
static bool open_states(test *t, struct kept *self) {
  const tn_states_api *api =
      tn_infer_request_get_extension(self->model.request, TN_STRING(TN_EXTENSION_STATES));
  if (!test_record_truth(t, api && api->count(self->model.request) == VARIABLES,
                         "the request has both variables", __FILE__, __LINE__))
    return false;
  for (uint32_t i = 0; i < VARIABLES; i++) {
    tn_state *state = NULL;
    if (!is_ok(t, api->open(self->model.request, i, &state, &t->error),
               "open(request, index, &state, &t->error)"))
      return false;
    test_adopt_state(t, state);
    self->states[tn_string_equal(state->api->name(state), TN_STRING("late"))] = state;
  }
  return test_record_truth(t, self->states[0] && self->states[1], "each has its name", __FILE__,
                           __LINE__);
}

/* What the variables hold after each inference that nothing disturbs. */
static bool learn_values(test *t, struct kept *self) {
  if (!reset(t, self)) return false;
  for (uint32_t step = 0; step <= STEPS; step++)
    if ((step && !long_model_time(t, &self->model)) || !read_values(t, self, self->after[step]))
      return false;
  return true;
}

static bool learn(test *t, struct kept *self) {
  const bool learned = open_states(t, self) && learn_values(t, self);
  close_states(t, self);
  return learned;
}

static bool same_bytes(const tn_tensor *a, const tn_tensor *b) {
  const uint64_t bytes = tn_dense_bytes(a->type, tn_tensor_element_count(a));
  return bytes == tn_dense_bytes(b->type, tn_tensor_element_count(b)) &&
         memcmp(a->data, b->data, (size_t)bytes) == 0;
}

/* What is equal to the bit needs no judging: there may be much of it. */
static void expect_equal(test *t, tn_tensor *a, tn_tensor *b, const char *what) {
  if (!same_bytes(a, b)) test_expect_equal(t, a, b, what);
}

/* Says after how many inferences each variable is as it is. A value that is not that of before has
 * to be that of after. */
static bool expect_before_or_after(test *t, const struct kept *self, uint32_t steps[VARIABLES]) {
  static const char *const names[] = {"the variable assigned early", "the variable assigned late"};
  tn_tensor *now[VARIABLES];
  if (!read_values(t, self, now)) return false;
  for (uint32_t i = 0; i < VARIABLES; i++) {
    steps[i] = same_bytes(self->after[1][i], now[i]) ? 1 : 2;
    if (steps[i] == 2) expect_equal(t, self->after[2][i], now[i], names[i]);
    test_destroy_tensor(t, now[i]);
  }
  return true;
}

/* A whole inference; what comes out late depends on what both have held. */
static bool go_on(test *t, struct kept *self, const uint32_t steps[VARIABLES]) {
  tn_tensor *now[VARIABLES];
  if (!long_model_time(t, &self->model) || !read_values(t, self, now)) return false;
  expect_equal(t, self->after[steps[0] + 1][0], now[0], "the variable assigned early, gone on");
  if (steps[0] == steps[1])
    expect_equal(t, self->after[steps[1] + 1][1], now[1], "the variable assigned late, gone on");
  for (uint32_t i = 0; i < VARIABLES; i++)
    test_destroy_tensor(t, now[i]);
  return true;
}

/* The second inference, cancelled after a part of its time, each time another one. False after a
 * failure that leaves nothing to look at. */
static bool cancel_second(test *t, struct kept *self, bool *cancelled) {
  uint32_t steps[VARIABLES];
  if (!reset(t, self) || !long_model_time(t, &self->model)) return false;
  tn_infer_request *request = self->model.request;
  if (!is_ok(t, tn_infer_request_start(request, NULL, &t->error), "start(request)")) return false;
  watch_sleep(self->model.took * (1 + self->model.tries % 5 * 4) / 20);
  EXPECT_OK(tn_infer_request_cancel(request, &t->error));
  const tn_status status = tn_infer_request_wait(request, -1, &t->error);
  EXPECT_OK_OR(status, TN_CANCELLED);
  *cancelled = status == TN_CANCELLED;
  if (!expect_before_or_after(t, self, steps)) return false;
  EXPECT_THAT(status != TN_OK || (steps[0] == 2 && steps[1] == 2),
              "an inference that was not cancelled has assigned both variables");
  return go_on(t, self, steps);
}

static bool run_cancelled(test *t, struct kept *self, bool *cancelled) {
  const bool ran = open_states(t, self) && cancel_second(t, self, cancelled);
  close_states(t, self);
  return ran;
}

TN_CHECK(state_cancelled_in_flight, STATE, 7, TEST_NEEDS_STATES | TEST_SLOW,
         "after an inference that was cancelled while it computed each variable holds its value "
         "from before or from after, and the sequence goes on from there") {
  struct kept self = {.model = {0}};
  bool enlarged, cancelled;
  int seen = 0;
  if (!long_model_begin_kept(t, TIME, &self.model) || !learn(t, &self)) return;
  while (seen < ENOUGH && long_model_try(t, &self.model, &enlarged)) {
    if (enlarged && !learn(t, &self)) return;
    if (!run_cancelled(t, &self, &cancelled)) return;
    seen += cancelled;
  }
  if (seen || long_model_too_short(t, &self.model)) return;
  if (t->capabilities & TN_DEVICE_CANCELS_EARLY) INCONCLUSIVE("no inference ended as cancelled");
  NOT_APPLICABLE("the device cancels nothing that computes");
}
