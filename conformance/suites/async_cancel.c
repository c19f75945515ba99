/* Checks of cancelling: what it acts on, and that it does not wait. */
#define TN_GROUP "async"
#include "engine/watch.h"

/* A generation ends as cancelled, or with right outputs. */
static void expect_cancelled_or_right(test *t, tn_infer_request *request) {
  const uint32_t about = test_about(t, TNI_CLAUSE(ASYNC, 20));
  tn_status status = tn_infer_request_wait(request, -1, &t->error);
  EXPECT_OK_OR(status, TN_CANCELLED);
  if (status == TN_OK) test_expect_outputs(t, request, "carrier", t->seed, 4);
  test_about(t, about);
}

/* --- cancel does not wait */

struct canceller {
  tn_infer_request *request;
  atomic_bool returned;
  tn_status status;
};

static void *cancel(void *user) {
  struct canceller *self = user;
  self->status = tn_infer_request_cancel(self->request, NULL);
  self->returned = true;
  return NULL;
}

TN_CHECK(async_cancel_does_not_wait, ASYNC, 21, 0,
         "cancel returns while the generation is held in flight") {
  watch *seen;
  pthread_t thread;
  struct canceller self = {.request = watch_carrier(t, &seen)};
  NEED(self.request);
  if (!watch_start_held(t, seen, self.request)) INCONCLUSIVE(NOT_HELD);
  bool made = pthread_create(&thread, NULL, cancel, &self) == 0;
  for (int i = 0; i < 3000 && made && !self.returned; i++)
    watch_sleep(1000000);
  EXPECT_THAT(!made || self.returned, "cancel returns within 3 s while the work is held");
  suite_host_let_go(t->host);
  if (made) pthread_join(thread, NULL);
  EXPECT_STATUS(self.status, TN_OK);
  expect_cancelled_or_right(t, self.request);
}

/* --- what it acts on */

TN_CHECK_WITH(
    async_cancel_in_flight, ASYNC, 20, 0,
    "a cancelled generation ends with CANCELLED, or with OK and right outputs, and the next "
    "start works",
    .revision = 2) {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  if (!watch_start_held(t, seen, request)) INCONCLUSIVE(NOT_HELD);
  int64_t before = test_now();
  EXPECT_OK(tn_infer_request_cancel(request, &t->error));
  EXPECT(test_now() - before < 1000000000);
  suite_host_let_go(t->host);
  tn_status status = tn_infer_request_wait(request, -1, &t->error);
  EXPECT_OK_OR(status, TN_CANCELLED);
  EXPECT(seen->calls == 1);
  test_about(t, TNI_CLAUSE(ASYNC, 8));
  EXPECT(seen->last_status == status);
  test_about(t, 0);
  if (status == TN_OK) test_expect_outputs(t, request, "carrier", t->seed, 4);
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
  test_about(t, TNI_CLAUSE(ASYNC, 1));
  EXPECT(seen->calls == 2);
}

static void cancel_and_restart(watch *self, tn_infer_request *request) {
  if (self->begun > 1) return;
  self->answers[0] = tn_infer_request_cancel(request, NULL);
  self->answers[1] = tn_infer_request_start(request, NULL, NULL);
}

TN_CHECK(async_cancel_spares_the_restart, ASYNC, 23, 0,
         "cancel in the callback, before it starts again, does not reach what it starts") {
  for (int i = 0; i < 5; i++) {
    watch *seen;
    tn_infer_request *request = watch_carrier(t, &seen);
    NEED(request);
    seen->action = cancel_and_restart;
    REQUIRE_OK(watch_start(seen, request, &t->error));
    EXPECT(watch_until_begun(seen, 2));
    EXPECT_STATUS(seen->answers[0], TN_OK);
    EXPECT_STATUS(seen->answers[1], TN_OK);
    EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
    EXPECT_STATUS(seen->last_status, TN_OK);
    test_expect_outputs(t, request, "carrier", t->seed, 4);
  }
}

TN_CHECK(async_cancelled_and_restarted, ASYNC, 23, 0,
         "cancel in flight acts on that generation and not on the one that its callback starts") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  seen->restarts = 1;
  if (!watch_start_held(t, seen, request)) INCONCLUSIVE(NOT_HELD);
  EXPECT_OK(tn_infer_request_cancel(request, &t->error));
  suite_host_let_go(t->host);
  EXPECT(watch_until_begun(seen, 2));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT_STATUS(seen->start_status, TN_OK);
  EXPECT_STATUS(seen->last_status, TN_OK);
  EXPECT(seen->calls == 2);
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(async_cancel_after_the_end, ASYNC, 19, 0,
         "cancel after a generation has ended changes neither its status nor its outputs, nor the "
         "next") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  for (int i = 0; i < 3; i++) {
    REQUIRE_OK(watch_start(seen, request, &t->error));
    REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
    for (int k = 0; k < 3; k++)
      EXPECT_OK(tn_infer_request_cancel(request, &t->error));
    EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
    test_expect_outputs(t, request, "carrier", t->seed, 4);
  }
  EXPECT_STATUS(seen->last_status, TN_OK);
}

TN_CHECK(async_cancel_repeated, ASYNC, 20, 0,
         "a generation cancelled several times ends once, as cancelled or with right outputs") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  for (int i = 1; i <= 5; i++) {
    if (!watch_start_held(t, seen, request)) INCONCLUSIVE(NOT_HELD);
    for (int k = 0; k < i; k++)
      EXPECT_OK(tn_infer_request_cancel(request, &t->error));
    suite_host_let_go(t->host);
    expect_cancelled_or_right(t, request);
    EXPECT(seen->calls == i);
  }
}

TN_CHECK(
    async_cancel_soon_after_start, ASYNC, 20, 0,
    "cancel at 20 moments after start ends the generation as cancelled or with right outputs") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  for (int i = 1; i <= 20; i++) {
    REQUIRE_OK(watch_start(seen, request, &t->error));
    watch_sleep(i * 5000);
    EXPECT_OK(tn_infer_request_cancel(request, &t->error));
    expect_cancelled_or_right(t, request);
    EXPECT(seen->calls == i);
  }
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(async_infer_is_cancelled_from_elsewhere, ASYNC, 20, TEST_SLOW,
         "cancel from another thread while infer runs has no effect or ends it with CANCELLED") {
  pthread_t thread;
  struct canceller self = {.request = test_carrier_request(t)};
  NEED(self.request);
  for (int i = 0; i < 10; i++) {
    self.returned = false;
    REQUIRE(pthread_create(&thread, NULL, cancel, &self) == 0);
    tn_status status = tn_infer_request_infer(self.request, &t->error);
    pthread_join(thread, NULL);
    EXPECT_STATUS(self.status, TN_OK);
    EXPECT_OK_OR(status, TN_CANCELLED);
    if (status == TN_OK) test_expect_outputs(t, self.request, "carrier", t->seed, 4);
  }
  REQUIRE_OK(tn_infer_request_infer(self.request, &t->error));
  test_expect_outputs(t, self.request, "carrier", t->seed, 4);
}
