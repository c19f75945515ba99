#include "kit/engine.h"
#include "tenon/kit/options.h"

#include <string.h>

static tn_kit_engine *engine_of(tn_plugin *plugin) {
  return (tn_kit_engine *)plugin;
}

static const void *TN_CALL get_extension(tn_plugin *plugin, tn_string id) {
  tn_kit_engine *engine = engine_of(plugin);
  const tn_kit_plugin *author = engine->plugin;
  if (author->import_model && tn_string_is(id, TN_EXTENSION_IMPORT)) return &tni_kit_import_api;
  if (author->targets && tn_string_is(id, TN_EXTENSION_TARGETS)) return &tni_kit_targets_api;
  if (author->remote && tn_string_is(id, TN_EXTENSION_REMOTE)) return author->remote;
  return author->plugin_extension ? author->plugin_extension(engine, id) : NULL;
}

static void TN_CALL destroy(tn_plugin *plugin, uint32_t reason) {
  if (reason != TN_DESTROY_PROCESS_EXIT) tni_kit_engine_destroy(engine_of(plugin));
}

static const tn_plugin_info *TN_CALL info(tn_plugin *plugin) {
  return engine_of(plugin)->plugin->info;
}

/* A device made of others can do what they can: there is one. */
static tn_status give_narrowed(tn_kit_engine *engine, tn_device_list *list, tn_device_sink sink,
                               void *user, tn_error *error) {
  tn_device device = *list->devices[0];
  const tn_device *const only = &device;
  TN_TRY(engine->plugin->below->narrow(engine, &device.capabilities, &list->count, error));
  list->devices = &only;
  return tni_received(sink(user, list), "the devices", error);
}

static tn_status TN_CALL devices(tn_plugin *plugin, tn_device_sink sink, void *user,
                                 tn_error *error) {
  TN_TRY(tni_kit_check_argument((const void *)(uintptr_t)sink, "the sink", error));
  tn_device_list list = *engine_of(plugin)->devices;
  list.generation += atomic_load(&engine_of(plugin)->kit->changes);
  const tn_kit_virtual *below = engine_of(plugin)->plugin->below;
  if (below && below->narrow && list.count)
    return give_narrowed(engine_of(plugin), &list, sink, user, error);
  const tn_status status = sink(user, &list);
  return tni_received(status, "the devices", error);
}

static tn_status TN_CALL properties(tn_plugin *plugin, tn_property_sink sink, void *user,
                                    tn_error *error) {
  TN_TRY(tni_kit_check_argument((const void *)(uintptr_t)sink, "the sink", error));
  const tn_kit_engine *engine = engine_of(plugin);
  const tn_kit_plugin *author = engine->plugin;
  const tn_property **all =
      TNI_ALLOC_ITEMS(&engine->kit->allocator, all, author->properties->count);
  if (!all) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a list of properties");
  for (uint64_t i = 0; i < author->properties->count; i++)
    all[i] = &author->properties->rows[i]->declaration;
  const tn_status status = sink(user, all, author->properties->count);
  tni_free(&engine->kit->allocator, all);
  return tni_received(status, "the properties", error);
}

/* Which settings a call of the plugin is about: those of the plugin or of a device. */
static tn_status choose_settings(tn_kit_engine *engine, tn_string device, tn_kit_reading *reading,
                                 tn_kit_settings **out, tn_error *error) {
  memset(reading, 0, sizeof *reading);
  reading->engine = engine;
  reading->level = TN_LEVEL_PLUGIN;
  *out = engine->kit->settings;
  if (device.length == 0) return TN_OK;
  TN_TRY(tni_kit_find_device(engine, device, true, &reading->device, error));
  reading->level = TN_LEVEL_DEVICE;
  *out = engine->kit->device_settings[tni_kit_device_index(engine, reading->device)];
  return TN_OK;
}

static tn_status TN_CALL get_property(tn_plugin *plugin, tn_string device, tn_string name,
                                      tn_value_sink sink, void *user, tn_error *error) {
  TN_TRY(tni_kit_check_argument((const void *)(uintptr_t)sink, "the sink", error));
  tn_kit_reading reading;
  tn_kit_settings *settings;
  TN_TRY(choose_settings(engine_of(plugin), device, &reading, &settings, error));
  return tni_kit_settings_read(settings, &reading, name, sink, user, error);
}

static tn_status TN_CALL set_properties(tn_plugin *plugin, tn_string device,
                                        const tn_map_entry *entries, uint64_t count,
                                        tn_error *error) {
  tn_kit_reading reading;
  tn_kit_settings *settings;
  TN_TRY(choose_settings(engine_of(plugin), device, &reading, &settings, error));
  const tni_kit_setting how = {engine_of(plugin), reading.level, TN_PROPERTY_WRITABLE};
  return tni_kit_settings_set(settings, &how, entries, count, error);
}

const tn_plugin_api tni_kit_plugin_api = {
    .size = TN_SIZE(tn_plugin_api),
    .major = TN_MAJOR,
    .get_extension = get_extension,
    .destroy = destroy,
    .info = info,
    .devices = devices,
    .properties = properties,
    .get_property = get_property,
    .set_properties = set_properties,
    .query = tni_kit_query,
    .compile = tni_kit_compile,
};
