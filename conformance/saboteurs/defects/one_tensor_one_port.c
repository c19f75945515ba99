/* caught-by: tensor.squares/infer */
/* A tensor that is set on an input cannot be set on the next one. */
#include "saboteur.h"

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  tn_tensor *other = NULL;
  if (port == 0 || !tensor ||
      honest_request->get_tensor(request, port - 1, &other, NULL) != TN_OK || other != tensor)
    return honest_request->set_tensor(request, port, tensor, error);
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_INVALID_ARGUMENT;
    strcpy(error->message, "the tensor is set already");
  }
  return TN_INVALID_ARGUMENT;
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
