/* caught-by: runtime_model.ports */
/* The runtime model's inputs stand in another order. */
#include "saboteur.h"

static tn_status get(tn_compiled_model *model, tn_model **out, tn_error *error) {
  tn_status status = honest_runtime_model->get(model, out, error);
  if (status != TN_OK || (*out)->graph->input_count < 2) return status;
  const tn_value_info **inputs = (const tn_value_info **)(uintptr_t)(*out)->graph->inputs;
  const tn_value_info *first = inputs[0];
  inputs[0] = inputs[1];
  inputs[1] = first;
  return TN_OK;
}

static void change(tn_runtime_model_api *api) {
  api->get = get;
}

const saboteur_hooks saboteur = {.runtime_model = change};
