#include "engine/scene.h"

#include <stdio.h>
#include <string.h>

#include "engine/remote_objects.h"
#include "engine/scene_steps.h"
#include "engine/virtual_device.h"
#include "tenon/abi/ext/runtime_model.h"
#include "tenon/abi/ext/states.h"

/* --- the calls */

static tn_status set_properties(scene *self, tn_error *error) {
  return self->t->plugin->api->set_properties(self->t->plugin, TN_STRING(""), self->settings,
                                              self->setting_count, error);
}

static tn_status query(scene *self, tn_error *error) {
  return tn_plugin_query(self->t->plugin, self->t->device, self->model, NULL, scene_take_answers,
                         self, error);
}

static tn_status compile(scene *self, tn_error *error) {
  return tn_plugin_compile(self->t->plugin, self->t->device, self->model, NULL,
                           (tn_compiled_model **)&self->made, error);
}

static tn_status compile_with_properties(scene *self, tn_error *error) {
  tn_compile_options options = tn_compile_options_init();
  options.properties = self->settings;
  options.property_count = self->setting_count;
  return tn_plugin_compile(self->t->plugin, self->t->device, self->model, &options,
                           (tn_compiled_model **)&self->made, error);
}

/* What was made although something failed has all that it needs: it computes what it should. */
static void use_request(scene *self, tn_infer_request *request) {
  test *t = self->t;
  const tn_states_api *api =
      tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_STATES));
  if (!test_set_inputs(t, request, self->name, t->seed, 4)) return;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  if (!api || !api->count(request)) test_expect_outputs(t, request, self->name, t->seed, 4);
  EXPECT_OK(tn_infer_request_start(request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
}

static void use_model(scene *self) {
  test *t = self->t;
  tn_infer_request *request = NULL;
  EXPECT_OK(tn_compiled_model_create_request(self->made, NULL, &request, &t->error));
  if (request) {
    use_request(self, request);
    tn_infer_request_destroy(request);
  }
}

/* A model that goes by what was set. */
static void look_at_settings(scene *self) {
  for (uint64_t i = 0; i < self->setting_count; i++)
    if (tn_compiled_model_get_property(self->made, self->settings[i].key, scene_take_value, self,
                                       NULL) != TN_OK)
      self->told = 0;
}

static void drop_compiled(scene *self) {
  tn_compiled_model_destroy(self->made);
}

static tn_status create_request(scene *self, tn_error *error) {
  return tn_compiled_model_create_request(self->compiled, NULL, (tn_infer_request **)&self->made,
                                          error);
}

static void use_made_request(scene *self) {
  use_request(self, self->made);
}

static void drop_request(scene *self) {
  tn_infer_request_destroy(self->made);
}

static tn_status infer(scene *self, tn_error *error) {
  return tn_infer_request_infer(self->request, error);
}

/* Without variables each inference gives the same. */
static void look_at_outputs(scene *self) {
  const tn_states_api *api =
      tn_infer_request_get_extension(self->request, TN_STRING(TN_EXTENSION_STATES));
  if (!api || !api->count(self->request))
    test_expect_outputs(self->t, self->request, self->name, self->t->seed, 4);
}

static tn_status start(scene *self, tn_error *error) {
  const tn_status status = tn_infer_request_start(self->request, NULL, error);
  return status == TN_OK ? tn_infer_request_wait(self->request, -1, error) : status;
}

static tn_status profile(scene *self, tn_error *error) {
  const tn_profiling_api *api =
      tn_infer_request_get_extension(self->request, TN_STRING(TN_EXTENSION_PROFILING));
  const tn_status status = tn_infer_request_infer(self->request, error);
  return status == TN_OK && api ? api->get(self->request, scene_take_profile, self, error) : status;
}

static tn_status use_state(scene *self, tn_error *error) {
  const tn_state_api *api = self->state->api;
  tn_status status = api->get(self->state, (tn_tensor **)&self->made, error);
  if (status != TN_OK) return status;
  tn_tensor_release(self->made);
  status = api->set(self->state, self->value, error);
  return status == TN_OK ? api->reset(self->state, error) : status;
}

static tn_status open_state(scene *self, tn_error *error) {
  const tn_states_api *api =
      tn_infer_request_get_extension(self->request, TN_STRING(TN_EXTENSION_STATES));
  return api->open(self->request, 0, (tn_state **)&self->made, error);
}

static void look_at_state(scene *self) {
  test *t = self->t;
  tn_state *state = self->made;
  EXPECT(tn_string_equal(state->api->name(state), self->state->api->name(self->state)));
}

static void drop_state(scene *self) {
  tn_state *state = self->made;
  state->api->destroy(state);
}

static tn_status export_model(scene *self, tn_error *error) {
  blob out = {0};
  (void)error; /* the blob's own is filled */
  const tn_status status = blob_export(self->t, self->compiled, &out);
  if (error) *error = self->t->error;
  if (status == TN_OK) self->told = scene_digest(self->told, out.bytes, (size_t)out.size);
  blob_clear(&out);
  return status;
}

static tn_status import_from(scene *self, bool in_memory, tn_error *error) {
  const blob_source source = blob_source_make(self->blob.bytes, self->blob.size, in_memory);
  const tn_status status = blob_import(self->t, &source, NULL, (tn_compiled_model **)&self->made);
  if (error) *error = self->t->error;
  return status;
}

static tn_status import_data(scene *self, tn_error *error) {
  return import_from(self, true, error);
}

static tn_status import_by_reading(scene *self, tn_error *error) {
  return import_from(self, false, error);
}

static tn_status runtime_model(scene *self, tn_error *error) {
  const tn_runtime_model_api *api =
      tn_compiled_model_get_extension(self->compiled, TN_STRING(TN_EXTENSION_RUNTIME_MODEL));
  return api->get(self->compiled, (tn_model **)&self->made, error);
}

/* Every node is there, with all that is said of it. */
static void look_at_nodes(scene *self) {
  const tn_graph *graph = ((const tn_model *)self->made)->graph;
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i];
    self->told = scene_digest(self->told, node->name.data, (size_t)node->name.length);
    for (uint32_t k = 0; k < node->attribute_count; k++)
      self->told = scene_digest(self->told, node->attributes[k]->name.data,
                                (size_t)node->attributes[k]->name.length);
  }
}

static void drop_model(scene *self) {
  tn_model_release(self->made);
}

/* A model that is handed on need not have what the plugin declares for models. */
static tn_status read_of_model(scene *self, tn_string name, tn_value_sink sink, tn_error *error) {
  const tn_status status = tn_compiled_model_get_property(self->compiled, name, sink, self, error);
  const bool foreign = test_is_handed_on(self->t, self->compiled->maker);
  return status == TN_NOT_FOUND && foreign ? TN_OK : status;
}

static tn_status read_properties(scene *self, tn_error *error) {
  for (uint32_t i = 0; i < self->properties.count; i++) {
    const tn_property *declared = self->properties.items[i];
    tn_value_sink sink =
        declared->flags & TN_PROPERTY_VOLATILE ? scene_take_volatile : scene_take_value;
    tn_status status = TN_OK;
    if (declared->levels & TN_LEVEL_PLUGIN)
      status = self->t->plugin->api->get_property(self->t->plugin, TN_STRING(""), declared->name,
                                                  sink, self, error);
    if (status == TN_OK && (declared->levels & TN_LEVEL_DEVICE))
      status = self->t->plugin->api->get_property(self->t->plugin, self->t->device, declared->name,
                                                  sink, self, error);
    if (status == TN_OK && (declared->levels & TN_LEVEL_MODEL))
      status = read_of_model(self, declared->name, sink, error);
    if (status != TN_OK) return status;
  }
  return TN_OK;
}

/* --- lists, contexts and their tensors */

static tn_status list_properties(scene *self, tn_error *error) {
  return self->t->plugin->api->properties(self->t->plugin, scene_take_properties, self, error);
}

static tn_status list_devices(scene *self, tn_error *error) {
  return self->t->plugin->api->devices(self->t->plugin, scene_take_devices, self, error);
}

static const tn_remote_api *remote_of(const scene *self) {
  return tn_plugin_get_extension(self->t->plugin, TN_STRING(TN_EXTENSION_REMOTE));
}

static tn_status create_context(scene *self, tn_error *error) {
  return remote_of(self)->create_context(self->t->plugin, self->t->device, NULL,
                                         (tn_remote_context **)&self->made, error);
}

static void look_at_context(scene *self) {
  test *t = self->t;
  EXPECT(test_names_device(self->t, self->made));
}

static void drop_context(scene *self) {
  tn_remote_context_release(self->made);
}

static tn_status create_remote_tensor(scene *self, tn_error *error) {
  return tn_remote_context_create_tensor(self->context, TN_F32, 2, (int64_t[]){3, 5},
                                         (tn_tensor **)&self->made, error);
}

static void look_at_tensor(scene *self) {
  remote_round_trip(self->t, self->made, self->t->seed);
}

static void drop_tensor(scene *self) {
  tn_tensor_release(self->made);
}

static tn_status copy(scene *self, tn_error *error) {
  const tn_copy_api *api = tn_tensor_get_extension(self->value, TN_STRING(TN_EXTENSION_COPY));
  if (!api) return TN_OK;
  const tn_status status = api->copy_from(self->value, self->plain, error);
  return status == TN_OK ? api->copy_to(self->value, self->plain, error) : status;
}

/* An inference whose result has no room: it tells what is needed. */
static tn_status infer_too_small(scene *self, tn_error *error) {
  tn_tensor *needed = NULL;
  const uint32_t port = tn_compiled_model_ports(self->compiled)->input_count;
  tn_status status = tn_infer_request_infer(self->request, error);
  if (status != TN_TOO_SMALL) return status;
  status = tn_infer_request_get_tensor(self->request, port, &needed, error);
  if (status == TN_OK)
    self->told = scene_digest(self->told, needed->shape, needed->rank * sizeof *needed->shape);
  return status;
}

static const scene_call calls[] = {
    {"query", scene_has_model, query, NULL, NULL},
    {"query_refused", scene_has_refused_model, query, NULL, NULL},
    {"query_of_texts", scene_has_model_of_texts, query, NULL, NULL},
    {"set_properties", scene_has_settings, set_properties, NULL, NULL},
    {"compile_after_setting", scene_has_set_settings, compile, look_at_settings, drop_compiled},
    {"compile_with_properties", scene_has_settings, compile_with_properties, look_at_settings,
     drop_compiled},
    {"compile", scene_has_model, compile, use_model, drop_compiled},
    {"create_request", scene_has_compiled, create_request, use_made_request, drop_request},
    {"infer", scene_has_request, infer, look_at_outputs, NULL},
    {"start", scene_has_request, start, look_at_outputs, NULL},
    {"infer_strided", scene_has_strided_request, infer, look_at_outputs, NULL},
    {"start_strided", scene_has_strided_request, start, look_at_outputs, NULL},
    {"profile", scene_has_profiled_request, profile, NULL, NULL},
    {"state", scene_has_state, use_state, NULL, NULL},
    {"open_state", scene_has_state, open_state, look_at_state, drop_state},
    {"export", scene_has_export, export_model, NULL, NULL},
    {"import", scene_has_blob, import_data, use_model, drop_compiled},
    {"import_by_reading", scene_has_blob, import_by_reading, use_model, drop_compiled},
    {"runtime_model", scene_has_runtime_model, runtime_model, look_at_nodes, drop_model},
    {"read_properties", scene_has_properties, read_properties, NULL, NULL},
    {"read_set_properties", scene_has_set_settings, read_properties, NULL, NULL},
    {"list_properties", scene_has_model, list_properties, NULL, NULL},
    {"list_devices", scene_has_model, list_devices, NULL, NULL},
    {"create_context", scene_has_context, create_context, look_at_context, drop_context},
    {"create_remote_tensor", scene_has_context, create_remote_tensor, look_at_tensor, drop_tensor},
    {"copy", scene_has_remote_tensor, copy, NULL, NULL},
    {"infer_too_small", scene_has_small_output, infer_too_small, NULL, NULL},
};

/* --- which are made on which models */

#define ON_EVERY_MODEL(operation)                                                               \
  operation ".multiply_add", operation ".network_f32", operation ".accumulator",                \
      operation ".two_variables", operation ".concat_dynamic", operation ".relu_f16",           \
      operation ".two_inputs_two_outputs", operation ".constant_output", operation ".chain",    \
      operation ".reshape_dynamic", operation ".products_read_twice", operation ".named_sizes", \
      operation ".strided_constant", operation ".needless_nodes"

const char *const scene_trials[] = {ON_EVERY_MODEL("query"),
                                    ON_EVERY_MODEL("compile"),
                                    ON_EVERY_MODEL("create_request"),
                                    ON_EVERY_MODEL("infer"),
                                    ON_EVERY_MODEL("start"),
                                    ON_EVERY_MODEL("profile"),
                                    ON_EVERY_MODEL("export"),
                                    ON_EVERY_MODEL("import"),
                                    ON_EVERY_MODEL("import_by_reading"),
                                    ON_EVERY_MODEL("runtime_model"),
                                    "query_refused.unknown_operator",
                                    "query_of_texts.chain",
                                    "query_of_texts.add_f32",
                                    "set_properties.carrier",
                                    "compile_after_setting.carrier",
                                    "compile_with_properties.carrier",
                                    "compile.many_variables",
                                    "runtime_model.recurrent",
                                    "create_request.many_variables",
                                    "infer_strided.multiply_add",
                                    "infer_strided.two_inputs_two_outputs",
                                    "start_strided.products_read_twice",
                                    "state.accumulator",
                                    "state.two_variables",
                                    "open_state.two_variables",
                                    "read_properties.carrier",
                                    "read_properties.network_f32",
                                    "read_set_properties.carrier",
                                    "list_properties.carrier",
                                    "list_devices.carrier",
                                    "create_context.carrier",
                                    "create_remote_tensor.carrier",
                                    "copy.carrier",
                                    "infer_too_small.concat_dynamic",
                                    NULL};

/* "compile.multiply_add" */
const scene_call *scene_find(test *t, scene *out) {
  const char *dot = strchr(t->parameter, '.');
  memset(out, 0, sizeof *out);
  out->t = t;
  for (size_t i = 0; dot && i < sizeof calls / sizeof *calls; i++) {
    const scene_call *call = &calls[i];
    if (strlen(call->name) != (size_t)(dot - t->parameter) ||
        strncmp(call->name, t->parameter, (size_t)(dot - t->parameter)) != 0)
      continue;
    snprintf(out->name, sizeof out->name, "%s", dot + 1);
    return call;
  }
  return NULL;
}

void scene_clear(scene *self) {
  blob_clear(&self->blob);
}

void scene_undo(scene *self, const scene_call *call) {
  if (call->look) call->look(self);
  if (call->drop) call->drop(self);
}

bool scene_run(scene *self, const scene_call *call) {
  test *t = self->t;
  char text[2 * TEST_PARAMETER_SIZE];
  snprintf(text, sizeof text, "%s(%s, &t->error)", call->name, self->name);
  return test_record_status(t, call->run(self, &t->error), TN_OK, text, __FILE__, __LINE__);
}
