/* Checks of calls from other threads while a callback runs; behind those of cancelling, which is
 * one of these calls. */
#define TN_GROUP "async"
#include "engine/watch.h"

TN_CHECK(async_other_threads_during_callback, ASYNC, 18, 0,
         "while a callback runs, serial slots answer BUSY to other threads, wait gives TIMEOUT and "
         "cancel OK") {
  watch *seen;
  tn_tensor *input = NULL, *out = test_poison();
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &input, &t->error));
  seen->gate = true;
  REQUIRE_OK(watch_start(seen, request, &t->error));
  REQUIRE(watch_until_begun(seen, 1));
  EXPECT_STATUS(tn_infer_request_get_tensor(request, 0, &out, &t->error), TN_BUSY);
  EXPECT(out == test_poison());
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, input, &t->error), TN_BUSY);
  EXPECT_STATUS(tn_infer_request_set_callback(request, NULL, NULL, &t->error), TN_BUSY);
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_BUSY);
  EXPECT_STATUS(tn_infer_request_start(request, NULL, &t->error), TN_BUSY);
  EXPECT_STATUS(tn_infer_request_wait(request, 0, &t->error), TN_TIMEOUT);
  EXPECT_STATUS(tn_infer_request_wait(request, 10000000, &t->error), TN_TIMEOUT);
  EXPECT_OK(tn_infer_request_cancel(request, &t->error));
  seen->gate = false;
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT(seen->calls == 1);
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}
