/* Checks of how the plugin uses the host's table itself: no further than it goes, and tasks once.
 */
#define TN_GROUP "host"
#include <string.h>

#include "engine/guarded.h"
#include "engine/watch.h"

/* A table that ends where nothing can be read, and hands every call on to the host of the suite. */
static suite_host *behind;

static const tn_host *real(void) {
  return &behind->table;
}

static const void *get_extension(const tn_host *host, tn_string id) {
  (void)host;
  return real()->get_extension(real(), id);
}
static void log_message(const tn_host *host, uint32_t level, tn_string message) {
  (void)host;
  real()->log(real(), level, message);
}
static void *allocate(const tn_host *host, uint64_t size, uint64_t alignment) {
  (void)host;
  return real()->allocate(real(), size, alignment);
}
static void release(const tn_host *host, void *memory) {
  (void)host;
  real()->release(real(), memory);
}
static tn_status create_executor(const tn_host *host, const tn_executor_options *options,
                                 tn_executor **out, tn_error *error) {
  (void)host;
  return real()->create_executor(real(), options, out, error);
}
static void destroy_executor(const tn_host *host, tn_executor *executor) {
  (void)host;
  real()->destroy_executor(real(), executor);
}
static void post(const tn_host *host, tn_executor *executor, tn_task *task) {
  (void)host;
  real()->post(real(), executor, task);
}
static uint32_t withdraw(const tn_host *host, tn_executor *executor, tn_task *task) {
  (void)host;
  return real()->withdraw(real(), executor, task);
}
static void parallel_for(const tn_host *host, uint64_t count, uint64_t grain, tn_parallel_body body,
                         void *user) {
  (void)host;
  real()->parallel_for(real(), count, grain, body, user);
}
static tn_status create_tensor(const tn_host *host, uint32_t type, uint32_t rank,
                               const int64_t *shape, tn_tensor **out, tn_error *error) {
  (void)host;
  return real()->create_tensor(real(), type, rank, shape, out, error);
}
static void forget(const tn_host *host, void *object_record) {
  (void)host;
  real()->forget(real(), object_record);
}
static void end(const tn_host *host) {
  (void)host;
  real()->end(real());
}

/* A table of just the first version. */
static tn_host first_version(const suite_host *host) {
  tn_host table = host->table;
  table.size = TN_HOST_FIRST_SIZE;
  table.get_extension = get_extension;
  table.log = log_message;
  table.allocate = allocate;
  table.release = release;
  table.create_executor = create_executor;
  table.destroy_executor = destroy_executor;
  table.post = post;
  table.withdraw = withdraw;
  table.parallel_for = parallel_for;
  table.create_tensor = create_tensor;
  table.forget = forget;
  table.end = end;
  return table;
}

struct guarded_options {
  tn_create_options base;
  const tn_host *table;
};

static const void *host_for(const tn_create_options *options, uint32_t major) {
  return major == TN_MAJOR ? ((const struct guarded_options *)options)->table : NULL;
}

/* Compiles and runs the carrier on an engine. */
static void use_engine(test *t, tn_plugin *plugin) {
  tn_compiled_model *model = NULL;
  tn_infer_request *request = NULL;
  tn_model *carrier = test_model(t, "carrier");
  if (!carrier) return;
  EXPECT_OK(tn_plugin_compile(plugin, t->device, carrier, NULL, &model, &t->error));
  if (model) EXPECT_OK(tn_compiled_model_create_request(model, NULL, &request, &t->error));
  if (request && test_set_inputs(t, request, "carrier", t->seed, 4)) {
    EXPECT_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, "carrier", t->seed, 4);
    EXPECT_OK(tn_infer_request_start(request, NULL, &t->error));
    EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
    test_expect_outputs(t, request, "carrier", t->seed, 4);
  }
  if (request) tn_infer_request_destroy(request);
  if (model) tn_compiled_model_destroy(model);
}

TN_CHECK(host_nothing_behind_the_table, HOST, 2, TEST_NOT_VIRTUAL,
         "with a host of the first version nothing behind its table is read, in a whole life") {
  guarded memory;
  suite_host *host = test_alloc(t, sizeof *host);
  tn_plugin *plugin = NULL;
  suite_host_init(host, t->setup->others, t->setup->other_count);
  behind = host;
  const tn_host table = first_version(host);
  REQUIRE(guarded_create(&memory, &table, TN_HOST_FIRST_SIZE));
  struct guarded_options options = {tn_create_options_init(), memory.data};
  options.base.oldest_major = options.base.newest_major = TN_MAJOR;
  options.base.host_for = host_for;
  options.base.properties = t->setup->properties;
  options.base.property_count = t->setup->property_count;
  EXPECT_OK(t->setup->create(&options.base, &plugin, &t->error));
  host->core_open = plugin != NULL;
  if (plugin) {
    use_engine(t, plugin);
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
    EXPECT(atomic_load(&host->ended) == 1 && atomic_load(&host->blocks) == 0);
  }
  suite_host_clear(host);
  guarded_destroy(&memory);
}

TN_CHECK(host_short_table, ABI, 12, TEST_NO_ENGINE,
         "a host's table that ends before its first version does is refused with INVALID_ARGUMENT, "
         "and nothing of it is called") {
  suite_host host;
  tn_plugin *plugin = test_poison();
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  const uint32_t sizes[] = {0, 8, TN_HOST_FIRST_SIZE - 8};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    host.table.size = sizes[i];
    EXPECT_STATUS(suite_host_create_engine(&host, t->setup->create, t->setup->properties,
                                           t->setup->property_count, &plugin, &t->error),
                  TN_INVALID_ARGUMENT);
    REQUIRE(plugin == test_poison());
  }
  EXPECT(atomic_load(&host.blocks) == 0 && atomic_load(&host.calls[SUITE_FAULT_ALLOCATE]) == 0);
  suite_host_clear(&host);
}

/* --- tasks */

TN_CHECK(host_posts_once, HOST, 4, 0,
         "no task is posted again before it has been called: in flight, when it is cancelled, "
         "restarted or destroyed") {
  watch *seen;
  tn_infer_request *request = watch_carrier(t, &seen);
  NEED(request);
  for (int i = 0; i < 5; i++) {
    if (!test_start_held_in_executors(t, request)) NOT_APPLICABLE(OWN_THREADS);
    EXPECT_STATUS(tn_infer_request_start(request, NULL, &t->error), TN_BUSY);
    EXPECT_OK(tn_infer_request_cancel(request, &t->error));
    suite_host_let_go(t->host);
    tn_infer_request_wait(request, -1, NULL);
  }
  seen->restarts = 5;
  REQUIRE_OK(watch_start(seen, request, &t->error));
  EXPECT(watch_settle(seen, request, 11));
  if (!test_start_held_in_executors(t, request)) NOT_APPLICABLE(OWN_THREADS);
  test_destroy_request(t, request);
  suite_host_let_go(t->host);
  EXPECT_THAT(atomic_load(&t->host->posted_twice) == 0, "%ld tasks were posted again too early",
              atomic_load(&t->host->posted_twice));
}

/* Every message is above the level of a host that wants none. */
TN_CHECK(host_wants_no_messages, HOST, 15, TEST_NO_ENGINE,
         "a plugin gives no message to a host whose level is below all messages") {
  suite_host host;
  tn_plugin *plugin = NULL;
  tn_compiled_model *model = NULL;
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  host.table.log_level = 0;
  EXPECT_OK(suite_host_create_engine(&host, t->setup->create, t->setup->properties,
                                     t->setup->property_count, &plugin, &t->error));
  if (plugin && tn_plugin_compile(plugin, t->device, test_model(t, "carrier"), NULL, &model,
                                  &t->error) == TN_OK)
    tn_compiled_model_destroy(model);
  if (plugin) tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  EXPECT_THAT(atomic_load(&host.logged) == 0,
              "the host was given %ld messages that it does not want", atomic_load(&host.logged));
  suite_host_clear(&host);
}
