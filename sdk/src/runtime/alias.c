/* Aliases: names that users see in place of those of plugins. The manifests of the plugins say
 * which; PROXY, built in, stands behind each. */
#include "runtime/core.h"

#include "base/name_list.h"
#include "base/text.h"

#include <stdlib.h>

/* --- who stands behind it */

static int is_member(const tni_plugin *plugin, tn_string alias) {
  return !plugin->is_alias && plugin->registration.name.length > 0 &&
         plugin->state != TN_PLUGIN_DISABLED && plugin->state != TN_PLUGIN_SHADOWED &&
         tn_string_equal(plugin->registration.alias, alias);
}

static size_t count_members(const tn_core *core, tn_string alias) {
  size_t count = 0;
  for (size_t i = 0; i < core->plugins.count; i++)
    count += is_member(tni_core_plugin_at(core, i), alias) ? 1 : 0;
  return count;
}

/* Whatever the order in which they were found. */
static int by_priority(const void *a, const void *b) {
  const tni_registration *one = &(*(const tni_plugin *const *)a)->registration,
                         *two = &(*(const tni_plugin *const *)b)->registration;
  if (one->priority != two->priority) return one->priority > two->priority ? -1 : 1;
  return strcmp(one->name.data, two->name.data);
}

/* --- properties */

/* Adds the names of a list that are not there yet. */
static void add_names(tni_text *text, tn_string list) {
  tn_string name;
  while (tni_name_list_next(&list, &name))
    if (!tni_name_list_holds(tni_text_string(text), name))
      tni_text_append_format(text, "%s%.*s", text->length ? "," : "", TNI_TEXT(name));
}

static int put(tni_arena *arena, tn_map_entry *entry, const char *key, const tni_text *text) {
  tn_string kept;
  if (tni_text_status(text) != TN_OK || !tni_arena_copy_string(arena, tni_text_string(text), &kept))
    return 0;
  entry->key = tn_string_from(key);
  entry->value = tn_value_of_string(kept);
  return 1;
}

static int configure(const tn_core *core, tni_plugin *alias, const tni_plugin **members,
                     size_t count) {
  tni_arena *arena = &alias->alias;
  tn_map_entry *entries = tni_arena_alloc_array(arena, 2, sizeof *entries);
  tni_text plugins, fallback;
  tni_text_init(&plugins, &core->services->allocator);
  tni_text_init(&fallback, &core->services->allocator);
  for (size_t i = 0; i < count; i++) {
    add_names(&plugins, members[i]->registration.name);
    add_names(&fallback, members[i]->registration.fallback);
  }
  const int done = entries && put(arena, &entries[0], "PROXY_PLUGINS", &plugins) &&
                   put(arena, &entries[1], "PROXY_FALLBACK", &fallback);
  tni_text_destroy(&fallback);
  tni_text_destroy(&plugins);
  if (!done) return 0;
  alias->registration.properties = entries;
  alias->registration.property_count = 2;
  return 1;
}

tn_status tni_alias_configure(tn_core *core, tni_plugin *alias, tn_error *error) {
  const tn_string name = alias->registration.name;
  size_t count = 0;
  tni_arena_destroy(&alias->alias);
  tni_arena_init(&alias->alias, &core->services->allocator);
  const tni_plugin **members =
      tni_arena_alloc_array(&alias->alias, count_members(core, name) + 1, sizeof *members);
  for (size_t i = 0; members && i < core->plugins.count; i++)
    if (is_member(tni_core_plugin_at(core, i), name))
      members[count++] = tni_core_plugin_at(core, i);
  if (members) qsort(members, count, sizeof *members, by_priority);
  if (members && configure(core, alias, members, count)) return TN_OK;
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for what stands behind %.*s", TNI_TEXT(name));
}

/* --- its place on the list; with the mutex held */

static tn_status add(tn_core *core, tn_string name) {
  const tni_built_in *proxy = tni_built_in_find(TN_STRING("PROXY"));
  tni_plugin *plugin = tni_plugin_create(core);
  if (plugin && tni_registration_set_built_in(&plugin->registration, proxy) == TN_OK &&
      tni_arena_copy_string(&plugin->registration.arena, name, &plugin->registration.name) &&
      tni_vector_append(&core->plugins, &plugin) == TN_OK) {
    plugin->is_alias = 1;
    tni_core_disable_if_listed(core, plugin);
    return TN_OK;
  }
  tni_plugin_destroy(core, plugin);
  return TN_OUT_OF_MEMORY;
}

/* Takes the alias off the list, or makes it be opened anew; what is in use lives on. */
static tni_engine *withdraw(tn_core *core, tni_plugin *plugin, int has_members) {
  tni_engine *engine = plugin->engine;
  plugin->engine = NULL;
  tni_core_retire(core, engine);
  if (plugin->state != TN_PLUGIN_DISABLED) plugin->state = TN_PLUGIN_REGISTERED;
  if (has_members) return engine;
  tni_core_take_off(core, plugin);
  tni_plugin_destroy(core, plugin);
  return engine;
}

tn_status tni_alias_update(tn_core *core, tn_string name, tni_engine **closed) {
  *closed = NULL;
  if (!name.length) return TN_OK;
  tni_plugin *plugin = tni_core_find_plugin(core, name);
  const int has_members = count_members(core, name) > 0;
  if (plugin && plugin->is_alias) *closed = withdraw(core, plugin, has_members);
  return !plugin && has_members ? add(core, name) : TN_OK;
}

void tni_alias_warn(tn_core *core, tn_string name) {
  tni_mutex_lock(&core->mutex);
  const tni_plugin *plugin = tni_core_find_plugin(core, name);
  const int is_taken = plugin && !plugin->is_alias && count_members(core, name) > 0;
  tni_mutex_unlock(&core->mutex);
  if (is_taken)
    tni_log_format(core->services, TN_LOG_WARNING,
                   "the alias %.*s is no name for other plugins: a plugin is called so",
                   TNI_TEXT(name));
}
