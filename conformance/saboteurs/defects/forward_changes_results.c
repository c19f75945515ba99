/* caught-by: host.virtual_gives_results */
/* FORWARD's inferences give another first element than the device below. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *output = NULL;
  tn_status status = honest_request->infer(request, error);
  if (status == TN_OK && honest_request->get_tensor(request, 1, &output, NULL) == TN_OK &&
      output->type == TN_F32)
    ((float *)output->data)[0] += 1;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
