/* caught-by: fault.back_again */
/* Nobody is told that a lost device is back. */
#include "saboteur.h"

struct same {
  tn_device_sink sink;
  void *user;
};

static tn_status keep_generation(void *user, const tn_device_list *list) {
  const struct same *same = user;
  tn_device_list old = *list;
  old.generation = 1;
  return same->sink(same->user, &old);
}

static tn_status devices(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  struct same same = {sink, user};
  return honest_plugin->devices(plugin, sink ? keep_generation : NULL, &same, error);
}

static void change(tn_plugin_api *api) {
  api->devices = devices;
}

const saboteur_hooks saboteur = {.plugin = change};
