#include "runtime/core.h"

#include "base/text.h"
#include "runtime/check.h"
#include "runtime/exit.h"

#include <stdlib.h>

tn_status tni_core_check(const tn_core *core, tn_error *error) {
  if (!core) return tni_fail(error, TN_INVALID_ARGUMENT, "the core is NULL");
  return tni_is_alive(&core->services->alive) ? TN_OK : tni_fail_not_alive(error);
}

void tni_core_use(tn_core *core) {
  atomic_fetch_add_explicit(&core->users, 1, memory_order_relaxed);
}

static void free_core(tn_core *core) {
  tni_services *services = core->services;
  tni_vector_destroy(&core->plugins);
  tni_free(&services->allocator, core->disabled);
  if (core->has_condition) tni_condition_destroy(&core->changed);
  if (core->has_mutex) tni_mutex_destroy(&core->mutex);
  tni_free(&services->allocator, core);
  tni_services_release(services);
}

void tni_core_unuse(tn_core *core) {
  if (atomic_fetch_sub_explicit(&core->users, 1, memory_order_acq_rel) != 1) return;
  tni_exit_remove(core);
  tni_core_forget_plugins(core);
  tni_core_break_circles(core);
  tni_services_close(core->services);
  free_core(core);
}

/* --- engines */

void tni_core_add_engine(tn_core *core, tni_engine *engine) {
  tni_mutex_lock(&core->mutex);
  engine->next = core->engines;
  if (engine->next) engine->next->previous = engine;
  core->engines = engine;
  tni_mutex_unlock(&core->mutex);
}

void tni_core_remove_engine(tn_core *core, tni_engine *engine) {
  tni_mutex_lock(&core->mutex);
  if (engine->previous)
    engine->previous->next = engine->next;
  else if (core->engines == engine)
    core->engines = engine->next;
  if (engine->next) engine->next->previous = engine->previous;
  engine->previous = engine->next = NULL;
  tni_mutex_unlock(&core->mutex);
}

/* --- creation */

static tn_status check_options(const tn_core_options *options, tn_error *error) {
  const uint32_t known =
      TN_CORE_IGNORE_ENVIRONMENT | TN_CORE_NO_DEFAULT_FOLDER | TN_CORE_LIST_HIDDEN;
  if (!options) return TN_OK;
  if (options->size < TN_CORE_OPTIONS_FIRST_SIZE || options->size % 8)
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "tn_core_options: size %u: expected what tn_core_options_init gives",
                    options->size);
  if (options->flags & ~known)
    return tni_fail(error, TN_INVALID_ARGUMENT, "tn_core_options: unknown flags %#x",
                    options->flags & ~known);
  if (!options->allocate != !options->release)
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "tn_core_options: allocate and release go together, one of them is NULL");
  if (options->plugin_folder_count && !options->plugin_folders)
    return tni_fail(error, TN_INVALID_ARGUMENT, "tn_core_options: %u plugin folders at NULL",
                    options->plugin_folder_count);
  for (uint32_t i = 0; i < options->plugin_folder_count; i++)
    if (!options->plugin_folders[i])
      return tni_fail(error, TN_INVALID_ARGUMENT, "tn_core_options: plugin folder %u is NULL", i);
  return TN_OK;
}

static tn_status init(tn_core *core, const tn_core_options *options, tn_error *error) {
  tni_vector_init(&core->plugins, &core->services->allocator, sizeof(tni_plugin *));
  atomic_init(&core->users, 1);
  atomic_init(&core->retired, 0);
  if (tni_mutex_init(&core->mutex) != TN_OK)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a core");
  core->has_mutex = 1;
  if (tni_condition_init(&core->changed) != TN_OK)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a core");
  core->has_condition = 1;
  core->lists_hidden = options && (options->flags & TN_CORE_LIST_HIDDEN) ? 1 : 0;
  const int reads_environment = !options || !(options->flags & TN_CORE_IGNORE_ENVIRONMENT);
  const char *disabled = reads_environment ? secure_getenv("TENON_DISABLE_PLUGINS") : NULL;
  if (disabled) {
    core->disabled = tni_string_to_chars(&core->services->allocator, tn_string_from(disabled));
    if (!core->disabled) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a core");
  }
  TN_TRY(tni_core_search(core, options, error));
  tni_core_warn_of_disabled(core);
  return TN_OK;
}

tn_status tn_core_create(const tn_core_options *options, tn_core **out, tn_error *error) {
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "tn_core_create: out is NULL");
  TN_TRY(check_options(options, error));
  tni_services *services = NULL;
  TN_TRY(tni_services_create(options, &services, error));
  tn_core *core = tni_alloc(&services->allocator, sizeof *core);
  if (!core) {
    tni_services_release(services);
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a core");
  }
  core->services = services;
  const tn_status status = init(core, options, error);
  if (status != TN_OK) {
    if (core->has_condition) tni_core_forget_plugins(core);
    free_core(core);
    return status;
  }
  tni_exit_add(core);
  *out = core;
  return TN_OK;
}

void tn_core_destroy(tn_core *core) {
  if (!core || !tni_is_alive(&core->services->alive)) return;
  tni_core_unuse(core);
}

/* --- the library */

const char *tn_library_version(void) {
  return TENON_VERSION;
}

const char *tn_status_name(tn_status status) {
  return tni_status_name(status);
}

const char *tn_status_meaning(tn_status status) {
  return tni_status_meaning(status);
}

const char *tn_clause_area_name(uint32_t area) {
  return tni_clause_area_name(area);
}
