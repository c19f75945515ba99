/* caught-by: faults.allocation/device_tensor */
/* Memory that is exhausted is told as memory of the device. */
#include "saboteur.h"

static tn_status create_tensor(tn_remote_context *context, uint32_t type, uint32_t rank,
                               const int64_t *shape, const tn_map_entry *properties, uint64_t count,
                               tn_tensor **out, tn_error *error) {
  tn_status status =
      honest_context->create_tensor(context, type, rank, shape, properties, count, out, error);
  return status == TN_OUT_OF_MEMORY ? TN_OUT_OF_DEVICE_MEMORY : status;
}

static void change(tn_remote_context_api *api) {
  api->create_tensor = create_tensor;
}

const saboteur_hooks saboteur = {.context = change};
