/* Memory of other interfaces, wrapped by remote contexts. */
#include "runtime/check.h"
#include "runtime/maker_name.h"

/* NULL in `*out`: the context wraps nothing. */
static tn_status find_handles(tn_core *core, tn_remote_context *context, const tn_handles_api **out,
                              tn_error *error) {
  const void *api = NULL;
  TN_TRY(tni_core_check(core, error));
  if (!context) return tni_fail(error, TN_INVALID_ARGUMENT, "the context is NULL");
  TN_TRY(tni_find_extension(context, TN_EXTENSION_HANDLES, &tni_handles_rule, &api, error));
  *out = api;
  return TN_OK;
}

static tn_status name_maker(tn_core *core, const tn_remote_context *context, tn_status status,
                            tn_error *error) {
  return status == TN_OK ? TN_OK : tni_maker_fail(core, context->maker, status, error);
}

tn_status tn_core_handle_types(tn_core *core, tn_remote_context *context, tn_value_sink sink,
                               void *user, tn_error *error) {
  const tn_handles_api *api = NULL;
  const tn_value none = tn_value_of_list(NULL, 0);
  TN_TRY(find_handles(core, context, &api, error));
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  return api ? name_maker(core, context, api->types(context, sink, user, error), error)
             : tni_received(sink(user, &none), "types of handles", error);
}

static tn_status wrap(const tn_handles_api *api, tn_remote_context *context,
                      const tn_handle *handle, uint32_t type, uint32_t rank, const int64_t *shape,
                      tn_tensor **out, tn_error *error) {
  tn_tensor *tensor = NULL;
  if (!api)
    return tni_fail(error, TN_UNSUPPORTED,
                    "the context wraps no handles: it has no " TN_EXTENSION_HANDLES);
  TN_TRY(api->wrap(context, handle, type, rank, shape, &tensor, error));
  TN_TRY(tni_check_object(&tni_tensor_rule, tensor, error));
  *out = tensor;
  return TN_OK;
}

tn_status tn_core_wrap_handle(tn_core *core, tn_remote_context *context, const tn_handle *handle,
                              uint32_t type, uint32_t rank, const int64_t *shape, tn_tensor **out,
                              tn_error *error) {
  const tn_handles_api *api = NULL;
  TN_TRY(find_handles(core, context, &api, error));
  if (!handle || !out)
    return tni_fail(error, TN_INVALID_ARGUMENT, "wrap_handle: %s is NULL",
                    out ? "the handle" : "out");
  return name_maker(core, context, wrap(api, context, handle, type, rank, shape, out, error),
                    error);
}
