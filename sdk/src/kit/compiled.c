#include "kit/compiled.h"

#include "graph/graph.h"
#include "graph/tensor_layout.h"

#include <string.h>

static tn_kit_compiled *compiled_of(tn_compiled_model *model) {
  return (tn_kit_compiled *)model;
}

static const void *TN_CALL get_extension(tn_compiled_model *model, tn_string id) {
  tn_kit_compiled *self = compiled_of(model);
  const tn_kit_plugin *author = self->engine->plugin;
  if (author->export_model && tn_string_is(id, TN_EXTENSION_EXPORT)) return &tni_kit_export_api;
  if (author->runtime_model && tn_string_is(id, TN_EXTENSION_RUNTIME_MODEL))
    return &tni_kit_runtime_model_api;
  return author->compiled_extension ? author->compiled_extension(self, id) : NULL;
}

void tni_kit_compiled_destroy(tn_kit_compiled *self) {
  const tn_kit_engine *engine = self->engine;
  if (self->begun && engine->plugin->free_compiled) engine->plugin->free_compiled(self);
  if (self->context) tn_remote_context_release(self->context);
  if (self->model) tn_model_release(self->model);
  tni_kit_settings_destroy(self->settings);
  tn_kit_free(engine, self->variables);
  if (self->base.host) engine->host->forget(engine->host, self->base.host);
  tn_kit_free(engine, self);
}

static void TN_CALL destroy(tn_compiled_model *model) {
  tni_kit_compiled_destroy(compiled_of(model));
}

static const tn_port_list *TN_CALL ports(tn_compiled_model *model) {
  return &compiled_of(model)->ports;
}

static tn_status TN_CALL get_property(tn_compiled_model *model, tn_string name, tn_value_sink sink,
                                      void *user, tn_error *error) {
  tn_kit_compiled *self = compiled_of(model);
  TN_TRY(tni_kit_check_argument((const void *)(uintptr_t)sink, "the sink", error));
  const tn_kit_plugin *author = self->engine->plugin;
  const tn_kit_reading reading = {self->engine, self->device, self, TN_LEVEL_MODEL};
  if (author->below && author->below->get_property &&
      tni_kit_property_index(author, name) == author->properties->count)
    return author->below->get_property(self, name, sink, user, error);
  return tni_kit_settings_read(self->settings, &reading, name, sink, user, error);
}

static tn_status TN_CALL set_properties(tn_compiled_model *model, const tn_map_entry *entries,
                                        uint64_t count, tn_error *error) {
  tn_kit_compiled *self = compiled_of(model);
  const tni_kit_setting how = {self->engine, TN_LEVEL_MODEL, TN_PROPERTY_MODEL_WRITABLE};
  return tni_kit_settings_set(self->settings, &how, entries, count, error);
}

static const tn_compiled_model_api compiled_model_api = {
    .size = TN_SIZE(tn_compiled_model_api),
    .get_extension = get_extension,
    .destroy = destroy,
    .ports = ports,
    .create_request = tni_kit_request_create,
    .get_property = get_property,
    .set_properties = set_properties,
};

static tn_status TN_CALL get_runtime_model(tn_compiled_model *model, tn_model **out,
                                           tn_error *error) {
  TN_TRY(tni_kit_check_maker(model, "compiled model", error));
  TN_TRY(tni_kit_check_argument(out, "out", error));
  tn_kit_compiled *self = compiled_of(model);
  return self->engine->plugin->runtime_model(self, out, error);
}

const tn_runtime_model_api tni_kit_runtime_model_api = {
    .size = TN_SIZE(tn_runtime_model_api),
    .get = get_runtime_model,
};

tn_status tni_kit_compiled_create(tn_kit_call *call, tn_kit_compiled **out, tn_error *error) {
  tn_kit_engine *engine = call->engine;
  const size_t size = engine->plugin->compiled_size;
  tn_kit_compiled *self = tn_kit_allocate(engine, size ? size : sizeof *self);
  if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a compiled model");
  self->base.api = &compiled_model_api;
  self->base.maker = engine->base.maker;
  self->engine = engine;
  self->device = call->device;
  self->settings = call->settings;
  if (call->context) {
    tn_remote_context_retain(call->context);
    self->context = call->context;
  }
  *out = self;
  return TN_OK;
}

tn_status tn_kit_compiled_set_model(tn_kit_compiled *self, tn_model *model, tn_error *error) {
  const tn_graph *graph = model->graph;
  tn_model_retain(model);
  if (self->model) tn_model_release(self->model);
  self->model = model;
  self->ports = tn_port_list_init();
  self->ports.input_count = graph->input_count;
  self->ports.output_count = graph->output_count;
  self->ports.inputs = graph->inputs;
  self->ports.outputs = graph->outputs;
  const tn_kit_virtual *below = self->engine->plugin->below;
  return below && below->states ? TN_OK : tni_kit_find_variables(self, error);
}

/* --- compiling */

static tn_status check_nodes(const tn_kit_call *call, const tn_graph *graph, tn_error *error) {
  const tn_kit_plugin *plugin = call->engine->plugin;
  for (uint32_t i = 0; plugin->check_node && i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i];
    uint32_t reason = TN_REASON_OTHER;
    const tn_status status = plugin->check_node(call, node, &reason, error);
    if (status != TN_OK)
      return tni_fail_prefix(error, status, "node '%.*s' (%.*s)", TNI_TEXT(node->name),
                             TNI_TEXT(node->operation));
  }
  return TN_OK;
}

/* A port whose shape is only known at run time is more than some devices can. */
static tn_status check_ports(const tn_kit_compiled *self, tn_error *error) {
  int64_t shape[TN_MAX_RANK];
  if (self->device->capabilities & TN_DEVICE_HAS_DYNAMIC) return TN_OK;
  for (uint32_t i = 0; i < self->ports.input_count; i++) {
    const tn_value_info *info = self->ports.inputs[i];
    if (!tni_fixed_shape(info, shape))
      return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(DEVICE, 5),
                             "input '%.*s': the device does not take dynamic shapes",
                             TNI_TEXT(info->name));
  }
  return TN_OK;
}

static tn_status check_variables(const tn_kit_compiled *self, tn_error *error) {
  if (self->variable_count == 0 || (self->device->capabilities & TN_DEVICE_HAS_STATES))
    return TN_OK;
  return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(STATE, 9),
                         "variable '%.*s': the device keeps no variables",
                         TNI_TEXT(self->variables[0].name));
}

/* Where hand_on has made something, the work has begun before. */
static tn_status report_beginning(const tn_kit_call *call, tn_error *error) {
  return call->author ? TN_OK : tn_kit_report_progress(call, 0, error);
}

static tn_status fill(tn_kit_compiled *self, const tn_kit_call *call, tn_model *model,
                      tn_error *error) {
  const tn_kit_plugin *plugin = self->engine->plugin;
  TN_TRY(report_beginning(call, error));
  TN_TRY(check_nodes(call, model->graph, error));
  TN_TRY(tn_kit_compiled_set_model(self, model, error));
  TN_TRY(check_ports(self, error));
  TN_TRY(check_variables(self, error));
  self->begun = true;
  if (plugin->compile) TN_TRY(plugin->compile(self, call, model, error));
  return tn_kit_report_progress(call, 1, error);
}

tn_status tni_kit_hand_on(tn_kit_call *call, tn_model *model, const tn_source *source,
                          tn_compiled_model **out, tn_error *error) {
  const tn_kit_virtual *below = call->engine->plugin->below;
  if (!below || !below->hand_on) return TN_OK;
  TN_TRY(tn_kit_report_progress(call, 0, error));
  return below->hand_on(call, model, source, out, error);
}

tn_status TN_CALL tni_kit_compile(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_compile_options *options, tn_compiled_model **out,
                                  tn_error *error) {
  tn_kit_engine *engine = (tn_kit_engine *)plugin;
  TN_TRY(tni_kit_check_argument(model, "the model", error));
  TN_TRY(tni_kit_check_argument(out, "out", error));
  tn_kit_call call;
  TN_TRY(tni_kit_call_begin(engine, device, options, &call, error));
  tn_kit_compiled *compiled = NULL;
  tn_compiled_model *given = NULL;
  tn_status status = tni_model_check(model, &engine->kit->allocator, error);
  if (status == TN_OK) status = tni_kit_hand_on(&call, model, NULL, &given, error);
  if (status == TN_OK && !given) status = tni_kit_compiled_create(&call, &compiled, error);
  if (status != TN_OK || given) {
    tni_kit_call_end(&call);
    if (given) *out = given;
    return status;
  }
  status = fill(compiled, &call, model, error);
  tni_kit_call_done(&call);
  if (status != TN_OK) {
    tni_kit_compiled_destroy(compiled);
    return status;
  }
  *out = &compiled->base;
  return TN_OK;
}
