/* caught-by: infer.network of TN_HOST_010 */
/* Each inference leaves a block of the host behind. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  void *block = saboteur_host->allocate(saboteur_host, 16, 8);
  if (block) memset(block, 0, 16);
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
