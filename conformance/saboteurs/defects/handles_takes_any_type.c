/* caught-by: handles.unknown_types */
/* The type is compared as far as the shorter of both goes. */
#include "saboteur.h"

static tn_status wrap(tn_remote_context *context, const tn_handle *handle, uint32_t type,
                      uint32_t rank, const int64_t *shape, tn_tensor **out, tn_error *error) {
  static const tn_string known = TN_STRING_INIT("x-template.memory/1");
  tn_handle changed;
  if (handle && handle->size >= TN_HANDLE_FIRST_SIZE && handle->type.length > known.length &&
      memcmp(handle->type.data, known.data, (size_t)known.length) == 0) {
    changed = *handle;
    changed.type = known;
    handle = &changed;
  }
  return honest_handles->wrap(context, handle, type, rank, shape, out, error);
}

static void change(tn_handles_api *api) {
  api->wrap = wrap;
}

const saboteur_hooks saboteur = {.handles = change};
