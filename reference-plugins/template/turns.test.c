/* test-labels: threads */
#include "base/platform/clock.h"
#include "base/platform/thread.h"
#include "test_engine.h"

#include <criterion/criterion.h>

/* How many inferences run at once. The device asks the host for memory for its results: while the
 * meeting is open, whoever asks stays a while, and so meets who runs beside it. */

static const float numbers[8] = {-4, -3, -2, -1, 0, 1, 2, 3};
enum { LONG_ENOUGH = 100000000 /* ns */ };

struct meeting {
  tni_mutex mutex;
  tni_condition changed;
  int open;
  int inside, most, visits;
};

static void *meet_and_allocate(void *user, size_t size, size_t alignment) {
  struct meeting *self = user;
  const int64_t deadline = tni_clock_deadline(LONG_ENOUGH);
  tni_mutex_lock(&self->mutex);
  if (self->open) {
    self->visits++;
    self->inside++;
    if (self->inside > self->most) self->most = self->inside;
    tni_condition_broadcast(&self->changed);
    while (self->most < 2 &&
           tni_condition_wait_until(&self->changed, &self->mutex, deadline) == TN_OK) {
    }
    self->inside--;
  }
  tni_mutex_unlock(&self->mutex);
  return tni_system_allocator.allocate(tni_system_allocator.user, size, alignment);
}

static void release(void *user, void *memory) {
  (void)user;
  tni_system_allocator.release(tni_system_allocator.user, memory);
}

static void open_or_close(struct meeting *self, int open) {
  tni_mutex_lock(&self->mutex);
  self->open = open;
  tni_mutex_unlock(&self->mutex);
}

static tn_infer_request *make_request(tn_compiled_model *compiled) {
  const int64_t shape[] = {2, 4};
  tn_infer_request *request;
  float out[8];
  cr_assert_eq(tn_compiled_model_create_request(compiled, NULL, &request, NULL), TN_OK);
  test_infer(request, numbers, out); /* what is made once is made */
  tn_tensor *input = test_tensor(2, shape, numbers);
  cr_assert_eq(tn_infer_request_set_tensor(request, 0, input, NULL), TN_OK);
  tn_tensor_release(input);
  return request;
}

static void infer(void *user) {
  cr_assert_eq(tn_infer_request_infer(user, NULL), TN_OK);
}

/* Runs a request with the other, started or on a thread of its own; gives how many met. */
static int run_both(struct meeting *meeting, tn_infer_request *one, tn_infer_request *other,
                    int synchronous) {
  tni_thread thread;
  meeting->most = meeting->visits = 0;
  open_or_close(meeting, 1);
  if (synchronous)
    cr_assert_eq(tni_thread_start(&thread, "test", infer, other, NULL), TN_OK);
  else
    cr_assert_eq(tn_infer_request_start(other, NULL, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_start(one, NULL, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_wait(one, -1, NULL), TN_OK);
  if (synchronous)
    tni_thread_join(&thread);
  else
    cr_assert_eq(tn_infer_request_wait(other, -1, NULL), TN_OK);
  open_or_close(meeting, 0);
  cr_assert_geq(meeting->visits, 2, "each of the two comes by");
  return meeting->most;
}

/* How many of two inferences run at once, of two models compiled with a property, or of one. */
static int count_at_once(const char *name, tn_value value, int models, int synchronous) {
  struct meeting meeting = {.open = 0};
  const tni_allocator allocator = {meet_and_allocate, release, &meeting};
  test_engine engine;
  tn_compiled_model *compiled[2];
  cr_assert_eq(tni_mutex_init(&meeting.mutex), TN_OK);
  cr_assert_eq(tni_condition_init(&meeting.changed), TN_OK);
  cr_assert_eq(test_engine_open(&engine, &allocator, NULL), TN_OK);
  tn_model *model = test_model_product_and_sum(NULL);
  for (int i = 0; i < models; i++)
    cr_assert_eq(test_compile(&engine, model, name, value, &compiled[i], NULL), TN_OK);
  tn_infer_request *one = make_request(compiled[0]), *other = make_request(compiled[models - 1]);
  const int most = run_both(&meeting, one, other, synchronous);
  tn_infer_request_destroy(one);
  tn_infer_request_destroy(other);
  for (int i = 0; i < models; i++)
    tn_compiled_model_destroy(compiled[i]);
  tn_model_release(model);
  test_engine_close(&engine);
  return most;
}

Test(template_turns, exclusive_requests_take_turns) {
  const char *name = "EXCLUSIVE_ASYNC_REQUESTS";
  for (int synchronous = 0; synchronous < 2; synchronous++) {
    cr_assert_eq(count_at_once(name, tn_value_of_bool(0), 2, synchronous), 2);
    cr_assert_eq(count_at_once(name, tn_value_of_bool(1), 2, synchronous), 1);
  }
}

Test(template_turns, as_many_run_at_once_as_there_are_streams) {
  cr_assert_eq(count_at_once("NUM_STREAMS", tn_value_of_int64(1), 1, 0), 1);
  cr_assert_eq(count_at_once("NUM_STREAMS", tn_value_of_int64(2), 1, 0), 2);
}
