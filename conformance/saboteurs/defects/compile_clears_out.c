/* caught-by: compile.failed_leaves_out */
/* A compile that fails sets *out to NULL. */
#include "saboteur.h"

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_status status = honest_plugin->compile(plugin, device, model, options, out, error);
  if (status != TN_OK && out) *out = NULL;
  return status;
}

static void change(tn_plugin_api *api) {
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
