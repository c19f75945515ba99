/* caught-by: device.ids_are_stable */
/* Every enumeration counts on. */
#include "saboteur.h"

struct relay {
  tn_device_sink sink;
  void *user;
};

static atomic_int enumerations;

static tn_status count_on(void *user, const tn_device_list *list) {
  const struct relay *relay = user;
  char id[16];
  tn_device device = *list->devices[0];
  snprintf(id, sizeof id, "%d", atomic_fetch_add(&enumerations, 1));
  device.id = tn_string_from(id);
  const tn_device *const all[] = {&device};
  tn_device_list one = *list;
  one.count = 1;
  one.devices = all;
  return relay->sink(relay->user, &one);
}

static tn_status devices(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  struct relay relay = {sink, user};
  return honest_plugin->devices(plugin, count_on, &relay, error);
}

static void change(tn_plugin_api *api) {
  api->devices = devices;
}

const saboteur_hooks saboteur = {.plugin = change};
