/* Parts of HETERO's that run at the same time. */
#include "../support/seen.h"

#define MINIMAL_PLUGIN TENON_BUILD_DIR "/lib/tenon/plugins/libtenon_minimal.so"
#define LATE_PLUGIN    TENON_MOCK_DIR "/libmock_late.so"

static tn_core *core_of_three(void) {
  static const char *const libraries[] = {MINIMAL_PLUGIN, TEMPLATE_PLUGIN, LATE_PLUGIN};
  tn_core *core = quiet_core();
  tn_error error = {0};
  for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
    assert_ok(tn_core_register_plugin(core, libraries[i], NULL, NULL, &error));
  return core;
}

/* y0 = Relu(x) and y1 = Neg(x): neither waits for the other. */
static tn_model *read_two_branches(tn_core *core) {
  static const char *const operators[] = {"Relu", "Neg"};
  onnx_bytes graph = {.size = 0}, set = graph, file = graph;
  for (uint32_t i = 0; i < 2; i++) {
    char out[8], name[8];
    onnx_bytes node = {.size = 0};
    snprintf(out, sizeof out, "y%u", i);
    snprintf(name, sizeof name, "n%u", i);
    onnx_text(&node, 1, "x");
    onnx_text(&node, 2, out);
    onnx_text(&node, 3, name);
    onnx_text(&node, 4, operators[i]);
    onnx_message(&graph, 1, &node);
  }
  onnx_text(&graph, 2, "branches");
  onnx_port(&graph, 11, "x");
  onnx_port(&graph, 12, "y0");
  onnx_port(&graph, 12, "y1");
  onnx_number(&set, 2, 18);
  onnx_number(&file, 1, 8);
  onnx_message(&file, 7, &graph);
  onnx_message(&file, 8, &set);
  tn_error error = {0};
  tn_model *model = NULL;
  assert_ok(tn_core_read_model_memory(core, file.data, file.size, &model, &error));
  return model;
}

static tn_compiled *compile_branches(tn_core *core, const char *device) {
  static const tn_map_entry hint = {
      TN_STRING_INIT("PERFORMANCE_HINT"),
      {TN_VALUE_STRING, 0, {.string = {"THROUGHPUT", sizeof "THROUGHPUT" - 1}}}};
  tn_model *model = read_two_branches(core);
  tn_compile_options options = tn_compile_options_init();
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  options.properties = &hint;
  options.property_count = 1;
  assert_ok(tn_core_compile(core, model, device, &options, &compiled, &error));
  tn_model_release(model);
  return compiled;
}

static void check_branches(tn_request *request) {
  tn_error error = {0};
  for (uint32_t port = 1; port < 3; port++) {
    tn_tensor *output = NULL;
    assert_ok(tn_request_get_tensor(request, port, &output, &error));
    for (int i = 0; i < 16; i++) {
      const float x = (float)(i - 8), relu = x > 0 ? x : 0;
      cr_assert_eq(((float *)output->data)[i], port == 1 ? relu : -x);
    }
  }
}

Test(hetero_at_once, parts_that_do_not_wait_for_each_other_run_at_once) {
  tn_core *core = core_of_three();
  tn_compiled *compiled = compile_branches(core, "HETERO:MINIMAL,TEMPLATE");
  tn_tensor *input = make_input(core);
  tn_request *request = NULL;
  tn_error error = {0};
  cr_assert_str_eq(told(compiled, "HETERO_NUMBER_OF_SUBGRAPHS"), "2");
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  for (int round = 0; round < 50; round++) {
    assert_ok(tn_request_infer(request, &error));
    check_branches(request);
    assert_ok(tn_request_start(request, &error));
    assert_ok(tn_request_wait(request, -1, &error));
    check_branches(request);
  }
  for (int round = 0; round < 50; round++) { /* whenever it comes, what follows is whole */
    assert_ok(tn_request_start(request, &error));
    assert_ok(tn_request_cancel(request, &error));
    const tn_status status = tn_request_wait(request, -1, &error);
    cr_assert(status == TN_OK || status == TN_CANCELLED, "%s", tn_status_name(status));
    assert_ok(tn_request_infer(request, &error));
    check_branches(request);
  }
  tn_tensor_release(input);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* --- a request to cancel that comes when a part is about to begin */

static tn_status take_number(void *user, const tn_value *value) {
  *(int64_t *)user = value->as.int64;
  return TN_OK;
}

static void wait_for_dawdler(tn_core *core) {
  int64_t dawdles = 0;
  tn_error error = {0};
  while (!dawdles)
    assert_ok(tn_core_get_property(core, "DAWDLER.0", "DAWDLING", take_number, &dawdles, &error));
}

/* @return 1 when the inference was cancelled */
static int cancel_just_before(tn_core *core, tn_compiled *compiled) {
  tn_request *request = NULL;
  tn_tensor *input = make_input(core);
  tn_error error = {0};
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  assert_ok(tn_request_start(request, &error));
  wait_for_dawdler(core);
  assert_ok(tn_request_cancel(request, &error));
  const tn_status status = tn_request_wait(request, -1, &error);
  cr_assert(status == TN_OK || status == TN_CANCELLED, "%s", tn_status_name(status));
  tn_tensor_release(input);
  tn_request_destroy(request);
  return status == TN_CANCELLED;
}

static tn_core *core_with_dawdler(void) {
  tn_core *core = core_of_three();
  tn_error error = {0};
  assert_ok(
      tn_core_register_plugin(core, TENON_MOCK_DIR "/libmock_dawdler.so", NULL, NULL, &error));
  return core;
}

Test(hetero_at_once, a_part_that_is_about_to_begin_is_cancelled) {
  tn_core *core = core_with_dawdler();
  tn_compiled *compiled = compile_branches(core, "HETERO:MINIMAL,DAWDLER");
  for (int i = 0; i < 3; i++)
    cr_assert(cancel_just_before(core, compiled));
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* Who asks does so for a short time, in which a thread may have no turn on a machine with much to
 * do: more than one of them are tried. */
Test(hetero_at_once, so_is_one_of_parts_in_turn) {
  static const char *const chain[] = {"Relu", "Neg", NULL};
  tn_core *core = core_with_dawdler();
  tn_compiled *compiled = compile(core, chain, "HETERO:MINIMAL,DAWDLER");
  int cancelled = 0;
  for (int i = 0; i < 20 && !cancelled; i++)
    cancelled = cancel_just_before(core, compiled);
  cr_assert(cancelled);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(hetero_at_once, one_part_that_fails_ends_those_beside_it) {
  tn_core *core = core_of_three();
  tn_compiled *compiled = compile_branches(core, "HETERO:LATE.1,TEMPLATE");
  tn_tensor *input = make_input(core);
  tn_request *request = NULL;
  tn_error error = {0};
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  for (int round = 0; round < 20; round++)
    assert_fails(tn_request_infer(request, &error), TN_DEVICE_LOST, "LATE.1: the device has gone");
  tn_tensor_release(input);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}
