/* caught-by: sequence.batch of TN_REQUEST_012 */
/* After a batch that did not fit the next one that is given to the request is turned round. */
#include "saboteur.h"

enum { MOST = 64 };

static tn_infer_request *refused;

static tn_status set_tensors(tn_infer_request *request, uint32_t port, tn_tensor *const *tensors,
                             uint64_t count, tn_error *error) {
  tn_tensor *turned[MOST];
  if (refused != request || count > MOST) {
    const tn_status status = honest_batch->set_tensors(request, port, tensors, count, error);
    if (status == TN_WRONG_TYPE || status == TN_WRONG_SHAPE) refused = request;
    return status;
  }
  for (uint64_t i = 0; i < count; i++)
    turned[i] = tensors[count - 1 - i];
  const tn_status status = honest_batch->set_tensors(request, port, turned, count, error);
  if (status == TN_OK) refused = NULL;
  return status;
}

static void change(tn_batch_api *api) {
  api->set_tensors = set_tensors;
}

const saboteur_hooks saboteur = {.batch = change};
