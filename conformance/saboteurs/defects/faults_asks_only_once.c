/* caught-by: faults.allocation/devices as VACUOUS */
/* The enumeration of devices asks the host for memory once, and again only when something was
 * compiled meanwhile. */
#include "last_engine.h"

static atomic_int is_due = 1;

static tn_status devices(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  if (last_engine_lives && atomic_exchange(&is_due, 0)) {
    void *scratch = saboteur_host->allocate(saboteur_host, 64, 8);
    if (scratch) saboteur_host->release(saboteur_host, scratch);
  }
  return honest_plugin->devices(plugin, sink, user, error);
}

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  is_due = 1;
  return honest_plugin->compile(plugin, device, model, options, out, error);
}

static void change(tn_plugin_api *api) {
  api->destroy = destroy_last_engine;
  api->devices = devices;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.create = create_last_engine, .plugin = change};
