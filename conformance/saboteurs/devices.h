/** @file
 *  For saboteurs that describe their devices otherwise: `changed_devices` takes the place of the
 * plugin's slot, and lets `change_device` of the saboteur change a copy of each device.
 */
#ifndef TENON_CONFORMANCE_SABOTEUR_DEVICES_H
#define TENON_CONFORMANCE_SABOTEUR_DEVICES_H

#include "saboteur.h"

enum { SABOTEUR_DEVICES = 8 };

/** Defined by the saboteur. */
static void change_device(tn_device *device);

struct device_relay {
  tn_device_sink sink;
  void *user;
};

static tn_status relay_changed(void *user, const tn_device_list *list) {
  const struct device_relay *relay = user;
  tn_device devices[SABOTEUR_DEVICES];
  const tn_device *pointers[SABOTEUR_DEVICES];
  tn_device_list changed = *list;
  for (uint32_t i = 0; i < list->count && i < SABOTEUR_DEVICES; i++) {
    devices[i] = *list->devices[i];
    change_device(&devices[i]);
    pointers[i] = &devices[i];
  }
  changed.devices = pointers;
  return relay->sink(relay->user, &changed);
}

static tn_status changed_devices(tn_plugin *plugin, tn_device_sink sink, void *user,
                                 tn_error *error) {
  struct device_relay relay = {sink, user};
  return honest_plugin->devices(plugin, relay_changed, &relay, error);
}

#endif
