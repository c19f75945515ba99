/* caught-by: import.in_new_process */
/* A blob imports only in the process that wrote it. */
#include "saboteur.h"
#include "tenon/abi/ext/import.h"

static const tn_import_api *honest;
static atomic_int compiled;

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  if (!compiled) {
    if (error) *error = (tn_error){.status = TN_MALFORMED, .message = "the blob is not known"};
    return TN_MALFORMED;
  }
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

static void note_compile(tn_compiled_model_api *api) {
  (void)api;
  compiled = 1;
}

const saboteur_hooks saboteur = {.plugin_extension = extension, .compiled_model = note_compile};
