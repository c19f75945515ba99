/* caught-by: import.flipped_bits */
/* A damaged blob is refused with a status that does not say so. */
#include "saboteur.h"

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  tn_status status = honest_import->import_model(plugin, device, source, options, out, error);
  if (status != TN_MALFORMED) return status;
  if (error) *error = (tn_error){.status = TN_UNSUPPORTED, .message = "this blob is not supported"};
  return TN_UNSUPPORTED;
}

static void change(tn_import_api *api) {
  api->import_model = import_model;
}

const saboteur_hooks saboteur = {.importing = change};
