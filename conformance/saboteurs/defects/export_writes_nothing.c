/* caught-by: export.writes */
/* An export succeeds without writing anything. */
#include "saboteur.h"

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  (void)model, (void)options, (void)target, (void)error;
  return TN_OK;
}

static void change(tn_export_api *api) {
  api->export_model = export_model;
}

const saboteur_hooks saboteur = {.exporting = change};
