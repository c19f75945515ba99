/* caught-by: batch.null_arguments */
/* A batch of no tensors is taken for one of the wrong size. */
#include "saboteur.h"

static tn_status set_tensors(tn_infer_request *request, uint32_t port, tn_tensor *const *tensors,
                             uint64_t count, tn_error *error) {
  tn_status status = honest_batch->set_tensors(request, port, tensors, count, error);
  if (count == 0 && status == TN_INVALID_ARGUMENT && error) error->status = TN_WRONG_SHAPE;
  return count == 0 && status == TN_INVALID_ARGUMENT ? TN_WRONG_SHAPE : status;
}

static void change(tn_batch_api *api) {
  api->set_tensors = set_tensors;
}

const saboteur_hooks saboteur = {.batch = change};
