#include "template.h"

/* A device that is lost takes with it what was made on it: models, requests, memory. When it is
 * back, new ones are made. A vendor learns of the loss from the driver, whose calls fail then; here
 * the application says so, through "tn.fault/1", which real plugins offer in test builds at most.
 */

int template_device_is_lost(const struct template_device *device, unsigned losses) {
  return atomic_load(&device->losses) != losses || losses % 2 != 0;
}

tn_status template_check_device(const struct template_device *device, unsigned losses,
                                tn_error *error) {
  if (!template_device_is_lost(device, losses)) return TN_OK;
  return tn_kit_fail_clause(error, TN_DEVICE_LOST, TN_KIT_CLAUSE(DEVICE, 10),
                            "the device is gone, or was, and what was made on it is lost");
}

/* Moves the count on when the device is not as it should be. */
static tn_status change(tn_plugin *plugin, tn_string id, unsigned lost, tn_error *error) {
  const tn_device *device;
  TN_KIT_TRY(tn_kit_check_plugin(plugin, error));
  TN_KIT_TRY(tn_kit_find_device((tn_kit_engine *)plugin, id, &device, error));
  struct template_device *self = template_find_device((tn_kit_engine *)plugin, device);
  unsigned losses = atomic_load(&self->losses);
  if (losses % 2 == lost) return TN_OK;
  if (atomic_compare_exchange_strong(&self->losses, &losses, losses + 1))
    tn_kit_devices_changed((tn_kit_engine *)plugin);
  return TN_OK;
}

static tn_status TN_CALL lose(tn_plugin *plugin, tn_string device, tn_error *error) {
  return change(plugin, device, 1, error);
}

static tn_status TN_CALL restore(tn_plugin *plugin, tn_string device, tn_error *error) {
  return change(plugin, device, 0, error);
}

const tn_fault_api template_fault = {
    .size = TN_SIZE(tn_fault_api),
    .lose = lose,
    .restore = restore,
};
