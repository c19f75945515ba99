#include "kit/engine.h"
#include "tenon/kit/property.h"

#include <stdio.h>

static const tn_value performance_hints[] = {TN_KIT_STRING("LATENCY"), TN_KIT_STRING("THROUGHPUT"),
                                             TN_KIT_STRING("CUMULATIVE_THROUGHPUT")};
static const tn_value execution_modes[] = {TN_KIT_STRING("PERFORMANCE"), TN_KIT_STRING("ACCURACY")};
static const tn_value inference_precisions[] = {TN_KIT_STRING("f32")};

#define TN_KIT_STANDARD(name, ...) \
  const tn_kit_property tn_kit_property_##name = TN_KIT_PROPERTY(#name, __VA_ARGS__);
#include "tenon/kit/properties.def"
#undef TN_KIT_STANDARD

tn_status tni_kit_check_device_id(tn_kit_engine *engine, const tn_value *value, tn_error *error) {
  const tn_device *device;
  if (value->as.string.length == 0) return TN_OK;
  return tn_kit_find_device(engine, value->as.string, &device, error);
}

/* Hands a list of texts to the sink. */
static tn_status give_names(const tn_kit_reading *reading, const tn_string *names, uint64_t count,
                            tn_value_sink sink, void *user, tn_error *error) {
  const tni_allocator *allocator = &reading->engine->kit->allocator;
  tn_value *items = TNI_ALLOC_ITEMS(allocator, items, count);
  if (!items) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a list of names");
  for (uint64_t i = 0; i < count; i++)
    items[i] = tn_value_of_string(names[i]);
  const tn_value list = tn_value_of_list(items, count);
  const tn_status status = sink(user, &list);
  tni_free(allocator, items);
  return tni_received(status, "a list", error);
}

static tn_status give_string(tn_string text, tn_value_sink sink, void *user, tn_error *error) {
  const tn_value value = tn_value_of_string(text);
  const tn_status status = sink(user, &value);
  return tni_received(status, "a text", error);
}

/* Names of the properties of the reading's level that have one of `flags`, or of all for 0. */
static tn_status give_properties(const tn_kit_reading *reading, uint32_t levels, uint32_t flags,
                                 tn_value_sink sink, void *user, tn_error *error) {
  const tn_kit_plugin *plugin = reading->engine->plugin;
  const tni_allocator *allocator = &reading->engine->kit->allocator;
  tn_string *names = TNI_ALLOC_ITEMS(allocator, names, plugin->properties->count);
  if (!names) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a list of properties");
  uint64_t count = 0;
  for (uint64_t i = 0; i < plugin->properties->count; i++) {
    const tn_property *declared = &plugin->properties->rows[i]->declaration;
    if ((declared->levels & levels) && (!flags || (declared->flags & flags)))
      names[count++] = declared->name;
  }
  const tn_status status = give_names(reading, names, count, sink, user, error);
  tni_free(allocator, names);
  return status;
}

tn_status tni_kit_get_available_devices(const tn_kit_reading *reading, tn_value_sink sink,
                                        void *user, tn_error *error) {
  const tn_device_list *devices = reading->engine->devices;
  const tni_allocator *allocator = &reading->engine->kit->allocator;
  tn_string *ids = TNI_ALLOC_ITEMS(allocator, ids, devices->count);
  if (!ids) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a list of devices");
  for (uint32_t i = 0; i < devices->count; i++)
    ids[i] = devices->devices[i]->id;
  const tn_status status = give_names(reading, ids, devices->count, sink, user, error);
  tni_free(allocator, ids);
  return status;
}

tn_status tni_kit_get_supported_properties(const tn_kit_reading *reading, tn_value_sink sink,
                                           void *user, tn_error *error) {
  return give_properties(reading, reading->level, 0, sink, user, error);
}

tn_status tni_kit_get_caching_properties(const tn_kit_reading *reading, tn_value_sink sink,
                                         void *user, tn_error *error) {
  return give_properties(reading, TN_LEVEL_PLUGIN | TN_LEVEL_DEVICE | TN_LEVEL_MODEL,
                         TN_PROPERTY_CACHING, sink, user, error);
}

tn_status tni_kit_get_range_for_streams(const tn_kit_reading *reading, tn_value_sink sink,
                                        void *user, tn_error *error) {
  const tn_kit_plugin *plugin = reading->engine->plugin;
  const uint64_t index = tni_kit_property_index(plugin, TN_STRING("NUM_STREAMS"));
  tn_value range[2] = {tn_value_of_int64(1), tn_value_of_int64(1)};
  if (index < plugin->properties->count) {
    range[0] = plugin->properties->rows[index]->declaration.minimum;
    range[1] = plugin->properties->rows[index]->declaration.maximum;
  }
  const tn_value list = tn_value_of_list(range, 2);
  const tn_status status = sink(user, &list);
  return tni_received(status, "a list", error);
}

tn_status tni_kit_get_full_device_name(const tn_kit_reading *reading, tn_value_sink sink,
                                       void *user, tn_error *error) {
  return give_string(reading->device->name, sink, user, error);
}

tn_status tni_kit_get_device_uuid(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                  tn_error *error) {
  char text[33];
  for (int i = 0; i < 16; i++)
    snprintf(text + (size_t)i * 2, 3, "%02x", reading->device->uuid[i]);
  return give_string(tn_string_make(text, 32), sink, user, error);
}

tn_status tni_kit_get_device_type(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                  tn_error *error) {
  const int own_memory = reading->device->type == TN_DEVICE_TYPE_DISCRETE;
  return give_string(own_memory ? TN_STRING("discrete") : TN_STRING("integrated"), sink, user,
                     error);
}

tn_status tni_kit_get_execution_devices(const tn_kit_reading *reading, tn_value_sink sink,
                                        void *user, tn_error *error) {
  return give_names(reading, &reading->device->id, 1, sink, user, error);
}

tn_status tni_kit_get_loaded_from_cache(const tn_kit_reading *reading, tn_value_sink sink,
                                        void *user, tn_error *error) {
  const tn_value value = tn_value_of_bool((int)reading->compiled->from_blob);
  const tn_status status = sink(user, &value);
  return tni_received(status, "a value", error);
}

tn_status tni_kit_get_network_name(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                   tn_error *error) {
  return give_string(reading->compiled->model->name, sink, user, error);
}
