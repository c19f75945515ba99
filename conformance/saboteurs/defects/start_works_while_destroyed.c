/* caught-by: async.destroy_refuses_restart */
/* start in the callback of a request that is being destroyed answers OK and does nothing. */
#include "saboteur.h"

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  tn_error own;
  tn_status status = honest_request->start(request, options, &own);
  if (status == TN_WRONG_STATE) return TN_OK;
  if (status != TN_OK && error) *error = own;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->start = start;
}

const saboteur_hooks saboteur = {.request = change};
