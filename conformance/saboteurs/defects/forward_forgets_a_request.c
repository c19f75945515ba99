/* caught-by: core.leaves_nothing_below */
/* FORWARD makes a request of each model below and forgets it. */
#include "saboteur.h"

static tn_status (*compile_below)(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_compile_options *options, tn_compiled_model **out,
                                  tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_infer_request *forgotten = NULL;
  tn_status status = compile_below(plugin, device, model, options, out, error);
  if (status != TN_OK) return status;
  return tn_compiled_model_create_request(*out, NULL, &forgotten, error);
}

static void change(tn_plugin_api *api) {
  compile_below = honest_plugin->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
