/* caught-by: export.is_declared */
/* No device says that its models can be exported, and they can. */
#include "devices.h"

static void change_device(tn_device *device) {
  device->capabilities &= ~(uint64_t)TN_DEVICE_HAS_IMPORT;
}

static void change(tn_plugin_api *api) {
  api->devices = changed_devices;
}

const saboteur_hooks saboteur = {.plugin = change};
