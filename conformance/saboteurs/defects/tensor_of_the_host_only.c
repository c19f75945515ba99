/* caught-by: tensor.of_a_stranger/input0 */
/* Only tensors that the host has made are taken. */
#include "saboteur.h"

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  if (!tensor || tensor->maker == saboteur_host->maker || tensor->maker == request->maker)
    return honest_request->set_tensor(request, port, tensor, error);
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_UNSUPPORTED;
    strcpy(error->message, "a tensor of somebody else");
  }
  return TN_UNSUPPORTED;
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
