/* caught-by: sequence.blob of TN_IMPORT_002 */
/* An export that failed leaves something behind, and the next import is refused. */
#include "saboteur.h"

static atomic_int left;
static tn_status (*export_before)(tn_compiled_model *, const tn_export_options *, const tn_target *,
                                  tn_error *);
static tn_status (*import_before)(tn_plugin *, tn_string, const tn_source *,
                                  const tn_import_options *, tn_compiled_model **, tn_error *);

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  const tn_status status = export_before(model, options, target, error);
  if (status == TN_IO) left = 1;
  return status;
}

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  if (!atomic_exchange(&left, 0)) return import_before(plugin, device, source, options, out, error);
  if (error) *error = (tn_error){.status = TN_MALFORMED, .message = "the blob is damaged"};
  return TN_MALFORMED;
}

static void change_export(tn_export_api *api) {
  export_before = api->export_model;
  api->export_model = export_model;
}

static void change_import(tn_import_api *api) {
  import_before = api->import_model;
  api->import_model = import_model;
}

/* Other engines have buffers of their own. */
static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  left = 0;
  return saboteur_create(options, out, error);
}

const saboteur_hooks saboteur = {
    .create = create, .exporting = change_export, .importing = change_import};
