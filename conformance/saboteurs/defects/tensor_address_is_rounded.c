/* caught-by: tensor.unaligned */
/* Addresses are rounded down to whole elements. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *input = NULL;
  if (honest_request->get_tensor(request, 0, &input, NULL) != TN_OK || !input->data)
    return honest_request->infer(request, error);
  char *data = input->data;
  input->data = data - (uintptr_t)data % 4;
  tn_status status = honest_request->infer(request, error);
  input->data = data;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
