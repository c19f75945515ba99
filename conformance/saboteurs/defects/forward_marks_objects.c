/* caught-by: core.handed_on_objects */
/* FORWARD hands on compiled models that tell of another maker than their requests do. */
#include "saboteur.h"

static tn_maker own_maker;

static tn_status (*compile_below)(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_compile_options *options, tn_compiled_model **out,
                                  tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_status status = compile_below(plugin, device, model, options, out, error);
  if (status != TN_OK) return status;
  own_maker = *(*out)->maker;
  (*out)->maker = &own_maker;
  return status;
}

static void change(tn_plugin_api *api) {
  compile_below = honest_plugin->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
