#include "engine/failing_calls.h"

#include <string.h>

#include "engine/ignore.h"

#define NO_DEVICE   TN_STRING("no such device")
#define NO_PROPERTY TN_STRING("NO_SUCH_PROPERTY")

static const tn_map_entry no_entry = {TN_STRING_INIT("NO_SUCH_PROPERTY"), {TN_VALUE_BOOL, 0, {1}}};

/* Options with a critical entry that nobody knows. */
static const tn_option critical = TN_OPTION_HEADER(tn_option, TN_OPTION_CRITICAL, "x-nobody/1");
static const tn_option *const entries[] = {&critical};

static tn_status compile_at(failing_scene *scene, tn_string device, tn_model *model,
                            const tn_compile_options *options, tn_error *error) {
  tn_status status = tn_plugin_compile(scene->plugin, device, model, options,
                                       (tn_compiled_model **)&scene->out, error);
  if (status != TN_OK) return status;
  tn_compiled_model_destroy(scene->out); /* which it should not have made */
  scene->out = test_poison();
  return status;
}

static tn_status compile_unknown_operator(failing_scene *scene, tn_error *error) {
  return compile_at(scene, scene->device, scene->refused, NULL, error);
}

static tn_status compile_unknown_device(failing_scene *scene, tn_error *error) {
  return compile_at(scene, NO_DEVICE, scene->carrier, NULL, error);
}

static tn_status compile_unknown_property(failing_scene *scene, tn_error *error) {
  tn_compile_options options = tn_compile_options_init();
  options.properties = &no_entry;
  options.property_count = 1;
  return compile_at(scene, scene->device, scene->carrier, &options, error);
}

static tn_status compile_critical_entry(failing_scene *scene, tn_error *error) {
  tn_compile_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  return compile_at(scene, scene->device, scene->carrier, &options, error);
}

static tn_status compile_small_options(failing_scene *scene, tn_error *error) {
  tn_compile_options options = tn_compile_options_init();
  options.size = 8;
  return compile_at(scene, scene->device, scene->carrier, &options, error);
}

static tn_status query_unknown_device(failing_scene *scene, tn_error *error) {
  return tn_plugin_query(scene->plugin, NO_DEVICE, scene->carrier, NULL, ignore_answers, NULL,
                         error);
}

static tn_status get_unknown_property(failing_scene *scene, tn_error *error) {
  return scene->plugin->api->get_property(scene->plugin, TN_STRING(""), NO_PROPERTY, ignore_value,
                                          NULL, error);
}

static tn_status get_of_unknown_device(failing_scene *scene, tn_error *error) {
  return scene->plugin->api->get_property(scene->plugin, NO_DEVICE, TN_STRING("FULL_DEVICE_NAME"),
                                          ignore_value, NULL, error);
}

static tn_status set_unknown_property(failing_scene *scene, tn_error *error) {
  return scene->plugin->api->set_properties(scene->plugin, TN_STRING(""), &no_entry, 1, error);
}

static tn_status set_of_unknown_device(failing_scene *scene, tn_error *error) {
  return scene->plugin->api->set_properties(scene->plugin, NO_DEVICE, &no_entry, 1, error);
}

static tn_status get_unknown_model_property(failing_scene *scene, tn_error *error) {
  return tn_compiled_model_get_property(scene->model, NO_PROPERTY, ignore_value, NULL, error);
}

static tn_status set_unknown_model_property(failing_scene *scene, tn_error *error) {
  return tn_compiled_model_set_properties(scene->model, &no_entry, 1, error);
}

static tn_status create_request_critical_entry(failing_scene *scene, tn_error *error) {
  tn_create_request_options options = tn_create_request_options_init();
  options.entries = entries;
  options.entry_count = 1;
  return tn_compiled_model_create_request(scene->model, &options, (tn_infer_request **)&scene->out,
                                          error);
}

static tn_status get_tensor_behind_last_port(failing_scene *scene, tn_error *error) {
  return tn_infer_request_get_tensor(scene->request, scene->port_count, (tn_tensor **)&scene->out,
                                     error);
}

static tn_status set_tensor_behind_last_port(failing_scene *scene, tn_error *error) {
  return tn_infer_request_set_tensor(scene->request, scene->port_count, scene->wrong, error);
}

static tn_status set_tensor_of_wrong_type(failing_scene *scene, tn_error *error) {
  return tn_infer_request_set_tensor(scene->request, 0, scene->wrong, error);
}

static tn_status start_critical_entry(failing_scene *scene, tn_error *error) {
  tn_start_options options = tn_start_options_init();
  options.entries = entries;
  options.entry_count = 1;
  return tn_infer_request_start(scene->request, &options, error);
}

static tn_status fail_devices(void *user, const tn_device_list *list) {
  (void)user, (void)list;
  return TN_IO;
}

static tn_status devices_into_failing_sink(failing_scene *scene, tn_error *error) {
  return scene->plugin->api->devices(scene->plugin, fail_devices, NULL, error);
}

static tn_status fail_properties(void *user, const tn_property *const *items, uint64_t count) {
  (void)user, (void)items, (void)count;
  return TN_IO;
}

static tn_status properties_into_failing_sink(failing_scene *scene, tn_error *error) {
  return scene->plugin->api->properties(scene->plugin, fail_properties, NULL, error);
}

static tn_status fail_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  (void)user, (void)nodes, (void)count;
  return TN_IO;
}

static tn_status query_into_failing_sink(failing_scene *scene, tn_error *error) {
  return tn_plugin_query(scene->plugin, scene->device, scene->carrier, NULL, fail_answers, NULL,
                         error);
}

#define CALL(run, status, has_out, text) \
  { #run, text, status, has_out, run }

const failing_call failing_calls[] = {
    CALL(compile_unknown_operator, TN_UNSUPPORTED, true, "compile with an unknown operator"),
    CALL(compile_unknown_device, TN_NOT_FOUND, true, "compile for an unknown device"),
    CALL(compile_unknown_property, TN_NOT_FOUND, true, "compile with an unknown property"),
    CALL(compile_critical_entry, TN_UNSUPPORTED, true, "compile with a critical entry"),
    CALL(compile_small_options, TN_INVALID_ARGUMENT, true, "compile with options of 8 bytes"),
    CALL(query_unknown_device, TN_NOT_FOUND, false, "query for an unknown device"),
    CALL(get_unknown_property, TN_NOT_FOUND, false, "get_property of an unknown name"),
    CALL(get_of_unknown_device, TN_NOT_FOUND, false, "get_property of an unknown device"),
    CALL(set_unknown_property, TN_NOT_FOUND, false, "set_properties of an unknown name"),
    CALL(set_of_unknown_device, TN_NOT_FOUND, false, "set_properties of an unknown device"),
    CALL(get_unknown_model_property, TN_NOT_FOUND, false, "get_property of a model, unknown name"),
    CALL(set_unknown_model_property, TN_NOT_FOUND, false,
         "set_properties of a model, unknown name"),
    CALL(create_request_critical_entry, TN_UNSUPPORTED, true,
         "create_request with a critical entry"),
    CALL(get_tensor_behind_last_port, TN_OUT_OF_RANGE, true, "get_tensor behind the last port"),
    CALL(set_tensor_behind_last_port, TN_OUT_OF_RANGE, false, "set_tensor behind the last port"),
    CALL(set_tensor_of_wrong_type, TN_WRONG_TYPE, false, "set_tensor of another element type"),
    CALL(start_critical_entry, TN_UNSUPPORTED, false, "start with a critical entry"),
    CALL(devices_into_failing_sink, TN_IO, false, "devices, whose sink fails,"),
    CALL(properties_into_failing_sink, TN_IO, false, "properties, whose sink fails,"),
    CALL(query_into_failing_sink, TN_IO, false, "query, whose sink fails,"),
};

const uint32_t failing_call_count = sizeof failing_calls / sizeof *failing_calls;

const char *failing_call_at(uint32_t index) {
  return index < failing_call_count ? failing_calls[index].id : NULL;
}

const char *failing_call_with_out_at(uint32_t index) {
  for (uint32_t i = 0; i < failing_call_count; i++)
    if (failing_calls[i].has_out && index-- == 0) return failing_calls[i].id;
  return NULL;
}

const failing_call *failing_call_of(const test *t) {
  const failing_call *call = failing_calls;
  while (strcmp(call->id, t->parameter) != 0)
    call++;
  return call;
}

bool failing_scene_create(test *t, failing_scene *scene) {
  memset(scene, 0, sizeof *scene);
  scene->plugin = t->plugin;
  scene->device = t->device;
  scene->out = test_poison();
  scene->carrier = test_model(t, "carrier");
  scene->refused = test_model(t, "unknown_operator");
  scene->model = test_compile(t, "carrier");
  scene->request = test_request(t, scene->model);
  scene->wrong = test_tensor(t, TN_U16, 1, (int64_t[]){3}); /* no carrier has such a port */
  if (!scene->carrier || !scene->refused || !scene->request || !scene->wrong) return false;
  const tn_port_list *ports = tn_compiled_model_ports(scene->model);
  scene->port_count = ports->input_count + ports->output_count;
  return test_set_inputs(t, scene->request, "carrier", t->seed, 4);
}
