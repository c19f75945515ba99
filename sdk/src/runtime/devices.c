/* Devices and properties by name. */
#include "base/arena.h"
#include "runtime/check.h"
#include "runtime/operations.h"
#include "runtime/property.h"

/* --- devices: copies under their whole names, so that no plugin is at work while they are read */

typedef struct collection {
  tni_arena arena;
  tni_vector devices; /* tn_device * */
  uint64_t generation;
  int targets; /* 1: what is absent is listed, 0: what is there */
  const char *plugin;
  tn_error *error;
} collection;

static tn_status no_memory(tn_error *error) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the list of devices");
}

static tn_status collect_device(collection *self, const tn_device *device) {
  if (!device || device->size < TN_DEVICE_FIRST_SIZE || device->size % 8)
    return tni_fail_clause(self->error, TN_MALFORMED, TNI_CLAUSE(ABI, 8),
                           "a device is NULL, or its size is no multiple of 8 from %u on",
                           TN_DEVICE_FIRST_SIZE);
  tn_device *copy = tni_arena_alloc(&self->arena, sizeof *copy);
  if (!copy) return no_memory(self->error);
  memcpy(copy, device, sizeof *copy < device->size ? sizeof *copy : device->size);
  copy->size = TN_SIZE(tn_device);
  if (tni_device_name_join(&self->arena, tn_string_from(self->plugin), device->id, &copy->id) !=
          TN_OK ||
      !tni_arena_copy_string(&self->arena, device->name, &copy->name) ||
      tni_vector_append(&self->devices, &copy) != TN_OK)
    return no_memory(self->error);
  return TN_OK;
}

static tn_status collect(void *user, const tn_device_list *list) {
  collection *self = user;
  if (!list || list->size < TN_DEVICE_LIST_FIRST_SIZE || (list->count && !list->devices))
    return tni_fail_clause(self->error, TN_MALFORMED, TNI_CLAUSE(ABI, 8),
                           "the list of devices is NULL or smaller than %u bytes",
                           TN_DEVICE_LIST_FIRST_SIZE);
  self->generation += list->generation;
  for (uint32_t i = 0; i < list->count; i++)
    TN_TRY(collect_device(self, list->devices[i]));
  return TN_OK;
}

static tn_status ask(collection *self, tn_plugin *plugin, tn_error *error) {
  const void *found = NULL;
  if (!self->targets) return plugin->api->devices(plugin, collect, self, error);
  TN_TRY(tni_find_extension(plugin, TN_EXTENSION_TARGETS, &tni_targets_rule, &found, error));
  const tn_targets_api *api = found;
  return api ? api->targets(plugin, collect, self, error) : TN_OK;
}

static tn_status collect_plugin(collection *self, tni_caller caller, tn_string plugin,
                                tn_error *error) {
  tni_call call;
  TN_TRY(tni_call_begin(&call, caller, plugin, error));
  self->plugin = call.engine->name;
  self->error = error;
  const tn_status status =
      call.device.id.length || call.device.list.length
          ? tni_fail(error, TN_INVALID_ARGUMENT, "the name of a plugin was expected, not a device")
          : ask(self, call.engine->plugin, error);
  return tni_call_end(&call, status, error);
}

/* Names of all plugins at this moment, but for those that are built in: devices made of others are
 * reached by name, and are none of those that are there. */
static tn_status list_names(collection *self, tn_core *core, tni_vector *names) {
  tn_status status = TN_OK;
  tni_mutex_lock(&core->mutex);
  for (size_t i = 0; status == TN_OK && i < core->plugins.count; i++) {
    const tni_plugin *plugin = tni_core_plugin_at(core, i);
    if (plugin->state == TN_PLUGIN_DISABLED || plugin->state == TN_PLUGIN_SHADOWED ||
        plugin->registration.name.length == 0 ||
        (plugin->registration.create && !plugin->is_alias) ||
        (plugin->registration.is_hidden && !core->lists_hidden))
      continue;
    tn_string name;
    if (!tni_arena_copy_string(&self->arena, plugin->registration.name, &name))
      status = TN_OUT_OF_MEMORY;
    else
      status = tni_vector_append(names, &name);
  }
  tni_mutex_unlock(&core->mutex);
  return status;
}

/* 1 for a plugin whose devices the caller must not see: itself, and those it was called from. */
static int is_hidden(tni_caller caller, tn_string name) {
  if (!caller.engine) return 0;
  tni_engine *engine = NULL;
  if (tni_core_engine(caller.core, name, &engine, NULL) != TN_OK) return 1;
  const int hidden = tni_call_passes(caller, engine);
  tni_engine_unuse(engine);
  return hidden;
}

/* Plugins that do not work are left out; the list of plugins tells why. */
static tn_status collect_all(collection *self, tni_caller caller, tn_error *error) {
  tni_vector names;
  tni_vector_init(&names, self->arena.allocator, sizeof(tn_string));
  tn_status status = list_names(self, caller.core, &names);
  for (size_t i = 0; status == TN_OK && i < names.count; i++) {
    const tn_string name = *(const tn_string *)tni_vector_at(&names, i);
    if (is_hidden(caller, name)) continue;
    tn_error problem = {0};
    const size_t before = self->devices.count;
    const tn_status one = collect_plugin(self, caller, name, &problem);
    if (one == TN_OK) continue;
    self->devices.count = before;
    if (one == TN_OUT_OF_MEMORY) status = one;
    tni_log_format(caller.core->services, TN_LOG_INFO, "devices of %.*s are left out: %s",
                   TNI_TEXT(name), problem.message);
  }
  tni_vector_destroy(&names);
  return status == TN_OK ? TN_OK : no_memory(error);
}

static tn_status give(tni_caller caller, tn_string plugin, int targets, tn_device_sink sink,
                      void *user, tn_error *error) {
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  collection self = {.targets = targets};
  const tni_allocator *allocator = &caller.core->services->allocator;
  tni_arena_init(&self.arena, allocator);
  tni_vector_init(&self.devices, allocator, sizeof(tn_device *));
  tn_status status = plugin.length ? collect_plugin(&self, caller, plugin, error)
                                   : collect_all(&self, caller, error);
  if (status == TN_OK) {
    tn_device_list list = tn_device_list_init();
    list.count = (uint32_t)self.devices.count;
    list.generation = self.generation;
    list.devices = self.devices.items;
    status = tni_received(sink(user, &list), "the devices", error);
  }
  tni_vector_destroy(&self.devices);
  tni_arena_destroy(&self.arena);
  return status;
}

tn_status tni_devices(tni_caller caller, tn_string plugin, tn_device_sink sink, void *user,
                      tn_error *error) {
  return give(caller, plugin, 0, sink, user, error);
}

tn_status tni_targets(tni_caller caller, tn_string plugin, tn_device_sink sink, void *user,
                      tn_error *error) {
  return give(caller, plugin, 1, sink, user, error);
}

/* --- properties */

static tn_status check_no_list(const tni_call *call, tn_error *error) {
  return call->device.list.length == 0
             ? TN_OK
             : tni_fail(error, TN_INVALID_ARGUMENT,
                        "properties are those of the plugin: leave out \":%.*s\"",
                        TNI_TEXT(call->device.list));
}

tn_status tni_properties(tni_caller caller, tn_string device, tn_property_sink sink, void *user,
                         tn_error *error) {
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  tni_call call;
  TN_TRY(tni_call_begin(&call, caller, device, error));
  const tni_declarer declarer = {call.engine, call.device.id, NULL};
  return tni_call_end(&call, tni_declarations(&declarer, sink, user, error), error);
}

tn_status tni_get_property(tni_caller caller, tn_string device, tn_string name, tn_value_sink sink,
                           void *user, tn_error *error) {
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  tni_call call;
  TN_TRY(tni_call_begin(&call, caller, device, error));
  const tni_declarer declarer = {call.engine, call.device.id, NULL};
  tn_status status = check_no_list(&call, error);
  if (status == TN_OK) status = tni_declarer_get_property(&declarer, name, sink, user, error);
  return tni_call_end(&call, status, error);
}

tn_status tni_set_properties(tni_caller caller, tn_string device, const tn_map_entry *entries,
                             uint64_t count, tn_error *error) {
  tni_call call;
  TN_TRY(tni_call_begin(&call, caller, device, error));
  tn_plugin *plugin = call.engine->plugin;
  const tni_property_use use =
      call.device.id.length ? TNI_PROPERTY_SET_DEVICE : TNI_PROPERTY_SET_PLUGIN;
  const tni_declarer declarer = {call.engine, call.device.id, NULL};
  tn_status status = check_no_list(&call, error);
  if (status == TN_OK) status = tni_property_check(&declarer, use, entries, count, error);
  if (status == TN_OK)
    status = plugin->api->set_properties(plugin, call.device.id, entries, count, error);
  return tni_call_end(&call, status, error);
}
