/* caught-by: tensor.room_at/input0:one_byte_less */
/* set_tensor does not look at the capacity of inputs. */
#include "saboteur.h"

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  if (!tensor) return honest_request->set_tensor(request, port, tensor, error);
  uint64_t capacity = tensor->capacity_bytes;
  tensor->capacity_bytes = UINT64_MAX;
  tn_status status = honest_request->set_tensor(request, port, tensor, error);
  tensor->capacity_bytes = capacity;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
