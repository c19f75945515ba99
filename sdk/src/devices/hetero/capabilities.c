/* What HETERO can do: what all its devices can. */
#include "devices/hetero/hetero.h"

#include "base/status.h"
#include "kit/engine.h"

/* Of what the devices can, that which lies with each of them alone, or is not handed on. */
#define NOT_SHARED                                                                             \
  (TN_DEVICE_HAS_UUID | TN_DEVICE_HAS_REMOTE | TN_DEVICE_HAS_HANDLES | TN_DEVICE_HAS_BATCHES | \
   TN_DEVICE_COMPILES_ABSENT | TN_DEVICE_IMPORTS_ALONE)

struct gathering {
  const tni_devices *devices;
  uint64_t shared;
  uint32_t found;
};

/* "A" in the list stands for the first device of A. */
static const tn_device *find_named(const tn_device_list *list, tn_string name) {
  for (uint32_t i = 0; i < list->count; i++)
    if (tni_device_is_meant(list->devices[i]->id, name)) return list->devices[i];
  return NULL;
}

static tn_status TN_CALL gather(void *user, const tn_device_list *list) {
  struct gathering *self = user;
  for (uint32_t i = 0; i < self->devices->count; i++) {
    const tn_device *device = find_named(list, self->devices->names[i]);
    if (!device) continue;
    self->found++;
    self->shared &= device->capabilities;
  }
  return TN_OK;
}

struct asking {
  tn_kit_engine *engine;
  uint64_t shared;
  uint32_t exists;
  tn_error *error;
};

/* A list that is wrong, or a host without others, is no failure: there is no such device. */
static tn_status gather_all(struct asking *self, tni_arena *arena, tn_string list) {
  const tn_host *host = self->engine->host;
  const tn_core_api *core = host->get_extension(host, TN_STRING(TN_EXTENSION_CORE));
  tni_devices devices;
  struct gathering found = {&devices, UINT64_MAX, 0};
  tn_status status =
      core ? tni_devices_parse(arena, "DEVICE_PRIORITIES", list, &devices, self->error)
           : TN_UNSUPPORTED;
  if (status == TN_OK) status = core->devices(host, gather, &found, self->error);
  self->exists = status == TN_OK && found.found == devices.count;
  if (self->exists) self->shared = found.shared;
  return status == TN_OUT_OF_MEMORY ? status : TN_OK;
}

/* Receives DEVICE_PRIORITIES as the plugin has it. Without a list each call names its devices:
 * nothing can be said of them all. */
static tn_status TN_CALL ask_devices(void *user, const tn_value *value) {
  struct asking *self = user;
  if (value->as.string.length == 0) return TN_OK;
  tni_arena arena;
  tni_arena_init(&arena, &self->engine->kit->allocator);
  const tn_status status = gather_all(self, &arena, value->as.string);
  tni_arena_destroy(&arena);
  return status;
}

tn_status tni_hetero_narrow(tn_kit_engine *engine, uint64_t *capabilities, uint32_t *exists,
                            tn_error *error) {
  struct asking asking = {engine, 0, 1, error};
  const tn_kit_reading reading = {engine, NULL, NULL, TN_LEVEL_PLUGIN};
  TN_TRY(tni_kit_settings_read(engine->kit->settings, &reading, TN_STRING("DEVICE_PRIORITIES"),
                               ask_devices, &asking, error));
  *capabilities &= asking.shared & ~(uint64_t)NOT_SHARED;
  *exists = asking.exists;
  return TN_OK;
}
