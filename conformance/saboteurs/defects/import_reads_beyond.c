/* caught-by: import.cut_at_powers */
/* Import reads a byte behind the end of the blob. */
#include "saboteur.h"
#include "tenon/abi/ext/import.h"

static const tn_import_api *honest;

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  char byte;
  if (!source->data && source->byte_count) /* looks for more than it was told is there */
    source->read_at(source, source->byte_count, &byte, 1, NULL);
  return honest->import_model(plugin, device, source, options, out, error);
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
