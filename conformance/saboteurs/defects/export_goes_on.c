/* caught-by: export.failed_write_status */
/* Export tries a failed write again. */
#include "saboteur.h"

static const tn_target *real;

static tn_status write_again(const tn_target *target, const void *data, uint64_t size,
                             tn_error *error) {
  (void)target;
  tn_status status = real->write(real, data, size, error);
  return status == TN_OK ? status : real->write(real, data, size, error);
}

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  if (!target || target->size < TN_TARGET_FIRST_SIZE || !target->write)
    return honest_export->export_model(model, options, target, error);
  tn_target between = *target;
  real = target;
  between.write = write_again;
  return honest_export->export_model(model, options, &between, error);
}

static void change(tn_export_api *api) {
  api->export_model = export_model;
}

const saboteur_hooks saboteur = {.exporting = change};
