#include "devices/hetero/whole.h"

#include "base/status.h"
#include "base/text.h"
#include "devices/hetero/listed.h"
#include "devices/shared/device_properties.h"
#include "kit/engine.h"

/* Maps are checked later, when it is known which devices they speak of. */
static void take_id(const tn_map_entry *entries, uint64_t count, tn_string *id) {
  for (uint64_t i = 0; entries && i < count; i++)
    if (tn_string_is(entries[i].key, "DEVICE_ID") && entries[i].value.kind == TN_VALUE_STRING)
      *id = entries[i].value.as.string;
}

/* DEVICE_ID as the call hands it to the plugin. By its plain name it is HETERO's own. */
static tn_string find_given(const tn_kit_call *call, tn_string plugin) {
  const tn_map_entry *said = tni_device_properties_find(call->others, call->other_count);
  tn_string id = TN_STRING("");
  if (!said || said->value.kind != TN_VALUE_MAP || !said->value.as.map.entries) return id;
  for (uint64_t i = 0; i < said->value.as.map.count; i++) {
    const tn_map_entry *entry = &said->value.as.map.entries[i];
    if (tn_string_equal(entry->key, plugin) && entry->value.kind == TN_VALUE_MAP)
      take_id(entry->value.as.map.entries, entry->value.as.map.count, &id);
  }
  return id;
}

struct reading {
  tni_arena *arena;
  tn_string id;
};

static tn_status TN_CALL keep_id(void *user, const tn_value *value) {
  struct reading *self = user;
  if (value->kind != TN_VALUE_STRING) return TN_OK;
  return tni_arena_copy_string(self->arena, value->as.string, &self->id) ? TN_OK : TN_OUT_OF_MEMORY;
}

static tn_status join(tni_arena *arena, tn_string plugin, tn_string id, tn_string *out) {
  tni_text text;
  tni_text_init(&text, arena->allocator);
  tni_text_append_format(&text, "%.*s.%.*s", TNI_TEXT(plugin), TNI_TEXT(id));
  tn_status status = tni_text_status(&text);
  if (status == TN_OK && !tni_arena_copy_string(arena, tni_text_string(&text), out))
    status = TN_OUT_OF_MEMORY;
  tni_text_destroy(&text);
  return status;
}

/* One that does not tell what it has stands for itself. */
static tn_status find(const tni_below *below, tni_arena *arena, tn_string plugin, tn_string *out) {
  const tn_host *host = below->call->engine->host;
  struct reading chosen = {arena, find_given(below->call, plugin)};
  tn_device device;
  if (!chosen.id.length) {
    const tn_status status =
        below->core->get_property(host, plugin, TN_STRING("DEVICE_ID"), keep_id, &chosen, NULL);
    if (status == TN_OUT_OF_MEMORY) return status;
  }
  if (chosen.id.length) return join(arena, plugin, chosen.id, out);
  const tn_status status = tni_listed_find(host, below->core, plugin, arena, &device);
  if (status == TN_OK) *out = device.id;
  return status == TN_OUT_OF_MEMORY ? status : TN_OK;
}

tn_status tni_below_whole(const tni_below *below, tni_arena *arena, tn_string name, tn_string *out,
                          tn_error *error) {
  *out = name;
  if (!tni_device_is_plugin(name)) return TN_OK;
  const tn_status status = find(below, arena, name, out);
  return status == TN_OK ? TN_OK : tni_fail(error, status, "no memory for the name of a device");
}

tn_status tni_below_resolve(const tni_below *below, tni_arena *arena, tni_devices *devices,
                            tn_error *error) {
  for (uint32_t i = 0; i < devices->count; i++)
    if (tn_string_equal(devices->whole[i], devices->names[i]))
      TN_TRY(tni_below_whole(below, arena, devices->names[i], &devices->whole[i], error));
  return tni_devices_check(devices, "DEVICE_PRIORITIES", error);
}
