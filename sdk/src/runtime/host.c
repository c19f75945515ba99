/* The functions of the host's table. */
#include "runtime/check.h"
#include "runtime/context_names.h"
#include "runtime/core_service.h"
#include "runtime/engine.h"
#include "runtime/tensors.h"

enum { LARGEST_ALIGNMENT = 4096 };

static const void *get_extension(const tn_host *host, tn_string id) {
  (void)host;
  return tn_string_equal(id, TN_STRING(TN_EXTENSION_CORE)) ? tni_core_service() : NULL;
}

static void log_message(const tn_host *host, uint32_t level, tn_string message) {
  const tni_engine *engine = tni_engine_of(host);
  tni_log(engine->services, level, tn_string_from(engine->log_name), message);
}

static void *allocate(const tn_host *host, uint64_t size, uint64_t alignment) {
  if (alignment == 0 || alignment > LARGEST_ALIGNMENT || (alignment & (alignment - 1))) return NULL;
  if (size > PTRDIFF_MAX) return NULL;
  return tni_alloc_aligned(&tni_engine_of(host)->services->allocator, (size_t)size,
                           (size_t)alignment);
}

static void release(const tn_host *host, void *memory) {
  tni_free(&tni_engine_of(host)->services->allocator, memory);
}

static tn_status check_executor_options(const tn_executor_options *options, tn_error *error) {
  TN_TRY(tni_check_options(options, "create_executor", TN_EXECUTOR_OPTIONS_FIRST_SIZE, error));
  if (options->reserved_too)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 13),
                           "create_executor: the reserved field is %u instead of 0",
                           options->reserved_too);
  if (options->name.length && !options->name.data)
    return tni_fail(error, TN_INVALID_ARGUMENT, "create_executor: a name of %llu bytes at NULL",
                    (unsigned long long)options->name.length);
  for (uint32_t i = 0; i < options->entry_count; i++)
    if (options->entries[i]->flags & TN_OPTION_CRITICAL)
      return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(OPTION, 3),
                             "create_executor: option %.*s is critical and not known",
                             TNI_TEXT(options->entries[i]->id));
  return TN_OK;
}

static tn_status create_executor(const tn_host *host, const tn_executor_options *options,
                                 tn_executor **out, tn_error *error) {
  if (!options || !out)
    return tni_fail(error, TN_INVALID_ARGUMENT, "create_executor: %s is NULL",
                    options ? "out" : "options");
  TN_TRY(check_executor_options(options, error));
  return tni_executor_create(&tni_engine_of(host)->services->allocator, options->thread_count,
                             options->name, out, error);
}

static void destroy_executor(const tn_host *host, tn_executor *executor) {
  (void)host;
  tni_executor_destroy(executor);
}

static void post(const tn_host *host, tn_executor *executor, tn_task *task) {
  (void)host;
  tni_executor_post(executor, task);
}

static uint32_t withdraw(const tn_host *host, tn_executor *executor, tn_task *task) {
  (void)host;
  return tni_executor_withdraw(executor, task);
}

static void parallel_for(const tn_host *host, uint64_t count, uint64_t grain, tn_parallel_body body,
                         void *user) {
  tni_parallel_for(&tni_engine_of(host)->services->parallel, count, grain, body, user);
}

static tn_status create_tensor(const tn_host *host, uint32_t type, uint32_t rank,
                               const int64_t *shape, tn_tensor **out, tn_error *error) {
  return tni_tensor_create_zeroed(&tni_engine_of(host)->environment, type, rank, shape, out, error);
}

/* No layer is ever put over an object of this runtime: the records are the names of contexts. */
static void forget(const tn_host *host, void *record) {
  tni_context_name_free(tni_engine_of(host)->services, record);
}

static void end(const tn_host *host) {
  tni_engine_release(tni_engine_of(host));
}

void tni_host_init(tni_engine *engine) {
  tn_host *host = &engine->host;
  host->size = TN_SIZE(tn_host);
  host->log_level = engine->services->log_level;
  host->maker = &engine->maker;
  host->get_extension = get_extension;
  host->log = log_message;
  host->allocate = allocate;
  host->release = release;
  host->create_executor = create_executor;
  host->destroy_executor = destroy_executor;
  host->post = post;
  host->withdraw = withdraw;
  host->parallel_for = parallel_for;
  host->create_tensor = create_tensor;
  host->forget = forget;
  host->end = end;
}
