/* Checks that each generation's status reaches those who ask for it, and no other's does. The
 * status of a generation is made to differ by an output without room. */
#define TN_GROUP "async"
#include <string.h>

#include "engine/short_output.h"
#include "engine/watch.h"

static const char told_before[] = "the plugin refuses to start what would fail";

/* What a callback changes before it restarts: the output of the carrier. */
struct change {
  uint32_t port;
  tn_tensor *output; /* NULL: the request's own */
};

static void change_output(watch *self, tn_infer_request *request) {
  const struct change *change = self->user;
  self->answers[0] = tn_infer_request_set_tensor(request, change->port, change->output, NULL);
}

static uint32_t output_port(test *t) {
  const tn_model *model = test_model(t, "carrier");
  return model ? model->graph->input_count : 1;
}

/* --- one generation after the other */

TN_CHECK(async_callback_is_told_the_status, ASYNC, 8, 0,
         "the callback is given the status of its generation, and a record just when it failed") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  tn_tensor *tight = request ? short_output(t, request, 0) : NULL;
  NEED(tight);
  for (int i = 0; i < 6; i++) {
    if (i % 2 && !short_output_set(t, request, 0, tight)) NOT_APPLICABLE(SHORT_OUTPUT_REFUSED);
    tn_status started = watch_start(seen, request, &t->error);
    if (started == TN_TOO_SMALL) NOT_APPLICABLE(told_before);
    REQUIRE_OK(started);
    tn_status status = tn_infer_request_wait(request, -1, &t->error);
    test_about(t, TNI_CLAUSE(ASYNC, 24));
    EXPECT_STATUS(status, i % 2 ? TN_TOO_SMALL : TN_OK);
    test_about(t, 0);
    EXPECT_THAT(seen->last_status == (i % 2 ? TN_TOO_SMALL : TN_OK),
                "the callback of generation %d is given its status; it was given %s", i + 1,
                tni_status_name(seen->last_status));
    EXPECT(seen->error_status == seen->last_status);
    REQUIRE_OK(tn_infer_request_set_tensor(request, output_port(t), NULL, &t->error));
  }
  EXPECT(seen->calls == 6);
}

/* --- a failure in each part of an inference */

/* Starts what fails, and compares what wait, repeated wait and the callback say. */
static void expect_failed_generation(test *t, tn_infer_request *request, watch *seen) {
  int calls = seen->calls;
  tn_status started = watch_start(seen, request, &t->error);
  EXPECT_THAT(seen->calls == calls || started == TN_OK, "a start that fails calls no callback");
  if (started != TN_OK) return;
  tn_status status = tn_infer_request_wait(request, -1, &t->error);
  EXPECT_FAILURE(status);
  EXPECT_STATUS(tn_infer_request_wait(request, 0, NULL), status);
  EXPECT_THAT(
      seen->calls == calls + 1 && seen->last_status == status && seen->error_status == status,
      "the callback is told of the failure as wait is: %s; it was told %s, record %d",
      tni_status_name(status), tni_status_name(seen->last_status), (int)seen->error_status);
}

TN_CHECK(async_failure_after_the_work, ASYNC, 24, 0,
         "a result that cannot be delivered makes wait and the callback tell TOO_SMALL, and the "
         "next generation is right") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  tn_tensor *tight = request ? short_output(t, request, 0) : NULL;
  NEED(tight);
  if (!short_output_set(t, request, 0, tight)) NOT_APPLICABLE(SHORT_OUTPUT_REFUSED);
  expect_failed_generation(t, request, seen);
  REQUIRE_OK(tn_infer_request_set_tensor(request, output_port(t), NULL, &t->error));
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(async_failure_within_the_work, ASYNC, 24, TEST_NEEDS_DYNAMIC,
         "inputs that do not fit each other make wait and the callback tell the failure, and the "
         "next generation is right") {
  watch *seen = watch_create();
  tn_infer_request *request = test_request(t, test_compile(t, "add_dynamic"));
  NEED(request && watch_request(t, seen, request));
  for (uint32_t i = 0; i < 2; i++) {
    tn_tensor *rows = test_tensor(t, TN_F32, 2, (int64_t[]){3 + 4 * (int64_t)i, 8});
    NEED(rows);
    suite_fill(rows, t->seed, i);
    REQUIRE_OK(tn_infer_request_set_tensor(request, i, rows, &t->error));
  }
  expect_failed_generation(t, request, seen);
  if (!test_set_inputs(t, request, "add_dynamic", t->seed, 5)) return;
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "add_dynamic", t->seed, 5);
}

/* One generation in which host call `number` fails. False: it did not make so many. */
static bool start_with_fault(test *t, tn_infer_request *request, watch *seen,
                             enum suite_fault fault, long number) {
  suite_host *host = t->host;
  long failed = atomic_load(&host->failed[fault]);
  int calls = seen->calls;
  atomic_store(&host->fail_at[fault], atomic_load(&host->calls[fault]) + number);
  tn_status started = watch_start(seen, request, &t->error);
  tn_status status = started;
  if (started == TN_OK) status = tn_infer_request_wait(request, -1, &t->error);
  atomic_store(&host->fail_at[fault], 0);
  EXPECT_OK_OR(status, TN_OUT_OF_MEMORY);
  EXPECT_THAT(seen->calls == calls + (started == TN_OK), "one callback for each start");
  EXPECT_THAT(started != TN_OK || seen->last_status == status,
              "the callback is told %s as wait is; it was told %s", tni_status_name(status),
              tni_status_name(seen->last_status));
  return atomic_load(&host->failed[fault]) > failed;
}

TN_CHECK(async_failure_of_the_host, ASYNC, 24, 0,
         "whichever allocation or tensor of the host fails during a generation, wait and the "
         "callback tell the same") {
  enum { MOST = 200 };
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  long faults = 0;
  for (enum suite_fault fault = SUITE_FAULT_ALLOCATE; fault <= SUITE_FAULT_CREATE_TENSOR; fault++)
    for (long i = 1; i <= MOST && start_with_fault(t, request, seen, fault, i); i++)
      faults++;
  if (!faults) NOT_APPLICABLE("a generation asks nothing of the host");
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

/* --- a restart does not change the answer */

/* A first generation and its restart, of which one fails for its output. Waiters that come while
 * the callback of the first stays get the first's status. */
static void two_generations(test *t, bool first_fails, int count) {
  watch *seen;
  watch_waiter waiters[4];
  tn_infer_request *request = watch_carrier(t, &seen);
  tn_tensor *tight = request ? short_output(t, request, 0) : NULL;
  NEED(tight);
  struct change *change = test_alloc(t, sizeof *change);
  *change = (struct change){output_port(t), first_fails ? NULL : tight};
  seen->user = change;
  seen->action = change_output;
  seen->restarts = 1;
  seen->gate = true;
  if (!short_output_set(t, request, 0, tight)) NOT_APPLICABLE(SHORT_OUTPUT_REFUSED);
  if (!first_fails) REQUIRE_OK(tn_infer_request_set_tensor(request, change->port, NULL, &t->error));
  tn_status started = watch_start(seen, request, &t->error);
  if (started == TN_TOO_SMALL) NOT_APPLICABLE(told_before);
  REQUIRE_OK(started);
  REQUIRE(watch_until_begun(seen, 1));
  for (int i = 0; i < count; i++)
    REQUIRE(watch_waiter_start(&waiters[i], request));
  seen->gate = false;
  for (int i = 0; i < count; i++)
    EXPECT_STATUS(watch_waiter_end(&waiters[i]), first_fails ? TN_TOO_SMALL : TN_OK);
  if (seen->start_status == TN_TOO_SMALL) NOT_APPLICABLE(told_before);
  EXPECT_STATUS(seen->start_status, TN_OK);
  for (int i = 0; i < 1000 && seen->calls < 2; i++)
    tn_infer_request_wait(request, 10000000, NULL);
  EXPECT_STATUS(tn_infer_request_wait(request, -1, NULL), first_fails ? TN_OK : TN_TOO_SMALL);
  EXPECT(seen->calls == 2);
}

TN_CHECK(async_wait_keeps_a_failure, ASYNC, 10, 0,
         "who waits for a generation that fails is told so, although its callback starts one that "
         "succeeds") {
  two_generations(t, true, 1);
}

TN_CHECK(async_wait_keeps_a_success, ASYNC, 10, 0,
         "who waits for a generation that succeeds is told so, although its callback starts one "
         "that fails") {
  two_generations(t, false, 1);
}

TN_CHECK(
    async_waiters_of_one_generation, ASYNC, 11, 0,
    "three waiters that came before the restart all get the status of the generation that they "
    "waited for") {
  two_generations(t, true, 3);
}

/* Starts again with room, and lets another thread wait for that while the callback goes on. */
struct relay {
  struct change change;
  watch_waiter waiter;
  bool waits;
};

static void restart_and_wait_elsewhere(watch *self, tn_infer_request *request) {
  struct relay *relay = self->user;
  if (self->begun > 1) return;
  for (int i = 0; i < 10000 && self->gate; i++)
    watch_sleep(1000000);
  self->answers[0] =
      tn_infer_request_set_tensor(request, relay->change.port, relay->change.output, NULL);
  self->answers[1] = tn_infer_request_start(request, NULL, NULL);
  relay->waits = watch_waiter_start(&relay->waiter, request);
}

TN_CHECK(async_waiters_of_two_generations, ASYNC, 11, 0,
         "of two waiters, one for a generation that fails and one for its restart, each gets the "
         "status of its own") {
  watch *seen;
  watch_waiter of_first;
  tn_infer_request *request = watch_carrier(t, &seen);
  tn_tensor *tight = request ? short_output(t, request, 0) : NULL;
  NEED(tight);
  struct relay *relay = test_alloc(t, sizeof *relay);
  memset(relay, 0, sizeof *relay);
  relay->change.port = output_port(t);
  seen->user = relay;
  seen->action = restart_and_wait_elsewhere;
  if (!short_output_set(t, request, 0, tight)) NOT_APPLICABLE(SHORT_OUTPUT_REFUSED);
  seen->gate = true;
  tn_status started = watch_start(seen, request, &t->error);
  if (started == TN_TOO_SMALL) NOT_APPLICABLE(told_before);
  REQUIRE_OK(started);
  REQUIRE(watch_until_begun(seen, 1));
  REQUIRE(watch_waiter_start(&of_first, request));
  seen->gate = false;
  EXPECT_STATUS(watch_waiter_end(&of_first), TN_TOO_SMALL);
  EXPECT(watch_until_begun(seen, 2));
  EXPECT_STATUS(seen->answers[1], TN_OK);
  REQUIRE(relay->waits);
  EXPECT_STATUS(watch_waiter_end(&relay->waiter), TN_OK);
  EXPECT_STATUS(tn_infer_request_wait(request, -1, NULL), TN_OK);
  EXPECT(seen->calls == 2);
}
