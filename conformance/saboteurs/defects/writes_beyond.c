/* caught-by: infer.within_tensors_of/relu_f32 */
/* The output is written past its last byte. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *output = NULL;
  tn_status status = honest_request->infer(request, error);
  if (honest_request->get_tensor(request, 1, &output, NULL) == TN_OK && output->data)
    ((char *)output->data)[output->capacity_bytes] = 0;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
