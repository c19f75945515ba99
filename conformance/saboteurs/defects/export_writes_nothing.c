/* caught-by: export.writes */
/* An export succeeds without writing anything. */
#include "saboteur.h"

static tn_status swallow(const tn_target *target, const void *bytes, uint64_t byte_count,
                         tn_error *error) {
  (void)target, (void)bytes, (void)byte_count, (void)error;
  return TN_OK;
}

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  tn_target silent = tn_target_init();
  silent.write = swallow;
  const int sound =
      target && target->size >= TN_TARGET_FIRST_SIZE && !target->flags && target->write;
  return honest_export->export_model(model, options, sound ? &silent : target, error);
}

static void change(tn_export_api *api) {
  api->export_model = export_model;
}

const saboteur_hooks saboteur = {.exporting = change};
