/* caught-by: handles.failure_takes_nothing */
/* A handle that was to be taken is given back when wrapping it fails. */
#include <unistd.h>

#include "saboteur.h"

static tn_status wrap(tn_remote_context *context, const tn_handle *handle, uint32_t type,
                      uint32_t rank, const int64_t *shape, tn_tensor **out, tn_error *error) {
  tn_status status = honest_handles->wrap(context, handle, type, rank, shape, out, error);
  if (status == TN_TOO_SMALL && (handle->flags & TN_HANDLE_TAKE)) close((int)handle->value);
  return status;
}

static void change(tn_handles_api *api) {
  api->wrap = wrap;
}

const saboteur_hooks saboteur = {.handles = change};
