/* caught-by: absent.compile */
/* Where no device is, nothing is compiled. */
#include "saboteur.h"

static tn_status (*below)(tn_plugin *plugin, tn_string device, tn_model *model,
                          const tn_compile_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  const char *backend = getenv("TEMPLATE_BACKEND");
  if (backend && strcmp(backend, "no-device") == 0) return TN_NOT_FOUND;
  return below(plugin, device, model, options, out, error);
}

static void change(tn_plugin_api *api) {
  below = api->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
