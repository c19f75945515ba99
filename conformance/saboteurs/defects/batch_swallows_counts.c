/* caught-by: batch.counts */
/* A batch of another size than the port has is left out. */
#include "saboteur.h"

static tn_status set_tensors(tn_infer_request *request, uint32_t port, tn_tensor *const *tensors,
                             uint64_t count, tn_error *error) {
  tn_status status = honest_batch->set_tensors(request, port, tensors, count, error);
  return status == TN_WRONG_SHAPE ? TN_OK : status;
}

static void change(tn_batch_api *api) {
  api->set_tensors = set_tensors;
}

const saboteur_hooks saboteur = {.batch = change};
