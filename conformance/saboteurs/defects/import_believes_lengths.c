/* caught-by: import.forged_lengths */
/* Import takes the memory that a word of the head asks for. */
#include "saboteur.h"

static tn_status (*below)(tn_plugin *plugin, tn_string device, const tn_source *source,
                          const tn_import_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  uint64_t length = 0;
  if (source && source->size >= TN_SOURCE_FIRST_SIZE && source->read_at && !source->flags &&
      source->byte_count >= 24)
    source->read_at(source, 16, &length, sizeof length, NULL);
  void *memory = saboteur_host->allocate(saboteur_host, length, 8);
  if (memory) {
    saboteur_host->release(saboteur_host, memory);
    return below(plugin, device, source, options, out, error);
  }
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_OUT_OF_MEMORY;
    strcpy(error->message, "no memory for a blob");
  }
  return TN_OUT_OF_MEMORY;
}

static void change(tn_import_api *api) {
  below = api->import_model;
  api->import_model = import_model;
}

const saboteur_hooks saboteur = {.importing = change};
