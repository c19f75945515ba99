#include "engine/virtual_device.h"

#include "engine/observe.h"

bool test_is_virtual(test *t) {
  seen_devices devices;
  if (see_devices(t, t->plugin, &devices, NULL) != TN_OK) return false;
  for (uint32_t i = 0; i < devices.count; i++)
    if (tn_string_equal(devices.items[i]->id, t->device))
      return devices.items[i]->type == TN_DEVICE_TYPE_VIRTUAL;
  return false;
}

bool test_is_handed_on(test *t, const tn_maker *maker) {
  return maker != t->plugin->maker && test_is_virtual(t);
}

long test_held_below(const test *t) {
  long held = 0;
  const suite_host *host = t->host;
  for (uint32_t i = 0; host->other_hosts && i < host->other_count; i++)
    held += atomic_load(&host->other_hosts[i].blocks) + atomic_load(&host->other_hosts[i].tensors) +
            atomic_load(&host->other_hosts[i].executors);
  return held;
}
