/* Compiled models: from models, and from blobs. */
#include "runtime/alias_affinity.h"
#include "runtime/check.h"
#include "runtime/offer.h"
#include "runtime/operations.h"

static tn_status check_port_values(const char *what, const tn_value_info *const *values,
                                   uint32_t count, tn_error *error) {
  for (uint32_t i = 0; i < count; i++)
    if (!values || !values[i] || values[i]->size < TN_VALUE_INFO_FIRST_SIZE || values[i]->size % 8)
      return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 8),
                             "tn_port_list: %s[%u] is NULL, or its size is no multiple of 8, at "
                             "least %u",
                             what, i, TN_VALUE_INFO_FIRST_SIZE);
  return TN_OK;
}

static tn_status check_ports(const tn_port_list *ports, tn_error *error) {
  if (!ports || ports->size < TN_PORT_LIST_FIRST_SIZE || ports->size % 8)
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 8),
                           "tn_port_list: NULL, or its size is no multiple of 8, at least %u",
                           TN_PORT_LIST_FIRST_SIZE);
  TN_TRY(check_port_values("inputs", ports->inputs, ports->input_count, error));
  return check_port_values("outputs", ports->outputs, ports->output_count, error);
}

/* Checks what a plugin has made, and takes a user of its engine for it. */
static tn_status accept(const tni_call *call, tn_compiled_model *object, tni_made *out,
                        tn_error *error) {
  TN_TRY(tni_check_object(&tni_compiled_model_rule, object, error));
  const tn_status status = check_ports(object->api->ports(object), error);
  if (status != TN_OK) {
    object->api->destroy(object);
    return status;
  }
  tni_engine_use(call->engine);
  out->object = object;
  out->engine = call->engine;
  return TN_OK;
}

static tn_status compile_as_it_is(const tni_call *call, tn_model *model,
                                  const tn_compile_options *options, tni_made *out,
                                  tn_error *error) {
  tn_plugin *plugin = call->engine->plugin;
  tn_compiled_model *object = NULL;
  tni_offer offer;
  TN_TRY(tni_offer_make(call->engine, model, &offer, error));
  tn_status status = tni_offer_check_complete(&offer, error);
  if (status == TN_OK)
    status = plugin->api->compile(plugin, call->device.id, offer.model, options, &object, error);
  tni_offer_destroy(&offer);
  return status == TN_OK ? accept(call, object, out, error) : status;
}

static tn_status compile(const tni_call *call, tn_model *model, const tn_compile_options *options,
                         tni_made *out, tn_error *error) {
  tn_model *named = NULL;
  TN_TRY(tni_alias_affinity(call, options, model, &named, error));
  const tn_status status = compile_as_it_is(call, named, options, out, error);
  if (named) tn_model_release(named);
  return status;
}

tn_status tni_compile(tni_caller caller, tn_string device, tn_model *model,
                      const tn_compile_options *options, tni_made *out, tn_error *error) {
  tni_call call;
  tni_call_options prepared;
  TN_TRY(tni_call_begin(&call, caller, device, error));
  tn_status status =
      tni_call_options_begin(&prepared, &call, TNI_CALL_MODEL, "compile", options, error);
  if (status == TN_OK) status = compile(&call, model, prepared.options, out, error);
  tni_call_options_end(&prepared);
  return tni_call_end(&call, status, error);
}

/* --- blobs */

static tn_status find_import(const tni_call *call, const tn_import_api **out, tn_error *error) {
  const void *api = NULL;
  TN_TRY(
      tni_find_extension(call->engine->plugin, TN_EXTENSION_IMPORT, &tni_import_rule, &api, error));
  *out = api;
  return api ? TN_OK
             : tni_fail(error, TN_UNSUPPORTED,
                        "the plugin imports nothing: it has no " TN_EXTENSION_IMPORT);
}

static tn_status check_blob(const tni_call *call, const void *head, uint64_t head_size,
                            const tn_import_options *options, tn_error *error) {
  const tn_import_api *api = NULL;
  TN_TRY(find_import(call, &api, error));
  return api->check(call->engine->plugin, call->device.id, head, head_size, options, error);
}

tn_status tni_check_blob(tni_caller caller, tn_string device, const void *head, uint64_t head_size,
                         const tn_import_options *options, tn_error *error) {
  if (!head && head_size)
    return tni_fail(error, TN_INVALID_ARGUMENT, "the beginning of the blob is NULL");
  tni_call call;
  tni_call_options prepared;
  TN_TRY(tni_call_begin(&call, caller, device, error));
  tn_status status =
      tni_call_options_begin(&prepared, &call, TNI_CALL_MODEL, "import", options, error);
  if (status == TN_OK) status = check_blob(&call, head, head_size, prepared.options, error);
  tni_call_options_end(&prepared);
  return tni_call_end(&call, status, error);
}

static tn_status check_source(const tn_source *source, tn_error *error) {
  if (source && source->size >= TN_SOURCE_FIRST_SIZE && source->size % 8 == 0 &&
      source->flags == 0 && source->read_at)
    return TN_OK;
  return tni_fail(error, TN_INVALID_ARGUMENT,
                  "tn_source: NULL, of a size that is no multiple of 8 from %u on, with flags, or "
                  "without read_at",
                  TN_SOURCE_FIRST_SIZE);
}

static tn_status import_blob(const tni_call *call, const tn_source *source,
                             const tn_import_options *options, tni_made *out, tn_error *error) {
  _Alignas(64) unsigned char head[TN_IMPORT_HEAD_SIZE];
  const uint64_t head_size =
      source->byte_count < TN_IMPORT_HEAD_SIZE ? source->byte_count : TN_IMPORT_HEAD_SIZE;
  const tn_import_api *api = NULL;
  tn_plugin *plugin = call->engine->plugin;
  tn_compiled_model *object = NULL;
  TN_TRY(find_import(call, &api, error));
  TN_TRY(source->read_at(source, 0, head, head_size, error));
  TN_TRY(api->check(plugin, call->device.id, head, head_size, options, error));
  TN_TRY(api->import_model(plugin, call->device.id, source, options, &object, error));
  return accept(call, object, out, error);
}

tn_status tni_import(tni_caller caller, tn_string device, const tn_source *source,
                     const tn_import_options *options, tni_made *out, tn_error *error) {
  TN_TRY(check_source(source, error));
  tni_call call;
  tni_call_options prepared;
  TN_TRY(tni_call_begin(&call, caller, device, error));
  tn_status status =
      tni_call_options_begin(&prepared, &call, TNI_CALL_MODEL, "import", options, error);
  if (status == TN_OK) status = import_blob(&call, source, prepared.options, out, error);
  tni_call_options_end(&prepared);
  return tni_call_end(&call, status, error);
}
