/* Checks of inferences that take long: start does not wait for them, and cancelling need not. What
 * is cancelled at all is looked at before. */
#define TN_GROUP "async"
#include "engine/long_model.h"
#include "engine/watch.h"

static int64_t shorter(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* Other work on the machine delays threads, so that the shortest of several tries are compared, and
 * one try in time is enough. */

TN_CHECK_WITH(async_start_returns_soon, ASYNC, 25, TEST_SLOW,
              "start returns before a long inference is done", .revision = 2) {
  long_model model;
  bool enlarged;
  int64_t begun = INT64_MAX;
  if (!long_model_begin(t, LONG_TIME, NULL, 0, &model)) return;
  while (begun >= model.took / 2 && long_model_try(t, &model, &enlarged)) {
    if (enlarged) begun = INT64_MAX;
    if (!long_model_time(t, &model)) return;
    int64_t before = test_now();
    REQUIRE_OK(tn_infer_request_start(model.request, NULL, &t->error));
    begun = shorter(begun, test_now() - before);
    EXPECT_OK(tn_infer_request_wait(model.request, -1, &t->error));
  }
  if (begun >= model.took / 2 && long_model_too_short(t, &model)) return;
  EXPECT_THAT(begun < model.took / 2,
              "the shortest start takes less than half of the shortest infer");
}

/* A generation that is cancelled after a part of its time, each time another one. */
static tn_status run_cancelled(test *t, const long_model *model) {
  EXPECT_OK(tn_infer_request_start(model->request, NULL, &t->error));
  watch_sleep(model->took * (1 + model->tries % 5) / 20);
  EXPECT_OK(tn_infer_request_cancel(model->request, &t->error));
  const tn_status status = tn_infer_request_wait(model->request, -1, &t->error);
  EXPECT_OK_OR(status, TN_CANCELLED);
  return status;
}

/* Whole generations before and after a cancelled one give the same. */
static void expect_unharmed(test *t, const long_model *model) {
  tn_tensor *before = long_model_set_output(t, model);
  NEED(before);
  REQUIRE_OK(tn_infer_request_infer(model->request, &t->error));
  tn_tensor *after = long_model_set_output(t, model);
  NEED(after);
  run_cancelled(t, model);
  REQUIRE_OK(tn_infer_request_start(model->request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(model->request, -1, &t->error));
  test_expect_equal(t, before, after, "outputs before and after a cancelled generation");
}

TN_CHECK_WITH(async_cancel_early, ASYNC, 22, TEST_SLOW,
              "a device that declares early cancelling ends a long generation well before its time",
              .revision = 2) {
  long_model model;
  bool enlarged;
  int64_t cancelled = INT64_MAX;
  if (!(t->capabilities & TN_DEVICE_CANCELS_EARLY))
    NOT_APPLICABLE("the device does not declare early cancelling");
  if (!long_model_begin(t, LONG_TIME, NULL, 0, &model)) return;
  while (cancelled > model.took / 4 * 3 && long_model_try(t, &model, &enlarged)) {
    if (enlarged) cancelled = INT64_MAX;
    if (!long_model_time(t, &model)) return;
    const int64_t before = test_now();
    if (run_cancelled(t, &model) == TN_CANCELLED)
      cancelled = shorter(cancelled, test_now() - before);
  }
  if (cancelled > model.took / 4 * 3 && long_model_too_short(t, &model)) return;
  EXPECT_THAT(cancelled <= model.took / 4 * 3,
              "the shortest cancelled generation takes at most 3/4 of the shortest whole one");
  expect_unharmed(t, &model);
}

TN_CHECK_WITH(async_cancel_of_long_work, ASYNC, 21, TEST_SLOW,
              "the shortest of some cancels returns well before the shortest long inference would "
              "end",
              .revision = 2) {
  long_model model;
  bool enlarged;
  int64_t cancelling = INT64_MAX;
  if (!long_model_begin(t, LONG_TIME, NULL, 0, &model)) return;
  while (cancelling >= model.took / 4 && long_model_try(t, &model, &enlarged)) {
    if (enlarged) cancelling = INT64_MAX;
    if (!long_model_time(t, &model)) return;
    REQUIRE_OK(tn_infer_request_start(model.request, NULL, &t->error));
    watch_sleep(model.took * (model.tries % 5) / 20);
    const int64_t before = test_now();
    EXPECT_OK(tn_infer_request_cancel(model.request, &t->error));
    cancelling = shorter(cancelling, test_now() - before);
    EXPECT_OK_OR(tn_infer_request_wait(model.request, -1, &t->error), TN_CANCELLED);
  }
  if (cancelling >= model.took / 4 && long_model_too_short(t, &model)) return;
  EXPECT(cancelling < model.took / 4);
}
