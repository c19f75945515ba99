/* caught-by: faults.allocation/devices as CRASH */
/* Memory of the host is written to without a look whether there is any. */
#include "last_engine.h"

static tn_status devices(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  if (last_engine_lives) {
    volatile char *scratch = saboteur_host->allocate(saboteur_host, 64, 8);
    scratch[0] = 1;
    saboteur_host->release(saboteur_host, (void *)(uintptr_t)scratch);
  }
  return honest_plugin->devices(plugin, sink, user, error);
}

static void change(tn_plugin_api *api) {
  api->destroy = destroy_last_engine;
  api->devices = devices;
}

const saboteur_hooks saboteur = {.create = create_last_engine, .plugin = change};
