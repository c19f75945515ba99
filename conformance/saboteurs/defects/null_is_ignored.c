/* caught-by: tensor.set_is_given_back */
/* set_tensor with NULL leaves the tensor where it is. */
#include "saboteur.h"

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  tn_tensor *present = NULL;
  if (!tensor && honest_request->get_tensor(request, port, &present, NULL) == TN_OK) return TN_OK;
  return honest_request->set_tensor(request, port, tensor, error);
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
