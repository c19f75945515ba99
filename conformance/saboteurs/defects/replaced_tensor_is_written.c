/* caught-by: tensor.swapped/infer */
/* The output that was set before is written as well. */
#include "saboteur.h"

enum { PORTS = 8 };

static tn_infer_request *owner;
static tn_tensor *replaced[PORTS], *present[PORTS];

static void forget(void) {
  for (int i = 0; i < PORTS; i++) {
    if (replaced[i]) tn_tensor_release(replaced[i]);
    if (present[i]) tn_tensor_release(present[i]);
    replaced[i] = present[i] = NULL;
  }
  owner = NULL;
}

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  tn_status status = honest_request->set_tensor(request, port, tensor, error);
  if (status != TN_OK || port == 0 || port >= PORTS || !tensor) return status;
  if (owner && owner != request) return status;
  owner = request;
  if (replaced[port]) tn_tensor_release(replaced[port]);
  replaced[port] = present[port];
  tn_tensor_retain(tensor);
  present[port] = tensor;
  return status;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  for (int i = 0; owner == request && i < PORTS; i++)
    if (replaced[i] && present[i] && replaced[i]->capacity_bytes == present[i]->capacity_bytes)
      memcpy(replaced[i]->data, present[i]->data, (size_t)present[i]->capacity_bytes);
  return status;
}

static void destroy(tn_infer_request *request) {
  if (owner == request) forget();
  honest_request->destroy(request);
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
  api->infer = infer;
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.request = change};
