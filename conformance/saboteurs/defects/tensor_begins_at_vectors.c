/* caught-by: tensor.one_element_further_at/input0 */
/* Inputs are read from the multiple of 16 bytes on that their address lies behind. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *input = NULL;
  if (honest_request->get_tensor(request, 0, &input, NULL) != TN_OK || !input->data ||
      (input->flags & TN_TENSOR_UNALIGNED))
    return honest_request->infer(request, error);
  char *data = input->data;
  input->data = data - (uintptr_t)data % 16;
  tn_status status = honest_request->infer(request, error);
  input->data = data;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
