#include "engine/suite_executor.h"

#include <stdlib.h>

#include "base/status.h"

enum { MAX_THREADS = 8 };

struct tn_executor {
  suite_host *host;
  pthread_t threads[MAX_THREADS]; /* begun when there is work for them: most cases post nothing */
  uint32_t thread_count, most_threads;
  uint32_t idle, queued; /* threads that wait for work; tasks that wait for a thread */
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  tn_task *first, *last; /* linked through executor_words[0] */
  bool stopping;
};

static atomic_long to_come; /* over all executors: most_threads - thread_count */

long suite_executor_threads_to_come(void) {
  return atomic_load(&to_come);
}

static void *serve(void *argument) {
  tn_executor *self = argument;
  pthread_mutex_lock(&self->mutex);
  for (;;) {
    bool holding = atomic_load(&self->host->root->hold) && !self->stopping;
    if (self->first && !holding) {
      tn_task *task = self->first;
      self->first = task->executor_words[0];
      if (!self->first) self->last = NULL;
      self->queued--;
      pthread_mutex_unlock(&self->mutex);
      task->run(task);
      pthread_mutex_lock(&self->mutex);
    } else if (self->stopping) {
      break;
    } else if (holding) {
      /* suite_host_let_go knows no executors: look again soon */
      struct timespec deadline;
      clock_gettime(CLOCK_REALTIME, &deadline);
      deadline.tv_nsec += 1000000;
      deadline.tv_sec += deadline.tv_nsec / 1000000000;
      deadline.tv_nsec %= 1000000000;
      pthread_cond_timedwait(&self->changed, &self->mutex, &deadline);
    } else {
      self->idle++;
      pthread_cond_wait(&self->changed, &self->mutex);
      self->idle--;
    }
  }
  pthread_mutex_unlock(&self->mutex);
  return NULL;
}

static void join(tn_executor *self) {
  pthread_mutex_lock(&self->mutex);
  self->stopping = true;
  pthread_cond_broadcast(&self->changed);
  pthread_mutex_unlock(&self->mutex);
  for (uint32_t i = 0; i < self->thread_count; i++)
    pthread_join(self->threads[i], NULL);
  atomic_fetch_sub(&to_come, (long)self->most_threads - (long)self->thread_count);
  pthread_cond_destroy(&self->changed);
  pthread_mutex_destroy(&self->mutex);
  free(self);
}

tn_status suite_executor_create(suite_host *host, const tn_executor_options *options,
                                tn_executor **out, tn_error *error) {
  if (!options || options->size < TN_EXECUTOR_OPTIONS_FIRST_SIZE)
    return tni_fail(error, TN_INVALID_ARGUMENT, "executor: no options, or too small ones");
  if (options->thread_count < 1 || options->thread_count > 1024)
    return tni_fail(error, TN_INVALID_ARGUMENT, "executor of %u threads: 1 to 1024 are legal",
                    options->thread_count); /* in the words of the runtime */
  tn_executor *self = calloc(1, sizeof *self);
  if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "executor: no memory");
  self->host = host;
  pthread_mutex_init(&self->mutex, NULL);
  pthread_cond_init(&self->changed, NULL);
  self->most_threads = options->thread_count < MAX_THREADS ? options->thread_count : MAX_THREADS;
  atomic_fetch_add(&to_come, (long)self->most_threads);
  atomic_fetch_add(&host->executors, 1);
  *out = self;
  return TN_OK;
}

void suite_executor_destroy(const tn_host *host, tn_executor *executor) {
  (void)host;
  atomic_fetch_sub(&executor->host->executors, 1);
  join(executor);
}

static bool is_posted(const tn_executor *self, const tn_task *task) {
  for (const tn_task *at = self->first; at; at = at->executor_words[0])
    if (at == task) return true;
  return false;
}

/* As many threads as there are tasks for. With the mutex held. */
static void begin_thread(tn_executor *self) {
  if (self->queued <= self->idle || self->thread_count == self->most_threads) return;
  if (pthread_create(&self->threads[self->thread_count], NULL, serve, self) == 0) {
    self->thread_count++;
    atomic_fetch_sub(&to_come, 1);
  } else if (self->thread_count == 0) {
    abort(); /* the suite itself is out of threads */
  }
}

void suite_executor_post(const tn_host *host, tn_executor *executor, tn_task *task) {
  (void)host;
  pthread_mutex_lock(&executor->mutex);
  if (is_posted(executor, task)) { /* linking it twice would tie the list into a ring */
    atomic_fetch_add(&executor->host->root->posted_twice, 1);
    pthread_mutex_unlock(&executor->mutex);
    return;
  }
  task->executor_words[0] = NULL;
  if (executor->last)
    executor->last->executor_words[0] = task;
  else
    executor->first = task;
  executor->last = task;
  executor->queued++;
  begin_thread(executor);
  if (atomic_load(&executor->host->root->hold)) atomic_fetch_add(&executor->host->root->held, 1);
  pthread_cond_signal(&executor->changed);
  pthread_mutex_unlock(&executor->mutex);
}

uint32_t suite_executor_withdraw(const tn_host *host, tn_executor *executor, tn_task *task) {
  (void)host;
  uint32_t found = 0;
  pthread_mutex_lock(&executor->mutex);
  tn_task *before = NULL;
  for (tn_task *at = executor->first; at && !found; before = at, at = at->executor_words[0]) {
    if (at != task) continue;
    found = 1;
    if (before)
      before->executor_words[0] = at->executor_words[0];
    else
      executor->first = at->executor_words[0];
    if (executor->last == at) executor->last = before;
    executor->queued--;
  }
  pthread_mutex_unlock(&executor->mutex);
  return found;
}

void suite_host_let_go(suite_host *host) {
  atomic_store(&host->hold, false);
  atomic_store(&host->held, 0);
}

void suite_host_stay(suite_host *host) {
  for (int i = 0; i < 10000 && atomic_load(&host->hold); i++)
    nanosleep(&(struct timespec){0, 1000000}, NULL);
}
