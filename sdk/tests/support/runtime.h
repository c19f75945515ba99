/** @file
 *  For tests of the runtime: cores without surprises from the environment, mock plugins, models.
 */
#ifndef TENON_TESTS_RUNTIME_H
#define TENON_TESTS_RUNTIME_H

#include <criterion/criterion.h>

#include "onnx_bytes.h"
#include "tenon/tenon.h"

#define FULL_PLUGIN     TENON_MOCK_DIR "/libmock_full.so"
#define BROKEN_PLUGIN   TENON_MOCK_DIR "/libmock_broken.so"
#define TEMPLATE_PLUGIN TENON_BUILD_DIR "/lib/tenon/plugins/libtenon_template.so"
#define BARE_PLUGIN     TENON_BUILD_DIR "/lib/tenon/plugins/libtenon_bare.so"
#define FORWARD_PLUGIN  TENON_BUILD_DIR "/lib/tenon/plugins/libtenon_forward.so"

/** Fails the test with the message of the error. */
#define assert_ok(call)                                                                         \
  do {                                                                                          \
    const tn_status assert_ok_status = (call);                                                  \
    cr_assert(assert_ok_status == TN_OK, "%s: %s: %s", #call, tn_status_name(assert_ok_status), \
              error.message);                                                                   \
  } while (0)

/** Asserts a failure, and that its message holds a text. */
#define assert_fails(call, expected, text)                                                      \
  do {                                                                                          \
    const tn_status assert_fails_status = (call);                                               \
    cr_assert(assert_fails_status == (expected), "%s: %s: %s", #call,                           \
              tn_status_name(assert_fails_status), error.message);                              \
    cr_assert(error.status == (expected), "%s: the record says %d", #call, (int)error.status);  \
    cr_assert(strstr(error.message, (text)) != NULL, "%s: \"%s\" is not in: %s", #call, (text), \
              error.message);                                                                   \
  } while (0)

/** Options of a core that knows no plugin. */
static inline tn_core_options quiet_options(void) {
  tn_core_options options = tn_core_options_init();
  options.flags = TN_CORE_IGNORE_ENVIRONMENT | TN_CORE_NO_DEFAULT_FOLDER;
  return options;
}

/** A core that knows no plugin. */
static inline tn_core *quiet_core(void) {
  const tn_core_options options = quiet_options();
  tn_error error = {0};
  tn_core *core = NULL;
  assert_ok(tn_core_create(&options, &core, &error));
  return core;
}

/** Registers a library under a name, with the creation property FAULT unless that is NULL. */
static inline tn_status register_faulty(tn_core *core, const char *library, const char *name,
                                        const char *fault, tn_error *error) {
  const tn_map_entry entry = {TN_STRING("FAULT"), tn_value_of_string(tn_string_from(fault))};
  tn_plugin_options options = tn_plugin_options_init();
  options.name = name;
  options.properties = &entry;
  options.property_count = fault ? 1 : 0;
  return tn_core_register_plugin(core, library, &options, NULL, error);
}

/** A core with FULL, BARE and FORWARD (to BARE). */
static inline tn_core *full_core(void) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_ok(register_faulty(core, FULL_PLUGIN, "FULL", NULL, &error));
  assert_ok(register_faulty(core, BARE_PLUGIN, "BARE", NULL, &error));
  assert_ok(register_faulty(core, FORWARD_PLUGIN, "FORWARD", NULL, &error));
  return core;
}

/** Reads a chain of operators. */
static inline tn_model *read_chain(tn_core *core, uint32_t operator_set,
                                   const char *const *operators) {
  const onnx_bytes bytes = onnx_chain(operator_set, operators);
  tn_error error = {0};
  tn_model *model = NULL;
  assert_ok(tn_core_read_model_memory(core, bytes.data, bytes.size, &model, &error));
  return model;
}

/** Reads a model of one Relu. */
static inline tn_model *read_relu(tn_core *core) {
  static const char *const relu[] = {"Relu", NULL};
  return read_chain(core, 18, relu);
}

/** Compiles a model of one Relu. */
static inline tn_compiled *compile_relu(tn_core *core, const char *device) {
  tn_model *model = read_relu(core);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(tn_core_compile(core, model, device, NULL, &compiled, &error));
  tn_model_release(model);
  return compiled;
}

/** A float tensor of 16 elements -8, -7, ... 7. */
static inline tn_tensor *make_input(tn_core *core) {
  const int64_t shape[] = {16};
  tn_tensor *tensor = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create_tensor(core, TN_F32, 1, shape, &tensor, &error));
  for (int i = 0; i < 16; i++)
    ((float *)tensor->data)[i] = (float)(i - 8);
  return tensor;
}

/** Runs one inference on make_input's tensor and checks the result. */
static inline void check_relu(tn_core *core, tn_request *request) {
  tn_tensor *input = make_input(core), *output = NULL;
  tn_error error = {0};
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  tn_tensor_release(input);
  assert_ok(tn_request_infer(request, &error));
  assert_ok(tn_request_get_tensor(request, 1, &output, &error));
  for (int i = 0; i < 16; i++)
    cr_assert_eq(((float *)output->data)[i], i < 8 ? 0.0f : (float)(i - 8));
}

#endif
