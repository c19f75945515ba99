/* Properties: those of the first plugin that works by their plain names, and a few of PROXY's own.
 */
#include "base/status.h"
#include "base/text.h"
#include "devices/proxy/proxy.h"

#include <stdio.h>
#include <string.h>

/* --- its own */

typedef tn_status (*read_function)(tni_proxy *self, tni_places *places, tn_value *out);

static tn_status read_plugins(tni_proxy *self, tni_places *places, tn_value *out) {
  (void)places;
  *out = tn_value_of_string(self->plugin_text);
  return TN_OK;
}

static tn_status read_fallback(tni_proxy *self, tni_places *places, tn_value *out) {
  (void)places;
  *out = tn_value_of_string(self->fallback_text);
  return TN_OK;
}

static tn_status read_available(tni_proxy *self, tni_places *places, tn_value *out) {
  uint64_t count = 0;
  tn_value *ids = tni_arena_alloc_array(&places->arena, (size_t)places->count + 1, sizeof *ids);
  (void)self;
  for (uint32_t i = 0; ids && i < places->count; i++)
    if (places->items[i].count) ids[count++] = tn_value_of_string(places->items[i].device.id);
  *out = tn_value_of_list(ids, count);
  return ids ? TN_OK : TN_OUT_OF_MEMORY;
}

static void make_map(tn_map_entry *entries, uint64_t count, tn_value *out) {
  memset(out, 0, sizeof *out);
  out->kind = TN_VALUE_MAP;
  out->as.map.entries = entries;
  out->as.map.count = count;
}

/* Each number with the names of those that serve it. */
static tn_status read_devices(tni_proxy *self, tni_places *places, tn_value *out) {
  uint64_t count = 0;
  tn_map_entry *entries =
      tni_arena_alloc_array(&places->arena, (size_t)places->count + 1, sizeof *entries);
  (void)self;
  for (uint32_t i = 0; entries && i < places->count; i++) {
    const tni_place *place = &places->items[i];
    if (!place->count) continue;
    tn_value *names = tni_arena_alloc_array(&places->arena, place->count, sizeof *names);
    if (!names) return TN_OUT_OF_MEMORY;
    for (uint32_t k = 0; k < place->count; k++)
      names[k] = tn_value_of_string(place->serving[k]);
    entries[count].key = place->device.id;
    entries[count++].value = tn_value_of_list(names, place->count);
  }
  make_map(entries, count, out);
  return entries ? TN_OK : TN_OUT_OF_MEMORY;
}

static tn_status read_problems(tni_proxy *self, tni_places *places, tn_value *out) {
  uint64_t count = 0;
  tn_map_entry *entries = tni_arena_alloc_array(
      &places->arena, (size_t)tni_proxy_name_count(self) + 1, sizeof *entries);
  for (uint32_t i = 0; entries && i < tni_proxy_name_count(self); i++) {
    if (!places->problems[i].length) continue;
    entries[count].key = tni_proxy_name(self, i);
    entries[count++].value = tn_value_of_string(places->problems[i]);
  }
  make_map(entries, count, out);
  return entries ? TN_OK : TN_OUT_OF_MEMORY;
}

#define OWN(text, value_kind, is, what)                                                       \
  {                                                                                           \
    .size = TN_SIZE(tn_property), .kind = value_kind, .levels = TN_LEVEL_PLUGIN, .flags = is, \
    .name = TN_STRING_INIT(text), .doc = TN_STRING_INIT(what)                                 \
  }

/* A compiled model tells the id that its maker knows. */
#define CHOICE                                                                                 \
  {                                                                                            \
    .size = TN_SIZE(tn_property), .kind = TN_VALUE_STRING,                                     \
    .levels = TN_LEVEL_PLUGIN | TN_LEVEL_MODEL,                                                \
    .flags = TN_PROPERTY_WRITABLE | TN_PROPERTY_RESOLVED, .name = TN_STRING_INIT("DEVICE_ID"), \
    .doc = TN_STRING_INIT(                                                                     \
        "The device to use where a call names none; empty: the first that is there."),         \
    .default_value = {                                                                         \
      TN_VALUE_STRING,                                                                         \
      0,                                                                                       \
      {.string = TN_STRING_INIT("")}                                                           \
    }                                                                                          \
  }

static const struct own {
  tn_property declaration;
  read_function read; /* NULL: made of all declarations */
  int needs_places;
} own[] = {
    {OWN("PROXY_PLUGINS", TN_VALUE_STRING, TN_PROPERTY_INITIAL,
         "The plugins that stand behind the name, by priority, separated by commas."),
     read_plugins, 0},
    {OWN("PROXY_FALLBACK", TN_VALUE_STRING, TN_PROPERTY_INITIAL,
         "The devices that run what these do not, separated by commas."),
     read_fallback, 0},
    {OWN("PROXY_DEVICES", TN_VALUE_MAP, TN_PROPERTY_VOLATILE,
         "For each device those that serve it, by priority."),
     read_devices, 1},
    {OWN("PROXY_PROBLEMS", TN_VALUE_MAP, TN_PROPERTY_VOLATILE,
         "For each plugin that gives no device the reason."),
     read_problems, 1},
    {OWN("AVAILABLE_DEVICES", TN_VALUE_LIST, TN_PROPERTY_VOLATILE, "Ids of the devices."),
     read_available, 1},
    {OWN("SUPPORTED_PROPERTIES", TN_VALUE_LIST, 0, "Names of the properties of this level."), NULL,
     0},
    {CHOICE, NULL, 0},
};

enum { OWN_COUNT = sizeof own / sizeof *own };

static const struct own *find_own(tn_string name) {
  for (size_t i = 0; i < OWN_COUNT; i++)
    if (tn_string_equal(own[i].declaration.name, name)) return &own[i];
  return NULL;
}

/* --- declarations: own ones, and those of the plugin */

struct merging {
  tni_proxy *self;
  tn_property_sink sink;
  void *user;
  int called, no_memory, malformed;
};

/* What the plugin takes at its creation PROXY cannot hand on: it is made later. */
static void copy_declared(const tn_property *const *properties, uint64_t count, tn_property *copies,
                          const tn_property **pointers, uint64_t *used) {
  for (uint64_t i = 0; i < count; i++) {
    const struct own *mine = find_own(properties[i]->name);
    const uint32_t levels = properties[i]->levels & (mine ? ~(uint32_t)TN_LEVEL_PLUGIN : ~0u);
    if (!levels || tni_proxy_is_choice(properties[i]->name)) continue;
    memcpy(&copies[i], properties[i], TN_PROPERTY_FIRST_SIZE);
    copies[i].size = TN_PROPERTY_FIRST_SIZE;
    copies[i].levels = levels;
    copies[i].flags &= ~(uint32_t)TN_PROPERTY_INITIAL;
    copies[i].flags |= TN_PROPERTY_HANDED_ON;
    pointers[(*used)++] = &copies[i];
  }
}

static int are_sound(const tn_property *const *properties, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    if (!properties || !properties[i] || properties[i]->size < TN_PROPERTY_FIRST_SIZE) return 0;
  return 1;
}

static tn_status TN_CALL merge(void *user, const tn_property *const *properties, uint64_t count) {
  struct merging *self = user;
  self->malformed = !are_sound(properties, count);
  if (self->malformed) return TN_MALFORMED;
  const tni_allocator *allocator = &self->self->allocator;
  const size_t most = (size_t)count + OWN_COUNT;
  tn_property *copies = tni_alloc_array(allocator, most, sizeof *copies);
  const tn_property **pointers = tni_alloc_array(allocator, most, sizeof *pointers);
  uint64_t used = 0;
  tn_status status = copies && pointers ? TN_OK : TN_OUT_OF_MEMORY;
  self->no_memory = status != TN_OK;
  for (size_t i = 0; status == TN_OK && i < OWN_COUNT; i++)
    pointers[used++] = &own[i].declaration;
  if (status == TN_OK) copy_declared(properties, count, copies, pointers, &used);
  self->called = status == TN_OK;
  if (status == TN_OK) status = self->sink(self->user, pointers, used);
  tni_free(allocator, pointers);
  tni_free(allocator, copies);
  return status;
}

/* The plugin whose device is chosen where none is named, or an empty text. */
static tn_status find_first(tni_proxy *self, tni_arena *arena, tn_string *out, tn_error *error) {
  const tni_place *place = NULL;
  tni_places places;
  *out = TN_STRING("");
  TN_TRY(tni_places_find(self, &places, error));
  tn_status status = TN_OK;
  if (tni_places_choose(self, &places, TN_STRING(""), &place, NULL) == TN_OK &&
      !tni_arena_copy_string(arena, tni_device_plugin(place->serving[0]), out))
    status = tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the name of a plugin");
  tni_places_destroy(&places);
  return status;
}

static tn_status declare_one(struct merging *self, const tn_core_api *core, tn_string plugin,
                             tn_error *error) {
  return core->properties_of(self->self->host, plugin, merge, self, error);
}

/* The declarations of the plugin that answers for the values; without a device those of the first
 * that works; and where none does only PROXY's own. */
static tn_status declare(struct merging *self, tni_arena *arena, tn_error *error) {
  tni_proxy *proxy = self->self;
  const tn_core_api *core = NULL;
  tn_string first;
  if (tni_proxy_core(proxy, &core, NULL) != TN_OK) return merge(self, NULL, 0);
  TN_TRY(find_first(proxy, arena, &first, error));
  tn_status status = first.length ? declare_one(self, core, first, error) : TN_NOT_FOUND;
  for (uint32_t i = 0; i < proxy->plugins.count && !self->called; i++) {
    if (status == TN_OUT_OF_MEMORY || self->malformed) return status;
    status = declare_one(self, core, proxy->plugins.names[i], error);
  }
  if (self->called || status == TN_OUT_OF_MEMORY || self->malformed) return status;
  return merge(self, NULL, 0);
}

static tn_status declare_to(tni_proxy *proxy, tn_property_sink sink, void *user, tn_error *error) {
  struct merging self = {proxy, sink, user, 0, 0, 0};
  tn_error problem = {0};
  tni_arena arena;
  tni_arena_init(&arena, &proxy->allocator);
  const tn_status status = declare(&self, &arena, &problem);
  tni_arena_destroy(&arena);
  if (self.no_memory) return tni_fail(error, status, "no memory for the list of properties");
  if (self.malformed)
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 8),
                           "the declarations of a plugin are NULL, or smaller than %u bytes",
                           (uint32_t)TN_PROPERTY_FIRST_SIZE);
  if (self.called) return tni_received(status, "the properties", error);
  if (error) *error = problem;
  return status;
}

tn_status TN_CALL tni_proxy_properties(tn_plugin *plugin, tn_property_sink sink, void *user,
                                       tn_error *error) {
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  return declare_to(tni_proxy_of(plugin), sink, user, error);
}

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
static tn_status give_names(tni_proxy *self, uint32_t level, tn_value_sink sink, void *user,
                            tn_error *error) {
  struct naming naming = {self, level, sink, user, 0};
  TN_TRY(declare_to(self, name_all, &naming, error));
  return naming.is_declared ? TN_OK
                            : tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 8),
                                              "property SUPPORTED_PROPERTIES is none of a device");
}

static tn_status read_own(tni_proxy *self, const struct own *row, tn_value_sink sink, void *user,
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

static tn_status get(tni_proxy *self, tni_places *places, tn_string device, tn_string name,
                     tn_value_sink sink, void *user, tn_error *error) {
  const tn_core_api *core = NULL;
  const struct own *row = find_own(name);
  tn_string target;
  TN_TRY(tni_proxy_core(self, &core, error));
  TN_TRY(find_target(self, places, device, &target, error));
  if (row && !row->read) return give_names(self, TN_LEVEL_DEVICE, sink, user, error);
  return core->get_property(self->host, target, name, sink, user, error);
}

static tn_status fail_choice_of_device(tn_string name, tn_error *error) {
  return tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 8),
                         "property %.*s is none of a device", TNI_TEXT(name));
}

tn_status TN_CALL tni_proxy_get_property(tn_plugin *plugin, tn_string device, tn_string name,
                                         tn_value_sink sink, void *user, tn_error *error) {
  tni_proxy *self = tni_proxy_of(plugin);
  const struct own *row = find_own(name);
  tni_places places;
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  if (tni_proxy_is_choice(name))
    return device.length ? fail_choice_of_device(name, error)
                         : tni_proxy_get_choice(self, sink, user, error);
  if (row && row->read && !device.length) return read_own(self, row, sink, user, error);
  if (row && !device.length) return give_names(self, TN_LEVEL_PLUGIN, sink, user, error);
  TN_TRY(tni_places_find(self, &places, error));
  const tn_status status = get(self, &places, device, name, sink, user, error);
  tni_places_destroy(&places);
  return status;
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
  return declare_to(self, keep, keeping, keeping->error);
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
    if (find_own(entries[i].key) && !tni_proxy_is_choice(entries[i].key))
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
      return tni_fail_clause(error, find_own(entry->key) ? TN_READ_ONLY : TN_NOT_FOUND,
                             TNI_CLAUSE(PROPERTY, 8), "property %.*s cannot be given at creation",
                             TNI_TEXT(entry->key));
  }
  return TN_OK;
}
