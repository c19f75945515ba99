/* caught-by: runtime_model.null_arguments */
/* Nowhere to put the runtime model is taken for success. */
#include "saboteur.h"
#include "tenon/abi/ext/runtime_model.h"

static const tn_runtime_model_api *honest;

static tn_status get(tn_compiled_model *model, tn_model **out, tn_error *error) {
  return out ? honest->get(model, out, error) : TN_OK;
}

static const void *extension(tn_compiled_model *model, tn_string id, const void *table) {
  static tn_runtime_model_api api;
  (void)model;
  if (!table || !tn_string_equal(id, TN_STRING(TN_EXTENSION_RUNTIME_MODEL))) return table;
  honest = table;
  api = *honest;
  api.get = get;
  return &api;
}

const saboteur_hooks saboteur = {.model_extension = extension};
