/* caught-by: infer.computes_the_carrier */
/* One element of the first output is a little too large. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *output = NULL;
  tn_status status = honest_request->infer(request, error);
  if (status != TN_OK || honest_request->get_tensor(request, 1, &output, NULL) != TN_OK)
    return status;
  if (output->type == TN_F32 && output->capacity_bytes >= 8) ((float *)output->data)[1] += 0.01f;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
