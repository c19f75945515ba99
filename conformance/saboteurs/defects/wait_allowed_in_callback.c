/* caught-by: async.wrong_calls_in_callback */
/* wait in the callback answers OK. */
#include "saboteur.h"

static tn_status wait_anyway(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  tn_status status = honest_request->wait(request, timeout_ns, error);
  return status == TN_WRONG_STATE ? TN_OK : status;
}

static void change(tn_infer_request_api *api) {
  api->wait = wait_anyway;
}

const saboteur_hooks saboteur = {.request = change};
