/* caught-by: absent.compiler_import */
/* Where the compiler is not installed, nothing is imported. */
#include "saboteur.h"

static tn_status (*below)(tn_plugin *plugin, tn_string device, const tn_source *source,
                          const tn_import_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  const char *backend = getenv("TEMPLATE_BACKEND");
  if (backend && strcmp(backend, "no-compiler") == 0) return TN_BACKEND_MISSING;
  return below(plugin, device, source, options, out, error);
}

static void change(tn_import_api *api) {
  below = api->import_model;
  api->import_model = import_model;
}

const saboteur_hooks saboteur = {.importing = change};
