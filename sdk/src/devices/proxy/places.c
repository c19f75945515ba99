/* The devices behind the name: seen in each plugin, matched by what they physically are, numbered
 * once and for all. */
#include "base/status.h"
#include "devices/proxy/proxy.h"
#include "devices/shared/capabilities.h"

#include <stdio.h>
#include <string.h>

/* A device as a plugin has told it. */
typedef struct sighting {
  tn_device device; /* id: its whole name; both texts are in the arena */
  tni_proxy_key key;
} sighting;

struct gathering {
  tni_places *places;
  tn_status status; /* of what the receiver itself does */
};

tn_status tni_proxy_core(const tni_proxy *self, const tn_core_api **out, tn_error *error) {
  *out = self->host->get_extension(self->host, TN_STRING(TN_EXTENSION_CORE));
  if (*out && TN_HAS(tn_core_api, *out, properties_of)) return TN_OK;
  return tni_fail(error, TN_UNSUPPORTED,
                  "the host has no " TN_EXTENSION_CORE " that lists devices of one plugin");
}

/* --- what there is */

/* FNV-1a, from two beginnings. */
static uint64_t digest(tn_string text, uint64_t start) {
  for (uint64_t i = 0; i < text.length; i++)
    start = (start ^ (unsigned char)text.data[i]) * UINT64_C(0x100000001b3);
  return start;
}

/* The same device has the same number in whichever plugin it is seen. */
static tni_proxy_key key_of(const tn_device *device) {
  tni_proxy_key key = {{digest(device->id, UINT64_C(0xcbf29ce484222325)),
                        digest(device->id, UINT64_C(0x9e3779b97f4a7c15))},
                       0};
  if (!(device->capabilities & TN_DEVICE_HAS_UUID)) return key;
  memcpy(key.words, device->uuid, sizeof key.words);
  key.is_uuid = 1;
  return key;
}

static tn_status TN_CALL see(void *user, const tn_device_list *list) {
  struct gathering *self = user;
  tni_arena *arena = &self->places->arena;
  self->places->generation += list->generation;
  for (uint32_t i = 0; i < list->count; i++) {
    sighting *seen = tni_vector_add(&self->places->sightings);
    self->status = TN_OUT_OF_MEMORY;
    if (!seen) return self->status;
    memcpy(&seen->device, list->devices[i], TN_DEVICE_FIRST_SIZE);
    seen->device.size = TN_DEVICE_FIRST_SIZE;
    if (!tni_arena_copy_string(arena, list->devices[i]->id, &seen->device.id) ||
        !tni_arena_copy_string(arena, list->devices[i]->name, &seen->device.name))
      return self->status;
    seen->key = key_of(&seen->device);
    self->status = TN_OK;
  }
  return TN_OK;
}

static tn_status no_memory(tn_error *error) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the devices behind the name");
}

/* A plugin that cannot tell its devices has none. */
static tn_status look_at(const tni_proxy *self, const tn_core_api *core, tn_string plugin,
                         tni_places *places, tn_string *problem, tn_error *error) {
  struct gathering gathering = {places, TN_OK};
  tn_error said = {0};
  const size_t before = places->sightings.count;
  const tn_status status = core->devices_of(self->host, plugin, see, &gathering, &said);
  if (status == TN_OUT_OF_MEMORY || gathering.status != TN_OK) return no_memory(error);
  if (status != TN_OK) places->sightings.count = before;
  const int has_some = places->sightings.count > before;
  const char *text = status != TN_OK ? said.message : has_some ? "" : "it has no device";
  return tni_arena_copy_string(&places->arena, tn_string_from(text), problem) ? TN_OK
                                                                              : no_memory(error);
}

/* --- numbers */

/* The number of a key; a new one comes behind all that there are. With the mutex held. */
static tn_status number_of(tni_proxy *self, const tni_proxy_key *key, uint32_t *out) {
  const tni_proxy_key *keys = self->keys.items;
  uint32_t number = 0;
  while (number < self->keys.count && memcmp(&keys[number], key, sizeof *key) != 0)
    number++;
  *out = number;
  return number < self->keys.count ? TN_OK : tni_vector_append(&self->keys, key);
}

static tn_status number_all(tni_proxy *self, tni_places *places, uint32_t *numbers) {
  tn_status status = TN_OK;
  tni_mutex_lock(&self->mutex);
  for (size_t i = 0; status == TN_OK && i < places->sightings.count; i++)
    status = number_of(self, &((sighting *)tni_vector_at(&places->sightings, i))->key, &numbers[i]);
  places->count = (uint32_t)self->keys.count;
  tni_mutex_unlock(&self->mutex);
  return status;
}

/* --- places */

/* What a plugin does without the device: not through another. */
#define NOT_HANDED_ON (TN_DEVICE_COMPILES_ABSENT | TN_DEVICE_IMPORTS_ALONE)

static int is_serving(const tni_place *place, tn_string name) {
  for (uint32_t i = 0; i < place->count; i++)
    if (tn_string_equal(place->serving[i], name)) return 1;
  return 0;
}

/* The device is told as the first that serves it tells it: contexts, handles and batches are that
 * one's. Where others do as well, what the first does not take HETERO gets. */
static void add_to(tni_place *place, uint32_t number, const sighting *seen) {
  uint64_t *capabilities = &place->device.capabilities;
  if (place->count == 0) {
    place->device = seen->device;
    *capabilities &= ~(uint64_t)NOT_HANDED_ON;
    snprintf(place->id, sizeof place->id, "%u", number);
    place->device.id = tn_string_from(place->id);
  } else {
    *capabilities |= seen->device.capabilities & TNI_HETERO_BY_ONE;
    *capabilities &= seen->device.capabilities | ~(uint64_t)TNI_HETERO_BY_ALL;
  }
  place->serving[place->count++] = seen->device.id;
}

/* As many names as a place can get: each that has its number, and the fallback. */
static int make_room(const tni_proxy *self, tni_places *places, const uint32_t *numbers) {
  uint32_t *seen = tni_arena_alloc_array(&places->arena, places->count + 1, sizeof *seen);
  places->items = tni_arena_alloc_array(&places->arena, places->count + 1, sizeof *places->items);
  for (size_t i = 0; seen && i < places->sightings.count; i++)
    seen[numbers[i]]++;
  for (uint32_t i = 0; seen && places->items && i <= places->count; i++) {
    const size_t most = (size_t)seen[i] + self->fallback.count + 1;
    places->items[i].serving = tni_arena_alloc_array(&places->arena, most, sizeof(tn_string));
    if (!places->items[i].serving) return 0;
  }
  return seen && places->items;
}

/* Who stands behind the first one at a number of another alias. */
struct rest {
  tni_arena *arena;
  tn_string device; /* whole name, with the number */
  tn_string *names;
  uint32_t count;
};

static tn_status copy_rest(struct rest *self, const tn_value *serving) {
  self->names =
      tni_arena_alloc_array(self->arena, (size_t)serving->as.list.count + 1, sizeof *self->names);
  if (!self->names) return TN_OUT_OF_MEMORY;
  for (uint64_t i = 1; i < serving->as.list.count; i++) {
    const tn_value *name = &serving->as.list.items[i];
    if (name->kind != TN_VALUE_STRING) continue;
    if (!tni_arena_copy_string(self->arena, name->as.string, &self->names[self->count]))
      return TN_OUT_OF_MEMORY;
    self->count++;
  }
  return TN_OK;
}

static tn_status TN_CALL take_rest(void *user, const tn_value *value) {
  struct rest *self = user;
  const tn_string plugin = tni_device_plugin(self->device);
  const tn_string number = plugin.length < self->device.length
                               ? tn_string_make(self->device.data + plugin.length + 1,
                                                self->device.length - plugin.length - 1)
                               : TN_STRING("");
  for (uint64_t i = 0; value->kind == TN_VALUE_MAP && i < value->as.map.count; i++) {
    const tn_map_entry *entry = &value->as.map.entries[i];
    if (tn_string_equal(entry->key, number) && entry->value.kind == TN_VALUE_LIST)
      return copy_rest(self, &entry->value);
  }
  return TN_OK;
}

/* In a list of HETERO an alias stands for its first alone. What is no alias has no such property.
 */
static tn_status find_rest(const tni_proxy *self, const tn_core_api *core, tni_places *places,
                           tn_string device, struct rest *out, tn_error *error) {
  *out = (struct rest){&places->arena, device, NULL, 0};
  const tn_status status = core->get_property(self->host, tni_device_plugin(device),
                                              TN_STRING("PROXY_DEVICES"), take_rest, out, NULL);
  return status == TN_OUT_OF_MEMORY ? no_memory(error) : TN_OK;
}

/* What the first of them can tells of the rest as well. */
static tn_status add_with_rest(const tni_proxy *self, tni_places *places, uint32_t number,
                               const sighting *seen, const struct rest *rest, tn_error *error) {
  tni_place *place = &places->items[number];
  add_to(place, number, seen);
  if (!rest->count) return TN_OK;
  const size_t most = (size_t)place->count + rest->count + self->fallback.count;
  tn_string *serving = tni_arena_alloc_array(&places->arena, most, sizeof *serving);
  if (!serving) return no_memory(error);
  memcpy(serving, place->serving, place->count * sizeof *serving);
  place->serving = serving;
  for (uint32_t i = 0; i < rest->count; i++)
    if (!is_serving(place, rest->names[i])) serving[place->count++] = rest->names[i];
  return TN_OK;
}

/* Where nobody else serves a number, the fallback alone serves the first. */
static tn_status add_to_all(const tni_proxy *self, tni_places *places, const sighting *seen,
                            const struct rest *rest, tn_error *error) {
  uint32_t there = 0;
  for (uint32_t i = 0; i < places->count; i++) {
    const tni_place *place = &places->items[i];
    if (!place->count) continue;
    there++;
    if (!is_serving(place, seen->device.id))
      TN_TRY(add_with_rest(self, places, i, seen, rest, error));
  }
  if (there) return TN_OK;
  if (places->count == 0) places->count = 1;
  return add_with_rest(self, places, 0, seen, rest, error);
}

/* "CPU" in the list stands for the first device of CPU. */
static tn_status add_fallback(const tni_proxy *self, const tn_core_api *core, tni_places *places,
                              uint32_t index, tn_error *error) {
  tn_string *problem = &places->problems[self->plugins.count + index];
  const tn_string name = self->fallback.names[index];
  const sighting *seen = NULL;
  struct rest rest;
  places->sightings.count = 0;
  TN_TRY(look_at(self, core, tni_device_plugin(name), places, problem, error));
  for (size_t i = 0; !seen && i < places->sightings.count; i++) {
    seen = tni_vector_at(&places->sightings, i);
    if (!tni_device_is_meant(seen->device.id, name)) seen = NULL;
  }
  if (!seen && !problem->length) *problem = TN_STRING("there is no such device");
  if (!seen) return TN_OK;
  TN_TRY(find_rest(self, core, places, seen->device.id, &rest, error));
  return add_to_all(self, places, seen, &rest, error);
}

static tn_status find(tni_proxy *self, tni_places *places, tn_error *error) {
  const tn_core_api *core = NULL;
  TN_TRY(tni_proxy_core(self, &core, error));
  places->problems = tni_arena_alloc_array(&places->arena, tni_proxy_name_count(self) + 1,
                                           sizeof *places->problems);
  if (!places->problems) return no_memory(error);
  for (uint32_t i = 0; i < self->plugins.count; i++)
    TN_TRY(look_at(self, core, self->plugins.names[i], places, &places->problems[i], error));
  uint32_t *numbers =
      tni_arena_alloc_array(&places->arena, places->sightings.count + 1, sizeof *numbers);
  if (!numbers || number_all(self, places, numbers) != TN_OK || !make_room(self, places, numbers))
    return no_memory(error);
  for (size_t i = 0; i < places->sightings.count; i++)
    add_to(&places->items[numbers[i]], numbers[i], tni_vector_at(&places->sightings, i));
  for (uint32_t i = 0; i < self->fallback.count; i++)
    TN_TRY(add_fallback(self, core, places, i, error));
  return TN_OK;
}

tn_status tni_places_find(tni_proxy *self, tni_places *out, tn_error *error) {
  memset(out, 0, sizeof *out);
  tni_arena_init(&out->arena, &self->allocator);
  tni_vector_init(&out->sightings, &self->allocator, sizeof(sighting));
  const tn_status status = find(self, out, error);
  if (status != TN_OK) tni_places_destroy(out);
  return status;
}

void tni_places_destroy(tni_places *places) {
  tni_vector_destroy(&places->sightings);
  tni_arena_destroy(&places->arena);
}

/* --- which one */

static tn_status fail_without_device(const tni_proxy *self, const tni_places *places,
                                     tn_error *error) {
  tni_text text;
  tni_text_init(&text, &self->allocator);
  for (uint32_t i = 0; i < tni_proxy_name_count(self); i++)
    tni_text_append_format(&text, "%s%.*s: %.*s", i ? "; " : "", TNI_TEXT(tni_proxy_name(self, i)),
                           TNI_TEXT(places->problems[i]));
  const tn_status status = tni_text_status(&text) == TN_OK
                               ? tni_fail(error, TN_NOT_FOUND, "there is no device: %.*s",
                                          TNI_TEXT(tni_text_string(&text)))
                               : no_memory(error);
  tni_text_destroy(&text);
  return status;
}

void tni_places_append_ids(const tni_places *places, tni_text *out) {
  const char *separator = "";
  for (uint32_t i = 0; i < places->count; i++) {
    if (!places->items[i].count) continue;
    tni_text_append_format(out, "%s%s", separator, places->items[i].id);
    separator = ", ";
  }
}

static tn_status fail_unknown(const tni_proxy *self, const tni_places *places, tn_string id,
                              tn_error *error) {
  tni_text text;
  tni_text_init(&text, &self->allocator);
  tni_places_append_ids(places, &text);
  const tn_status status =
      tni_text_status(&text) == TN_OK
          ? tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(DEVICE, 7),
                            "device '%.*s' is none of those that are there: %.*s", TNI_TEXT(id),
                            TNI_TEXT(tni_text_string(&text)))
          : no_memory(error);
  tni_text_destroy(&text);
  return status;
}

tn_status tni_places_choose(const tni_proxy *self, const tni_places *places, tn_string id,
                            const tni_place **out, tn_error *error) {
  uint32_t there = 0;
  for (uint32_t i = 0; i < places->count; i++) {
    const tni_place *place = &places->items[i];
    if (place->count == 0) continue;
    there++;
    if (id.length && !tn_string_is(id, place->id)) continue;
    *out = place;
    return TN_OK;
  }
  if (there == 0) return fail_without_device(self, places, error);
  return fail_unknown(self, places, id, error);
}
