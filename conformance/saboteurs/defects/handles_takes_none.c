/* caught-by: handles.taken */
/* No handle is taken. */
#include "saboteur.h"

static tn_status wrap(tn_remote_context *context, const tn_handle *handle, uint32_t type,
                      uint32_t rank, const int64_t *shape, tn_tensor **out, tn_error *error) {
  tn_handle kept;
  if (handle && handle->size >= TN_HANDLE_FIRST_SIZE) {
    kept = *handle;
    kept.flags &= ~(uint32_t)TN_HANDLE_TAKE;
    handle = &kept;
  }
  return honest_handles->wrap(context, handle, type, rank, shape, out, error);
}

static void change(tn_handles_api *api) {
  api->wrap = wrap;
}

const saboteur_hooks saboteur = {.handles = change};
