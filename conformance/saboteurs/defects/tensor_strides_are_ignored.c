/* caught-by: tensor.layout_of_input/input0:transposed */
/* Inputs are read as if they were dense. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *input = NULL;
  if (honest_request->get_tensor(request, 0, &input, NULL) != TN_OK)
    return honest_request->infer(request, error);
  const int64_t *strides = input->strides;
  input->strides = NULL;
  tn_status status = honest_request->infer(request, error);
  input->strides = strides;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
