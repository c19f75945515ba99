/* caught-by: surroundings.signals_in_calls/import.carrier */
/* An import that a signal interrupts fails. */
#include <errno.h>
#include <unistd.h>

#include "saboteur.h"

static tn_status (*inner)(tn_plugin *plugin, tn_string device, const tn_source *source,
                          const tn_import_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  if (usleep(1000) != 0 && errno == EINTR) return TN_IO;
  return inner(plugin, device, source, options, out, error);
}

static void change(tn_import_api *api) {
  inner = api->import_model;
  api->import_model = import_model;
}

const saboteur_hooks saboteur = {.importing = change};
