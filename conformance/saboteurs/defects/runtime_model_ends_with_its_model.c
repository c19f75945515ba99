/* caught-by: runtime_model.outlives_the_compiled */
/* When the compiled model is destroyed its runtime model has no nodes any more. */
#include "saboteur.h"

static tn_model *given;

static tn_status get(tn_compiled_model *model, tn_model **out, tn_error *error) {
  tn_status status = honest_runtime_model->get(model, out, error);
  if (status != TN_OK) return status;
  if (given) tn_model_release(given);
  given = *out;
  tn_model_retain(given);
  return status;
}

static void destroy(tn_compiled_model *model) {
  honest_model->destroy(model);
  if (!given) return;
  ((tn_graph *)(uintptr_t)given->graph)->node_count = 0;
  tn_model_release(given);
  given = NULL;
}

static void change(tn_runtime_model_api *api) {
  api->get = get;
}

static void change_model(tn_compiled_model_api *api) {
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.runtime_model = change, .compiled_model = change_model};
