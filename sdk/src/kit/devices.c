/* Devices by their ids: those that are there, and the targets, which can only be compiled for. */
#include "kit/engine.h"

#include <string.h>

static const tn_device *find_in(const tn_device_list *list, tn_string id) {
  for (uint32_t i = 0; list && i < list->count; i++)
    if (tn_string_equal(list->devices[i]->id, id)) return list->devices[i];
  return NULL;
}

tn_status tni_kit_find_device(const tn_kit_engine *engine, tn_string id, bool also_targets,
                              const tn_device **out, tn_error *error) {
  const tn_device *found = find_in(engine->devices, id);
  if (!found && also_targets) found = find_in(engine->plugin->targets, id);
  if (!found)
    return tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(DEVICE, 7),
                           "device '%.*s' is none of the %u devices of %.*s", TNI_TEXT(id),
                           engine->devices->count, TNI_TEXT(engine->plugin->info->name));
  *out = found;
  return TN_OK;
}

int tn_kit_is_target(const tn_kit_engine *engine, const tn_device *device) {
  const tn_device_list *targets = engine->plugin->targets;
  for (uint32_t i = 0; targets && i < targets->count; i++)
    if (targets->devices[i] == device) return 1;
  return 0;
}

tn_status tni_kit_check_present(const tn_kit_engine *engine, const tn_device *device,
                                tn_error *error) {
  if (!tn_kit_is_target(engine, device)) return TN_OK;
  return tni_fail_clause(
      error, TN_NOT_FOUND, TNI_CLAUSE(COMPILE, 18),
      "the device '%.*s' is absent: a model is compiled for it and exported, and "
      "imported where such a device is",
      TNI_TEXT(device->id));
}

uint32_t tni_kit_device_count(const tn_kit_engine *engine) {
  const tn_device_list *targets = engine->plugin->targets;
  return engine->devices->count + (targets ? targets->count : 0);
}

uint32_t tni_kit_device_index(const tn_kit_engine *engine, const tn_device *device) {
  uint32_t i = 0, k = 0;
  while (i < engine->devices->count && engine->devices->devices[i] != device)
    i++;
  if (i < engine->devices->count) return i;
  while (engine->plugin->targets->devices[k] != device)
    k++;
  return i + k;
}

void tn_kit_devices_changed(tn_kit_engine *engine) {
  atomic_fetch_add(&engine->kit->changes, 1);
}

/* --- which device a call is for */

struct choice {
  tn_kit_engine *engine;
  bool also_targets;
  const tn_device **out;
  tn_error *error;
};

/* Receives the plugin's DEVICE_ID. */
static tn_status TN_CALL choose_by_id(void *user, const tn_value *value) {
  const struct choice *choice = user;
  if (value->as.string.length == 0) {
    *choice->out = choice->engine->devices->devices[0];
    return TN_OK;
  }
  return tni_kit_find_device(choice->engine, value->as.string, choice->also_targets, choice->out,
                             choice->error);
}

static tn_status choose(tn_kit_engine *engine, tn_string id, bool also_targets,
                        const tn_device **out, tn_error *error) {
  if (id.length) return tni_kit_find_device(engine, id, also_targets, out, error);
  if (engine->devices->count == 0)
    return tni_fail(error, TN_NOT_FOUND, "%.*s has no device",
                    TNI_TEXT(engine->plugin->info->name));
  const tn_string name = TN_STRING("DEVICE_ID");
  if (tni_kit_property_index(engine->plugin, name) == engine->plugin->properties->count) {
    *out = engine->devices->devices[0];
    return TN_OK;
  }
  tn_kit_reading reading = {engine, NULL, NULL, TN_LEVEL_PLUGIN};
  struct choice choice = {engine, also_targets, out, error};
  return tni_kit_settings_read(engine->kit->settings, &reading, name, choose_by_id, &choice, error);
}

tn_status tn_kit_find_device(tn_kit_engine *engine, tn_string id, const tn_device **out,
                             tn_error *error) {
  return choose(engine, id, false, out, error);
}

tn_status tni_kit_choose_device(tn_kit_engine *engine, tn_string argument,
                                const tn_map_entry *values, uint64_t count, const tn_device **out,
                                tn_error *error) {
  for (uint64_t i = 0; values && i < count; i++) {
    if (!tn_string_is(values[i].key, "DEVICE_ID")) continue;
    if (values[i].value.kind != TN_VALUE_STRING) continue; /* refused with the other properties */
    const tn_string wanted = values[i].value.as.string;
    if (wanted.length == 0) continue;
    if (argument.length && !tn_string_equal(argument, wanted))
      return tni_fail(error, TN_INVALID_ARGUMENT,
                      "the call is for device '%.*s', its property DEVICE_ID says '%.*s'",
                      TNI_TEXT(argument), TNI_TEXT(wanted));
    argument = wanted;
  }
  return choose(engine, argument, true, out, error);
}

/* --- tn.targets/1 */

static tn_status TN_CALL give_targets(tn_plugin *plugin, tn_device_sink sink, void *user,
                                      tn_error *error) {
  TN_TRY(tni_kit_check_maker(plugin, "plugin", error));
  TN_TRY(tni_kit_check_argument((const void *)(uintptr_t)sink, "the sink", error));
  const tn_status status = sink(user, ((const tn_kit_engine *)plugin)->plugin->targets);
  return tni_received(status, "the targets", error);
}

const tn_targets_api tni_kit_targets_api = {
    .size = TN_SIZE(tn_targets_api),
    .targets = give_targets,
};
