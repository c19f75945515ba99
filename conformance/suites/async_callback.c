/* Checks of what may happen while a callback runs, and of what it finds. */
#define TN_GROUP "async"
#include <string.h>

#include "engine/watch.h"

enum { ROUNDS = 20, BYTE = 0x3c };

/* The output of the carrier, set by the suite, and what the callback found in it. */
struct output {
  tn_tensor *set;
  tn_tensor *copies[ROUNDS];
  uint32_t port;
  int wrong; /* bytes that were written although they should not have been */
};

/* Sets a tensor of the suite as the carrier's first output. False after recording why not. */
static bool set_output(test *t, tn_infer_request *request, struct output *out) {
  tn_tensor *own = NULL;
  const tn_model *model = test_model(t, "carrier");
  memset(out, 0, sizeof *out);
  if (!model) return false;
  out->port = model->graph->input_count;
  tn_status status = tn_infer_request_infer(request, &t->error);
  if (status == TN_OK) status = tn_infer_request_get_tensor(request, out->port, &own, &t->error);
  if (status == TN_OK) out->set = test_tensor(t, own->type, own->rank, own->shape);
  for (int i = 0; out->set && i < ROUNDS; i++)
    out->copies[i] = test_tensor(t, out->set->type, out->set->rank, out->set->shape);
  if (out->set) status = tn_infer_request_set_tensor(request, out->port, out->set, &t->error);
  return test_record_status(t, status, TN_OK, "set_tensor(request, output, tensor, &t->error)",
                            __FILE__, __LINE__) &&
         out->set;
}

static void take_copy(watch *self, tn_infer_request *request) {
  struct output *output = self->user;
  const tn_tensor *copy = output->copies[(self->begun - 1) % ROUNDS];
  (void)request;
  memcpy(copy->data, output->set->data, (size_t)copy->capacity_bytes);
}

TN_CHECK(async_outputs_complete_in_callback, ASYNC, 7, 0,
         "the callback finds the outputs of its generation complete, 20 times with other inputs") {
  watch *seen;
  struct output output;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request && set_output(t, request, &output));
  seen->user = &output;
  seen->action = take_copy;
  for (uint64_t i = 0; i < ROUNDS; i++) {
    if (!test_set_inputs(t, request, "carrier", 300 + i, 4)) return;
    memset(output.set->data, BYTE, (size_t)output.set->capacity_bytes);
    REQUIRE_OK(watch_start(seen, request, &t->error));
    REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
    REQUIRE(seen->calls == (int)i + 1);
  }
  seen->action = NULL;
  for (uint64_t i = 0; i < ROUNDS; i++)
    test_expect_output(t, output.copies[i], "carrier", 0, 300 + i, 4);
}

TN_CHECK(async_callbacks_do_not_overlap, ASYNC, 5, 0,
         "callbacks of restarts never overlap, although each goes on for a while after its "
         "restart") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  seen->restarts = 6;
  seen->linger_after_ns = 10000000;
  REQUIRE_OK(watch_start(seen, request, &t->error));
  EXPECT(watch_settle(seen, request, 7));
  EXPECT_THAT(seen->overlaps == 0, "no callback begins while another runs; %d did",
              (int)seen->overlaps);
}

/* Writes over the output before the restart, and looks at it until the callback ends. */
static void guard_output(watch *self, tn_infer_request *request) {
  struct output *output = self->user;
  unsigned char *bytes = output->set->data;
  if (self->begun > 3) return;
  memset(bytes, BYTE, (size_t)output->set->capacity_bytes);
  self->start_status = tn_infer_request_start(request, NULL, NULL);
  watch_sleep(20000000);
  for (uint64_t i = 0; i < output->set->capacity_bytes; i++)
    output->wrong += bytes[i] != BYTE;
}

TN_CHECK(async_restart_leaves_outputs, ASYNC, 6, 0,
         "a restart writes no output before the callback that made it has returned") {
  watch *seen;
  struct output output;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request && set_output(t, request, &output));
  seen->user = &output;
  seen->action = guard_output;
  REQUIRE_OK(watch_start(seen, request, &t->error));
  EXPECT(watch_settle(seen, request, 4));
  EXPECT_STATUS(seen->start_status, TN_OK);
  EXPECT_THAT(output.wrong == 0, "the outputs stay while the callback runs; %d bytes changed",
              output.wrong);
  test_expect_output(t, output.set, "carrier", 0, t->seed, 4);
}

/* --- calls inside a callback */

static void start_twice(watch *self, tn_infer_request *request) {
  if (self->begun > 1) return;
  self->answers[0] = tn_infer_request_start(request, NULL, NULL);
  self->answers[1] = tn_infer_request_start(request, NULL, NULL);
}

TN_CHECK(async_second_restart, ASYNC, 15, 0,
         "a second start in one callback answers BUSY, and one generation follows") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  seen->action = start_twice;
  REQUIRE_OK(watch_start(seen, request, &t->error));
  EXPECT(watch_settle(seen, request, 2));
  EXPECT_STATUS(seen->answers[0], TN_OK);
  EXPECT_STATUS(seen->answers[1], TN_BUSY);
  watch_sleep(5000000);
  EXPECT(seen->calls == 2);
}

/* --- the callback is replaced in the callback */

static void hand_over(watch *self, tn_infer_request *request) {
  self->answers[0] = tn_infer_request_set_callback(request, watch_callback, self->user, NULL);
  self->answers[1] = tn_infer_request_start(request, NULL, NULL);
}

TN_CHECK(async_callback_replaced_in_callback, ASYNC, 26, 0,
         "a callback set in the callback is that of the next start, and the present one is not "
         "called again") {
  watch *first, *second = watch_create();
  tn_infer_request *request = watch_carrier(t, &first);
  NEED(request);
  first->user = second;
  first->action = hand_over;
  REQUIRE_OK(watch_start(first, request, &t->error));
  EXPECT(watch_settle(second, request, 1));
  EXPECT_STATUS(first->answers[0], TN_OK);
  EXPECT_STATUS(first->answers[1], TN_OK);
  EXPECT(first->calls == 1 && second->calls == 1);
}

/* --- starts that fail */

/* What is to make a start fail. That each does is for the checks of options. */
static void try_start(test *t, tn_infer_request *request, watch *seen,
                      const tn_start_options *options) {
  const int before = seen->begun;
  const tn_status status = tn_infer_request_start(request, options, NULL);
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  watch_sleep(5000000);
  if (status != TN_OK)
    EXPECT_THAT(seen->begun == before, "a start that failed with %s called the callback",
                tni_status_name(status));
}

TN_CHECK(async_failed_start_calls_none, ASYNC, 1, 0,
         "a start that fails calls no callback, whatever it fails for") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  const tn_option unknown = {TN_SIZE(tn_option), TN_OPTION_CRITICAL,
                             TN_STRING_INIT("x-nobody.knows/1")};
  const tn_option *const entries[] = {&unknown};
  tn_start_options wrong[] = {tn_start_options_init(), tn_start_options_init(),
                              tn_start_options_init()};
  wrong[0].flags = 1u << 31;
  wrong[1].size = 8;
  wrong[2].entries = entries;
  wrong[2].entry_count = 1;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    try_start(t, request, seen, &wrong[i]);
  const int before = seen->calls;
  REQUIRE_OK(watch_start(seen, request, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT(seen->calls == before + 1);
}

/* --- destroying while a callback runs */

static void *destroy(void *user) {
  tn_infer_request_destroy(user);
  return NULL;
}

TN_CHECK(async_destroy_waits_for_callback, ASYNC, 12, 0,
         "destroy returns only after the callback that runs has returned") {
  watch *seen = watch_create();
  pthread_t thread;
  tn_infer_request *request = NULL;
  tn_compiled_model *model = test_compile(t, "carrier");
  NEED(model);
  REQUIRE_OK(tn_compiled_model_create_request(model, NULL, &request, &t->error));
  if (!test_set_inputs(t, request, "carrier", t->seed, 4) || !watch_request(t, seen, request)) {
    tn_infer_request_destroy(request);
    return;
  }
  seen->gate = true;
  EXPECT_OK(watch_start(seen, request, &t->error));
  EXPECT(watch_until_begun(seen, 1));
  REQUIRE(pthread_create(&thread, NULL, destroy, request) == 0);
  watch_sleep(20000000);
  seen->gate = false;
  pthread_join(thread, NULL);
  EXPECT_THAT(seen->running == 0 && seen->calls == 1, "no callback runs when destroy has returned");
  watch_sleep(5000000);
  test_about(t, TNI_CLAUSE(ASYNC, 4));
  EXPECT(seen->calls == 1);
}
