/* Checks of inferences that take long: start does not wait for them, and cancelling need not. What
 * is cancelled at all is looked at before. */
#define TN_GROUP "async"
#include "engine/watch.h"

/* Time of one inference of the long model on this thread, in ns; 0 after recording a failure. */
static int64_t time_long(test *t, tn_infer_request *request) {
  int64_t before = test_now();
  tn_status status = tn_infer_request_infer(request, &t->error);
  if (!test_record_status(t, status, TN_OK, "infer(request, &t->error)", __FILE__, __LINE__))
    return 0;
  return test_now() - before;
}

static tn_infer_request *long_request(test *t) {
  tn_infer_request *request = test_request(t, test_compile(t, "long_running"));
  return request && test_set_inputs(t, request, "long_running", t->seed, 4) ? request : NULL;
}

static int64_t shorter(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static const char too_short[] = "the long model ends too soon to be seen in flight";

/* Other work on the machine delays threads, so that the shortest of several tries are compared. */
/* A busy machine delays threads: one try in time is enough. */
enum { MOST_TRIES = 24 };

TN_CHECK(async_start_returns_soon, ASYNC, 25, TEST_SLOW,
         "start returns before a long inference is done") {
  tn_infer_request *request = long_request(t);
  NEED(request);
  int64_t whole = INT64_MAX, begun = INT64_MAX;
  for (int i = 0; i < MOST_TRIES && begun >= whole / 2; i++) {
    whole = shorter(whole, time_long(t, request));
    if (whole < 2000000) INCONCLUSIVE(too_short);
    int64_t before = test_now();
    REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
    begun = shorter(begun, test_now() - before);
    EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  }
  EXPECT_THAT(begun < whole / 2, "the shortest start takes less than half of the shortest infer");
}

TN_CHECK(async_cancel_early, ASYNC, 22, TEST_SLOW,
         "a device that declares early cancelling ends a long generation well before its time") {
  if (!(t->capabilities & TN_DEVICE_CANCELS_EARLY))
    NOT_APPLICABLE("the device does not declare early cancelling");
  tn_infer_request *request = long_request(t);
  NEED(request);
  int64_t whole = INT64_MAX, cancelled = INT64_MAX;
  for (int i = 0; i < MOST_TRIES && cancelled > whole / 4 * 3; i++) {
    whole = shorter(whole, time_long(t, request));
    if (whole < 2000000) INCONCLUSIVE(too_short);
    int64_t before = test_now();
    REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
    watch_sleep(whole / 10);
    EXPECT_OK(tn_infer_request_cancel(request, &t->error));
    tn_status status = tn_infer_request_wait(request, -1, &t->error);
    EXPECT_OK_OR(status, TN_CANCELLED);
    if (status == TN_CANCELLED) cancelled = shorter(cancelled, test_now() - before);
  }
  EXPECT_THAT(cancelled <= whole / 4 * 3,
              "the shortest cancelled generation takes at most 3/4 of the shortest whole one");
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "long_running", t->seed, 4);
}
