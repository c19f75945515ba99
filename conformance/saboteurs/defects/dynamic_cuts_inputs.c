/* caught-by: dynamic.sizes_that_do_not_fit */
/* What an operator refuses to compute is passed over: the inference succeeds all the same. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  if (status == TN_BUSY || status == TN_WRONG_STATE || status == TN_TOO_SMALL) return status;
  if (status != TN_OK && error) memset(error, 0, sizeof *error);
  return TN_OK;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
