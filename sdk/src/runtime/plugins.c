/* The registered plugins, and how one is opened at its first use. */
#include "runtime/core.h"

#include "base/built_in.h"
#include "base/name_list.h"
#include "base/text.h"
#include "runtime/check.h"

#include <stdio.h>

tni_plugin *tni_core_plugin_at(const tn_core *core, size_t index) {
  return *(tni_plugin **)tni_vector_at(&core->plugins, index);
}

tni_plugin *tni_core_find_plugin(const tn_core *core, tn_string name) {
  for (size_t i = 0; name.length && i < core->plugins.count; i++) {
    tni_plugin *plugin = tni_core_plugin_at(core, i);
    if (plugin->state != TN_PLUGIN_SHADOWED && tn_string_equal(plugin->registration.name, name))
      return plugin;
  }
  return NULL;
}

tni_plugin *tni_core_settled_plugin(tn_core *core, tn_string name) {
  tni_plugin *plugin = tni_core_find_plugin(core, name);
  while (plugin && plugin->state == TNI_PLUGIN_LOADING) {
    tni_condition_wait(&core->changed, &core->mutex);
    plugin = tni_core_find_plugin(core, name);
  }
  return plugin;
}

tni_plugin *tni_plugin_create(tn_core *core) {
  const tni_allocator *allocator = &core->services->allocator;
  tni_plugin *plugin = tni_alloc(allocator, sizeof *plugin);
  if (plugin) tni_registration_init(&plugin->registration, allocator);
  if (plugin) tni_arena_init(&plugin->alias, allocator);
  return plugin;
}

void tni_plugin_destroy(tn_core *core, tni_plugin *plugin) {
  if (!plugin) return;
  tni_arena_destroy(&plugin->alias);
  tni_registration_destroy(&plugin->registration);
  tni_free(&core->services->allocator, plugin);
}

static tn_status no_memory(tn_error *error) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to register a plugin");
}

void tni_core_disable_if_listed(const tn_core *core, tni_plugin *plugin) {
  if (plugin->state != TN_PLUGIN_REGISTERED) return;
  if (!tni_name_list_holds(tn_string_from(core->disabled), plugin->registration.name)) return;
  plugin->state = TN_PLUGIN_DISABLED;
  tni_fail(&plugin->error, TN_NOT_FOUND,
           "plugin %s is disabled by the environment variable TENON_DISABLE_PLUGINS",
           plugin->registration.name.data);
}

static const char *origin_of(const tni_plugin *plugin) {
  return plugin->registration.manifest.length ? plugin->registration.manifest.data
                                              : plugin->registration.library.data;
}

void tni_core_take_off(tn_core *core, const tni_plugin *plugin) {
  for (size_t i = 0; i < core->plugins.count; i++)
    if (tni_core_plugin_at(core, i) == plugin) tni_vector_remove(&core->plugins, i);
}

/* Puts a plugin on the list, and its alias. With the mutex held. */
static tn_status append(tn_core *core, tni_plugin *plugin, tni_engine **closed) {
  *closed = NULL;
  tn_status status = tni_vector_append(&core->plugins, &plugin);
  if (status != TN_OK) return status;
  status = tni_alias_update(core, plugin->registration.alias, closed);
  if (status != TN_OK) tni_core_take_off(core, plugin);
  return status;
}

/* Puts a plugin on the list, unless its name is taken. From then on another thread may take it
 * away: what is needed of it is copied. */
static tn_status add(tn_core *core, tni_plugin *plugin, const char **name, tn_error *error) {
  tn_status status = TN_OK;
  tni_engine *closed = NULL;
  tni_mutex_lock(&core->mutex);
  tni_core_settled_plugin(core, plugin->registration.alias);
  const tni_plugin *other = tni_core_find_plugin(core, plugin->registration.name);
  if (other)
    status = tni_fail(error, TN_INVALID_ARGUMENT, "a plugin %s is registered already, from %s",
                      plugin->registration.name.data, origin_of(other));
  else if (append(core, plugin, &closed) != TN_OK)
    status = no_memory(error);
  else if (name)
    *name = plugin->registration.name.data;
  tni_mutex_unlock(&core->mutex);
  tni_core_close(core, closed);
  return status;
}

/* --- registration by the application */

/* Without a name the library has to say it. */
static tn_status load_for_name(tn_core *core, tni_plugin *plugin, tn_error *error) {
  tni_registration *registration = &plugin->registration;
  TN_TRY(tni_engine_create(core, registration, &plugin->engine, error));
  plugin->state = TN_PLUGIN_LOADED;
  const tn_string name = tn_string_from(plugin->engine->name);
  return tni_arena_copy_string(&registration->arena, name, &registration->name) ? TN_OK
                                                                                : no_memory(error);
}

static tn_status add_or_free(tn_core *core, tni_plugin *plugin, tn_status status, const char **name,
                             tn_error *error) {
  if (status == TN_OK) status = add(core, plugin, name, error);
  if (status == TN_OK) return TN_OK;
  tni_engine_unuse(plugin->engine);
  tni_plugin_destroy(core, plugin);
  return status;
}

tn_status tn_core_register_plugin(tn_core *core, const char *library,
                                  const tn_plugin_options *options, const char **name,
                                  tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  tni_plugin *plugin = tni_plugin_create(core);
  if (!plugin) return no_memory(error);
  tn_status status = tni_registration_set(&plugin->registration, library, options, error);
  if (status == TN_OK && plugin->registration.name.length == 0)
    status = load_for_name(core, plugin, error);
  return add_or_free(core, plugin, status, name, error);
}

tn_status tn_core_register_manifest(tn_core *core, const char *manifest, const char **name,
                                    tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if (!manifest) return tni_fail(error, TN_INVALID_ARGUMENT, "the path of the manifest is NULL");
  tni_plugin *plugin = tni_plugin_create(core);
  if (!plugin) return no_memory(error);
  const tn_status status =
      tni_registration_read(&plugin->registration, tn_string_from(manifest), error);
  if (status == TN_OK) tni_core_disable_if_listed(core, plugin);
  char alias[128]; /* of the plugin, which may be gone once it is on the list */
  snprintf(alias, sizeof alias, "%.*s", TNI_TEXT(plugin->registration.alias));
  TN_TRY(add_or_free(core, plugin, status, name, error));
  tni_alias_warn(core, tn_string_from(alias));
  return TN_OK;
}

/* --- registration by discovery */

tn_status tni_core_discover(tn_core *core, tn_string manifest, tn_error *error) {
  tni_plugin *plugin = tni_plugin_create(core);
  if (!plugin) return no_memory(error);
  tn_status status = tni_registration_read(&plugin->registration, manifest, &plugin->error);
  if (status != TN_OK && status != TN_OUT_OF_MEMORY) {
    plugin->state = TN_PLUGIN_BROKEN;
    status = TN_OK;
  }
  tni_core_disable_if_listed(core, plugin);
  tni_mutex_lock(&core->mutex);
  const tni_plugin *other = tni_core_find_plugin(core, plugin->registration.name);
  if (status == TN_OK && other) {
    plugin->state = TN_PLUGIN_SHADOWED;
    tni_fail(&plugin->error, TN_INVALID_ARGUMENT, "a plugin %s was found before, from %s",
             plugin->registration.name.data, origin_of(other));
  }
  tni_engine *closed = NULL; /* nothing is open yet */
  if (status == TN_OK) status = append(core, plugin, &closed);
  tni_mutex_unlock(&core->mutex);
  if (status == TN_OK) {
    tni_alias_warn(core, plugin->registration.alias);
    return TN_OK;
  }
  tni_plugin_destroy(core, plugin);
  return no_memory(error);
}

void tni_core_warn_of_disabled(const tn_core *core) {
  tn_string list = tn_string_from(core->disabled), name;
  while (tni_name_list_next(&list, &name))
    if (name.length && !tni_core_find_plugin(core, name) && !tni_built_in_find(name))
      tni_log_format(core->services, TN_LOG_WARNING,
                     "TENON_DISABLE_PLUGINS: no plugin found is called %.*s", TNI_TEXT(name));
}

/* --- the first use */

static tn_status fail_unknown(tn_core *core, tn_string name, tn_error *error) {
  char known[256] = "none";
  size_t used = 0;
  for (size_t i = 0; i < core->plugins.count && used < sizeof known; i++)
    if (tni_core_plugin_at(core, i)->registration.name.length &&
        !tni_core_plugin_at(core, i)->registration.is_hidden)
      used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "",
                               tni_core_plugin_at(core, i)->registration.name.data);
  return tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(DISCOVERY, 3),
                         "no plugin is called %.*s; registered: %s", TNI_TEXT(name), known);
}

/* Called and returns with the mutex held; gives it up meanwhile. */
static tn_status load(tn_core *core, tni_plugin *plugin) {
  tni_engine *engine = NULL;
  tn_error problem = {0};
  tn_status status = plugin->is_alias ? tni_alias_configure(core, plugin, &problem) : TN_OK;
  plugin->state = TNI_PLUGIN_LOADING;
  tni_mutex_unlock(&core->mutex);
  if (status == TN_OK) status = tni_engine_create(core, &plugin->registration, &engine, &problem);
  if (engine) engine->is_alias = plugin->is_alias;
  tni_mutex_lock(&core->mutex);
  plugin->engine = engine;
  plugin->error = problem;
  /* Memory may be there the next time; nothing else gets better by itself. */
  plugin->state = status == TN_OK              ? TN_PLUGIN_LOADED
                  : status == TN_OUT_OF_MEMORY ? TN_PLUGIN_REGISTERED
                                               : TN_PLUGIN_BROKEN;
  tni_condition_broadcast(&core->changed);
  return status;
}

static tn_status copy_error(const tni_plugin *plugin, tn_error *error) {
  if (error) *error = plugin->error;
  return plugin->error.status;
}

/* Registers what is built in under that name, if anything is. With the mutex held. */
static tn_status add_built_in(tn_core *core, tn_string name, tni_plugin **out, tn_error *error) {
  const tni_built_in *row = tni_built_in_find(name);
  if (!row) return fail_unknown(core, name, error);
  tni_plugin *plugin = tni_plugin_create(core);
  if (plugin && tni_registration_set_built_in(&plugin->registration, row) == TN_OK &&
      tni_vector_append(&core->plugins, &plugin) == TN_OK) {
    tni_core_disable_if_listed(core, plugin);
    *out = plugin;
    return TN_OK;
  }
  tni_plugin_destroy(core, plugin);
  return no_memory(error);
}

static tn_status find_engine(tn_core *core, tn_string name, tni_engine **out, tn_error *error) {
  tni_plugin *plugin = tni_core_settled_plugin(core, name);
  if (!plugin) TN_TRY(add_built_in(core, name, &plugin, error));
  if (plugin->state == TN_PLUGIN_REGISTERED && load(core, plugin) != TN_OK)
    return copy_error(plugin, error);
  if (plugin->state != TN_PLUGIN_LOADED) return copy_error(plugin, error);
  *out = plugin->engine;
  tni_engine_use(plugin->engine);
  return TN_OK;
}

tn_status tni_core_engine(tn_core *core, tn_string plugin, tni_engine **out, tn_error *error) {
  tni_mutex_lock(&core->mutex);
  const tn_status status = find_engine(core, plugin, out, error);
  tni_mutex_unlock(&core->mutex);
  return status;
}

tn_status tn_core_load_plugin(tn_core *core, const char *name, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  tni_engine *engine = NULL;
  TN_TRY(tni_core_engine(core, tn_string_from(name), &engine, error));
  tni_engine_unuse(engine);
  return TN_OK;
}

tn_status tn_core_plugin_object(tn_core *core, const char *name, tn_plugin **out, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  tni_engine *engine = NULL;
  TN_TRY(tni_core_engine(core, tn_string_from(name), &engine, error));
  *out = tni_core_lend(core, engine);
  tni_engine_unuse(engine);
  return TN_OK;
}

/* --- taking away */

/* Takes a plugin off the list. Its alias may go with it, and an alias of its name may come. With
 * the mutex held. */
static tn_status remove_plugin(tn_core *core, tni_plugin *plugin, tni_engine *closed[2]) {
  tni_core_take_off(core, plugin);
  tni_core_retire(core, plugin->engine);
  const tn_status status = tni_alias_update(core, plugin->registration.alias, &closed[0]);
  const tn_status other = tni_alias_update(core, plugin->registration.name, &closed[1]);
  return status == TN_OK ? other : status;
}

tn_status tn_core_unload_plugin(tn_core *core, const char *name, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  tni_engine *closed[2] = {NULL, NULL};
  tn_status status = TN_OK;
  tni_mutex_lock(&core->mutex);
  tni_plugin *plugin = tni_core_settled_plugin(core, tn_string_from(name));
  while (plugin && plugin->registration.alias.length) { /* waiting for the one may lose the other */
    tni_core_settled_plugin(core, plugin->registration.alias);
    tni_plugin *again = tni_core_find_plugin(core, tn_string_from(name));
    if (again == plugin && again->state != TNI_PLUGIN_LOADING) break;
    plugin = tni_core_settled_plugin(core, tn_string_from(name));
  }
  if (!plugin)
    status = fail_unknown(core, tn_string_from(name), error);
  else if (plugin->is_alias)
    status = tni_fail(error, TN_INVALID_ARGUMENT,
                      "%s is an alias: unload the plugins that stand behind it", name);
  tni_plugin *removed = status == TN_OK ? plugin : NULL;
  if (removed && remove_plugin(core, removed, closed) != TN_OK) status = no_memory(error);
  tni_mutex_unlock(&core->mutex);
  tni_core_close(core, closed[0]);
  tni_core_close(core, closed[1]);
  if (removed) tni_core_close(core, removed->engine);
  tni_plugin_destroy(core, removed);
  return status;
}

void tni_core_forget_plugins(tn_core *core) {
  while (core->plugins.count) {
    tni_plugin *plugin = tni_core_plugin_at(core, core->plugins.count - 1);
    core->plugins.count--;
    tni_engine_unuse(plugin->engine);
    tni_plugin_destroy(core, plugin);
  }
}
