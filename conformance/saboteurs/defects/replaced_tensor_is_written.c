/* caught-by: tensor.swapped/infer */
/* The output that was set before is written as well. */
#include "saboteur.h"

static tn_tensor *replaced, *present;

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  tn_status status = honest_request->set_tensor(request, port, tensor, error);
  if (status != TN_OK || port == 0 || !tensor) return status;
  if (replaced) tn_tensor_release(replaced);
  replaced = present;
  tn_tensor_retain(tensor);
  present = tensor;
  return status;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  if (replaced && present && replaced->capacity_bytes == present->capacity_bytes)
    memcpy(replaced->data, present->data, (size_t)present->capacity_bytes);
  return status;
}

static void destroy(tn_infer_request *request) {
  if (replaced) tn_tensor_release(replaced);
  if (present) tn_tensor_release(present);
  replaced = present = NULL;
  honest_request->destroy(request);
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
  api->infer = infer;
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.request = change};
