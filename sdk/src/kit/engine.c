#include "kit/engine.h"

#include "graph/tensor.h"
#include "graph/tensor_layout.h"
#include "kit/creation.h"
#include "tenon/kit/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* An address inside this library, by which its objects are known. */
static const char library_mark = 0;

/* --- memory and references */

static void forget(void *user, void *record) {
  const tn_host *host = ((tn_kit_engine *)user)->host;
  host->forget(host, record);
}

static void hold(void *user) {
  tn_kit_engine *engine = user;
  atomic_fetch_add_explicit(&engine->kit->references, 1, memory_order_relaxed);
}

static void drop(void *user) {
  tni_kit_engine_release(user);
}

void tni_kit_engine_release(tn_kit_engine *engine) {
  if (atomic_fetch_sub_explicit(&engine->kit->references, 1, memory_order_acq_rel) != 1) return;
  const tn_host *host = engine->host;
  host->release(host, engine->kit);
  host->release(host, engine);
  host->end(host);
}

void *tn_kit_allocate(const tn_kit_engine *engine, uint64_t size) {
  return tni_alloc(&engine->kit->allocator, size);
}

void tn_kit_free(const tn_kit_engine *engine, void *memory) {
  tni_free(&engine->kit->allocator, memory);
}

void *tn_kit_object_create(tn_kit_engine *engine, uint64_t size) {
  return tni_object_alloc(&engine->kit->environment, size);
}

void tn_kit_object_free(tn_kit_engine *engine, void *object) {
  tni_object_free(&engine->kit->environment, object);
}

/* --- arguments */

int tni_kit_is_ours(const void *object) {
  const tn_maker *maker = ((const tn_object *)object)->maker;
  return maker && maker->size >= TN_MAKER_FIRST_SIZE && maker->library == &library_mark;
}

tn_status tni_kit_check_maker(const void *object, const char *what, tn_error *error) {
  if (object && tni_kit_is_ours(object)) return TN_OK;
  return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 10),
                         "the %s is not one of this plugin", what);
}

tn_status tni_kit_check_argument(const void *argument, const char *name, tn_error *error) {
  if (argument) return TN_OK;
  return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ERROR, 11), "%s is NULL", name);
}

tn_status tn_kit_check_plugin(const tn_plugin *plugin, tn_error *error) {
  return tni_kit_check_maker(plugin, "plugin", error);
}

tn_status tn_kit_check_tensor_is_ours(const tn_tensor *tensor, tn_error *error) {
  return tni_kit_check_maker(tensor, "tensor", error);
}

tn_status tn_kit_check_context_is_ours(const tn_remote_context *context, tn_error *error) {
  return tni_kit_check_maker(context, "remote context", error);
}

const char *tn_kit_element_type_name(uint32_t type) {
  switch (type) {
#define TYPE_NAME(name, number, bits, onnx) \
  case number:                              \
    return onnx;
    TN_ELEMENT_TYPE_MAP(TYPE_NAME)
#undef TYPE_NAME
    default:
      return "undefined";
  }
}

/* --- making one */

static void init_kit(tn_kit_engine *engine, tni_kit_engine *kit) {
  kit->maker.size = TN_SIZE(tn_maker);
  kit->maker.library = &library_mark;
  kit->maker.name = engine->plugin->info->name;
  kit->allocator = tni_kit_host_allocator(engine->host);
  kit->environment.allocator = &kit->allocator;
  kit->environment.maker = &kit->maker;
  kit->environment.forget = forget;
  kit->environment.hold = hold;
  kit->environment.drop = drop;
  kit->environment.user = engine;
  atomic_init(&kit->references, 1);
}

/* Two blocks: the author's struct, and the kit's own. */
static tn_status allocate_engine(const tn_kit_plugin *plugin, const tn_host *host,
                                 tn_kit_engine **out, tn_error *error) {
  const size_t size = plugin->engine_size ? plugin->engine_size : sizeof(tn_kit_engine);
  const size_t alignment = _Alignof(max_align_t);
  tn_kit_engine *engine = host->allocate(host, size, alignment);
  tni_kit_engine *kit = engine ? host->allocate(host, sizeof *kit, alignment) : NULL;
  if (!kit) {
    host->release(host, engine);
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for an engine of %.*s",
                    TNI_TEXT(plugin->info->name));
  }
  memset(engine, 0, size);
  memset(kit, 0, sizeof *kit);
  engine->plugin = plugin;
  engine->host = host;
  engine->devices = plugin->devices;
  engine->kit = kit;
  init_kit(engine, kit);
  engine->base.api = &tni_kit_plugin_api;
  engine->base.maker = &kit->maker;
  *out = engine;
  return TN_OK;
}

static tn_status create_device_settings(tn_kit_engine *engine, tn_error *error) {
  tni_kit_engine *kit = engine->kit;
  kit->device_settings =
      TNI_ALLOC_ITEMS(&kit->allocator, kit->device_settings, tni_kit_device_count(engine));
  if (!kit->device_settings)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for an engine's devices");
  for (uint32_t i = 0; i < tni_kit_device_count(engine); i++)
    TN_TRY(tni_kit_settings_create(engine->plugin, &kit->allocator, kit->settings,
                                   &kit->device_settings[i], error));
  return TN_OK;
}

/* Frees what the engine has but its own two blocks, which counted objects may still need. */
static void empty_engine(tn_kit_engine *engine) {
  tni_kit_engine *kit = engine->kit;
  if (kit->opened && engine->plugin->close) engine->plugin->close(engine);
  tn_kit_executor_destroy(engine, kit->executor);
  for (uint32_t i = 0; kit->device_settings && i < tni_kit_device_count(engine); i++)
    tni_kit_settings_destroy(kit->device_settings[i]);
  tni_free(&kit->allocator, kit->device_settings);
  tni_kit_settings_destroy(kit->settings);
  kit->executor = NULL;
  kit->device_settings = NULL;
  kit->settings = NULL;
}

static tn_status fill_engine(tn_kit_engine *engine, const tn_create_options *options,
                             tn_error *error) {
  const tn_kit_plugin *plugin = engine->plugin;
  tni_kit_engine *kit = engine->kit;
  TN_TRY(tni_kit_settings_create(plugin, &kit->allocator, NULL, &kit->settings, error));
  const tni_kit_setting how = {engine, TN_LEVEL_PLUGIN, TN_PROPERTY_WRITABLE | TN_PROPERTY_INITIAL};
  TN_TRY(tni_kit_settings_set(kit->settings, &how, options->properties, options->property_count,
                              error));
  TN_TRY(tn_kit_executor_create(engine, 1, "tenon-plugin", &kit->executor, error));
  kit->opened = true;
  if (plugin->open) TN_TRY(plugin->open(engine, error));
  return create_device_settings(engine, error);
}

/* Creation that fails leaves the host without an engine, and so without its end. */
static void abandon_engine(tn_kit_engine *engine) {
  const tn_host *host = engine->host;
  empty_engine(engine);
  host->release(host, engine->kit);
  host->release(host, engine);
}

tn_status tn_kit_create(const tn_kit_plugin *plugin, const tn_create_options *options,
                        tn_plugin **out, tn_error *error) {
  TN_TRY(tni_kit_check_create_options(plugin->info->name, options, error));
  TN_TRY(tni_kit_check_argument(out, "out", error));
  tn_kit_engine *engine;
  TN_TRY(allocate_engine(plugin, tn_create_options_host(options), &engine, error));
  const tn_status status = fill_engine(engine, options, error);
  if (status != TN_OK) {
    abandon_engine(engine);
    return status;
  }
  *out = &engine->base;
  return TN_OK;
}

void tni_kit_engine_destroy(tn_kit_engine *engine) {
  empty_engine(engine);
  if (engine->base.host) engine->host->forget(engine->host, engine->base.host);
  engine->base.host = NULL;
  tni_kit_engine_release(engine);
}

/* --- services of the host */

tn_status tn_kit_executor_create(tn_kit_engine *engine, uint32_t threads, const char *name,
                                 tn_executor **out, tn_error *error) {
  tn_executor_options options = tn_executor_options_init();
  options.thread_count = threads;
  options.name = tn_string_from(name);
  return engine->host->create_executor(engine->host, &options, out, error);
}

void tn_kit_executor_destroy(tn_kit_engine *engine, tn_executor *executor) {
  if (executor) engine->host->destroy_executor(engine->host, executor);
}

void tn_kit_parallel_for(tn_kit_engine *engine, uint64_t count, uint64_t grain,
                         tn_parallel_body body, void *user) {
  engine->host->parallel_for(engine->host, count, grain, body, user);
}

void tn_kit_log(const tn_kit_engine *engine, uint32_t level, const char *format, ...) {
  if (level > engine->host->log_level) return;
  char message[512];
  tn_error cut; /* a message that does not fit ends at a character's boundary */
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  tni_fail(&cut, TN_OK, "%s", message);
  engine->host->log(engine->host, level, tn_string_from(cut.message));
}

tn_status tn_kit_tensor_create(tn_kit_engine *engine, uint32_t type, uint32_t rank,
                               const int64_t *shape, tn_tensor **out, tn_error *error) {
  return tni_tensor_create(&engine->kit->environment, type, rank, shape, out, error);
}

tn_status tn_kit_tensor_borrow(tn_kit_engine *engine, uint32_t type, uint32_t rank,
                               const int64_t *shape, void *data, uint64_t bytes, tn_tensor **out,
                               tn_error *error) {
  const tni_keeper nobody = {NULL, NULL};
  return tni_tensor_create_borrowed(&engine->kit->environment, type, rank, shape, data, bytes, 0,
                                    nobody, out, error);
}

tn_status tn_kit_shape_bytes(uint32_t type, uint32_t rank, const int64_t *shape, uint64_t *out,
                             tn_error *error) {
  return tni_shape_measure(type, rank, shape, out, error);
}

tn_status tn_kit_tensor_copy(const tn_tensor *source, tn_tensor *target, tn_error *error) {
  return tni_tensor_copy(source, target, error);
}

tn_status tn_kit_tensor_check(const tn_tensor *tensor, const char *what, tn_error *error) {
  return tni_tensor_check(tensor, what, error);
}
