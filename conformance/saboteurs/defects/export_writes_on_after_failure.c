/* caught-by: export.failed_write */
/* A write that fails is tried once more before the export fails. */
#include "saboteur.h"

static tn_status write_twice(const tn_target *target, const void *bytes, uint64_t byte_count,
                             tn_error *error) {
  const tn_target *asked = target->user;
  tn_status status = asked->write(asked, bytes, byte_count, error);
  if (status != TN_OK) (void)asked->write(asked, bytes, byte_count, NULL);
  return status;
}

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  const int sound =
      target && target->size >= TN_TARGET_FIRST_SIZE && !target->flags && target->write;
  tn_target between = tn_target_init();
  between.write = write_twice;
  between.user = (void *)(uintptr_t)target;
  return honest_export->export_model(model, options, sound ? &between : target, error);
}

static void change(tn_export_api *api) {
  api->export_model = export_model;
}

const saboteur_hooks saboteur = {.exporting = change};
