/* caught-by: async.infer_in_flight */
/* infer in flight answers OK without doing anything. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_error own;
  tn_status status = honest_request->infer(request, &own);
  if (status == TN_BUSY) return TN_OK;
  if (status != TN_OK && error) *error = own;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
