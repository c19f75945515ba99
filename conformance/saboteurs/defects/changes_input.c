/* caught-by: infer.leaves_inputs */
/* The input is used as scratch memory. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *input = NULL;
  tn_status status = honest_request->infer(request, error);
  if (honest_request->get_tensor(request, 0, &input, NULL) == TN_OK && input->capacity_bytes &&
      !(input->flags & TN_TENSOR_DEVICE))
    memset(input->data, 0, (size_t)input->capacity_bytes / 2);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
