/* caught-by: import.cut_at_powers */
/* Import reads a byte behind the end of the blob. */
#include "saboteur.h"

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  char byte;
  if (!source->data && source->byte_count) /* looks for more than it was told is there */
    source->read_at(source, source->byte_count, &byte, 1, NULL);
  return honest_import->import_model(plugin, device, source, options, out, error);
}

static void change(tn_import_api *api) {
  api->import_model = import_model;
}

const saboteur_hooks saboteur = {.importing = change};
