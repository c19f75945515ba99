/* caught-by: absent.targets */
/* The target has the id of a device. */
#include "saboteur.h"

static tn_status targets(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  tn_device device = tn_device_init();
  tn_device_list list = tn_device_list_init();
  const tn_device *const all[] = {&device};
  (void)plugin, (void)error;
  if (!sink) return TN_INVALID_ARGUMENT;
  device.id = TN_STRING("0");
  device.name = TN_STRING("a device");
  list.count = 1;
  list.devices = all;
  return sink(user, &list);
}

static const tn_targets_api api = {.size = TN_SIZE(tn_targets_api), .targets = targets};

static const void *extension(tn_plugin *plugin, tn_string id, const void *table) {
  (void)plugin;
  return tn_string_equal(id, TN_STRING(TN_EXTENSION_TARGETS)) ? &api : table;
}

const saboteur_hooks saboteur = {.plugin_extension = extension};
