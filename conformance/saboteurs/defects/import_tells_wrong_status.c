/* caught-by: import.flipped_bits */
/* A damaged blob is refused with a status that does not say so. */
#include "saboteur.h"
#include "tenon/abi/ext/import.h"

static const tn_import_api *honest;

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  tn_status status = honest->import_model(plugin, device, source, options, out, error);
  if (status != TN_MALFORMED) return status;
  if (error) *error = (tn_error){.status = TN_UNSUPPORTED, .message = "this blob is not supported"};
  return TN_UNSUPPORTED;
}

static const void *extension(tn_plugin *plugin, tn_string id, const void *table) {
  static tn_import_api api;
  (void)plugin;
  if (!table || !tn_string_equal(id, TN_STRING(TN_EXTENSION_IMPORT))) return table;
  honest = table;
  api = *honest;
  api.import_model = import_model;
  return &api;
}

const saboteur_hooks saboteur = {.plugin_extension = extension};
