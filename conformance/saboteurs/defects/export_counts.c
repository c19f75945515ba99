/* caught-by: export.same_bytes */
/* Each export ends with another number, as with a time or an address in the blob. */
#include "saboteur.h"
#include "tenon/abi/ext/export.h"

static const tn_export_api *honest;

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  static atomic_uint_least64_t exports;
  const uint64_t number = atomic_fetch_add(&exports, 1);
  tn_status status = honest->export_model(model, options, target, error);
  return status == TN_OK ? target->write(target, &number, sizeof number, error) : status;
}

static const void *extension(tn_compiled_model *model, tn_string id, const void *table) {
  static tn_export_api api;
  (void)model;
  if (!table || !tn_string_equal(id, TN_STRING(TN_EXTENSION_EXPORT))) return table;
  honest = table;
  api = *honest;
  api.export_model = export_model;
  return &api;
}

const saboteur_hooks saboteur = {.model_extension = extension};
