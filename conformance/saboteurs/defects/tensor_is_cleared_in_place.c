/* caught-by: tensor.in_place/infer */
/* The one output is cleared before the inference, also where it is the one input. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *input = NULL, *output = NULL;
  if (honest_request->get_tensor(request, 0, &input, NULL) == TN_OK &&
      honest_request->get_tensor(request, 1, &output, NULL) == TN_OK && input == output)
    memset(output->data, 0, (size_t)output->capacity_bytes);
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
