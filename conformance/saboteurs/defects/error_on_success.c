/* caught-by: error.record_stays_on_success */
/* A call that succeeds clears the error record. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  if (status == TN_OK && error) memset(error, 0, sizeof *error);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
