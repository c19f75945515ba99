/* caught-by: fault.lost_in_flight */
/* What was in flight when the device was lost seems to have ended well. */
#include "saboteur.h"

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  tn_status status = honest_request->wait(request, timeout_ns, error);
  return status == TN_DEVICE_LOST ? TN_OK : status;
}

static void change(tn_infer_request_api *api) {
  api->wait = wait;
}

const saboteur_hooks saboteur = {.request = change};
