/* caught-by: dynamic.bounds */
/* A dimension outside of the port's bounds is accepted. */
#include "saboteur.h"

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  tn_tensor *own = NULL;
  const tn_status found = honest_request->get_tensor(request, port, &own, NULL);
  const tn_status status = honest_request->set_tensor(request, port, tensor, error);
  const int is_dynamic = found == TN_OK && own->flags & TN_TENSOR_UNSHAPED;
  return status == TN_WRONG_SHAPE && is_dynamic ? TN_OK : status;
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
