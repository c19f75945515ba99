/* caught-by: life.leak_batch */
/* Each batch leaves memory behind. */
#include "leak.h"
#include "saboteur.h"

static tn_status set_tensors(tn_infer_request *request, uint32_t port, tn_tensor *const *tensors,
                             uint64_t count, tn_error *error) {
  lose_block();
  return honest_batch->set_tensors(request, port, tensors, count, error);
}

static void change(tn_batch_api *api) {
  api->set_tensors = set_tensors;
}

const saboteur_hooks saboteur = {.batch = change};
