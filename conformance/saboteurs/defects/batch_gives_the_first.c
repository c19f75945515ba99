/* caught-by: batch.get_tensor */
/* get_tensor of a port with a batch gives the first tensor of it. */
#include "saboteur.h"

static tn_status get_tensor(tn_infer_request *request, uint32_t port, tn_tensor **out,
                            tn_error *error) {
  tn_status status = honest_request->get_tensor(request, port, out, error);
  return status == TN_WRONG_STATE ? honest_batch->get_tensor(request, port, 0, out, error) : status;
}

static void change(tn_infer_request_api *api) {
  api->get_tensor = get_tensor;
}

const saboteur_hooks saboteur = {.request = change};
