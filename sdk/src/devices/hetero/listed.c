#include "devices/hetero/listed.h"

#include <string.h>

#include "base/status.h"
#include "devices/shared/device_list.h"
#include "kit/engine.h"

struct looking {
  tn_string name;
  tn_device *out;
  tni_arena *arena; /* for the device's own name, or NULL */
  int found;
};

static tn_status TN_CALL look(void *user, const tn_device_list *list) {
  struct looking *self = user;
  for (uint32_t i = 0; i < list->count && !self->found; i++) {
    if (!tni_device_is_meant(list->devices[i]->id, self->name)) continue;
    memcpy(self->out, list->devices[i], TN_DEVICE_FIRST_SIZE);
    self->out->size = TN_DEVICE_FIRST_SIZE;
    self->out->id = self->out->name = TN_STRING("");
    self->found = 1;
    if (self->arena && !tni_arena_copy_string(self->arena, list->devices[i]->id, &self->out->id))
      return TN_OUT_OF_MEMORY;
  }
  return TN_OK;
}

tn_status tni_listed_find(const tn_host *host, const tn_core_api *core, tn_string name,
                          tni_arena *arena, tn_device *out) {
  struct looking looking = {name, out, arena, 0};
  TN_TRY(TN_HAS(tn_core_api, core, devices_of)
             ? core->devices_of(host, tni_device_plugin(name), look, &looking, NULL)
             : core->devices(host, look, &looking, NULL));
  return looking.found ? TN_OK : TN_NOT_FOUND;
}

static tn_status TN_CALL take_count(void *user, const tn_device_list *list) {
  *(uint32_t *)user = list->count;
  return TN_OK;
}

int tni_listed_is_absent(const tn_host *host, const tn_core_api *core, tn_string name,
                         tn_status status) {
  uint32_t count = 1;
  if (status != TN_NOT_FOUND || !TN_HAS(tn_core_api, core, devices_of))
    return tni_device_is_out_of_order(status);
  return core->devices_of(host, tni_device_plugin(name), take_count, &count, NULL) == TN_OK &&
         count == 0;
}

/* --- the plugin's list */

struct visit {
  tn_kit_engine *engine;
  tni_listed_visitor *visitor;
  void *user;
  int *is_set;
};

static tn_status visit_device(const struct visit *self, const tn_core_api *core, tni_arena *arena,
                              tn_string name) {
  tn_device device;
  const tn_status status = tni_listed_find(self->engine->host, core, name, arena, &device);
  if (status != TN_OK) return status == TN_OUT_OF_MEMORY ? status : TN_OK;
  return self->visitor(self->user, core, &device);
}

static tn_status visit_devices(const struct visit *self, tni_arena *arena, tn_string list) {
  const tn_host *host = self->engine->host;
  const tn_core_api *core = host->get_extension(host, TN_STRING(TN_EXTENSION_CORE));
  tni_devices devices;
  if (!core) return TN_OK;
  const tn_status status = tni_devices_parse(arena, "DEVICE_PRIORITIES", list, &devices, NULL);
  if (status != TN_OK) return status == TN_OUT_OF_MEMORY ? status : TN_OK;
  for (uint32_t i = 0; i < devices.count; i++)
    TN_TRY(visit_device(self, core, arena, devices.names[i]));
  return TN_OK;
}

static tn_status TN_CALL take_list(void *user, const tn_value *value) {
  const struct visit *self = user;
  tni_arena arena;
  *self->is_set = value->as.string.length != 0;
  if (!*self->is_set) return TN_OK;
  tni_arena_init(&arena, &self->engine->kit->allocator);
  const tn_status status = visit_devices(self, &arena, value->as.string);
  tni_arena_destroy(&arena);
  return status;
}

tn_status tni_listed_visit(tn_kit_engine *engine, tni_listed_visitor *visitor, void *user,
                           int *is_set, tn_error *error) {
  struct visit visit = {engine, visitor, user, is_set};
  const tn_kit_reading plugin = {engine, NULL, NULL, TN_LEVEL_PLUGIN};
  *is_set = 0;
  return tni_kit_settings_read(engine->kit->settings, &plugin, TN_STRING("DEVICE_PRIORITIES"),
                               take_list, &visit, error);
}
