/* caught-by: handles.changed_before_start */
/* A handle that stays the application's is copied into the device's memory when it is wrapped. */
#include "saboteur.h"

static tn_status wrap(tn_remote_context *context, const tn_handle *handle, uint32_t type,
                      uint32_t rank, const int64_t *shape, tn_tensor **out, tn_error *error) {
  tn_tensor *wrapped = NULL, *copy = NULL, *host = NULL;
  tn_status status = honest_handles->wrap(context, handle, type, rank, shape, &wrapped, error);
  if (status == TN_OK && handle->flags & TN_HANDLE_TAKE) *out = wrapped;
  if (status != TN_OK || handle->flags & TN_HANDLE_TAKE) return status;
  status = honest_context->create_tensor(context, type, rank, shape, NULL, 0, &copy, error);
  if (status == TN_OK)
    status = saboteur_host->create_tensor(saboteur_host, type, rank, shape, &host, error);
  if (status == TN_OK) {
    const tn_copy_api *api = tn_tensor_get_extension(copy, TN_STRING(TN_EXTENSION_COPY));
    status = api->copy_to(wrapped, host, error);
    if (status == TN_OK) status = api->copy_from(copy, host, error);
    tn_tensor_release(host);
  }
  tn_tensor_release(wrapped);
  if (status == TN_OK) *out = copy;
  return status;
}

static void change(tn_handles_api *api) {
  api->wrap = wrap;
}

const saboteur_hooks saboteur = {.handles = change};
