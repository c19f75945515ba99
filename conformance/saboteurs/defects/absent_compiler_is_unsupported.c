/* caught-by: absent.compiler_compile */
/* That the compiler is not installed is told as a model that is not supported. */
#include "saboteur.h"

static tn_status (*below)(tn_plugin *plugin, tn_string device, tn_model *model,
                          const tn_compile_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_status status = below(plugin, device, model, options, out, error);
  return status == TN_BACKEND_MISSING ? TN_UNSUPPORTED : status;
}

static void change(tn_plugin_api *api) {
  below = api->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
