/* caught-by: import.cut_at_powers */
/* A cut blob is told as one of another version. */
#include "saboteur.h"

static tn_status (*below)(tn_plugin *plugin, tn_string device, const tn_source *source,
                          const tn_import_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  tn_status status = below(plugin, device, source, options, out, error);
  if (status != TN_MALFORMED) return status;
  if (error) error->status = TN_RECOMPILE;
  return TN_RECOMPILE;
}

static void change(tn_import_api *api) {
  below = api->import_model;
  api->import_model = import_model;
}

const saboteur_hooks saboteur = {.importing = change};
