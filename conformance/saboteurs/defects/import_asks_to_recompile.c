/* caught-by: import.cut_at_powers */
/* A blob of this version that is cut behind its head is told as one of another version. */
#include "saboteur.h"

static tn_status (*below)(tn_plugin *plugin, tn_string device, const tn_source *source,
                          const tn_import_options *options, tn_compiled_model **out,
                          tn_error *error);

static int has_sound_head(tn_plugin *plugin, tn_string device, const tn_source *source) {
  char head[TN_IMPORT_HEAD_SIZE];
  const uint64_t size =
      source->byte_count < TN_IMPORT_HEAD_SIZE ? source->byte_count : TN_IMPORT_HEAD_SIZE;
  if (source->data)
    memcpy(head, source->data, (size_t)size);
  else if (source->read_at(source, 0, head, size, NULL) != TN_OK)
    return 0;
  return honest_import->check(plugin, device, head, size, NULL, NULL) == TN_OK;
}

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  tn_status status = below(plugin, device, source, options, out, error);
  if (status != TN_MALFORMED || !has_sound_head(plugin, device, source)) return status;
  if (error) error->status = TN_RECOMPILE;
  return TN_RECOMPILE;
}

static void change(tn_import_api *api) {
  below = api->import_model;
  api->import_model = import_model;
}

const saboteur_hooks saboteur = {.importing = change};
