/** @file
 *  A small host for programs that open a plugin themselves: memory, tensors and executors that are
 * counted, and tasks that can be held back. Part of tenon/testing/sequence.h.
 */
#ifndef TENON_TESTING_SEQUENCE_HOST_H
#define TENON_TESTING_SEQUENCE_HOST_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/abi.h"

/** The host of one engine. */
typedef struct sequence_host {
  tn_host table; /**< First: the engine hands it back. */
  atomic_long blocks, tensors, executors, ended;
  pthread_mutex_t mutex; /**< Guards `held` and the queues of all executors. */
  pthread_cond_t changed;
  int held; /**< Tasks stay where they are. */
} sequence_host;

static const tn_maker sequence_maker = {TN_SIZE(tn_maker), 0, &sequence_maker,
                                        TN_STRING_INIT("tenon")};

static inline tn_status sequence_refuse(tn_error *record, tn_status status, const char *text) {
  if (!record) return status;
  memset(record, 0, sizeof *record);
  record->status = status;
  memcpy(record->message, text, strlen(text) < 400 ? strlen(text) : 400);
  return status;
}

/* --- tensors */

typedef struct sequence_tensor {
  tn_tensor base;
  sequence_host *host;
  atomic_long references;
  int64_t shape[TN_MAX_RANK];
} sequence_tensor;

static inline const void *sequence_no_extension(tn_tensor *self, tn_string id) {
  (void)self, (void)id;
  return NULL;
}

static inline void sequence_tensor_retain(tn_tensor *self) {
  ((sequence_tensor *)self)->references++;
}

static inline void sequence_tensor_release(tn_tensor *self) {
  sequence_tensor *tensor = (sequence_tensor *)self;
  if (--tensor->references > 0) return;
  tensor->host->tensors--;
  free(self->data);
  free(self);
}

static inline tn_status sequence_tensor_resize(tn_tensor *self, uint32_t rank, const int64_t *shape,
                                               tn_error *record) {
  sequence_tensor *tensor = (sequence_tensor *)self;
  uint64_t count = 1;
  if (rank > TN_MAX_RANK) return sequence_refuse(record, TN_INVALID_ARGUMENT, "rank");
  for (uint32_t i = 0; i < rank; i++) {
    if (shape[i] < 0 || shape[i] > 1 << 20)
      return sequence_refuse(record, TN_INVALID_ARGUMENT, "dimension");
    count *= (uint64_t)shape[i];
  }
  const uint64_t bytes = tn_dense_bytes(self->type, count);
  void *data = aligned_alloc(TN_TENSOR_ALIGNMENT,
                             (size_t)(bytes / TN_TENSOR_ALIGNMENT + 1) * TN_TENSOR_ALIGNMENT);
  if (!data) return sequence_refuse(record, TN_OUT_OF_MEMORY, "no memory for a tensor");
  memset(data, 0, (size_t)bytes);
  free(self->data);
  self->data = data;
  self->capacity_bytes = bytes;
  self->rank = rank;
  if (rank) memmove(tensor->shape, shape, rank * sizeof *shape);
  return TN_OK;
}

static inline tn_status sequence_set_string(tn_tensor *self, uint64_t index, tn_string text,
                                            tn_error *record) {
  (void)self, (void)index, (void)text;
  return sequence_refuse(record, TN_WRONG_TYPE, "no tensor of strings");
}

static inline tn_status sequence_tensor_create(sequence_host *host, uint32_t type, uint32_t rank,
                                               const int64_t *shape, tn_tensor **out) {
  static const tn_tensor_api api = {TN_SIZE(tn_tensor_api),  0,
                                    sequence_no_extension,   sequence_tensor_retain,
                                    sequence_tensor_release, sequence_tensor_resize,
                                    sequence_set_string};
  sequence_tensor *self = (sequence_tensor *)calloc(1, sizeof *self);
  if (!self) return TN_OUT_OF_MEMORY;
  self->base.api = &api;
  self->base.maker = &sequence_maker;
  self->base.size = TN_SIZE(tn_tensor);
  self->base.type = type;
  self->base.shape = self->shape;
  self->host = host;
  self->references = 1;
  const tn_status status = sequence_tensor_resize(&self->base, rank, shape, NULL);
  if (status != TN_OK) {
    free(self);
    return status;
  }
  host->tensors++;
  *out = &self->base;
  return TN_OK;
}

static inline long sequence_tensor_references(const tn_tensor *self) {
  return ((const sequence_tensor *)self)->references;
}

/* --- executors: one thread each */

struct tn_executor {
  sequence_host *host;
  pthread_t thread;
  tn_task *first, *last; /* linked through executor_words[0] */
  int stopping;
};

static inline sequence_host *sequence_host_of(const tn_host *host) {
  return (sequence_host *)(uintptr_t)host;
}

static inline void *sequence_serve(void *argument) {
  tn_executor *self = (tn_executor *)argument;
  sequence_host *host = self->host;
  pthread_mutex_lock(&host->mutex);
  for (;;) {
    tn_task *task = host->held && !self->stopping ? NULL : self->first;
    if (task) {
      self->first = (tn_task *)task->executor_words[0];
      pthread_mutex_unlock(&host->mutex);
      task->run(task);
      pthread_mutex_lock(&host->mutex);
    } else if (self->stopping) {
      break;
    } else {
      pthread_cond_wait(&host->changed, &host->mutex);
    }
  }
  pthread_mutex_unlock(&host->mutex);
  return NULL;
}

static inline void sequence_change(sequence_host *host, int *what, int value) {
  pthread_mutex_lock(&host->mutex);
  *what = value;
  pthread_cond_broadcast(&host->changed);
  pthread_mutex_unlock(&host->mutex);
}

static inline void sequence_host_hold(sequence_host *host, int held) {
  sequence_change(host, &host->held, held);
}

static inline tn_status sequence_create_executor(const tn_host *table,
                                                 const tn_executor_options *options,
                                                 tn_executor **out, tn_error *record) {
  (void)options;
  tn_executor *self = (tn_executor *)calloc(1, sizeof *self);
  if (!self) return sequence_refuse(record, TN_OUT_OF_MEMORY, "no memory for an executor");
  self->host = sequence_host_of(table);
  if (pthread_create(&self->thread, NULL, sequence_serve, self) != 0) {
    free(self);
    return sequence_refuse(record, TN_OUT_OF_MEMORY, "no thread for an executor");
  }
  self->host->executors++;
  *out = self;
  return TN_OK;
}

static inline void sequence_destroy_executor(const tn_host *table, tn_executor *self) {
  sequence_change(sequence_host_of(table), &self->stopping, 1);
  pthread_join(self->thread, NULL);
  self->host->executors--;
  free(self);
}

static inline void sequence_post(const tn_host *table, tn_executor *self, tn_task *task) {
  sequence_host *host = sequence_host_of(table);
  task->executor_words[0] = NULL;
  pthread_mutex_lock(&host->mutex);
  if (self->first)
    self->last->executor_words[0] = task;
  else
    self->first = task;
  self->last = task;
  pthread_cond_broadcast(&host->changed);
  pthread_mutex_unlock(&host->mutex);
}

static inline uint32_t sequence_withdraw(const tn_host *table, tn_executor *self, tn_task *task) {
  sequence_host *host = sequence_host_of(table);
  uint32_t found = 0;
  pthread_mutex_lock(&host->mutex);
  tn_task *before = NULL;
  for (tn_task *at = self->first; at && !found;
       before = at, at = (tn_task *)at->executor_words[0]) {
    if (at != task) continue;
    found = 1;
    if (before)
      before->executor_words[0] = at->executor_words[0];
    else
      self->first = (tn_task *)at->executor_words[0];
    if (self->last == at) self->last = before;
  }
  pthread_mutex_unlock(&host->mutex);
  return found;
}

/* --- the table */

static inline const void *sequence_host_extension(const tn_host *table, tn_string id) {
  (void)table, (void)id;
  return NULL;
}

static inline void sequence_log(const tn_host *table, uint32_t level, tn_string message) {
  (void)table, (void)level, (void)message;
}

static inline void *sequence_allocate(const tn_host *table, uint64_t size, uint64_t alignment) {
  void *memory = NULL;
  if (alignment < sizeof(void *)) alignment = sizeof(void *);
  if (posix_memalign(&memory, (size_t)alignment, size ? (size_t)size : 1) != 0) return NULL;
  sequence_host_of(table)->blocks++;
  return memory;
}

static inline void sequence_free(const tn_host *table, void *memory) {
  if (memory) sequence_host_of(table)->blocks--;
  free(memory);
}

static inline void sequence_parallel_for(const tn_host *table, uint64_t count, uint64_t grain,
                                         tn_parallel_body body, void *user) {
  (void)table, (void)grain;
  if (count) body(user, 0, count);
}

static inline tn_status sequence_create_tensor(const tn_host *table, uint32_t type, uint32_t rank,
                                               const int64_t *shape, tn_tensor **out,
                                               tn_error *record) {
  const tn_status status = sequence_tensor_create(sequence_host_of(table), type, rank, shape, out);
  return status == TN_OK ? status : sequence_refuse(record, status, "no tensor");
}

static inline void sequence_forget(const tn_host *table, void *record) {
  (void)table, (void)record;
}

static inline void sequence_end(const tn_host *table) {
  sequence_host_of(table)->ended++;
}

static inline void sequence_host_init(sequence_host *host) {
  memset(host, 0, sizeof *host);
  pthread_mutex_init(&host->mutex, NULL);
  pthread_cond_init(&host->changed, NULL);
  host->table.size = TN_SIZE(tn_host);
  host->table.log_level = TN_LOG_WARNING;
  host->table.maker = &sequence_maker;
  host->table.get_extension = sequence_host_extension;
  host->table.log = sequence_log;
  host->table.allocate = sequence_allocate;
  host->table.release = sequence_free;
  host->table.create_executor = sequence_create_executor;
  host->table.destroy_executor = sequence_destroy_executor;
  host->table.post = sequence_post;
  host->table.withdraw = sequence_withdraw;
  host->table.parallel_for = sequence_parallel_for;
  host->table.create_tensor = sequence_create_tensor;
  host->table.forget = sequence_forget;
  host->table.end = sequence_end;
}

typedef struct sequence_create_options {
  tn_create_options base;
  sequence_host *host;
} sequence_create_options;

static inline const void *sequence_host_for(const tn_create_options *options, uint32_t major) {
  return major == TN_MAJOR ? &((const sequence_create_options *)options)->host->table : NULL;
}

static inline tn_status sequence_host_create_engine(sequence_host *host,
                                                    tn_create_plugin_engine_function create,
                                                    const tn_map_entry *properties,
                                                    uint32_t property_count, tn_plugin **out,
                                                    tn_error *record) {
  sequence_create_options options = {tn_create_options_init(), host};
  options.base.oldest_major = options.base.newest_major = TN_MAJOR;
  options.base.host_for = sequence_host_for;
  options.base.properties = properties;
  options.base.property_count = property_count;
  return create(&options.base, out, record);
}

/* --- models: what printed structs need */

static inline const void *sequence_model_extension(tn_model *model, tn_string id) {
  (void)model, (void)id;
  return NULL;
}

static inline void sequence_model_keep(tn_model *model) {
  (void)model; /* it lives as long as the program */
}

static inline void sequence_constant_keep(tn_tensor *self) {
  (void)self;
}

/** Table of printed models. */
static const tn_model_api sequence_model_api = {TN_SIZE(tn_model_api), 0, sequence_model_extension,
                                                sequence_model_keep, sequence_model_keep};

/** Table of printed constants. */
static const tn_tensor_api sequence_constant_api = {
    TN_SIZE(tn_tensor_api), 0,    sequence_no_extension, sequence_constant_keep,
    sequence_constant_keep, NULL, sequence_set_string};

#endif
