/* caught-by: layer.forget */
/* A request is freed without forget. */
#include "saboteur.h"

static void destroy(tn_infer_request *request) {
  request->host = NULL;
  honest_request->destroy(request);
}

static void change(tn_infer_request_api *api) {
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.request = change};
