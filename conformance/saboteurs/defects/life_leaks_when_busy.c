/* caught-by: life.leak_busy */
/* A tensor that comes while the request is in flight leaves memory behind. */
#include "leak.h"
#include "saboteur.h"

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  const tn_status status = honest_request->set_tensor(request, port, tensor, error);
  if (status == TN_BUSY) lose_block();
  return status;
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
