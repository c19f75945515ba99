/* caught-by: layer.host_word */
/* The request keeps something of its own in the host's word. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  request->host = NULL;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
