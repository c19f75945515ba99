/* caught-by: device.unknown_id */
/* A device that is not there is taken for the first. */
#include "saboteur.h"

static tn_status (*inner)(tn_plugin *, tn_string, tn_model *, const tn_compile_options *,
                          tn_compiled_model **, tn_error *);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_status status = inner(plugin, device, model, options, out, error);
  return status == TN_NOT_FOUND ? inner(plugin, TN_STRING(""), model, options, out, error) : status;
}

static void change(tn_plugin_api *api) {
  inner = api->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
