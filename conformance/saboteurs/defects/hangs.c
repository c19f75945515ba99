/* caught-by: infer.computes_the_carrier as TIMEOUT */
/* The first inference never ends. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  volatile int forever = 1;
  (void)request, (void)error;
  while (forever) {
  }
  return TN_OK;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
