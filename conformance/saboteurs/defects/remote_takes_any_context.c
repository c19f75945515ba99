/* caught-by: remote.context_of_another_engine */
/* A context that cannot be used is left out. */
#include "saboteur.h"

static tn_status (*below)(tn_plugin *plugin, tn_string device, tn_model *model,
                          const tn_compile_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_status status = below(plugin, device, model, options, out, error);
  if (status != TN_INVALID_ARGUMENT || !options || !options->entry_count) return status;
  return below(plugin, device, model, NULL, out, error);
}

static void change(tn_plugin_api *api) {
  below = api->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
