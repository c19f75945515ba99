/* test-labels: threads */
#include "runtime/executor.h"

#include "base/fault_allocator.h"

#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef struct job {
  tn_task task;
  atomic_int *sequence; /* number of jobs that have run */
  int place;            /* this one's place among them, from 1; 0: has not run */
  tni_mutex *gate;      /* taken while it runs, or NULL */
} job;

static void run(tn_task *task) {
  job *self = (job *)task;
  if (self->gate) tni_mutex_lock(self->gate);
  if (self->gate) tni_mutex_unlock(self->gate);
  self->place = atomic_fetch_add(self->sequence, 1) + 1;
}

static tn_executor *make(uint32_t threads) {
  tn_executor *executor = NULL;
  cr_assert_eq(
      tni_executor_create(tni_allocator_system(), threads, TN_STRING("test"), &executor, NULL),
      TN_OK);
  return executor;
}

Test(executor, one_thread_keeps_the_order_and_destroy_runs_what_is_posted) {
  enum { COUNT = 200 };
  static job jobs[COUNT];
  atomic_int sequence = 0;
  tn_executor *executor = make(1);
  for (int i = 0; i < COUNT; i++) {
    jobs[i] = (job){.task = {.run = run}, .sequence = &sequence};
    tni_executor_post(executor, &jobs[i].task);
  }
  tni_executor_destroy(executor);
  for (int i = 0; i < COUNT; i++)
    cr_assert_eq(jobs[i].place, i + 1);
}

/* checks TN_HOST_007 */
Test(executor, what_has_not_begun_can_be_withdrawn) {
  tni_mutex gate;
  cr_assert_eq(tni_mutex_init(&gate), TN_OK);
  atomic_int sequence = 0;
  job blocker = {.task = {.run = run}, .sequence = &sequence, .gate = &gate};
  job jobs[4];
  tn_executor *executor = make(1);
  tni_mutex_lock(&gate);
  tni_executor_post(executor, &blocker.task);
  for (int i = 0; i < 4; i++) {
    jobs[i] = (job){.task = {.run = run}, .sequence = &sequence};
    tni_executor_post(executor, &jobs[i].task);
  }
  job stranger = {.task = {.run = run}, .sequence = &sequence};
  memset(stranger.task.executor_words, 0x5a, sizeof stranger.task.executor_words);
  cr_assert_eq(tni_executor_withdraw(executor, &stranger.task), 0);
  cr_assert_eq(tni_executor_withdraw(executor, &jobs[3].task), 1); /* the last */
  cr_assert_eq(tni_executor_withdraw(executor, &jobs[1].task), 1); /* one between */
  cr_assert_eq(tni_executor_withdraw(executor, &jobs[1].task), 0);
  tni_executor_post(executor, &jobs[1].task);
  tni_mutex_unlock(&gate);
  tni_executor_destroy(executor);
  tni_mutex_destroy(&gate);
  cr_assert_eq(blocker.place, 1);
  cr_assert_eq(jobs[0].place, 2);
  cr_assert_eq(jobs[2].place, 3);
  cr_assert_eq(jobs[1].place, 4);
  cr_assert_eq(jobs[3].place, 0);
}

/* checks TN_HOST_005 */
Test(executor, many_threads_run_each_task_once) {
  enum { COUNT = 2000 };
  static job jobs[COUNT];
  atomic_int sequence = 0;
  tn_executor *executor = make(8);
  for (int i = 0; i < COUNT; i++) {
    jobs[i] = (job){.task = {.run = run}, .sequence = &sequence};
    tni_executor_post(executor, &jobs[i].task);
  }
  tni_executor_destroy(executor);
  cr_assert_eq(atomic_load(&sequence), COUNT);
}

typedef struct own_job {
  tn_task task;
  atomic_int *done;
} own_job;

static _Thread_local int posting;
static atomic_int within_post;

static void free_itself(tn_task *task) {
  atomic_int *done = ((own_job *)task)->done;
  if (posting) atomic_fetch_add(&within_post, 1);
  memset(task, 0xee, sizeof(own_job)); /* nobody reads it any more */
  free(task);
  atomic_fetch_add(done, 1);
}

/* checks TN_HOST_005, TN_HOST_006 */
Test(executor, a_task_may_free_itself_and_never_runs_within_post) {
  enum { COUNT = 500 };
  atomic_int done = 0;
  tn_executor *executor = make(2);
  for (int i = 0; i < COUNT; i++) {
    own_job *one = calloc(1, sizeof *one);
    cr_assert_not_null(one);
    one->task.run = free_itself;
    one->done = &done;
    posting = 1;
    tni_executor_post(executor, &one->task);
    posting = 0;
  }
  tni_executor_destroy(executor);
  cr_assert_eq(atomic_load(&done), COUNT);
  cr_assert_eq(atomic_load(&within_post), 0);
}

Test(executor, a_wrong_number_of_threads_is_refused) {
  tn_executor *executor = NULL;
  tn_error error = {0};
  cr_assert_eq(tni_executor_create(tni_allocator_system(), 0, TN_STRING(""), &executor, &error),
               TN_INVALID_ARGUMENT);
  cr_assert_not_null(strstr(error.message, "1 to 1024"));
  cr_assert_eq(tni_executor_create(tni_allocator_system(), 1025, TN_STRING(""), &executor, &error),
               TN_INVALID_ARGUMENT);
  cr_assert_null(executor);
  tni_executor_destroy(NULL);
}

static tn_status attempt(const tni_allocator *allocator, void *user) {
  tn_executor *executor = NULL;
  (void)user;
  const tn_status status =
      tni_executor_create(allocator, 2, TN_STRING("a long name of threads"), &executor, NULL);
  tni_executor_destroy(executor);
  return status;
}

Test(executor, creation_survives_failing_memory) {
  cr_assert_gt(tni_fault_sweep(attempt, NULL), 0);
}
