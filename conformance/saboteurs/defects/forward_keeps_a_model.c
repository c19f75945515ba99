/* caught-by: core.leaves_nothing_below */
/* FORWARD compiles below twice and forgets the first model. */
#include "saboteur.h"

static tn_status (*compile_below)(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_compile_options *options, tn_compiled_model **out,
                                  tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_compiled_model *first = NULL;
  tn_status status = compile_below(plugin, device, model, options, &first, error);
  return status == TN_OK ? compile_below(plugin, device, model, options, out, error) : status;
}

static void change(tn_plugin_api *api) {
  compile_below = honest_plugin->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
