/* caught-by: import.in_new_process */
/* A blob imports only in the process that wrote it. */
#include "saboteur.h"

static atomic_int compiled;

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  if (!compiled) {
    if (error) *error = (tn_error){.status = TN_MALFORMED, .message = "the blob is not known"};
    return TN_MALFORMED;
  }
  return honest_import->import_model(plugin, device, source, options, out, error);
}

static void change(tn_import_api *api) {
  api->import_model = import_model;
}

static void note_compile(tn_compiled_model_api *api) {
  (void)api;
  compiled = 1;
}

const saboteur_hooks saboteur = {.importing = change, .compiled_model = note_compile};
