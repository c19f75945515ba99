/* caught-by: life.leak_infer */
/* Each inference leaves memory of the C library behind. */
#include "saboteur.h"

static void *volatile lost;

static tn_status infer(tn_infer_request *request, tn_error *error) {
  lost = calloc(1, 1024);
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
