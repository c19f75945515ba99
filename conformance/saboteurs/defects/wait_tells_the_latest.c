/* caught-by: async.wait_keeps_a_failure */
/* wait goes on until nothing is in flight, and gives the status of the latest generation. */
#include "saboteur.h"

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  tn_error own;
  tn_status status = honest_request->wait(request, timeout_ns, &own);
  if (status != TN_TIMEOUT && status != TN_WRONG_STATE)
    status = honest_request->wait(request, timeout_ns, &own);
  if (status != TN_OK && error) *error = own;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->wait = wait;
}

const saboteur_hooks saboteur = {.request = change};
