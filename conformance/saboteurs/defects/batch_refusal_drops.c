/* caught-by: batch.wrong_items */
/* A batch that is refused takes the one before away. */
#include "saboteur.h"

static tn_status set_tensors(tn_infer_request *request, uint32_t port, tn_tensor *const *tensors,
                             uint64_t count, tn_error *error) {
  tn_status status = honest_batch->set_tensors(request, port, tensors, count, error);
  if (status == TN_WRONG_SHAPE || status == TN_WRONG_TYPE)
    honest_request->set_tensor(request, port, NULL, NULL);
  return status;
}

static void change(tn_batch_api *api) {
  api->set_tensors = set_tensors;
}

const saboteur_hooks saboteur = {.batch = change};
