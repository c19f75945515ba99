/* caught-by: infer.chain of TN_ERROR_009 */
/* Something is written to standard output. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  printf("inferring\n");
  fflush(stdout);
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
