#include "runtime/alias_names.h"

#include "base/name_list.h"
#include "base/text.h"
#include "runtime/core.h"
#include "runtime/device_name.h"

/* --- asking the alias */

/* An alias that is asked. */
struct reading {
  tni_alias_names *names;
  const tni_engine *alias;
  tn_string plugins, fallback; /* lists, in the arena */
  tn_string *text;             /* the one that is read at present */
};

static tn_status TN_CALL take_text(void *user, const tn_value *value) {
  const struct reading *self = user;
  return tni_arena_copy_string(&self->names->arena, value->as.string, self->text)
             ? TN_OK
             : TN_OUT_OF_MEMORY;
}

static tn_status read_text(struct reading *self, const char *property, tn_string *out,
                           tn_error *error) {
  tn_plugin *plugin = self->alias->plugin;
  self->text = out;
  return plugin->api->get_property(plugin, TN_STRING(""), tn_string_from(property), take_text, self,
                                   error);
}

/* Whether it is told by the alias's name although another serves the number first: one of the
 * fallback is not. */
static int is_of_alias(const struct reading *self, tn_string device) {
  tni_device_name name;
  return tni_device_name_parse(device, &name, NULL) == TN_OK &&
         tni_name_list_holds(self->plugins, name.plugin) &&
         !tni_name_list_holds(self->fallback, name.plugin) &&
         !tni_name_list_holds(self->fallback, device);
}

static int add_served(tni_alias_names *names, tni_served *all, tn_string number, tn_string device) {
  tni_served *one = &all[names->all_count++];
  return tni_arena_copy_string(&names->arena, number, &one->number) &&
         tni_arena_copy_string(&names->arena, device, &one->device);
}

static tn_status copy_served(const struct reading *self, const tn_value *devices) {
  tni_alias_names *names = self->names;
  const tn_map_entry *entries = devices->as.map.entries;
  size_t most = 1;
  for (uint64_t i = 0; i < devices->as.map.count; i++)
    most += (size_t)entries[i].value.as.list.count;
  tni_served *all = tni_arena_alloc_array(&names->arena, most, sizeof *all);
  names->served = all;
  if (!all) return TN_OUT_OF_MEMORY;
  for (uint64_t i = 0; i < devices->as.map.count; i++)
    if (!add_served(names, all, entries[i].key, entries[i].value.as.list.items[0].as.string))
      return TN_OUT_OF_MEMORY;
  names->count = names->all_count;
  for (uint64_t i = 0; i < devices->as.map.count; i++)
    for (uint64_t k = 1; k < entries[i].value.as.list.count; k++) {
      const tn_string device = entries[i].value.as.list.items[k].as.string;
      if (is_of_alias(self, device) && !add_served(names, all, entries[i].key, device))
        return TN_OUT_OF_MEMORY;
    }
  return TN_OK;
}

static tn_status TN_CALL take_served(void *user, const tn_value *devices) {
  return copy_served(user, devices);
}

static tn_status read_all(struct reading *self, tn_error *error) {
  tni_alias_names *names = self->names;
  tn_plugin *plugin = self->alias->plugin;
  if (!tni_arena_copy_string(&names->arena, tn_string_from(self->alias->name), &names->alias))
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the names of devices");
  TN_TRY(read_text(self, "PROXY_PLUGINS", &self->plugins, error));
  TN_TRY(read_text(self, "PROXY_FALLBACK", &self->fallback, error));
  return plugin->api->get_property(plugin, TN_STRING(""), TN_STRING("PROXY_DEVICES"), take_served,
                                   self, error);
}

tn_status tni_alias_names_read(const tni_engine *alias, tni_alias_names *out, tn_error *error) {
  struct reading self = {.names = out, .alias = alias};
  memset(out, 0, sizeof *out);
  tni_arena_init(&out->arena, &alias->services->allocator);
  const tn_status status = read_all(&self, error);
  if (status != TN_OK) tni_alias_names_destroy(out);
  return status;
}

void tni_alias_names_destroy(tni_alias_names *names) {
  if (names->arena.allocator) tni_arena_destroy(&names->arena);
  memset(names, 0, sizeof *names);
}

/* --- names */

tn_string tni_alias_names_serving(const tni_alias_names *names, tn_string number) {
  for (uint64_t i = 0; i < names->count; i++)
    if (!number.length || tn_string_equal(names->served[i].number, number))
      return names->served[i].device;
  return TN_STRING("");
}

/* Whether "PLUGIN.ID" stands there. */
static int is_device(tn_string name, tn_string plugin, tn_string id) {
  return name.length == plugin.length + 1 + id.length &&
         memcmp(name.data, plugin.data, (size_t)plugin.length) == 0 &&
         name.data[plugin.length] == '.' &&
         memcmp(name.data + plugin.length + 1, id.data, (size_t)id.length) == 0;
}

/* The number that a device serves, by its name or its id, or an empty text. */
static tn_string number_of(const tni_alias_names *names, tn_string plugin, tn_string text,
                           int *is_name) {
  for (uint64_t i = 0; i < names->all_count; i++) {
    const tni_served *served = &names->served[i];
    *is_name = tn_string_equal(served->device, text);
    if (*is_name || is_device(served->device, plugin, text)) return served->number;
  }
  return TN_STRING("");
}

static tn_status keep(tni_arena *arena, tni_text *text, tn_string *out) {
  tn_status status = tni_text_status(text);
  if (status == TN_OK && !tni_arena_copy_string(arena, tni_text_string(text), out))
    status = TN_OUT_OF_MEMORY;
  tni_text_destroy(text);
  return status;
}

/* An id of a device that is none of the alias's would be taken for the alias's. */
tn_status tni_alias_names_translate(const tni_alias_names *names, tni_arena *arena,
                                    tn_string plugin, tn_string device, tn_string *out) {
  int is_name = 0;
  const tn_string number = number_of(names, plugin, device, &is_name);
  const int is_id = device.length && !memchr(device.data, '.', (size_t)device.length);
  *out = number.length ? number : device;
  if (number.length && is_name) return tni_device_name_join(arena, names->alias, number, out);
  if (!number.length && is_id && !tn_string_is(plugin, "HETERO"))
    return tni_device_name_join(arena, plugin, device, out);
  return TN_OK;
}

/* --- names before what a device does or says */

/* The device of the alias whose name and ": " stand there, or NULL. */
static const tni_served *find_prefix(const tni_alias_names *names, tn_string text) {
  for (uint64_t i = 0; i < names->all_count; i++) {
    const tn_string device = names->served[i].device;
    if (text.length >= device.length + 2 &&
        memcmp(text.data, device.data, (size_t)device.length) == 0 &&
        memcmp(text.data + device.length, ": ", 2) == 0)
      return &names->served[i];
  }
  return NULL;
}

/* The text up to the next "; ", and that as well. */
static uint64_t length_of_first(tn_string text) {
  for (uint64_t i = 0; i + 1 < text.length; i++)
    if (text.data[i] == ';' && text.data[i + 1] == ' ') return i + 2;
  return text.length;
}

tn_status tni_alias_names_said(const tni_alias_names *names, tni_arena *arena, tn_string *at) {
  tni_text text;
  tni_text_init(&text, arena->allocator);
  for (tn_string left = *at; left.length;) {
    const uint64_t length = length_of_first(left);
    const tni_served *served = find_prefix(names, left);
    const uint64_t skipped = served ? served->device.length : 0;
    if (served) {
      tni_text_append(&text, names->alias);
      tni_text_append_chars(&text, ".");
      tni_text_append(&text, served->number);
    }
    tni_text_append(&text, tn_string_make(left.data + skipped, length - skipped));
    left = tn_string_make(left.data + length, left.length - length);
  }
  return keep(arena, &text, at);
}

/* --- values */

int tni_names_devices(tn_string property) {
  static const char *const names[] = {"DEVICE_ID", "EXECUTION_DEVICES", "HETERO_NODE_DEVICES",
                                      "HETERO_REFUSALS", "DEVICE_PRIORITIES"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (tn_string_is(property, names[i])) return 1;
  return 0;
}

/* "VENDOR.1,CPU.0" as "GPU.0,CPU.0". */
static tn_status put_devices(const tni_alias_names *names, tni_arena *arena, tn_string plugin,
                             tn_string *at) {
  tni_text text;
  tn_string left = *at, name;
  tn_status status = TN_OK;
  tni_text_init(&text, arena->allocator);
  while (status == TN_OK && tni_name_list_next(&left, &name)) {
    status = tni_alias_names_translate(names, arena, plugin, name, &name);
    if (tni_name_list_holds(tni_text_string(&text), name)) continue;
    if (text.length) tni_text_append_chars(&text, ",");
    tni_text_append(&text, name);
  }
  if (status == TN_OK) return keep(arena, &text, at);
  tni_text_destroy(&text);
  return status;
}

static int has(tn_string text, char c) {
  return text.length && memchr(text.data, c, (size_t)text.length);
}

/* A device, several, or what is said of devices. */
static tn_status put_text(const tni_alias_names *names, tni_arena *arena, tn_string plugin,
                          tn_string *at) {
  if (has(*at, ':')) return tni_alias_names_said(names, arena, at);
  if (has(*at, ',')) return put_devices(names, arena, plugin, at);
  return tni_alias_names_translate(names, arena, plugin, *at, at);
}

static int holds(const tn_value *items, uint64_t count, const tn_value *item) {
  for (uint64_t i = 0; item->kind == TN_VALUE_STRING && i < count; i++)
    if (items[i].kind == item->kind && tn_string_equal(items[i].as.string, item->as.string))
      return 1;
  return 0;
}

static tn_status put_list(const tni_alias_names *names, tni_arena *arena, tn_string plugin,
                          tn_value *value) {
  const uint64_t count = value->as.list.count;
  tn_value *items = tni_arena_alloc_array(arena, (size_t)count + 1, sizeof *items);
  uint64_t used = 0;
  if (!items) return TN_OUT_OF_MEMORY;
  for (uint64_t i = 0; i < count; i++) {
    TN_TRY(tni_alias_names_value(names, arena, plugin, &value->as.list.items[i], &items[used]));
    used += !holds(items, used, &items[used]);
  }
  value->as.list.items = items;
  value->as.list.count = used;
  return TN_OK;
}

static tn_status put_map(const tni_alias_names *names, tni_arena *arena, tn_string plugin,
                         tn_value *value) {
  const uint64_t count = value->as.map.count;
  tn_map_entry *entries = tni_arena_alloc_array(arena, (size_t)count + 1, sizeof *entries);
  if (!entries) return TN_OUT_OF_MEMORY;
  for (uint64_t i = 0; i < count; i++) {
    entries[i].key = value->as.map.entries[i].key;
    TN_TRY(tni_alias_names_value(names, arena, plugin, &value->as.map.entries[i].value,
                                 &entries[i].value));
  }
  value->as.map.entries = entries;
  return TN_OK;
}

tn_status tni_alias_names_value(const tni_alias_names *names, tni_arena *arena, tn_string plugin,
                                const tn_value *value, tn_value *out) {
  *out = *value;
  switch (value->kind) {
    case TN_VALUE_STRING:
      return put_text(names, arena, plugin, &out->as.string);
    case TN_VALUE_LIST:
      return put_list(names, arena, plugin, out);
    case TN_VALUE_MAP:
      return put_map(names, arena, plugin, out);
    default:
      return TN_OK;
  }
}

/* --- profiles */

tn_status tni_alias_names_profile(const tni_alias_names *names, tni_arena *arena,
                                  const tn_profile_entry *const *entries, uint64_t count,
                                  const tn_profile_entry *const **out) {
  tn_profile_entry *copies = tni_arena_alloc_array(arena, (size_t)count + 1, sizeof *copies);
  const tn_profile_entry **pointers =
      tni_arena_alloc_array(arena, (size_t)count + 1, sizeof *pointers);
  if (!copies || !pointers) return TN_OUT_OF_MEMORY;
  for (uint64_t i = 0; i < count; i++) {
    memcpy(&copies[i], entries[i], TN_PROFILE_ENTRY_FIRST_SIZE);
    copies[i].size = TN_PROFILE_ENTRY_FIRST_SIZE;
    if (find_prefix(names, copies[i].name))
      TN_TRY(tni_alias_names_said(names, arena, &copies[i].name));
    if (find_prefix(names, copies[i].kernel))
      TN_TRY(tni_alias_names_said(names, arena, &copies[i].kernel));
    pointers[i] = &copies[i];
  }
  *out = pointers;
  return TN_OK;
}
