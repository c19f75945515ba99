/* caught-by: absent.makes_no_request */
/* A request for an absent device is refused as something that the plugin does not support. */
#include "saboteur.h"

static tn_status (*below)(tn_compiled_model *model, const tn_create_request_options *options,
                          tn_infer_request **out, tn_error *error);

static tn_status create_request(tn_compiled_model *model, const tn_create_request_options *options,
                                tn_infer_request **out, tn_error *error) {
  tn_status status = below(model, options, out, error);
  return status == TN_NOT_FOUND ? TN_UNSUPPORTED : status;
}

static void change(tn_compiled_model_api *api) {
  below = api->create_request;
  api->create_request = create_request;
}

const saboteur_hooks saboteur = {.compiled_model = change};
