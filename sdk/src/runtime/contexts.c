/* Remote contexts by name of their device. */
#include "runtime/check.h"
#include "runtime/context_names.h"
#include "runtime/operations.h"

static tn_status find_remote(const tni_call *call, const tn_remote_api **out, tn_error *error) {
  const void *api = NULL;
  TN_TRY(
      tni_find_extension(call->engine->plugin, TN_EXTENSION_REMOTE, &tni_remote_rule, &api, error));
  *out = api;
  return api ? TN_OK
             : tni_fail(error, TN_UNSUPPORTED,
                        "the plugin has no remote contexts: it has no " TN_EXTENSION_REMOTE);
}

/* To an application the device is told by the name that it has asked for. */
static tn_status accept(const tni_call *call, tni_caller caller, tn_remote_context *context,
                        tn_remote_context **out, tn_error *error) {
  TN_TRY(tni_check_object(&tni_remote_context_rule, context, error));
  const tn_status status = caller.engine ? TN_OK : tni_context_name_keep(call, context, error);
  if (status != TN_OK)
    tn_remote_context_release(context);
  else
    *out = context;
  return status;
}

tn_status tni_create_context(tni_caller caller, tn_string device,
                             const tn_create_context_options *options, tn_remote_context **out,
                             tn_error *error) {
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "create_context: out is NULL");
  tni_call call;
  tni_call_options prepared;
  const tn_remote_api *api = NULL;
  tn_remote_context *context = NULL;
  TN_TRY(tni_call_begin(&call, caller, device, error));
  tn_plugin *plugin = call.engine->plugin;
  tn_status status =
      tni_call_options_begin(&prepared, &call, TNI_CALL_CONTEXT, "create_context", options, error);
  if (status == TN_OK) status = find_remote(&call, &api, error);
  if (status == TN_OK)
    status = api->create_context(plugin, call.device.id, prepared.options, &context, error);
  if (status == TN_OK) status = accept(&call, caller, context, out, error);
  tni_call_options_end(&prepared);
  return tni_call_end(&call, status, error);
}

tn_status tni_default_context(tni_caller caller, tn_string device, tn_remote_context **out,
                              tn_error *error) {
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "default_context: out is NULL");
  tni_call call;
  const tn_remote_api *api = NULL;
  tn_remote_context *context = NULL;
  TN_TRY(tni_call_begin(&call, caller, device, error));
  tn_status status = find_remote(&call, &api, error);
  if (status == TN_OK && call.device.list.length)
    status = tni_fail(error, TN_INVALID_ARGUMENT,
                      "a default context has no options to hand \":%.*s\" on with: create one",
                      TNI_TEXT(call.device.list));
  if (status == TN_OK)
    status = api->default_context(call.engine->plugin, call.device.id, &context, error);
  if (status == TN_OK) status = accept(&call, caller, context, out, error);
  return tni_call_end(&call, status, error);
}
