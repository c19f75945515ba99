/* What the runtime promises to plugins, where no other test comes by. */
#include "../support/runtime.h"

#include <dlfcn.h>

/* --- sizes */

static void use(const char *library) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  tn_request *request = NULL;
  assert_ok(register_faulty(core, library, "OTHER", NULL, &error));
  tn_compiled *compiled = compile_relu(core, "OTHER");
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  check_relu(core, request);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* checks TN_ABI_018 */
Test(promises, a_plugin_with_grown_tables_and_structs_is_used) {
  use(TENON_MOCK_DIR "/libbare_grown.so");
}

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/* checks TN_ABI_018 */
Test(promises, a_plugin_of_the_first_day_is_used) {
  use(TENON_SOURCE_DIR "/sdk/tests/abi/binaries/libtenon_bare-x86_64-1.so");
}
#endif

/* --- libraries */

static int is_mapped(const char *library) {
  void *handle = dlopen(library, RTLD_NOW | RTLD_NOLOAD);
  if (handle) dlclose(handle);
  return handle != NULL;
}

/* checks TN_LIFE_018, TN_LIFE_019 */
Test(promises, a_library_stays_while_and_after_its_engine_ends) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  tn_request *request = NULL;
  tn_tensor *output = NULL;
  assert_ok(register_faulty(core, BARE_PLUGIN, "BARE", NULL, &error));
  tn_compiled *compiled = compile_relu(core, "BARE");
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  check_relu(core, request);
  assert_ok(tn_request_get_tensor(request, 1, &output, &error));
  tn_tensor_retain(output);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
  cr_assert(is_mapped(BARE_PLUGIN));
  tn_tensor_release(output); /* the engine's last object: end is called within */
  cr_assert(is_mapped(BARE_PLUGIN));
}

/* --- objects */

/* checks TN_LAYER_007, TN_LAYER_012 */
Test(promises, objects_that_come_by_keep_their_table_and_host_word) {
  static const char *const devices[] = {"FULL", "BARE", "FORWARD"};
  for (int i = 0; i < 3; i++) {
    tn_core *core = full_core();
    tn_compiled *compiled = compile_relu(core, devices[i]);
    tn_request *request = NULL;
    tn_error error = {0};
    assert_ok(tn_compiled_create_request(compiled, &request, &error));
    tn_tensor *input = make_input(core), *own = NULL, *again = NULL;
    const tn_tensor before = *input;
    assert_ok(tn_request_get_tensor(request, 1, &own, &error));
    const void *api = own->api, *host = own->host;
    assert_ok(tn_request_set_tensor(request, 0, input, &error));
    assert_ok(tn_request_infer(request, &error));
    assert_ok(tn_request_get_tensor(request, 1, &own, &error));
    assert_ok(tn_request_get_tensor(request, 0, &again, &error));
    cr_assert_eq(own->api, api);
    cr_assert_eq(own->host, host);
    cr_assert_eq(again, input);
    cr_assert(input->api == before.api && input->host == before.host);
    tn_tensor_release(input);
    tn_request_destroy(request);
    tn_compiled_destroy(compiled);
    tn_core_destroy(core);
  }
}
