/* caught-by: batch.contents_change */
/* A batch is put together when it is set. */
#include "saboteur.h"

static tn_status set_tensors(tn_infer_request *request, uint32_t port, tn_tensor *const *tensors,
                             uint64_t count, tn_error *error) {
  tn_status status = honest_batch->set_tensors(request, port, tensors, count, error);
  tn_tensor *whole = NULL;
  int64_t shape[TN_MAX_RANK];
  if (status != TN_OK || tensors[0]->strides) return status;
  memcpy(shape, tensors[0]->shape, tensors[0]->rank * sizeof *shape);
  shape[0] = (int64_t)count;
  status = saboteur_host->create_tensor(saboteur_host, tensors[0]->type, tensors[0]->rank, shape,
                                        &whole, error);
  if (status != TN_OK) return status;
  for (uint64_t i = 0; i < count; i++) {
    const size_t bytes = (size_t)tensors[i]->capacity_bytes;
    memcpy((char *)whole->data + i * bytes, tensors[i]->data, bytes);
  }
  status = honest_request->set_tensor(request, port, whole, error);
  tn_tensor_release(whole);
  return status;
}

static void change(tn_batch_api *api) {
  api->set_tensors = set_tensors;
}

const saboteur_hooks saboteur = {.batch = change};
