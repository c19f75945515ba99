/* caught-by: life.leak_host_tensor */
/* Host tensors of a context leave memory behind. */
#include "leak.h"
#include "saboteur.h"

static tn_status create_host_tensor(tn_remote_context *context, uint32_t type, uint32_t rank,
                                    const int64_t *shape, tn_tensor **out, tn_error *error) {
  const tn_status status =
      honest_context->create_host_tensor(context, type, rank, shape, out, error);
  if (status == TN_OK) lose_block();
  return status;
}

static void change(tn_remote_context_api *api) {
  api->create_host_tensor = create_host_tensor;
}

const saboteur_hooks saboteur = {.context = change};
