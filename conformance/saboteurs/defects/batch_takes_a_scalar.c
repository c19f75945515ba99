/* caught-by: batch.of_a_scalar */
/* An input without dimensions takes a batch of one tensor, and drops it. */
#include "saboteur.h"

static tn_status (*before)(tn_infer_request *, uint32_t, tn_tensor *const *, uint64_t, tn_error *);

static tn_status set_tensors(tn_infer_request *request, uint32_t port, tn_tensor *const *tensors,
                             uint64_t count, tn_error *error) {
  tn_tensor *own = NULL;
  if (count == 1 && honest_request->get_tensor(request, port, &own, NULL) == TN_OK &&
      own->rank == 0)
    return TN_OK;
  return before(request, port, tensors, count, error);
}

static void change(tn_batch_api *api) {
  before = api->set_tensors;
  api->set_tensors = set_tensors;
}

const saboteur_hooks saboteur = {.batch = change};
