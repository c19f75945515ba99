/* caught-by: handles.not_taken */
/* Every handle is taken. */
#include "saboteur.h"

static tn_status wrap(tn_remote_context *context, const tn_handle *handle, uint32_t type,
                      uint32_t rank, const int64_t *shape, tn_tensor **out, tn_error *error) {
  tn_handle taken;
  if (handle && handle->size >= TN_HANDLE_FIRST_SIZE) {
    taken = *handle;
    taken.flags |= TN_HANDLE_TAKE;
    handle = &taken;
  }
  return honest_handles->wrap(context, handle, type, rank, shape, out, error);
}

static void change(tn_handles_api *api) {
  api->wrap = wrap;
}

const saboteur_hooks saboteur = {.handles = change};
