/* caught-by: host.virtual_reports_device_below */
/* FORWARD takes the name of the device below off its messages. */
#include "saboteur.h"

static tn_status (*compile_below)(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_compile_options *options, tn_compiled_model **out,
                                  tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_status status = compile_below(plugin, device, model, options, out, error);
  const char *rest = status != TN_OK && error ? strstr(error->message, ": ") : NULL;
  if (rest) memmove(error->message, rest + 2, strlen(rest + 2) + 1);
  return status;
}

static void change(tn_plugin_api *api) {
  compile_below = honest_plugin->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
