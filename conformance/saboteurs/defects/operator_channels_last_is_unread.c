/* caught-by: operator.Conv.channels_last */
/* An image whose channels lie innermost is read as if it were dense; every other layout is kept. */
#include "saboteur.h"

static int has_channels_last(const tn_tensor *tensor) {
  return tensor->strides && tensor->rank == 4 && tensor->strides[1] == 1 && tensor->strides[3] > 1;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *input = NULL;
  if (honest_request->get_tensor(request, 0, &input, NULL) != TN_OK || !has_channels_last(input))
    return honest_request->infer(request, error);
  const int64_t *strides = input->strides;
  input->strides = NULL;
  const tn_status status = honest_request->infer(request, error);
  input->strides = strides;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
