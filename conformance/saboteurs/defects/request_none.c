/* caught-by: tensor.request_exists */
/* No request can be made. */
#include "saboteur.h"

static tn_status create_request(tn_compiled_model *model, const tn_create_request_options *options,
                                tn_infer_request **out, tn_error *error) {
  (void)model, (void)options, (void)out;
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_OUT_OF_MEMORY;
    strcpy(error->message, "no room for a request");
  }
  return TN_OUT_OF_MEMORY;
}

static void change(tn_compiled_model_api *api) {
  api->create_request = create_request;
}

const saboteur_hooks saboteur = {.compiled_model = change};
