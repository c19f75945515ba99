/* caught-by: handles.are_declared */
/* Handles of unknown types are wrapped by a device that does not declare to wrap any. */
#include "saboteur.h"

static tn_status wrap(tn_remote_context *context, const tn_handle *handle, uint32_t type,
                      uint32_t rank, const int64_t *shape, tn_tensor **out, tn_error *error) {
  (void)handle;
  return honest_context->create_tensor(context, type, rank, shape, NULL, 0, out, error);
}

static void change(tn_handles_api *api) {
  api->wrap = wrap;
}

const saboteur_hooks saboteur = {.handles = change, .hidden = TN_DEVICE_HAS_HANDLES};
