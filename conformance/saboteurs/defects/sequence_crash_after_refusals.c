/* caught-by: sequence.tensor as CRASH */
/* An inference after two tensors of the wrong element type in a row ends the process. */
#include "saboteur.h"

static int refused;

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  tn_status status = honest_request->set_tensor(request, port, tensor, error);
  refused = status == TN_WRONG_TYPE ? refused + 1 : 0;
  return status;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  if (refused >= 2) abort();
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
