#include "runtime/alias_names.h"

#include "base/name_list.h"
#include "base/text.h"
#include "runtime/core.h"
#include "runtime/device_name.h"

/* --- asking the alias */

static tn_status copy_served(tni_alias_names *self, const tn_value *devices) {
  if (devices->kind != TN_VALUE_MAP) return TN_OK;
  const uint64_t count = devices->as.map.count;
  tni_served *served = tni_arena_alloc_array(&self->arena, (size_t)count + 1, sizeof *served);
  if (!served) return TN_OUT_OF_MEMORY;
  self->served = served;
  for (uint64_t i = 0; i < count; i++) {
    const tn_map_entry *entry = &devices->as.map.entries[i];
    if (entry->value.kind != TN_VALUE_LIST || !entry->value.as.list.count) continue;
    tni_served *one = &served[self->count++];
    if (!tni_arena_copy_string(&self->arena, entry->key, &one->number) ||
        !tni_arena_copy_string(&self->arena, entry->value.as.list.items[0].as.string, &one->device))
      return TN_OUT_OF_MEMORY;
  }
  return TN_OK;
}

static tn_status TN_CALL take_served(void *user, const tn_value *devices) {
  return copy_served(user, devices);
}

tn_status tni_alias_names_read(const tni_engine *alias, tni_alias_names *out, tn_error *error) {
  const tn_plugin_api *api = alias->plugin->api;
  memset(out, 0, sizeof *out);
  tni_arena_init(&out->arena, &alias->services->allocator);
  tn_status status = TN_OK;
  if (tni_arena_copy_string(&out->arena, tn_string_from(alias->name), &out->alias))
    status = api->get_property(alias->plugin, TN_STRING(""), TN_STRING("PROXY_DEVICES"),
                               take_served, out, error);
  else
    status = tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the names of devices");
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
  for (uint64_t i = 0; i < names->count; i++) {
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
  for (uint64_t i = 0; i < names->count; i++) {
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

static tn_status put_list(const tni_alias_names *names, tni_arena *arena, tn_string plugin,
                          tn_value *value) {
  const uint64_t count = value->as.list.count;
  tn_value *items = tni_arena_alloc_array(arena, (size_t)count + 1, sizeof *items);
  if (!items) return TN_OUT_OF_MEMORY;
  for (uint64_t i = 0; i < count; i++)
    TN_TRY(tni_alias_names_value(names, arena, plugin, &value->as.list.items[i], &items[i]));
  value->as.list.items = items;
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
