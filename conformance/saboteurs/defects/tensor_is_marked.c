/* caught-by: tensor.fields_at/input0 */
/* set_tensor marks the tensor as unaligned. */
#include "saboteur.h"

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  tn_status status = honest_request->set_tensor(request, port, tensor, error);
  if (status == TN_OK && tensor) tensor->flags |= TN_TENSOR_UNALIGNED;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
