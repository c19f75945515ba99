/* caught-by: sequence.request of TN_LIFE_011 */
/* A tensor that is set after another was refused is retained twice. */
#include "saboteur.h"

static tn_infer_request *refused;

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  tn_status status = honest_request->set_tensor(request, port, tensor, error);
  if (status == TN_OK && tensor && refused == request) {
    tn_tensor_retain(tensor);
    refused = NULL;
  } else if (status == TN_WRONG_TYPE) {
    refused = request;
  }
  return status;
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
