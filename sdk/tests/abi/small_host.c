#include "small_host.h"

#include <dlfcn.h>
#include <string.h>

tn_status small_fail(tn_error *error, tn_status status, const char *text) {
  if (!error) return status;
  memset(error, 0, sizeof *error);
  error->status = status;
  snprintf(error->message, sizeof error->message, "%s", text);
  return status;
}

static struct small_host *self_of(const tn_host *host) {
  return (struct small_host *)(uintptr_t)host;
}

static const void *get_extension(const tn_host *host, tn_string id) {
  return self_of(host)->other && tn_string_equal(id, TN_STRING(TN_EXTENSION_CORE)) ? small_core()
                                                                                   : NULL;
}

static void log_message(const tn_host *host, uint32_t level, tn_string message) {
  (void)host;
  fprintf(stderr, "log %u: %.*s\n", level, (int)message.length, message.data);
}

static void *allocate(const tn_host *host, uint64_t size, uint64_t alignment) {
  struct small_host *self = self_of(host);
  if (self->fail_allocation > 0 && --self->fail_allocation == 0) return NULL;
  if (alignment < sizeof(void *)) alignment = sizeof(void *);
  void *memory = NULL;
  if (posix_memalign(&memory, alignment, size ? size : 1) != 0) return NULL;
  memset(memory, 0xa5, size);
  atomic_fetch_add(&self->blocks, 1);
  return memory;
}

static void release(const tn_host *host, void *memory) {
  if (memory) atomic_fetch_sub(&self_of(host)->blocks, 1);
  free(memory);
}

static void parallel_for(const tn_host *host, uint64_t count, uint64_t grain, tn_parallel_body body,
                         void *user) {
  (void)host, (void)grain;
  if (count) body(user, 0, count);
}

static void end(const tn_host *host) {
  atomic_fetch_add(&self_of(host)->ended, 1);
}

void small_host_init(struct small_host *host) {
  memset(host, 0, sizeof *host);
  host->maker.size = TN_SIZE(tn_maker);
  host->maker.library = host;
  host->maker.name = TN_STRING("small host");
  host->table.size = TN_SIZE(tn_host);
  host->table.log_level = TN_LOG_WARNING;
  host->table.maker = &host->maker;
  host->table.get_extension = get_extension;
  host->table.log = log_message;
  host->table.allocate = allocate;
  host->table.release = release;
  host->table.create_executor = small_executor_create;
  host->table.destroy_executor = small_executor_destroy;
  host->table.post = small_executor_post;
  host->table.withdraw = small_executor_withdraw;
  host->table.parallel_for = parallel_for;
  host->table.create_tensor = small_tensor_create;
  host->table.forget = layer_forget;
  host->table.end = end;
}

/* Options that lead back to their host. */
struct small_options {
  tn_create_options base;
  struct small_host *host;
};

static const void *host_for(const tn_create_options *options, uint32_t major) {
  return major == TN_MAJOR ? &((const struct small_options *)options)->host->table : NULL;
}

tn_status small_host_open(struct small_host *host, const char *path, const tn_map_entry *properties,
                          uint32_t property_count, tn_plugin **out, tn_error *error) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return small_fail(error, TN_NOT_FOUND, dlerror());
  tn_create_plugin_engine_function create;
  *(void **)&create = dlsym(library, "tn_create_plugin_engine");
  CHECK(create);
  struct small_options options = {tn_create_options_init(), host};
  options.base.oldest_major = options.base.newest_major = TN_MAJOR;
  options.base.host_for = host_for;
  options.base.properties = properties;
  options.base.property_count = property_count;
  tn_status status = create(&options.base, out, error);
  host->core_open = status == TN_OK;
  return status;
}

void small_host_check_ended(const struct small_host *host) {
  CHECK(atomic_load(&host->ended) == 1);
  CHECK(atomic_load(&host->blocks) == 0);
  CHECK(atomic_load(&host->tensors) == 0);
  CHECK(atomic_load(&host->executors) == 0);
  CHECK(atomic_load(&host->records) == 0);
}
