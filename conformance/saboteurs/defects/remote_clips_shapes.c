/* caught-by: remote.hostile_shapes */
/* A negative extent is taken for none. */
#include "saboteur.h"
#include "tenon/abi/remote_context.h"

static tn_status create_tensor(tn_remote_context *context, uint32_t type, uint32_t rank,
                               const int64_t *shape, const tn_map_entry *properties, uint64_t count,
                               tn_tensor **out, tn_error *error) {
  int64_t clipped[TN_MAX_RANK];
  for (uint32_t i = 0; i < rank && i < TN_MAX_RANK; i++)
    clipped[i] = shape && shape[i] > 0 ? shape[i] : 0;
  return honest_context->create_tensor(context, type, rank, shape ? clipped : NULL, properties,
                                       count, out, error);
}

static void change(tn_remote_context_api *api) {
  api->create_tensor = create_tensor;
}

const saboteur_hooks saboteur = {.context = change};
