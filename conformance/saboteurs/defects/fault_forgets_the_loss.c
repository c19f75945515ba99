/* caught-by: fault.lost_before_infer */
/* An inference on a device that is lost ends well. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  return status == TN_DEVICE_LOST ? TN_OK : status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
