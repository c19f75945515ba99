/* caught-by: life.leak_failing_export */
/* An export whose target fails leaves a descriptor behind. */
#include "leak.h"
#include "saboteur.h"

static unsigned calls;

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  const tn_status status = honest_export->export_model(model, options, target, error);
  if (status == TN_IO) lose_descriptor(&calls, 3);
  return status;
}

static void change(tn_export_api *api) {
  api->export_model = export_model;
}

const saboteur_hooks saboteur = {.exporting = change};
