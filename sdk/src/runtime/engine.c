#include "runtime/engine.h"

#include "base/platform/library.h"
#include "base/text.h"
#include "runtime/check.h"
#include "runtime/core.h"

#include <stdio.h>

static const char symbol[] = "tn_create_plugin_engine";

/* What makes of the runtime have as `library`. */
static const char address_inside = 0;

/* --- the record */

static void hold(void *user) {
  tni_engine *engine = user;
  atomic_fetch_add_explicit(&engine->references, 1, memory_order_relaxed);
}

static void drop(void *user) {
  tni_engine_release(user);
}

void tni_engine_release(tni_engine *engine) {
  if (atomic_fetch_sub_explicit(&engine->references, 1, memory_order_acq_rel) != 1) return;
  tni_services *services = engine->services;
  tni_vector_destroy(&engine->targets);
  tni_free(&services->allocator, engine->log_name);
  tni_free(&services->allocator, engine->name);
  tni_free(&services->allocator, engine);
  tni_services_release(services);
}

static tni_engine *make_record(struct tn_core *core, const tni_registration *registration) {
  tni_services *services = core->services;
  const tni_allocator *allocator = &services->allocator;
  const tn_string name = registration->name;
  tni_engine *engine = tni_alloc(allocator, sizeof *engine);
  if (!engine) return NULL;
  engine->name = tni_string_to_chars(allocator, name);
  engine->log_name = tni_string_to_chars(allocator, name.length ? name : registration->library);
  if (!engine->name || !engine->log_name) {
    tni_free(allocator, engine->log_name);
    tni_free(allocator, engine->name);
    tni_free(allocator, engine);
    return NULL;
  }
  tni_services_retain(services);
  engine->services = services;
  engine->core = core;
  engine->maker.size = TN_SIZE(tn_maker);
  engine->maker.library = &address_inside;
  engine->maker.name = services->maker.name;
  engine->environment.allocator = &services->allocator;
  engine->environment.maker = &engine->maker;
  engine->environment.hold = hold;
  engine->environment.drop = drop;
  engine->environment.user = engine;
  atomic_init(&engine->users, 1);
  atomic_init(&engine->references, 1);
  tni_vector_init(&engine->targets, &services->allocator, sizeof(tni_engine *));
  tni_host_init(engine);
  return engine;
}

/* --- creation */

/* The options as the plugin gets them lead back to the engine. */
typedef struct create_options {
  tn_create_options base;
  tni_engine *engine;
} create_options;

static const void *host_for(const tn_create_options *options, uint32_t major) {
  return major == TN_MAJOR ? &((const create_options *)options)->engine->host : NULL;
}

static tn_status find_creator(const char *path, tn_create_plugin_engine_function *out,
                              tn_error *error) {
  tni_library *library = NULL;
  tni_function function = NULL;
  TN_TRY(tni_library_open(path, &library, error));
  tn_error problem = {0};
  tn_status status = tni_library_find(library, symbol, &function, &problem);
  if (status != TN_OK)
    tni_fail_clause(error, status, TNI_CLAUSE(ABI, 1),
                    "library %s is no plugin: it exports no %s (%s)", path, symbol,
                    problem.message);
  /* Code of a plugin may run until the very end, when threads exit for instance. */
  if (status == TN_OK) status = tni_library_pin(library, error);
  tni_library_close(library);
  if (status == TN_OK) *out = (tn_create_plugin_engine_function)function;
  return status;
}

static tn_status create_plugin(tni_engine *engine, const tni_registration *registration,
                               tn_error *error) {
  tn_create_plugin_engine_function create = registration->create;
  if (!create) TN_TRY(find_creator(registration->library.data, &create, error));
  create_options options = {tn_create_options_init(), engine};
  options.base.oldest_major = TN_MAJOR;
  options.base.newest_major = TN_MAJOR;
  options.base.host_for = host_for;
  options.base.properties = registration->properties;
  options.base.property_count = (uint32_t)registration->property_count;
  return create(&options.base, &engine->plugin, error);
}

/* An engine that cannot be ended may go on using its host: its record stays for ever. */
static void abandon(tni_engine *engine) {
  static _Atomic(tni_engine *) abandoned;
  engine->next = atomic_load(&abandoned);
  while (!atomic_compare_exchange_weak(&abandoned, &engine->next, engine)) {
  }
}

/* Ends a plugin that has not passed the checks, as far as its table allows. */
static void end_unusable(tni_engine *engine) {
  tn_plugin *plugin = engine->plugin;
  const tn_plugin_api *api = plugin ? plugin->api : NULL;
  const int can_end = api && (uintptr_t)api % _Alignof(tn_plugin_api) == 0 &&
                      api->size >= TN_SIZE_THROUGH(tn_plugin_api, destroy) &&
                      api->major == TN_MAJOR && api->destroy;
  if (can_end)
    api->destroy(plugin, TN_DESTROY_NORMAL);
  else
    abandon(engine);
}

/* A manifest is believed until the library is opened: a wrong version is told then, and one plugin
 * under the name of another is refused. */
static tn_status compare_with_manifest(const tni_engine *engine,
                                       const tni_registration *registration, tn_error *error) {
  const tn_plugin_info *info = engine->info;
  if (registration->manifest.length == 0) return TN_OK;
  if (!tn_string_equal(info->name, registration->name))
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(DISCOVERY, 1),
                           "manifest %s says \"name\": \"%s\", its library %s calls itself %.*s: "
                           "correct the one or the other",
                           registration->manifest.data, engine->name, registration->library.data,
                           TNI_TEXT(info->name));
  if (registration->version.length && !tn_string_equal(info->version, registration->version))
    tni_log_format(
        engine->services, TN_LOG_WARNING, "manifest %s says version %s, the library says %.*s",
        registration->manifest.data, registration->version.data, TNI_TEXT(info->version));
  return TN_OK;
}

static tn_status take_name(tni_engine *engine, tn_error *error) {
  if (*engine->name) return TN_OK;
  char *name = tni_string_to_chars(&engine->services->allocator, engine->info->name);
  if (!name) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the name of a plugin");
  tni_free(&engine->services->allocator, engine->name);
  engine->name = name;
  return TN_OK;
}

tn_status tni_engine_create(struct tn_core *core, const tni_registration *registration,
                            tni_engine **out, tn_error *error) {
  if (registration->property_count > UINT32_MAX)
    return tni_fail(error, TN_INVALID_ARGUMENT, "too many initial properties");
  tni_engine *engine = make_record(core, registration);
  if (!engine) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a plugin");
  tn_status status = create_plugin(engine, registration, error);
  if (status != TN_OK) {
    tni_engine_fail(engine, status, error);
    tni_engine_release(engine);
    return status;
  }
  status = tni_check_plugin(engine->plugin, error);
  if (status != TN_OK) {
    tni_fail_prefix(error, status, "library %s", registration->library.data);
    tni_engine_fail(engine, status, error);
    end_unusable(engine);
    return status;
  }
  engine->info = engine->plugin->api->info(engine->plugin);
  status = compare_with_manifest(engine, registration, error);
  if (status == TN_OK) status = take_name(engine, error);
  if (status != TN_OK) {
    end_unusable(engine);
    return status;
  }
  atomic_store(&engine->created, 1);
  tni_core_add_engine(core, engine);
  *out = engine;
  return TN_OK;
}

/* --- users */

void tni_engine_use(tni_engine *engine) {
  atomic_fetch_add_explicit(&engine->users, 1, memory_order_relaxed);
}

void tni_engine_unuse(tni_engine *engine) {
  if (!engine) return;
  tn_core *core = engine->core;
  const size_t before = atomic_fetch_sub(&engine->users, 1);
  if (before == 2) tni_core_tidy(core);
  if (before != 1) return;
  hold(engine); /* the plugin gives its own reference back while it is destroyed */
  tni_core_remove_engine(core, engine);
  atomic_store(&engine->created, 0);
  engine->plugin->api->destroy(engine->plugin, TN_DESTROY_NORMAL);
  engine->plugin = NULL;
  for (size_t i = 0; i < engine->targets.count; i++)
    tni_engine_unuse(*(tni_engine **)tni_vector_at(&engine->targets, i));
  engine->targets.count = 0;
  if (engine->is_retired) atomic_fetch_sub(&core->retired, 1);
  tni_engine_release(engine);
}

void tni_engine_exit(tni_engine *engine) {
  engine->plugin->api->destroy(engine->plugin, TN_DESTROY_PROCESS_EXIT);
}

/* A plugin may fail without filling the record, which then holds whatever the caller left in it. */
tn_status tni_engine_fail(const tni_engine *engine, tn_status status, tn_error *error) {
  if (!error) return status;
  error->message[sizeof error->message - 1] = '\0';
  if (error->status != status)
    tni_fail(error, status, "failed without a message: %s", tni_status_meaning(status));
  else if (!*error->message)
    snprintf(error->message, sizeof error->message, "failed without a message: %s",
             tni_status_meaning(status));
  return *engine->name ? tni_fail_prefix(error, status, "%s", engine->name) : status;
}
