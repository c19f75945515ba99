/* Checks of inferences in the background: generations, callbacks, waiting, cancelling.
 *
 * "Held" cases keep the plugin's tasks in the executors of the suite, so that a generation is
 * surely in flight. For a plugin that has threads of its own the callback stays. */
#define TN_GROUP "async"
#include "engine/watch.h"

enum { TRIES = 20 };

/* Calls that the request's own callback makes: wait, infer, get_tensor, set_tensor. */
static void probe_inside(watch *self, tn_infer_request *request) {
  tn_tensor *tensor = NULL;
  self->answers[0] = tn_infer_request_wait(request, 0, NULL);
  self->answers[1] = tn_infer_request_infer(request, NULL);
  self->answers[2] = tn_infer_request_get_tensor(request, 0, &tensor, NULL);
  self->answers[3] = tensor ? tn_infer_request_set_tensor(request, 0, tensor, NULL) : TN_INTERNAL;
}

TN_CHECK_WITH(async_equals_sync, ASYNC, 2, 0,
              "start followed by wait gives the outputs of the reference", .revision = 2) {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  tn_tensor *tensor = NULL;
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  test_about(t, TNI_CLAUSE(ASYNC, 9)); /* what was waited for is over */
  REQUIRE(tn_infer_request_get_tensor(request, 0, &tensor, NULL) != TN_BUSY);
  test_about(t, 0);
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(async_wait_before_start, ASYNC, 13, 0, "wait before any start returns OK at once") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, 0, &t->error));
}

TN_CHECK(async_wait_repeats, ASYNC, 13, 0,
         "wait gives the same status however often it is called") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  for (int i = 0; i < 5; i++)
    EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
}

TN_CHECK(async_callback_once, ASYNC, 1, 0,
         "each start calls the callback exactly once, with the status of its generation") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  for (int i = 1; i <= 50; i++) {
    REQUIRE_OK(watch_start(seen, request, &t->error));
    REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
    REQUIRE(seen->calls == i);
    EXPECT(seen->last_status == TN_OK && !seen->error_status);
  }
  EXPECT(seen->overlaps == 0);
  test_destroy_request(t, request);
  EXPECT(seen->calls == 50);
}

TN_CHECK(async_callback_not_inside_start, ASYNC, 3, 0,
         "the callback is never called inside start") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  for (int i = 0; i < TRIES; i++) {
    REQUIRE_OK(watch_start(seen, request, &t->error));
    REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  }
  EXPECT(!seen->inside_start);
}

TN_CHECK(async_wait_after_callback, ASYNC, 9, 0,
         "wait returns only after the callback of its generation has returned") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  seen->linger_ns = 20000000;
  REQUIRE_OK(watch_start(seen, request, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT(seen->calls == 1);
}

TN_CHECK(async_calls_in_callback, ASYNC, 16, 0,
         "set_tensor and get_tensor are legal in the callback") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  seen->action = probe_inside;
  REQUIRE_OK(watch_start(seen, request, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT_STATUS(seen->answers[2], TN_OK);
  EXPECT_STATUS(seen->answers[3], TN_OK);
}

TN_CHECK(async_wrong_calls_in_callback, ASYNC, 17, 0,
         "wait and infer in the request's own callback give WRONG_STATE") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  seen->action = probe_inside;
  REQUIRE_OK(watch_start(seen, request, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT_STATUS(seen->answers[0], TN_WRONG_STATE);
  EXPECT_STATUS(seen->answers[1], TN_WRONG_STATE);
}

TN_CHECK(async_restart_from_callback, ASYNC, 16, 0,
         "start is legal in the callback, and each restart calls the callback once more") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  seen->restarts = 10;
  REQUIRE_OK(watch_start(seen, request, &t->error));
  REQUIRE(watch_settle(seen, request, 11));
  EXPECT(seen->calls == 11 && seen->overlaps == 0);
  EXPECT_STATUS(seen->start_status, TN_OK);
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(async_restart_waits_for_callback, ASYNC, 6, 0,
         "the work of a restart begins only after the callback has returned") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  seen->restarts = 3;
  seen->linger_ns = 5000000;
  REQUIRE_OK(watch_start(seen, request, &t->error));
  REQUIRE(watch_settle(seen, request, 4));
  EXPECT(seen->overlaps == 0);
}

TN_CHECK(async_callback_replaced, ASYNC, 26, 0,
         "a callback that is set replaces the one before, and NULL removes it") {
  watch *first, *second = watch_create();
  tn_infer_request *request = watch_carrier(t, &first);
  NEED(request);
  REQUIRE_OK(tn_infer_request_set_callback(request, watch_callback, second, &t->error));
  REQUIRE_OK(watch_start(second, request, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT(first->calls == 0 && second->calls == 1);
  REQUIRE_OK(tn_infer_request_set_callback(request, NULL, NULL, &t->error));
  REQUIRE_OK(watch_start(second, request, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT(first->calls == 0 && second->calls == 1);
}

TN_CHECK_WITH(async_cancel_when_idle, ASYNC, 19, 0,
              "cancel without a generation in flight has no effect, also on the next start",
              .revision = 2) {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  EXPECT_OK(tn_infer_request_cancel(request, &t->error));
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT_OK(tn_infer_request_cancel(request, &t->error));
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
  EXPECT_OK(tn_infer_request_cancel(request, &t->error));
  if (!test_start_held(t, request)) INCONCLUSIVE(NOT_HELD); /* time for a late cancel to act */
  suite_host_let_go(t->host);
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

/* --- surely in flight */

TN_CHECK(async_wait_times_out, ASYNC, 14, 0,
         "a limit that passes gives TIMEOUT, not too early, and the generation goes on") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  if (!test_start_held(t, request)) INCONCLUSIVE(NOT_HELD);
  int64_t before = test_now();
  EXPECT_STATUS(tn_infer_request_wait(request, 30000000, &t->error), TN_TIMEOUT);
  EXPECT(test_now() - before >= 30000000);
  EXPECT_STATUS(tn_infer_request_wait(request, 0, &t->error), TN_TIMEOUT);
  suite_host_let_go(t->host);
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(
    async_busy_in_flight, REQUEST, 11, 0,
    "set_tensor, get_tensor, set_callback and infer answer BUSY while a generation is in flight") {
  tn_infer_request *request = test_carrier_request(t);
  tn_tensor *input = NULL, *out = test_poison();
  NEED(request);
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &input, &t->error));
  if (!test_start_held(t, request)) INCONCLUSIVE(NOT_HELD);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, input, &t->error), TN_BUSY);
  EXPECT_STATUS(tn_infer_request_get_tensor(request, 0, &out, &t->error), TN_BUSY);
  test_about(t, TNI_CLAUSE(ERROR, 5));
  EXPECT(out == test_poison());
  test_about(t, 0);
  EXPECT_STATUS(tn_infer_request_set_callback(request, NULL, NULL, &t->error), TN_BUSY);
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_BUSY);
  suite_host_let_go(t->host);
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(async_infer_in_flight, INFER, 7, 0,
         "infer answers BUSY while a generation is in flight, which ends with right outputs") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  if (!watch_start_held(t, seen, request)) INCONCLUSIVE(NOT_HELD);
  for (int i = 0; i < 3; i++)
    EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_BUSY);
  suite_host_let_go(t->host);
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT(seen->calls == 1);
  test_expect_outputs(t, request, "carrier", t->seed, 4);
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(async_start_in_flight, ASYNC, 15, 0,
         "start while a generation is in flight answers BUSY and leaves it alone") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  if (!watch_start_held(t, seen, request)) INCONCLUSIVE(NOT_HELD);
  EXPECT_STATUS(tn_infer_request_start(request, NULL, &t->error), TN_BUSY);
  suite_host_let_go(t->host);
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT(seen->calls == 1);
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

/* --- several at once */

TN_CHECK(async_several_waiters, ASYNC, 11, 0,
         "several waiters all get the status of the generation") {
  watch *seen;
  watch_waiter waiters[4];
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  if (!watch_start_held(t, seen, request)) INCONCLUSIVE(NOT_HELD);
  for (int i = 0; i < 4; i++)
    REQUIRE(watch_waiter_start(&waiters[i], request));
  suite_host_let_go(t->host);
  for (int i = 0; i < 4; i++)
    EXPECT_STATUS(watch_waiter_end(&waiters[i]), TN_OK);
}

TN_CHECK(async_requests_side_by_side, ASYNC, 2, 0,
         "several requests in flight give each its own outputs") {
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *requests[6];
  for (uint64_t i = 0; i < 6; i++) {
    requests[i] = test_request(t, model);
    NEED(requests[i]);
    if (!test_set_inputs(t, requests[i], "carrier", 40 + i, 4)) return;
  }
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < 6; i++)
      REQUIRE_OK(tn_infer_request_start(requests[i], NULL, &t->error));
    for (int i = 0; i < 6; i++)
      REQUIRE_OK(tn_infer_request_wait(requests[i], -1, &t->error));
  }
  for (uint64_t i = 0; i < 6; i++)
    test_expect_outputs(t, requests[i], "carrier", 40 + i, 4);
}
