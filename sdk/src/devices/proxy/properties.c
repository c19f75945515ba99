/* Properties: those of the first plugin that works by their plain names, and a few of PROXY's own.
 */
#include "base/status.h"
#include "devices/proxy/proxy.h"

#include <stdio.h>
#include <string.h>

/* --- reading */

struct naming {
  tni_proxy *self;
  uint32_t level;
  tn_value_sink sink;
  void *user;
  int is_declared; /* the list itself is a property of that level */
};

static tn_status TN_CALL name_all(void *user, const tn_property *const *properties,
                                  uint64_t count) {
  struct naming *self = user;
  const tni_allocator *allocator = &self->self->allocator;
  tn_value *names = tni_alloc_array(allocator, (size_t)count + 1, sizeof *names);
  uint64_t used = 0;
  if (!names) return TN_OUT_OF_MEMORY;
  for (uint64_t i = 0; i < count; i++) {
    if (!(properties[i]->levels & self->level)) continue;
    self->is_declared |= tn_string_is(properties[i]->name, "SUPPORTED_PROPERTIES");
    names[used++] = tn_value_of_string(properties[i]->name);
  }
  const tn_value list = tn_value_of_list(names, used);
  const tn_status status = self->is_declared ? self->sink(self->user, &list) : TN_OK;
  tni_free(allocator, names);
  return status;
}

/* SUPPORTED_PROPERTIES */
static tn_status give_names(tni_proxy *self, tn_string device, const tni_proxy_asked *asked,
                            tn_value_sink sink, void *user, tn_error *error) {
  const uint32_t level = device.length ? TN_LEVEL_DEVICE : TN_LEVEL_PLUGIN;
  struct naming naming = {self, level, sink, user, 0};
  TN_TRY(tni_proxy_declare(self, asked, name_all, &naming, error));
  return naming.is_declared ? TN_OK
                            : tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 8),
                                              "property SUPPORTED_PROPERTIES is none of a device");
}

static tn_status read_own(tni_proxy *self, const tni_proxy_own *row, tn_value_sink sink, void *user,
                          tn_error *error) {
  tni_places places;
  tn_value value;
  if (!row->needs_places) {
    TN_TRY(row->read(self, NULL, &value));
    return tni_received(sink(user, &value), "a value", error);
  }
  TN_TRY(tni_places_find(self, &places, error));
  tn_status status = row->read(self, &places, &value);
  status = status == TN_OK ? tni_received(sink(user, &value), "a value", error)
                           : tni_fail(error, status, "no memory for property %.*s",
                                      TNI_TEXT(row->declaration.name));
  tni_places_destroy(&places);
  return status;
}

/* The name by which the host knows what was meant: a device, or the first plugin that works. */
static tn_status find_target(tni_proxy *self, const tni_places *places, tn_string device,
                             tn_string *out, tn_error *error) {
  const tni_place *place = NULL;
  TN_TRY(tni_places_choose(self, places, device, &place, error));
  *out = device.length ? place->serving[0] : tni_device_plugin(place->serving[0]);
  return TN_OK;
}

static tn_status fail_choice_of_device(tn_string name, tn_error *error) {
  return tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 8),
                         "property %.*s is none of a device", TNI_TEXT(name));
}

static tn_status get_below(tni_proxy *self, tn_string device, tn_string name, tn_value_sink sink,
                           void *user, tn_error *error) {
  const tn_core_api *core = NULL;
  tni_places places;
  tn_string target;
  TN_TRY(tni_proxy_core(self, &core, error));
  TN_TRY(tni_places_find(self, &places, error));
  tn_status status = find_target(self, &places, device, &target, error);
  if (status == TN_OK) status = core->get_property(self->host, target, name, sink, user, error);
  tni_places_destroy(&places);
  return status;
}

/* A device that is not there has no names. */
static tn_status check_place(tni_proxy *self, tn_string device, tn_error *error) {
  const tni_place *place = NULL;
  tni_places places;
  if (!device.length) return TN_OK;
  TN_TRY(tni_places_find(self, &places, error));
  const tn_status status = tni_places_choose(self, &places, device, &place, error);
  tni_places_destroy(&places);
  return status;
}

/* @param asked whose names SUPPORTED_PROPERTIES tells; see tni_proxy_declare */
static tn_status get(tni_proxy *self, tn_string device, tn_string name,
                     const tni_proxy_asked *asked, tn_value_sink sink, void *user,
                     tn_error *error) {
  const tni_proxy_own *row = tni_proxy_find_own(name);
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  if (tni_proxy_is_choice(name))
    return device.length ? fail_choice_of_device(name, error)
                         : tni_proxy_get_choice(self, sink, user, error);
  if (row && row->read && !device.length) return read_own(self, row, sink, user, error);
  if (!row || row->read) return get_below(self, device, name, sink, user, error);
  TN_TRY(check_place(self, device, error));
  return give_names(self, device, asked, sink, user, error);
}

tn_status TN_CALL tni_proxy_get_property(tn_plugin *plugin, tn_string device, tn_string name,
                                         tn_value_sink sink, void *user, tn_error *error) {
  return get(tni_proxy_of(plugin), device, name, NULL, sink, user, error);
}

tn_status TN_CALL tni_proxy_get_of_device(tn_plugin *plugin, tn_string device, tn_string name,
                                          tn_value_sink sink, void *user, tn_error *error) {
  const tni_proxy_asked asked = {device, NULL};
  return get(tni_proxy_of(plugin), device, name, &asked, sink, user, error);
}

/* --- setting: the plugin's own */

struct keeping {
  tni_proxy *self;
  tn_string plugin; /* that took them */
  tn_string device;
  const tn_map_entry *entries;
  uint64_t count;
  tn_error *error;
};

static int is_for_models(const tn_property *const *properties, uint64_t count, tn_string name) {
  for (uint64_t i = 0; i < count; i++)
    if (tn_string_equal(properties[i]->name, name) && (properties[i]->levels & TN_LEVEL_MODEL) &&
        (properties[i]->flags & TN_PROPERTY_WRITABLE))
      return 1;
  return 0;
}

/* HETERO is told what a compile takes. */
static tn_status TN_CALL keep(void *user, const tn_property *const *properties, uint64_t count) {
  const struct keeping *self = user;
  for (uint64_t i = 0; i < self->count; i++)
    if (is_for_models(properties, count, self->entries[i].key))
      TN_TRY(
          tni_proxy_keep(self->self, self->plugin, self->device, &self->entries[i], self->error));
  return TN_OK;
}

/* What is left for the plugin once DEVICE_ID, whose last value counts, is taken out. */
static tn_status take_choice(tni_proxy *self, tni_places *places, struct keeping *keeping,
                             const tn_map_entry **choice) {
  tn_map_entry *rest =
      tni_arena_alloc_array(&places->arena, (size_t)keeping->count + 1, sizeof *rest);
  uint64_t count = 0;
  if (!rest) return tni_fail(keeping->error, TN_OUT_OF_MEMORY, "no memory for properties");
  for (uint64_t i = 0; i < keeping->count; i++) {
    const tn_map_entry *entry = &keeping->entries[i];
    if (!tni_proxy_is_choice(entry->key)) {
      rest[count++] = *entry;
      continue;
    }
    if (keeping->device.length) return fail_choice_of_device(entry->key, keeping->error);
    TN_TRY(tni_proxy_check_choice(self, places, entry, keeping->error));
    *choice = entry;
  }
  keeping->entries = rest;
  keeping->count = count;
  return TN_OK;
}

static tn_status set_others(tni_proxy *self, const tni_places *places, struct keeping *keeping) {
  const tn_core_api *core = NULL;
  tn_string target;
  TN_TRY(tni_proxy_core(self, &core, keeping->error));
  TN_TRY(find_target(self, places, keeping->device, &target, keeping->error));
  TN_TRY(
      core->set_properties(self->host, target, keeping->entries, keeping->count, keeping->error));
  keeping->plugin = tni_device_plugin(target);
  return core->properties_of(self->host, keeping->plugin, keep, keeping, keeping->error);
}

/* All or none: what is judged by the plugin comes first. */
static tn_status set(tni_proxy *self, tni_places *places, struct keeping *keeping) {
  const tn_map_entry *choice = NULL;
  TN_TRY(take_choice(self, places, keeping, &choice));
  if (keeping->count || !choice) TN_TRY(set_others(self, places, keeping));
  return choice ? tni_proxy_set_choice(self, choice, keeping->error) : TN_OK;
}

tn_status TN_CALL tni_proxy_set_properties(tn_plugin *plugin, tn_string device,
                                           const tn_map_entry *entries, uint64_t count,
                                           tn_error *error) {
  tni_proxy *self = tni_proxy_of(plugin);
  tni_places places;
  if (count && !entries) return tni_fail(error, TN_INVALID_ARGUMENT, "the entries are NULL");
  for (uint64_t i = 0; i < count; i++)
    if (tni_proxy_find_own(entries[i].key) && !tni_proxy_is_choice(entries[i].key))
      return tni_fail_clause(error, TN_READ_ONLY, TNI_CLAUSE(PROPERTY, 7),
                             "property %.*s can only be read", TNI_TEXT(entries[i].key));
  TN_TRY(tni_places_find(self, &places, error));
  struct keeping keeping = {self, {0}, device, entries, count, error};
  const tn_status status = set(self, &places, &keeping);
  tni_places_destroy(&places);
  return status;
}

/* --- at creation */

static tn_status take_list(tni_proxy *self, const tn_map_entry *entry, tni_devices *devices,
                           tn_string *text, tn_error *error) {
  char name[32];
  if (entry->value.kind != TN_VALUE_STRING)
    return tni_fail_clause(error, TN_WRONG_TYPE, TNI_CLAUSE(PROPERTY, 9),
                           "property %.*s: a text was expected", TNI_TEXT(entry->key));
  snprintf(name, sizeof name, "%.*s", TNI_TEXT(entry->key));
  if (!tni_arena_copy_string(&self->arena, entry->value.as.string, text))
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for property %s", name);
  devices->count = 0;
  return text->length ? tni_devices_parse(&self->arena, name, *text, devices, error) : TN_OK;
}

tn_status tni_proxy_configure(tni_proxy *self, const tn_create_options *options, tn_error *error) {
  if (options->property_count && !options->properties)
    return tni_fail(error, TN_INVALID_ARGUMENT, "the properties are NULL");
  for (uint32_t i = 0; i < options->property_count; i++) {
    const tn_map_entry *entry = &options->properties[i];
    if (tn_string_is(entry->key, "PROXY_PLUGINS"))
      TN_TRY(take_list(self, entry, &self->plugins, &self->plugin_text, error));
    else if (tn_string_is(entry->key, "PROXY_FALLBACK"))
      TN_TRY(take_list(self, entry, &self->fallback, &self->fallback_text, error));
    else if (tni_proxy_is_choice(entry->key))
      TN_TRY(tni_proxy_set_choice(self, entry, error)); /* judged once there are devices */
    else
      return tni_fail_clause(error, tni_proxy_find_own(entry->key) ? TN_READ_ONLY : TN_NOT_FOUND,
                             TNI_CLAUSE(PROPERTY, 8), "property %.*s cannot be given at creation",
                             TNI_TEXT(entry->key));
  }
  return TN_OK;
}
