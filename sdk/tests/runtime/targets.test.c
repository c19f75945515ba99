#include "../support/runtime.h"

#include <stdlib.h>

/* Compiling where no device is, and importing where no compiler is, as TEMPLATE simulates both. */

static tn_core *template_core(void) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_ok(tn_core_register_plugin(core, TEMPLATE_PLUGIN, NULL, NULL, &error));
  return core;
}

typedef struct names {
  uint32_t count;
  char first[64];
} names;

static tn_status take_names(void *user, const tn_device_list *list) {
  names *self = user;
  self->count = list->count;
  if (list->count)
    snprintf(self->first, sizeof self->first, "%.*s", (int)list->devices[0]->id.length,
             list->devices[0]->id.data);
  return TN_OK;
}

typedef struct kept {
  _Alignas(64) char bytes[1 << 16];
  uint64_t size;
} kept;

static tn_status keep_bytes(void *user, const tn_value *value) {
  kept *self = user;
  cr_assert_leq(value->as.bytes.size, sizeof self->bytes);
  memcpy(self->bytes, value->as.bytes.data, (size_t)value->as.bytes.size);
  self->size = value->as.bytes.size;
  return TN_OK;
}

static void check_imported(tn_core *core, const kept *blob) {
  tn_error error = {0};
  tn_compiled *imported = NULL;
  tn_request *request = NULL;
  assert_ok(
      tn_core_import_memory(core, "TEMPLATE.1", blob->bytes, blob->size, NULL, &imported, &error));
  assert_ok(tn_compiled_create_request(imported, &request, &error));
  check_relu(core, request);
  tn_request_destroy(request);
  tn_compiled_destroy(imported);
}

Test(targets, are_compiled_for_and_imported_elsewhere) {
  static kept blob;
  tn_error error = {0};
  names found = {0};
  tn_request *request = NULL;
  setenv("TEMPLATE_BACKEND", "no-device", 1);
  tn_core *builder = template_core();
  assert_ok(tn_core_devices(builder, "TEMPLATE", take_names, &found, &error));
  cr_assert_eq(found.count, 0);
  assert_ok(tn_core_targets(builder, NULL, take_names, &found, &error));
  cr_assert_eq(found.count, 1);
  tn_compiled *compiled = compile_relu(builder, found.first);
  assert_fails(tn_compiled_create_request(compiled, &request, &error), TN_NOT_FOUND, "absent");
  assert_ok(tn_compiled_export_memory(compiled, NULL, keep_bytes, &blob, &error));
  tn_compiled_destroy(compiled);
  tn_core_destroy(builder);
  unsetenv("TEMPLATE_BACKEND");
  tn_core *runner = template_core();
  check_imported(runner, &blob);
  tn_core_destroy(runner);
}

Test(targets, imports_need_no_compiler) {
  static kept blob;
  tn_error error = {0};
  tn_core *builder = template_core();
  tn_compiled *compiled = compile_relu(builder, "TEMPLATE.0"), *out = NULL;
  assert_ok(tn_compiled_export_memory(compiled, NULL, keep_bytes, &blob, &error));
  tn_compiled_destroy(compiled);
  tn_core_destroy(builder);
  setenv("TEMPLATE_BACKEND", "no-compiler", 1);
  tn_core *runner = template_core();
  check_imported(runner, &blob);
  tn_model *model = read_relu(runner);
  assert_fails(tn_core_compile(runner, model, "TEMPLATE.0", NULL, &out, &error), TN_BACKEND_MISSING,
               "compiler");
  tn_model_release(model);
  tn_core_destroy(runner);
}

Test(targets, of_plugins_without_any_are_none) {
  tn_core *core = full_core();
  tn_error error = {0};
  names found = {99, ""};
  assert_ok(tn_core_targets(core, "FULL", take_names, &found, &error));
  cr_assert_eq(found.count, 0);
  assert_fails(tn_core_targets(core, "FULL.0", take_names, &found, &error), TN_INVALID_ARGUMENT,
               "plugin");
  assert_fails(tn_core_targets(core, "FULL", NULL, NULL, &error), TN_INVALID_ARGUMENT, "sink");
  tn_core_destroy(core);
}
