/* caught-by: layer.own_calls_of_request as CRASH */
/* infer goes through the table of its own request. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *output = NULL;
  tn_status status = request->api->get_tensor(request, 0, &output, error);
  return status == TN_OK ? honest_request->infer(request, error) : status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
