/* Checks of destroying requests that work. What destroying does, cancelling and calling back, has
 * cases of its own, which come before these. */
#define TN_GROUP "async"
#include "engine/long_model.h"
#include "engine/watch.h"

/* A request that computes for long; NULL after recording why there is none. */
static tn_infer_request *long_request(test *t, const long_model *model, watch *seen) {
  tn_infer_request *request = test_request(t, model->compiled);
  if (!request || !watch_request(t, seen, request)) return NULL;
  for (uint32_t i = 0; i < model->input_count; i++) {
    const tn_status status = tn_infer_request_set_tensor(request, i, model->inputs[i], &t->error);
    if (!test_record_status(t, status, TN_OK, "set_tensor(request, input, tensor, &t->error)",
                            __FILE__, __LINE__))
      return NULL;
  }
  return request;
}

/* Destroys a request some time after its start, and tells whether it was seen at work then. */
static bool destroy_at_work(test *t, const long_model *model, long delay) {
  watch *seen = watch_create();
  tn_infer_request *request = long_request(t, model, seen);
  if (!request) return true; /* which is told */
  EXPECT_OK(tn_infer_request_start(request, NULL, &t->error));
  watch_sleep(delay);
  const bool works = tn_infer_request_wait(request, 0, NULL) == TN_TIMEOUT;
  test_destroy_request(t, request);
  EXPECT(seen->calls == 1 && seen->running == 0);
  watch_sleep(5000000);
  const uint32_t about = test_about(t, TNI_CLAUSE(ASYNC, 4));
  EXPECT(seen->calls == 1);
  test_about(t, about);
  return works;
}

TN_CHECK_WITH(async_destroy_in_flight, ASYNC, 12, TEST_SLOW,
              "destroy of a request that computes cancels, waits for the callback and returns",
              .revision = 2) {
  enum { TRIES = 20 };
  long_model model;
  int seen = 0;
  if (!long_model_begin(t, LONG_TIME, NULL, 0, &model)) return;
  test_destroy_request(t, model.request); /* a model may have no more than one at a time */
  for (int i = 0; i < TRIES && seen < 3; i++)
    seen += destroy_at_work(t, &model, (long)(model.took * (i % 5) / 10));
  if (!seen && !long_model_too_short(t, &model))
    INCONCLUSIVE("no generation was seen in flight when its request was destroyed");
}

TN_CHECK(async_destroy_while_held, ASYNC, 12, 0,
         "destroy of a generation that has not begun withdraws it and calls the callback") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  if (!test_start_held_in_executors(t, request)) NOT_APPLICABLE(OWN_THREADS);
  test_destroy_request(t, request);
  EXPECT(seen->calls == 1);
  test_about(t, TNI_CLAUSE(ASYNC, 8));
  EXPECT(seen->last_status != TN_OK);
  suite_host_let_go(t->host);
  watch_sleep(5000000);
  test_about(t, TNI_CLAUSE(ASYNC, 4));
  EXPECT(seen->calls == 1);
}

TN_CHECK(async_destroy_refuses_restart, ASYNC, 12, 0,
         "destroy in flight makes start in the callback fail with WRONG_STATE") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  seen->restarts = 1;
  if (!watch_start_held(t, seen, request)) INCONCLUSIVE(NOT_HELD);
  watch_destroy_held(t, seen, request);
  EXPECT_STATUS(seen->start_status, TN_WRONG_STATE);
  EXPECT(seen->calls == 1);
}

TN_CHECK(async_destroy_soon_after_start, ASYNC, 4, 0,
         "the callback is never called after destroy has returned") {
  enum { MOST = 20 };
  watch *watches[MOST];
  tn_compiled_model *model = test_compile(t, "carrier");
  for (int i = 0; i < MOST; i++) {
    tn_infer_request *request = test_request(t, model);
    NEED(request);
    watches[i] = watch_create();
    if (!test_set_inputs(t, request, "carrier", t->seed, 4)) return;
    REQUIRE_OK(tn_infer_request_set_callback(request, watch_callback, watches[i], &t->error));
    REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
    watch_sleep(i * 10000);
    test_destroy_request(t, request);
    EXPECT(watches[i]->calls == 1 && watches[i]->running == 0);
  }
  watch_sleep(10000000);
  for (int i = 0; i < MOST; i++)
    EXPECT(watches[i]->calls == 1);
}
