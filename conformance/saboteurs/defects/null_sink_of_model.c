/* caught-by: error.null_of_model_and_request */
/* A property of a model that is read for nobody is read with success. */
#include "saboteur.h"

static tn_status get_property(tn_compiled_model *model, tn_string name, tn_value_sink sink,
                              void *user, tn_error *error) {
  return sink ? honest_model->get_property(model, name, sink, user, error) : TN_OK;
}

static void change(tn_compiled_model_api *api) {
  api->get_property = get_property;
}

const saboteur_hooks saboteur = {.compiled_model = change};
