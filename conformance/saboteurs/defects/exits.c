/* caught-by: infer.computes_the_carrier as EARLY_EXIT */
/* The first inference ends the process with status 0. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  (void)request, (void)error;
  exit(0);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
