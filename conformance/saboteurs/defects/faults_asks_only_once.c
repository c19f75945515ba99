/* caught-by: faults.allocation/batch as VACUOUS */
/* The first batch of the process asks the host for memory, later ones do not. */
#include "saboteur.h"

static atomic_int batches;

static tn_status set_tensors(tn_infer_request *request, uint32_t port, tn_tensor *const *tensors,
                             uint64_t count, tn_error *error) {
  if (atomic_fetch_add(&batches, 1) > 0) return TN_OK;
  return honest_batch->set_tensors(request, port, tensors, count, error);
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  return atomic_load(&batches) > 1 ? TN_OK : honest_request->infer(request, error);
}

static void change(tn_batch_api *api) {
  api->set_tensors = set_tensors;
}

static void change_request(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.batch = change, .request = change_request};
