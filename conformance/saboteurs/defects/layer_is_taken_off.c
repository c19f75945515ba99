/* caught-by: layer.api_is_not_written */
/* An inference puts the plugin's own table back into the request. */
#include "saboteur.h"

static const tn_infer_request_api *table;

static tn_status infer(tn_infer_request *request, tn_error *error) {
  request->api = table;
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  table = api;
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
