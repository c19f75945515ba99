/* Properties of PROXY itself: who stands behind the name, and what there is. */
#include "devices/proxy/proxy.h"

#include <string.h>

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

const tni_proxy_own tni_proxy_owns[] = {
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

_Static_assert(sizeof tni_proxy_owns / sizeof *tni_proxy_owns == TNI_PROXY_OWN_COUNT,
               "the header tells how many there are");

const tni_proxy_own *tni_proxy_find_own(tn_string name) {
  for (size_t i = 0; i < TNI_PROXY_OWN_COUNT; i++)
    if (tn_string_equal(tni_proxy_owns[i].declaration.name, name)) return &tni_proxy_owns[i];
  return NULL;
}
