/* caught-by: import.on_another_device */
/* A blob that was made for another device is taken for a damaged one. */
#include "saboteur.h"

static tn_status (*below)(tn_plugin *plugin, tn_string device, const tn_source *source,
                          const tn_import_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  if (tn_string_equal(device, TN_STRING("0")))
    return below(plugin, device, source, options, out, error);
  if (error) {
    error->status = TN_MALFORMED;
    strcpy(error->message, "the blob is of another device");
  }
  return TN_MALFORMED;
}

static void change(tn_import_api *api) {
  below = api->import_model;
  api->import_model = import_model;
}

const saboteur_hooks saboteur = {.importing = change};
