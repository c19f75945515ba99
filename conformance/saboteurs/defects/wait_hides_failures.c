/* caught-by: async.failure_within_the_work */
/* wait gives OK once the work has ended, however it ended, unless it was cancelled. */
#include "saboteur.h"

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  tn_error own;
  tn_status status = honest_request->wait(request, timeout_ns, &own);
  if (status != TN_OK && status != TN_TIMEOUT && status != TN_WRONG_STATE && status != TN_CANCELLED)
    return TN_OK;
  if (status != TN_OK && error) *error = own;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->wait = wait;
}

const saboteur_hooks saboteur = {.request = change};
