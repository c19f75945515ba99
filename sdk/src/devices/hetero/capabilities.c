/* What HETERO can do: what lies in a node, if one of its devices can; what is asked of the whole,
 * if all of them can. */
#include "devices/hetero/hetero.h"

#include "base/status.h"
#include "devices/hetero/below.h"
#include "kit/engine.h"

struct asking {
  tn_kit_engine *engine;
  uint64_t by_one, by_all; /* what one device can, and what each can */
  uint32_t exists;
  tn_error *error;
};

static tn_status add_device(struct asking *self, const tn_core_api *core, tn_string name) {
  tn_device device;
  const tn_status status = tni_below_look(self->engine->host, core, name, NULL, &device);
  if (status != TN_OK) return status == TN_OUT_OF_MEMORY ? status : TN_OK; /* it is not there */
  self->by_one |= device.capabilities;
  self->by_all &= device.capabilities;
  self->exists = 1;
  return TN_OK;
}

/* A list that is wrong, or a host without others, is no failure: there is no such device. Of those
 * in the list, the ones that are there count. */
static tn_status add_devices(struct asking *self, tni_arena *arena, tn_string list) {
  const tn_host *host = self->engine->host;
  const tn_core_api *core = host->get_extension(host, TN_STRING(TN_EXTENSION_CORE));
  tni_devices devices;
  self->exists = 0;
  self->by_all = UINT64_MAX;
  if (!core) return TN_OK;
  const tn_status status =
      tni_devices_parse(arena, "DEVICE_PRIORITIES", list, &devices, self->error);
  if (status != TN_OK) return status == TN_OUT_OF_MEMORY ? status : TN_OK;
  for (uint32_t i = 0; i < devices.count; i++)
    TN_TRY(add_device(self, core, devices.names[i]));
  return TN_OK;
}

/* Receives DEVICE_PRIORITIES as the plugin has it. Without a list each call names its devices:
 * nothing can be said of them all. */
static tn_status TN_CALL ask_devices(void *user, const tn_value *value) {
  struct asking *self = user;
  if (value->as.string.length == 0) return TN_OK;
  tni_arena arena;
  tni_arena_init(&arena, &self->engine->kit->allocator);
  const tn_status status = add_devices(self, &arena, value->as.string);
  tni_arena_destroy(&arena);
  return status;
}

tn_status tni_hetero_narrow(tn_kit_engine *engine, uint64_t *capabilities, uint32_t *exists,
                            tn_error *error) {
  struct asking asking = {engine, 0, 0, 1, error};
  const tn_kit_reading reading = {engine, NULL, NULL, TN_LEVEL_PLUGIN};
  TN_TRY(tni_kit_settings_read(engine->kit->settings, &reading, TN_STRING("DEVICE_PRIORITIES"),
                               ask_devices, &asking, error));
  *capabilities &= (asking.by_one & TNI_HETERO_BY_ONE) | (asking.by_all & TNI_HETERO_BY_ALL);
  *exists = asking.exists;
  return TN_OK;
}
