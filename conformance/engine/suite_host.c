#include "engine/suite_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "engine/fenced.h"
#include "engine/suite_core.h"
#include "engine/suite_executor.h"

/* What a plugin is told about its host is what the runtime tells. */
static const tn_maker host_maker = {TN_SIZE(tn_maker), 0, &host_maker, TN_STRING_INIT("tenon")};

static suite_host *self_of(const tn_host *host) {
  return (suite_host *)(uintptr_t)host;
}

/* Counts a call; 1 when it is one that has to fail. */
static int counts_and_fails(suite_host *self, enum suite_fault function) {
  if (atomic_load(&self->ended)) atomic_fetch_add(&self->calls_after_end, 1);
  long call = atomic_fetch_add(&self->calls[function], 1) + 1;
  if (call != atomic_load(&self->fail_at[function])) return 0;
  atomic_fetch_add(&self->failed[function], 1);
  return 1;
}

static tn_status fail(tn_error *error, tn_status status, const char *text) {
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = status;
    snprintf(error->message, sizeof error->message, "%s", text);
  }
  return status;
}

static const void *get_extension(const tn_host *host, tn_string id) {
  suite_host *self = self_of(host);
  if (atomic_load(&self->ended)) atomic_fetch_add(&self->calls_after_end, 1);
  return tn_string_equal(id, TN_STRING(TN_EXTENSION_CORE)) ? suite_core_api() : NULL;
}

static void log_message(const tn_host *host, uint32_t level, tn_string message) {
  suite_host *self = self_of(host);
  if (atomic_load(&self->ended)) atomic_fetch_add(&self->calls_after_end, 1);
  atomic_fetch_add(&self->logged, 1);
  fprintf(stderr, "plugin, level %u: %.*s\n", level, (int)message.length, message.data);
}

static void *allocate(const tn_host *host, uint64_t size, uint64_t alignment) {
  suite_host *self = self_of(host);
  if (counts_and_fails(self, SUITE_FAULT_ALLOCATE)) return NULL;
  void *memory = NULL;
  if (alignment == 0 || alignment > 4096 || (alignment & (alignment - 1))) return NULL;
  if (alignment < sizeof(void *)) alignment = sizeof(void *);
  if (self->fenced) {
    memory = fenced_allocate((size_t)size, (size_t)alignment);
    if (!memory) return NULL;
  } else {
    if (posix_memalign(&memory, (size_t)alignment, size ? (size_t)size : 1) != 0) return NULL;
    memset(memory, 0xa5, (size_t)size); /* contents are undefined */
  }
  atomic_fetch_add(&self->blocks, 1);
  atomic_fetch_add(&self->bytes_lent, size);
  return memory;
}

static void release(const tn_host *host, void *memory) {
  suite_host *self = self_of(host);
  if (atomic_load(&self->ended)) atomic_fetch_add(&self->calls_after_end, 1);
  if (!memory) return;
  atomic_fetch_sub(&self->blocks, 1);
  if (!self->fenced)
    free(memory);
  else if (!fenced_release(memory))
    atomic_fetch_add(&self->fences_hit, 1);
}

static tn_status create_executor(const tn_host *host, const tn_executor_options *options,
                                 tn_executor **out, tn_error *error) {
  suite_host *self = self_of(host);
  if (counts_and_fails(self, SUITE_FAULT_CREATE_EXECUTOR))
    return fail(error, TN_OUT_OF_MEMORY, "no memory for an executor");
  return suite_executor_create(self, options, out, error);
}

/* --- parallel loops */

enum { MOST_TOGETHER = 16 };

struct part {
  tn_parallel_body body;
  void *user;
  uint64_t begin, end;
};

static void *run_part(void *argument) {
  const struct part *self = argument;
  self->body(self->user, self->begin, self->end);
  return NULL;
}

static void run_turned(const struct part *loop, uint64_t grain) {
  const uint64_t step = grain ? grain : 1;
  uint64_t end = loop->end;
  while (end > 0) { /* the first part takes what is left, so that none is smaller than the grain */
    const uint64_t begin = end >= 2 * step ? end - step : 0;
    loop->body(loop->user, begin, end);
    end = begin;
  }
}

static void run_together(const struct part *loop, uint64_t grain) {
  struct part parts[MOST_TOGETHER];
  pthread_t threads[MOST_TOGETHER];
  bool started[MOST_TOGETHER];
  uint64_t most = loop->end / (grain ? grain : 1);
  const uint64_t count = most > MOST_TOGETHER ? MOST_TOGETHER : most > 0 ? most : 1;
  for (uint64_t i = 0; i < count; i++) {
    parts[i] = (struct part){loop->body, loop->user, loop->end / count * i,
                             i + 1 == count ? loop->end : loop->end / count * (i + 1)};
    started[i] = pthread_create(&threads[i], NULL, run_part, &parts[i]) == 0;
    if (!started[i]) run_part(&parts[i]);
  }
  for (uint64_t i = 0; i < count; i++)
    if (started[i]) pthread_join(threads[i], NULL);
}

static void run_halves(const struct part *loop, uint64_t grain) {
  uint64_t half = loop->end / 2;
  if (half < grain) half = 0;
  if (half) loop->body(loop->user, 0, half); /* in parts, as a runtime with threads would */
  loop->body(loop->user, half, loop->end);
}

static void parallel_for(const tn_host *host, uint64_t count, uint64_t grain, tn_parallel_body body,
                         void *user) {
  suite_host *self = self_of(host);
  const struct part loop = {body, user, 0, count};
  if (atomic_load(&self->ended)) atomic_fetch_add(&self->calls_after_end, 1);
  if (count == 0) return;
  if (count >= 2 * (grain ? grain : 1)) atomic_fetch_add(&self->loops, 1);
  if (self->parallel == SUITE_PARALLEL_WHOLE)
    body(user, 0, count);
  else if (self->parallel == SUITE_PARALLEL_TURNED)
    run_turned(&loop, grain);
  else if (self->parallel == SUITE_PARALLEL_TOGETHER)
    run_together(&loop, grain);
  else
    run_halves(&loop, grain);
}

static tn_status create_tensor(const tn_host *host, uint32_t type, uint32_t rank,
                               const int64_t *shape, tn_tensor **out, tn_error *error) {
  suite_host *self = self_of(host);
  if (counts_and_fails(self, SUITE_FAULT_CREATE_TENSOR))
    return fail(error, TN_OUT_OF_MEMORY, "no memory for a tensor");
  tn_tensor *tensor = NULL;
  tn_status status =
      suite_host_create_tensor(self, type, rank, shape, TN_TENSOR_ALIGNMENT, &tensor, error);
  if (status != TN_OK) return status;
  if (tensor->capacity_bytes) memset(tensor->data, 0, (size_t)tensor->capacity_bytes);
  suite_tensor_is_of_plugin(tensor);
  atomic_fetch_add(&self->bytes_lent, tensor->capacity_bytes);
  *out = tensor;
  return TN_OK;
}

static void forget(const tn_host *host, void *object_record) {
  atomic_store(&self_of(host)->last_forgotten, object_record);
  atomic_fetch_add(&self_of(host)->forgotten, 1);
}

static void end(const tn_host *host) {
  atomic_fetch_add(&self_of(host)->ended, 1);
}

void suite_host_init(suite_host *host, const suite_other *others, uint32_t other_count) {
  memset(host, 0, sizeof *host);
  pthread_mutex_init(&host->mutex, NULL);
  host->root = host;
  host->others = others;
  host->other_count = other_count;
  host->table.size = TN_SIZE(tn_host);
  host->table.log_level = TN_LOG_WARNING;
  host->table.maker = &host_maker;
  host->table.get_extension = get_extension;
  host->table.log = log_message;
  host->table.allocate = allocate;
  host->table.release = release;
  host->table.create_executor = create_executor;
  host->table.destroy_executor = suite_executor_destroy;
  host->table.post = suite_executor_post;
  host->table.withdraw = suite_executor_withdraw;
  host->table.parallel_for = parallel_for;
  host->table.create_tensor = create_tensor;
  host->table.forget = forget;
  host->table.end = end;
}

void suite_host_clear(suite_host *host) {
  suite_core_close(host);
  pthread_mutex_destroy(&host->mutex);
}

/* Options that lead back to their host. */
struct suite_create_options {
  tn_create_options base;
  suite_host *host;
};

static const void *host_for(const tn_create_options *options, uint32_t major) {
  return major == TN_MAJOR ? &((const struct suite_create_options *)options)->host->table : NULL;
}

tn_status suite_host_create_engine(suite_host *host, tn_create_plugin_engine_function create,
                                   const tn_map_entry *properties, uint32_t property_count,
                                   tn_plugin **out, tn_error *error) {
  struct suite_create_options options = {tn_create_options_init(), host};
  options.base.oldest_major = options.base.newest_major = TN_MAJOR;
  options.base.host_for = host_for;
  options.base.properties = property_count ? properties : NULL;
  options.base.property_count = property_count;
  tn_status status = create(&options.base, out, error);
  if (status == TN_OK && !*out)
    status = tni_fail(error, TN_INTERNAL, "tn_create_plugin_engine gave OK and no engine");
  host->core_open = status == TN_OK;
  return status;
}
