/* caught-by: batch.references */
/* A batch takes two references of its first tensor. */
#include "saboteur.h"

static tn_status set_tensors(tn_infer_request *request, uint32_t port, tn_tensor *const *tensors,
                             uint64_t count, tn_error *error) {
  tn_status status = honest_batch->set_tensors(request, port, tensors, count, error);
  if (status == TN_OK) tn_tensor_retain(tensors[0]);
  return status;
}

static void change(tn_batch_api *api) {
  api->set_tensors = set_tensors;
}

const saboteur_hooks saboteur = {.batch = change};
