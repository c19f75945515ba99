/* caught-by: dynamic.empty_without_memory */
/* A tensor without data is refused, also when it has no elements. */
#include "saboteur.h"

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  if (!tensor || tensor->data || tensor->flags & TN_TENSOR_UNSHAPED)
    return honest_request->set_tensor(request, port, tensor, error);
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_INVALID_ARGUMENT;
    strcpy(error->message, "the tensor has no data");
  }
  return TN_INVALID_ARGUMENT;
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
