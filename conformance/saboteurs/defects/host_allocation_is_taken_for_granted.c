/* caught-by: host.allocations_of_compile as CRASH */
/* Memory of the host is written to without a look whether there is any. */
#include "saboteur.h"

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  volatile char *scratch = saboteur_host->allocate(saboteur_host, 64, 8);
  scratch[0] = 1;
  saboteur_host->release(saboteur_host, (void *)(uintptr_t)scratch);
  return honest_plugin->compile(plugin, device, model, options, out, error);
}

static void change(tn_plugin_api *api) {
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
