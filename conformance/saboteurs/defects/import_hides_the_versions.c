/* caught-by: import.of_another_version */
/* A blob of another version is refused without saying which versions do not fit. */
#include "saboteur.h"

static tn_status (*below)(tn_plugin *plugin, tn_string device, const tn_source *source,
                          const tn_import_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  tn_status status = below(plugin, device, source, options, out, error);
  if (status == TN_RECOMPILE && error) strcpy(error->message, "the blob is old");
  return status;
}

static void change(tn_import_api *api) {
  below = api->import_model;
  api->import_model = import_model;
}

const saboteur_hooks saboteur = {.importing = change};
