/* What HETERO can do: what lies in a node, if one of its devices can; what is asked of the whole,
 * if all of them can. */
#include "devices/hetero/hetero.h"

#include "base/status.h"
#include "devices/hetero/listed.h"
#include "kit/engine.h"

struct asked {
  uint64_t by_one, by_all; /* what one device can, and what each can */
  uint32_t exists;
};

static tn_status add_device(void *user, const tn_core_api *core, const tn_device *device) {
  (void)core;
  struct asked *self = user;
  self->by_one |= device->capabilities;
  self->by_all &= device->capabilities;
  self->exists = 1;
  return TN_OK;
}

/* Without a list nothing can be said of all devices. Of those in the list, the ones that are there
 * count. */
tn_status tni_hetero_narrow(tn_kit_engine *engine, uint64_t *capabilities, uint32_t *exists,
                            tn_error *error) {
  struct asked asked = {.by_all = UINT64_MAX};
  int is_set;
  TN_TRY(tni_listed_visit(engine, add_device, &asked, &is_set, error));
  if (!is_set) asked.by_all = 0;
  *capabilities &= (asked.by_one & TNI_HETERO_BY_ONE) | (asked.by_all & TNI_HETERO_BY_ALL);
  *exists = asked.exists || !is_set;
  return TN_OK;
}

tn_status tni_hetero_get_available_devices(const tn_kit_reading *reading, tn_value_sink sink,
                                           void *user, tn_error *error) {
  const tn_device_list *devices = reading->engine->devices;
  uint64_t capabilities = UINT64_MAX;
  uint32_t exists;
  TN_TRY(tni_hetero_narrow(reading->engine, &capabilities, &exists, error));
  const tn_value id = tn_value_of_string(devices->devices[0]->id);
  const tn_value list = tn_value_of_list(&id, exists);
  return tni_received(sink(user, &list), "a list", error);
}
