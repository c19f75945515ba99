/* caught-by: state.is_declared */
/* No device says that it keeps variables, and models that have some compile. */
#include "devices.h"

static void change_device(tn_device *device) {
  device->capabilities &= ~(uint64_t)TN_DEVICE_HAS_STATES;
}

static void change(tn_plugin_api *api) {
  api->devices = changed_devices;
}

const saboteur_hooks saboteur = {.plugin = change};
