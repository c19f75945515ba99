#include "test_engine.h"

#include <criterion/criterion.h>
#include <dlfcn.h>
#include <string.h>

static tn_create_plugin_engine_function find_entry(void) {
  static tn_create_plugin_engine_function entry;
  if (entry) return entry;
  void *library = dlopen(TENON_PLUGIN_DIR "/libtenon_template.so", RTLD_NOW | RTLD_LOCAL);
  cr_assert_not_null(library, "%s", dlerror());
  void *symbol = dlsym(library, "tn_create_plugin_engine");
  cr_assert_not_null(symbol);
  memcpy(&entry, &symbol, sizeof entry);
  return entry;
}

tn_status test_engine_open(test_engine *engine, const tni_allocator *allocator, tn_error *error) {
  test_host_init(&engine->host, allocator);
  engine->plugin = NULL;
  const tn_create_options options = test_host_options(&engine->host);
  return find_entry()(&options, &engine->plugin, error);
}

void test_engine_must_open(test_engine *engine) {
  tn_error error;
  memset(&error, 0, sizeof error);
  cr_assert_eq(test_engine_open(engine, NULL, &error), TN_OK, "%s", error.message);
}

void test_engine_close(test_engine *engine) {
  tn_plugin_destroy(engine->plugin, TN_DESTROY_NORMAL);
  cr_assert_eq(atomic_load(&engine->host.ended), 1);
  cr_assert_eq(atomic_load(&engine->host.executors), 0);
}

tn_status test_compile(const test_engine *engine, tn_model *model, const char *name, tn_value value,
                       tn_compiled_model **out, tn_error *error) {
  const tn_map_entry entry = {tn_string_from(name), value};
  tn_compile_options options = tn_compile_options_init();
  options.properties = &entry;
  options.property_count = name != NULL;
  return tn_plugin_compile(engine->plugin, TN_STRING("0"), model, &options, out, error);
}

void test_infer(tn_infer_request *request, const float *in, float *out) {
  const int64_t shape[] = {2, 4};
  tn_tensor *input = test_tensor(2, shape, in), *output;
  tn_error error;
  memset(&error, 0, sizeof error);
  cr_assert_eq(tn_infer_request_set_tensor(request, 0, input, NULL), TN_OK);
  tn_tensor_release(input);
  cr_assert_eq(tn_infer_request_infer(request, &error), TN_OK, "%s", error.message);
  cr_assert_eq(tn_infer_request_get_tensor(request, 1, &output, NULL), TN_OK);
  memcpy(out, output->data, 8 * sizeof *out);
}
