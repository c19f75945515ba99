#include <string.h>

#include "small_host.h"

/* --- one thread that runs tasks in order */

struct tn_executor {
  struct small_host *host;
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  tn_task *first, *last; /* linked through executor_words[0] */
  bool stopping;
};

static void *run(void *argument) {
  tn_executor *self = argument;
  pthread_mutex_lock(&self->mutex);
  while (self->first || !self->stopping) {
    tn_task *task = self->first;
    if (!task) {
      pthread_cond_wait(&self->changed, &self->mutex);
      continue;
    }
    self->first = task->executor_words[0];
    if (!self->first) self->last = NULL;
    pthread_mutex_unlock(&self->mutex);
    task->run(task);
    pthread_mutex_lock(&self->mutex);
  }
  pthread_mutex_unlock(&self->mutex);
  return NULL;
}

tn_status small_executor_create(const tn_host *host, const tn_executor_options *options,
                                tn_executor **out, tn_error *error) {
  (void)options;
  tn_executor *self = calloc(1, sizeof *self);
  if (!self) return small_fail(error, TN_OUT_OF_MEMORY, "no memory for an executor");
  self->host = (struct small_host *)(uintptr_t)host;
  pthread_mutex_init(&self->mutex, NULL);
  pthread_cond_init(&self->changed, NULL);
  CHECK(pthread_create(&self->thread, NULL, run, self) == 0);
  atomic_fetch_add(&self->host->executors, 1);
  *out = self;
  return TN_OK;
}

void small_executor_destroy(const tn_host *host, tn_executor *self) {
  CHECK(&self->host->table == host);
  pthread_mutex_lock(&self->mutex);
  self->stopping = true;
  pthread_cond_signal(&self->changed);
  pthread_mutex_unlock(&self->mutex);
  pthread_join(self->thread, NULL);
  pthread_cond_destroy(&self->changed);
  pthread_mutex_destroy(&self->mutex);
  atomic_fetch_sub(&self->host->executors, 1);
  free(self);
}

void small_executor_post(const tn_host *host, tn_executor *self, tn_task *task) {
  CHECK(&self->host->table == host);
  task->executor_words[0] = NULL;
  pthread_mutex_lock(&self->mutex);
  if (self->last)
    self->last->executor_words[0] = task;
  else
    self->first = task;
  self->last = task;
  pthread_cond_signal(&self->changed);
  pthread_mutex_unlock(&self->mutex);
}

uint32_t small_executor_withdraw(const tn_host *host, tn_executor *self, tn_task *task) {
  (void)host;
  uint32_t found = 0;
  pthread_mutex_lock(&self->mutex);
  tn_task *before = NULL;
  for (tn_task *at = self->first; at && !found; before = at, at = at->executor_words[0]) {
    if (at != task) continue;
    found = 1;
    if (before)
      before->executor_words[0] = at->executor_words[0];
    else
      self->first = at->executor_words[0];
    if (self->last == at) self->last = before;
  }
  pthread_mutex_unlock(&self->mutex);
  return found;
}

/* --- tensors in host memory */

struct small_tensor {
  tn_tensor base;
  struct small_host *host;
  atomic_long references;
  int64_t shape[TN_MAX_RANK];
};

static struct small_tensor *tensor_of(tn_tensor *tensor) {
  return (struct small_tensor *)tensor;
}

static const void *tensor_extension(tn_tensor *tensor, tn_string id) {
  (void)tensor, (void)id;
  return NULL;
}

static void tensor_retain(tn_tensor *tensor) {
  atomic_fetch_add(&tensor_of(tensor)->references, 1);
}

static void tensor_release(tn_tensor *tensor) {
  struct small_tensor *self = tensor_of(tensor);
  if (atomic_fetch_sub(&self->references, 1) != 1) return;
  atomic_fetch_sub(&self->host->tensors, 1);
  free(self->base.data);
  free(self);
}

static tn_status tensor_resize(tn_tensor *tensor, uint32_t rank, const int64_t *shape,
                               tn_error *error) {
  struct small_tensor *self = tensor_of(tensor);
  if (rank > TN_MAX_RANK) return small_fail(error, TN_INVALID_ARGUMENT, "rank");
  uint64_t count = 1;
  for (uint32_t i = 0; i < rank; i++)
    count *= (uint64_t)shape[i];
  uint64_t bytes = tn_dense_bytes(tensor->type, count);
  if (bytes > tensor->capacity_bytes) {
    void *data = aligned_alloc(TN_TENSOR_ALIGNMENT, (bytes + 63) / 64 * 64);
    if (!data) return small_fail(error, TN_OUT_OF_MEMORY, "no memory for a tensor");
    free(tensor->data);
    tensor->data = data;
    tensor->capacity_bytes = bytes;
  }
  memset(tensor->data, 0, tensor->capacity_bytes);
  memcpy(self->shape, shape, rank * sizeof *shape);
  tensor->rank = rank;
  return TN_OK;
}

static const tn_tensor_api tensor_api = {
    .size = TN_SIZE(tn_tensor_api),
    .get_extension = tensor_extension,
    .retain = tensor_retain,
    .release = tensor_release,
    .resize = tensor_resize,
};

tn_status small_tensor_create(const tn_host *host, uint32_t type, uint32_t rank,
                              const int64_t *shape, tn_tensor **out, tn_error *error) {
  struct small_tensor *self = calloc(1, sizeof *self);
  if (!self) return small_fail(error, TN_OUT_OF_MEMORY, "no memory for a tensor");
  self->host = (struct small_host *)(uintptr_t)host;
  atomic_init(&self->references, 1);
  atomic_fetch_add(&self->host->tensors, 1);
  self->base.api = &tensor_api;
  self->base.maker = &self->host->maker;
  self->base.size = TN_SIZE(tn_tensor);
  self->base.type = type;
  self->base.shape = self->shape;
  self->base.data = aligned_alloc(TN_TENSOR_ALIGNMENT, TN_TENSOR_ALIGNMENT);
  self->base.capacity_bytes = self->base.data ? TN_TENSOR_ALIGNMENT : 0;
  tn_status status = tensor_resize(&self->base, rank, shape, error);
  if (status != TN_OK) {
    tensor_release(&self->base);
    return status;
  }
  *out = &self->base;
  return TN_OK;
}
