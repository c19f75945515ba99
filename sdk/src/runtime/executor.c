#include "runtime/executor.h"

#include <string.h>

enum { MAX_THREADS = 1024, NEXT_WORD = 0 };

struct tn_executor {
  const tni_allocator *allocator;
  tni_mutex mutex; /* guards all below but the threads */
  tni_condition posted;
  tn_task *first, *last;
  int stopping;
  int has_mutex, has_condition;
  uint32_t thread_count; /* threads that were started */
  tni_thread threads[];
};

static tn_task *next_of(const tn_task *task) {
  return task->executor_words[NEXT_WORD];
}

/* The first task, or NULL when the executor stops and nothing is left. */
static tn_task *take(tn_executor *executor) {
  tni_mutex_lock(&executor->mutex);
  while (!executor->first && !executor->stopping)
    tni_condition_wait(&executor->posted, &executor->mutex);
  tn_task *task = executor->first;
  if (task) {
    executor->first = next_of(task);
    if (!executor->first) executor->last = NULL;
  }
  tni_mutex_unlock(&executor->mutex);
  return task;
}

static void work(void *user) {
  tn_executor *executor = user;
  for (tn_task *task = take(executor); task; task = take(executor))
    task->run(task);
}

static tn_status init(tn_executor *executor, const char *name, uint32_t thread_count,
                      tn_error *error) {
  if (tni_mutex_init(&executor->mutex) != TN_OK)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a mutex");
  executor->has_mutex = 1;
  if (tni_condition_init(&executor->posted) != TN_OK)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a condition");
  executor->has_condition = 1;
  for (; executor->thread_count < thread_count; executor->thread_count++)
    TN_TRY(
        tni_thread_start(&executor->threads[executor->thread_count], name, work, executor, error));
  return TN_OK;
}

tn_status tni_executor_create(const tni_allocator *allocator, uint32_t thread_count, tn_string name,
                              tn_executor **out, tn_error *error) {
  if (thread_count == 0 || thread_count > MAX_THREADS)
    return tni_fail(error, TN_INVALID_ARGUMENT, "executor of %u threads: 1 to %d are legal",
                    thread_count, MAX_THREADS);
  tn_executor *executor =
      tni_alloc(allocator, sizeof *executor + thread_count * sizeof executor->threads[0]);
  if (!executor)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for an executor of %u threads",
                    thread_count);
  executor->allocator = allocator;
  char chars[16] = {0};
  if (name.length) memcpy(chars, name.data, name.length < 15 ? (size_t)name.length : 15);
  const tn_status status = init(executor, chars, thread_count, error);
  if (status != TN_OK) {
    tni_executor_destroy(executor);
    return status;
  }
  *out = executor;
  return TN_OK;
}

void tni_executor_destroy(tn_executor *executor) {
  if (!executor) return;
  if (executor->has_condition) {
    tni_mutex_lock(&executor->mutex);
    executor->stopping = 1;
    tni_condition_broadcast(&executor->posted);
    tni_mutex_unlock(&executor->mutex);
    for (uint32_t i = 0; i < executor->thread_count; i++)
      tni_thread_join(&executor->threads[i]);
    tni_condition_destroy(&executor->posted);
  }
  if (executor->has_mutex) tni_mutex_destroy(&executor->mutex);
  tni_free(executor->allocator, executor);
}

void tni_executor_post(tn_executor *executor, tn_task *task) {
  tni_mutex_lock(&executor->mutex);
  task->executor_words[NEXT_WORD] = NULL;
  if (executor->last)
    executor->last->executor_words[NEXT_WORD] = task;
  else
    executor->first = task;
  executor->last = task;
  tni_condition_signal(&executor->posted);
  tni_mutex_unlock(&executor->mutex);
}

/* The words of a task that is not posted say nothing, so the list is searched. */
uint32_t tni_executor_withdraw(tn_executor *executor, tn_task *task) {
  tni_mutex_lock(&executor->mutex);
  tn_task *before = NULL, *found = executor->first;
  while (found && found != task) {
    before = found;
    found = next_of(found);
  }
  if (found) {
    if (before)
      before->executor_words[NEXT_WORD] = next_of(found);
    else
      executor->first = next_of(found);
    if (executor->last == found) executor->last = before;
  }
  tni_mutex_unlock(&executor->mutex);
  return found != NULL;
}
