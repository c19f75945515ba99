/* Checks that each call survives the failure of every single thing that it asks of its host, on
 * models of several kinds: what a plugin does for a fused, a dynamic or a stateful model has
 * failures of its own. */
#define TN_GROUP "host"
#include <string.h>

#include "engine/scene.h"

/* --- one fault after the other */

/* One run in which the call `number` of a host function fails; false when there were not so many.
 */
static bool run_with_fault(scene *self, const scene_call *call, enum suite_fault fault,
                           long number) {
  test *t = self->t;
  suite_host *host = t->host;
  tn_error error;
  memset(&error, 0, sizeof error);
  const long before = atomic_load(&host->failed[fault]);
  self->told = 0;
  atomic_store(&host->fail_at[fault], atomic_load(&host->calls[fault]) + number);
  const tn_status status = call->run(self, &error);
  atomic_store(&host->fail_at[fault], 0);
  const bool failed = atomic_load(&host->failed[fault]) > before;
  EXPECT_THAT(status == TN_OK || (failed && status == TN_OUT_OF_MEMORY),
              "%s of %s gives OUT_OF_MEMORY or succeeds; failing call %ld it gave %s: %.200s",
              call->name, self->name, number, tni_status_name(status), error.message);
  EXPECT_THAT(status == TN_OK || (error.status == status && error.message[0]),
              "%s of %s fills the record; failing call %ld it did not", call->name, self->name,
              number);
  if (status == TN_OK) scene_undo(self, call);
  EXPECT_THAT(status != TN_OK || !self->is_told || self->told == self->whole,
              "%s of %s succeeds only with all that it has to tell; failing call %ld it told "
              "something else",
              call->name, self->name, number);
  memset(&t->error, 0, sizeof t->error);
  return failed;
}

/* The same failure of a caller that asks for no record. */
static void run_without_record(scene *self, const scene_call *call, enum suite_fault fault,
                               long number) {
  suite_host *host = self->t->host;
  atomic_store(&host->fail_at[fault], atomic_load(&host->calls[fault]) + number);
  const tn_status status = call->run(self, NULL);
  atomic_store(&host->fail_at[fault], 0);
  if (status == TN_OK) scene_undo(self, call);
}

/* Requests of a run in which nothing fails. */
static long count_requests(scene *self, const scene_call *call, enum suite_fault fault) {
  test *t = self->t;
  const long before = atomic_load(&t->host->calls[fault]);
  self->told = 0;
  const bool made = scene_run(self, call);
  const long asked = atomic_load(&t->host->calls[fault]) - before;
  if (made) scene_undo(self, call);
  return asked;
}

/* What a call asks for at its first run alone has to fail on objects that are new each time.
 * Returns how many requests failed. */
static long fail_first_runs(scene *self, const scene_call *call, enum suite_fault fault,
                            long asked) {
  long failed = 0;
  for (long number = 1; number <= asked; number++) {
    blob_clear(&self->blob);
    if (!call->prepare(self)) break;
    failed += run_with_fault(self, call, fault, number) ? 1 : 0;
    count_requests(self, call, fault); /* all is well again */
    blob_clear(&self->blob);
    if (call->prepare(self)) run_without_record(self, call, fault, number);
  }
  return failed;
}

/* Returns how many requests there are to fail. */
static long fail_each(scene *self, const scene_call *call, enum suite_fault fault,
                      const char *what) {
  enum { MOST = 3000 };
  test *t = self->t;
  long number = 1;
  const long asked = count_requests(self, call, fault);
  self->whole = self->told;
  const long later = count_requests(self, call, fault);
  self->is_told = self->told == self->whole; /* or it tells something else each time */
  while (number <= MOST && run_with_fault(self, call, fault, number))
    run_without_record(self, call, fault, number++);
  EXPECT_THAT(number <= MOST, "%s asks for at most %d %s", call->name, MOST, what);
  test_note(t, "%s: %ld %s, each made to fail once", call->name, number - 1, what);
  count_requests(self, call, fault); /* all is well again */
  const long first = asked > later ? fail_first_runs(self, call, fault, asked) : 0;
  if (asked && number == 1 && first == 0)
    test_record_vacuous(t, "the call asked the host in a clean run, and never when it was to fail");
  return asked;
}

TN_CHECK_WITH(host_survives_failures, ERROR, 10, TEST_SLOW,
              "a call survives the failure of each allocation, tensor and executor that it asks "
              "of its host, and works again afterwards",
              .names = scene_trials) {
  scene here;
  const scene_call *call = scene_find(t, &here);
  REQUIRE(call != NULL);
  if (!call->prepare(&here)) {
    scene_clear(&here);
    NOT_APPLICABLE("the device or its plugin does not have what the call is made on");
  }
  long asked = fail_each(&here, call, SUITE_FAULT_ALLOCATE, "allocations");
  scene_clear(&here);
  test_about(t, TNI_CLAUSE(HOST, 3));
  if (call->prepare(&here)) /* anew: what comes first is asked for again */
    asked += fail_each(&here, call, SUITE_FAULT_CREATE_TENSOR, "tensors");
  scene_clear(&here);
  if (call->prepare(&here))
    asked += fail_each(&here, call, SUITE_FAULT_CREATE_EXECUTOR, "executors");
  scene_clear(&here);
  if (!asked) NOT_APPLICABLE("in a clean run the call asks the host for nothing");
}
