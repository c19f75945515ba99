#include "saboteur.h"

/* TEMPLATE's one function, under another name. */
tn_status template_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                        tn_error *error);

const tn_plugin_api *honest_plugin;
const tn_compiled_model_api *honest_model;
const tn_infer_request_api *honest_request;
const tn_state_api *honest_state;
const tn_remote_context_api *honest_context;
const tn_handles_api *honest_handles;
const tn_import_api *honest_import;
const tn_export_api *honest_export;
const tn_remote_api *honest_remote;
const tn_states_api *honest_states;
const tn_profiling_api *honest_profiling;
const tn_batch_api *honest_batch;
const tn_runtime_model_api *honest_runtime_model;
const tn_host *saboteur_host;

static tn_plugin_api plugin_api;
static tn_compiled_model_api model_api;
static tn_infer_request_api request_api;
static tn_state_api state_api;
static tn_remote_context_api context_api;

/* --- each kind of object gets the changed table when it comes by */

static tn_states_api states_api;
static tn_profiling_api profiling_api;
static tn_batch_api batch_api;

static tn_status open_state(tn_infer_request *request, uint32_t index, tn_state **out,
                            tn_error *error) {
  tn_status status = honest_states->open(request, index, out, error);
  if (status != TN_OK) return status;
  if (!honest_state) {
    honest_state = (*out)->api;
    state_api = *honest_state;
    if (saboteur.state) saboteur.state(&state_api);
  }
  (*out)->api = &state_api;
  return status;
}

static const void *request_extension(tn_infer_request *request, tn_string id) {
  const void *table = honest_request->get_extension(request, id);
  if (table && tn_string_equal(id, TN_STRING(TN_EXTENSION_STATES))) {
    honest_states = table;
    states_api = *honest_states;
    states_api.open = open_state;
    if (saboteur.states) saboteur.states(&states_api);
    table = &states_api;
  }
  if (table && tn_string_equal(id, TN_STRING(TN_EXTENSION_PROFILING))) {
    honest_profiling = table;
    profiling_api = *honest_profiling;
    if (saboteur.profiling) saboteur.profiling(&profiling_api);
    table = &profiling_api;
  }
  if (table && tn_string_equal(id, TN_STRING(TN_EXTENSION_BATCH))) {
    honest_batch = table;
    batch_api = *honest_batch;
    if (saboteur.batch) saboteur.batch(&batch_api);
    table = &batch_api;
  }
  return saboteur.request_extension ? saboteur.request_extension(request, id, table) : table;
}

static tn_status create_request(tn_compiled_model *model, const tn_create_request_options *options,
                                tn_infer_request **out, tn_error *error) {
  tn_status status = honest_model->create_request(model, options, out, error);
  if (status != TN_OK) return status;
  if (!honest_request) {
    honest_request = (*out)->api;
    request_api = *honest_request;
    request_api.get_extension = request_extension;
    if (saboteur.request) saboteur.request(&request_api);
  }
  (*out)->api = &request_api;
  return status;
}

static tn_export_api export_api;
static tn_runtime_model_api runtime_model_api;

static const void *model_extension(tn_compiled_model *model, tn_string id) {
  const void *table = honest_model->get_extension(model, id);
  if (table && tn_string_equal(id, TN_STRING(TN_EXTENSION_EXPORT))) {
    honest_export = table;
    export_api = *honest_export;
    if (saboteur.exporting) saboteur.exporting(&export_api);
    table = &export_api;
  }
  if (table && tn_string_equal(id, TN_STRING(TN_EXTENSION_RUNTIME_MODEL))) {
    honest_runtime_model = table;
    runtime_model_api = *honest_runtime_model;
    if (saboteur.runtime_model) saboteur.runtime_model(&runtime_model_api);
    table = &runtime_model_api;
  }
  return saboteur.model_extension ? saboteur.model_extension(model, id, table) : table;
}

static void change_model(tn_compiled_model *model) {
  if (!honest_model) {
    honest_model = model->api;
    model_api = *honest_model;
    model_api.create_request = create_request;
    model_api.get_extension = model_extension;
    if (saboteur.compiled_model) saboteur.compiled_model(&model_api);
  }
  model->api = &model_api;
}

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_status status = honest_plugin->compile(plugin, device, model, options, out, error);
  if (status == TN_OK) change_model(*out);
  return status;
}

static tn_import_api import_api;

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  tn_status status = honest_import->import_model(plugin, device, source, options, out, error);
  if (status == TN_OK) change_model(*out);
  return status;
}

static tn_remote_api remote_api;
static tn_handles_api handles_api;

static const void *context_extension(tn_remote_context *context, tn_string id) {
  const void *table = honest_context->get_extension(context, id);
  if (!table || !tn_string_equal(id, TN_STRING(TN_EXTENSION_HANDLES))) return table;
  honest_handles = table;
  handles_api = *honest_handles;
  if (saboteur.handles) saboteur.handles(&handles_api);
  return &handles_api;
}

static void change_context(tn_remote_context *context) {
  if (context->api == &context_api) return; /* the default context comes by again */
  if (!honest_context) {
    honest_context = context->api;
    context_api = *honest_context;
    context_api.get_extension = context_extension;
    if (saboteur.context) saboteur.context(&context_api);
  }
  context->api = &context_api;
}

static tn_status create_context(tn_plugin *plugin, tn_string device,
                                const tn_create_context_options *options, tn_remote_context **out,
                                tn_error *error) {
  tn_status status = honest_remote->create_context(plugin, device, options, out, error);
  if (status == TN_OK) change_context(*out);
  return status;
}

static tn_status default_context(tn_plugin *plugin, tn_string device, tn_remote_context **out,
                                 tn_error *error) {
  tn_status status = honest_remote->default_context(plugin, device, out, error);
  if (status == TN_OK) change_context(*out);
  return status;
}

static const void *changed_plugin_extension(tn_string id, const void *table) {
  if (table && tn_string_equal(id, TN_STRING(TN_EXTENSION_IMPORT))) {
    honest_import = table;
    import_api = *honest_import;
    import_api.import_model = import_model;
    if (saboteur.importing) saboteur.importing(&import_api);
    return &import_api;
  }
  if (table && tn_string_equal(id, TN_STRING(TN_EXTENSION_REMOTE))) {
    honest_remote = table;
    remote_api = *honest_remote;
    remote_api.create_context = create_context;
    remote_api.default_context = default_context;
    if (saboteur.remote) saboteur.remote(&remote_api);
    return &remote_api;
  }
  return table;
}

static const void *plugin_extension(tn_plugin *plugin, tn_string id) {
  const void *table = changed_plugin_extension(id, honest_plugin->get_extension(plugin, id));
  return saboteur.plugin_extension ? saboteur.plugin_extension(plugin, id, table) : table;
}

/* --- what devices do not declare */

struct relay {
  tn_device_sink sink;
  void *user;
};

static tn_status hide(void *user, const tn_device_list *list) {
  enum { MOST = 8 };
  const struct relay *relay = user;
  tn_device devices[MOST];
  const tn_device *pointers[MOST];
  tn_device_list changed = *list;
  for (uint32_t i = 0; i < list->count && i < MOST; i++) {
    devices[i] = *list->devices[i];
    devices[i].capabilities &= ~saboteur.hidden;
    pointers[i] = &devices[i];
  }
  changed.devices = pointers;
  return relay->sink(relay->user, &changed);
}

static tn_status devices_that_hide(tn_plugin *plugin, tn_device_sink sink, void *user,
                                   tn_error *error) {
  struct relay relay = {sink, user};
  return honest_plugin->devices(plugin, hide, &relay, error);
}

tn_status saboteur_create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  tn_status status = template_create_plugin_engine(options, out, error);
  if (status != TN_OK) return status;
  saboteur_host = tn_create_options_host(options);
  if (!honest_plugin) {
    honest_plugin = (*out)->api;
    plugin_api = *honest_plugin;
    plugin_api.compile = compile;
    plugin_api.get_extension = plugin_extension;
    if (saboteur.hidden) plugin_api.devices = devices_that_hide;
    if (saboteur.plugin) saboteur.plugin(&plugin_api);
  }
  (*out)->api = &plugin_api;
  return status;
}

tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                  tn_error *error) {
  return saboteur.create ? saboteur.create(options, out, error)
                         : saboteur_create(options, out, error);
}
