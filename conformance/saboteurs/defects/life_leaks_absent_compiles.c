/* caught-by: life.leak_absent */
/* Each request that an absent device does not make leaves memory behind. */
#include "leak.h"
#include "saboteur.h"

static tn_status create_request(tn_compiled_model *model, const tn_create_request_options *options,
                                tn_infer_request **out, tn_error *error) {
  const tn_status status = honest_model->create_request(model, options, out, error);
  if (status == TN_NOT_FOUND) lose_block();
  return status;
}

static void change(tn_compiled_model_api *api) {
  api->create_request = create_request;
}

const saboteur_hooks saboteur = {.compiled_model = change};
