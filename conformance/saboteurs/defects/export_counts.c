/* caught-by: export.same_bytes */
/* Each export ends with another number, as with a time or an address in the blob. */
#include "saboteur.h"

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  static atomic_uint_least64_t exports;
  const uint64_t number = atomic_fetch_add(&exports, 1);
  tn_status status = honest_export->export_model(model, options, target, error);
  return status == TN_OK ? target->write(target, &number, sizeof number, error) : status;
}

static void change(tn_export_api *api) {
  api->export_model = export_model;
}

const saboteur_hooks saboteur = {.exporting = change};
