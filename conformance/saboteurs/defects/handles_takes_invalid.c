/* caught-by: handles.invalid */
/* For a handle that is none new memory is made. */
#include "saboteur.h"

static tn_status wrap(tn_remote_context *context, const tn_handle *handle, uint32_t type,
                      uint32_t rank, const int64_t *shape, tn_tensor **out, tn_error *error) {
  tn_status status = honest_handles->wrap(context, handle, type, rank, shape, out, error);
  if (status != TN_INVALID_ARGUMENT || !handle || handle->value != UINT64_MAX) return status;
  return honest_context->create_tensor(context, type, rank, shape, NULL, 0, out, error);
}

static void change(tn_handles_api *api) {
  api->wrap = wrap;
}

const saboteur_hooks saboteur = {.handles = change};
