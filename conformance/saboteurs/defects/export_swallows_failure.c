/* caught-by: export.failed_write_status */
/* A write that fails is reported without what it said. */
#include "saboteur.h"

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  tn_status status = honest_export->export_model(model, options, target, error);
  if (status != TN_OK && error) error->vendor_code = 0;
  return status;
}

static void change(tn_export_api *api) {
  api->export_model = export_model;
}

const saboteur_hooks saboteur = {.exporting = change};
