/* Checks of destroying requests that work. What destroying does, cancelling and calling back, has
 * cases of its own, which come before these. */
#define TN_GROUP "async"
#include "engine/watch.h"

TN_CHECK(async_destroy_in_flight, ASYNC, 12, 0,
         "destroy in flight cancels, waits for the callback and returns") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  if (!watch_start_held(t, seen, request)) INCONCLUSIVE(NOT_HELD);
  suite_host_let_go(t->host);
  test_destroy_request(t, request);
  EXPECT(seen->calls == 1 && seen->running == 0);
  watch_sleep(5000000);
  test_about(t, TNI_CLAUSE(ASYNC, 4));
  EXPECT(seen->calls == 1);
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
