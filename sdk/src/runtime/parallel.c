#include "runtime/parallel.h"

#include <sched.h>
#include <stdatomic.h>

enum { MAX_HELPERS = 63, PARTS_PER_THREAD = 4 };

struct loop;

/* What a helper runs; lies on the stack of the loop's caller. */
struct helper {
  tn_task task;
  struct loop *loop;
};

struct loop {
  tni_parallel *parallel;
  tn_parallel_body body;
  void *user;
  uint64_t count, part_size, part_count; /* the last part takes the rest as well */
  atomic_uint_fast64_t next_part;
  uint32_t running; /* helpers that were posted and have not left; guarded by the mutex */
};

static uint32_t processor_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return (uint32_t)CPU_COUNT(&set);
}

tn_status tni_parallel_init(tni_parallel *parallel, const tni_allocator *allocator) {
  parallel->allocator = allocator;
  TN_TRY(tni_mutex_init(&parallel->mutex));
  parallel->has_mutex = 1;
  TN_TRY(tni_condition_init(&parallel->finished));
  parallel->has_condition = 1;
  return TN_OK;
}

void tni_parallel_close(tni_parallel *parallel) {
  tni_mutex_lock(&parallel->mutex);
  tn_executor *helpers = parallel->helpers;
  parallel->helpers = NULL;
  parallel->helper_count = 0;
  parallel->started = 1;
  tni_mutex_unlock(&parallel->mutex);
  tni_executor_destroy(helpers);
}

void tni_parallel_destroy(tni_parallel *parallel) {
  if (parallel->has_mutex) tni_parallel_close(parallel);
  if (parallel->has_condition) tni_condition_destroy(&parallel->finished);
  if (parallel->has_mutex) tni_mutex_destroy(&parallel->mutex);
}

/* The helpers; where threads cannot be had there are none, and loops still run. */
static tn_executor *helpers_of(tni_parallel *parallel, uint32_t *count) {
  tni_mutex_lock(&parallel->mutex);
  if (!parallel->started) {
    parallel->started = 1;
    const uint32_t processors = processor_count();
    const uint32_t wanted = processors - 1 < MAX_HELPERS ? processors - 1 : MAX_HELPERS;
    if (wanted && tni_executor_create(parallel->allocator, wanted, TN_STRING("tenon-parallel"),
                                      &parallel->helpers, NULL) == TN_OK)
      parallel->helper_count = wanted;
  }
  tn_executor *helpers = parallel->helpers;
  *count = parallel->helper_count;
  tni_mutex_unlock(&parallel->mutex);
  return helpers;
}

static void run_parts(struct loop *loop) {
  for (;;) {
    const uint64_t part = atomic_fetch_add_explicit(&loop->next_part, 1, memory_order_relaxed);
    if (part >= loop->part_count) return;
    const uint64_t begin = part * loop->part_size;
    loop->body(loop->user, begin,
               part + 1 == loop->part_count ? loop->count : begin + loop->part_size);
  }
}

static void leave(struct loop *loop, uint32_t helpers) {
  tni_parallel *parallel = loop->parallel;
  tni_mutex_lock(&parallel->mutex);
  loop->running -= helpers;
  if (loop->running == 0) tni_condition_broadcast(&parallel->finished);
  tni_mutex_unlock(&parallel->mutex);
}

static void help(tn_task *task) {
  struct loop *loop = ((struct helper *)task)->loop;
  run_parts(loop);
  leave(loop, 1);
}

/* Helpers that have not begun are called back, so that a nested loop waits for nobody but those
 * who are at work on it. */
static void run_with_helpers(struct loop *loop, tn_executor *executor, uint32_t count) {
  struct helper helpers[MAX_HELPERS];
  loop->running = count;
  for (uint32_t i = 0; i < count; i++) {
    helpers[i] = (struct helper){{help, {NULL}}, loop};
    tni_executor_post(executor, &helpers[i].task);
  }
  run_parts(loop);
  uint32_t withdrawn = 0;
  for (uint32_t i = 0; i < count; i++)
    withdrawn += tni_executor_withdraw(executor, &helpers[i].task);
  tni_parallel *parallel = loop->parallel;
  tni_mutex_lock(&parallel->mutex);
  loop->running -= withdrawn;
  while (loop->running)
    tni_condition_wait(&parallel->finished, &parallel->mutex);
  tni_mutex_unlock(&parallel->mutex);
}

void tni_parallel_for(tni_parallel *parallel, uint64_t count, uint64_t grain, tn_parallel_body body,
                      void *user) {
  if (count == 0) return;
  if (grain == 0) grain = 1;
  if (count / 2 < grain) {
    body(user, 0, count);
    return;
  }
  uint32_t helper_count = 0;
  tn_executor *executor = helpers_of(parallel, &helper_count);
  const uint64_t most = count / grain - 1;
  if (helper_count > most) helper_count = (uint32_t)most;
  if (!executor || helper_count == 0) {
    body(user, 0, count);
    return;
  }
  struct loop loop = {.parallel = parallel, .body = body, .user = user, .count = count};
  const uint64_t wanted = ((uint64_t)helper_count + 1) * PARTS_PER_THREAD;
  loop.part_size = count / wanted > grain ? count / wanted : grain;
  loop.part_count = count / loop.part_size;
  atomic_init(&loop.next_part, 0);
  run_with_helpers(&loop, executor, helper_count);
}
