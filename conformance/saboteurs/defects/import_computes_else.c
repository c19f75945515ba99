/* caught-by: import.computes_the_carrier */
/* Models that come from a blob give another first element. */
#include "other_outputs.h"

static tn_status (*below)(tn_plugin *plugin, tn_string device, const tn_source *source,
                          const tn_import_options *options, tn_compiled_model **out,
                          tn_error *error);
static atomic_int imported;

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  imported = 1;
  return below(plugin, device, source, options, out, error);
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  return infer_other_outputs(request, imported, 1, error);
}

static void change_request(tn_infer_request_api *api) {
  api->infer = infer;
}

static void change(tn_import_api *api) {
  below = api->import_model;
  api->import_model = import_model;
}

const saboteur_hooks saboteur = {.importing = change, .request = change_request};
