#include "runtime/core_service.h"

#include "runtime/operations.h"

/* The caller, once it may call: its creation has returned and it has not been destroyed. */
static tn_status find_caller(const tn_host *host, tni_caller *out, tn_error *error) {
  tni_engine *engine = tni_engine_of(host);
  if (!atomic_load(&engine->created))
    return tni_fail_clause(error, TN_WRONG_STATE, TNI_CLAUSE(CORE, 1),
                           TN_EXTENSION_CORE
                           ": not before tn_create_plugin_engine has returned, and not after "
                           "destroy was called");
  if (!tni_is_alive(&engine->services->alive)) return tni_fail_not_alive(error);
  *out = (tni_caller){engine->core, engine};
  return TN_OK;
}

static tn_status devices(const tn_host *host, tn_device_sink sink, void *user, tn_error *error) {
  tni_caller caller;
  TN_TRY(find_caller(host, &caller, error));
  return tni_devices(caller, TN_STRING(""), sink, user, error);
}

static tn_status query(const tn_host *host, tn_string device, tn_model *model,
                       const tn_query_options *options, tn_query_sink sink, void *user,
                       tn_error *error) {
  tni_caller caller;
  TN_TRY(find_caller(host, &caller, error));
  return tni_query(caller, device, model, options, sink, user, error);
}

/* The caller is noted as a user of the engine, so the user that came with the model can go. */
static tn_status hand_over(tn_status status, tni_made made, tn_compiled_model **out) {
  if (status != TN_OK) return status;
  tni_engine_unuse(made.engine);
  *out = made.object;
  return TN_OK;
}

static tn_status compile(const tn_host *host, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tni_caller caller;
  tni_made made = {NULL, NULL};
  TN_TRY(find_caller(host, &caller, error));
  return hand_over(tni_compile(caller, device, model, options, &made, error), made, out);
}

static tn_status check_blob(const tn_host *host, tn_string device, const void *head,
                            uint64_t head_size, const tn_import_options *options, tn_error *error) {
  tni_caller caller;
  TN_TRY(find_caller(host, &caller, error));
  return tni_check_blob(caller, device, head, head_size, options, error);
}

static tn_status import_model(const tn_host *host, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  tni_caller caller;
  tni_made made = {NULL, NULL};
  TN_TRY(find_caller(host, &caller, error));
  return hand_over(tni_import(caller, device, source, options, &made, error), made, out);
}

static tn_status create_context(const tn_host *host, tn_string device,
                                const tn_create_context_options *options, tn_remote_context **out,
                                tn_error *error) {
  tni_caller caller;
  TN_TRY(find_caller(host, &caller, error));
  return tni_create_context(caller, device, options, out, error);
}

static tn_status default_context(const tn_host *host, tn_string device, tn_remote_context **out,
                                 tn_error *error) {
  tni_caller caller;
  TN_TRY(find_caller(host, &caller, error));
  return tni_default_context(caller, device, out, error);
}

static tn_status get_property(const tn_host *host, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  tni_caller caller;
  TN_TRY(find_caller(host, &caller, error));
  return tni_get_property(caller, device, name, sink, user, error);
}

static tn_status set_properties(const tn_host *host, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  tni_caller caller;
  TN_TRY(find_caller(host, &caller, error));
  return tni_set_properties(caller, device, entries, count, error);
}

static tn_status devices_of(const tn_host *host, tn_string plugin, tn_device_sink sink, void *user,
                            tn_error *error) {
  tni_caller caller;
  TN_TRY(find_caller(host, &caller, error));
  if (!plugin.length)
    return tni_fail(error, TN_INVALID_ARGUMENT, "the name of the plugin is empty");
  return tni_devices(caller, plugin, sink, user, error);
}

static tn_status properties_of(const tn_host *host, tn_string plugin, tn_property_sink sink,
                               void *user, tn_error *error) {
  tni_caller caller;
  TN_TRY(find_caller(host, &caller, error));
  return tni_properties(caller, plugin, sink, user, error);
}

const tn_core_api *tni_core_service(void) {
  static const tn_core_api api = {
      .size = TN_SIZE(tn_core_api),
      .devices = devices,
      .query = query,
      .compile = compile,
      .check_blob = check_blob,
      .import_model = import_model,
      .create_context = create_context,
      .default_context = default_context,
      .get_property = get_property,
      .set_properties = set_properties,
      .devices_of = devices_of,
      .properties_of = properties_of,
  };
  return &api;
}
