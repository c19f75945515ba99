/* caught-by: infer.computes_the_carrier */
/* The first inference writes to standard output and never stops. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  static char block[1 << 16];
  (void)request, (void)error;
  for (;;)
    fwrite(block, 1, sizeof block, stdout);
  return TN_OK;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
