/* caught-by: batch.infer */
/* The tensors of a batch are laid one behind the other from the last on. */
#include "saboteur.h"

static tn_status set_tensors(tn_infer_request *request, uint32_t port, tn_tensor *const *tensors,
                             uint64_t count, tn_error *error) {
  tn_tensor *turned[64];
  if (!tensors || count > 64)
    return honest_batch->set_tensors(request, port, tensors, count, error);
  for (uint64_t i = 0; i < count; i++)
    turned[i] = tensors[count - 1 - i];
  return honest_batch->set_tensors(request, port, turned, count, error);
}

static void change(tn_batch_api *api) {
  api->set_tensors = set_tensors;
}

const saboteur_hooks saboteur = {.batch = change};
