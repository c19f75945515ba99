/* caught-by: runtime_model.null_arguments */
/* Nowhere to put the runtime model is taken for success. */
#include "saboteur.h"

static tn_status get(tn_compiled_model *model, tn_model **out, tn_error *error) {
  return out ? honest_runtime_model->get(model, out, error) : TN_OK;
}

static void change(tn_runtime_model_api *api) {
  api->get = get;
}

const saboteur_hooks saboteur = {.runtime_model = change};
