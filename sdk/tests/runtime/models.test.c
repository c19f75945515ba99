/* Models through plugins: reading, queries, compiling, inferring, and the order of giving back. */
#include "../support/runtime.h"

Test(models, a_model_is_read_with_ports_nodes_and_sets) {
  tn_core *core = quiet_core();
  static const char *const chain[] = {"Relu", "Abs", NULL};
  tn_model *model = read_chain(core, 13, chain);
  cr_assert_eq(model->graph->node_count, 2);
  cr_assert_eq(model->graph->nodes[1]->since_version, 13);
  cr_assert_eq(model->operator_sets[0]->version, 13);
  cr_assert(tn_string_equal(model->graph->inputs[0]->name, TN_STRING("x")));
  const tn_value_info *between = model->graph->nodes[0]->outputs[0];
  cr_assert_eq(between->type, TN_F32, "types are inferred");
  cr_assert_eq(between->rank, 1);
  cr_assert_eq(between->dimensions[0].max, 16);
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(models, wrong_files_are_refused) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  tn_model *model = NULL;
  assert_fails(tn_core_read_model(core, "/no/such/model.onnx", &model, &error), TN_NOT_FOUND,
               "/no/such/model.onnx");
  assert_fails(tn_core_read_model_memory(core, "abc", 3, &model, &error), TN_MALFORMED, "");
  assert_fails(tn_core_read_model_memory(core, NULL, 3, &model, &error), TN_INVALID_ARGUMENT,
               "NULL");
  cr_assert_null(model);
  tn_core_destroy(core);
}

static void run_on(const char *device) {
  tn_core *core = full_core();
  tn_compiled *compiled = compile_relu(core, device);
  tn_error error = {0};
  tn_request *request = NULL;
  uint32_t port = 77;
  assert_ok(tn_compiled_find_port(compiled, "y", &port, &error));
  cr_assert_eq(port, 1);
  assert_fails(tn_compiled_find_port(compiled, "z", &port, &error), TN_NOT_FOUND,
               "inputs x; outputs y");
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  check_relu(core, request);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(models, a_model_runs_on_a_plugin) {
  run_on("FULL");
  run_on("FULL.1");
  run_on("BARE.0");
}

Test(models, a_model_runs_through_another_plugin) {
  run_on("FORWARD");
}

/* checks TN_LIFE_017 */
Test(models, handles_may_be_given_back_in_any_order) {
  static const char *const devices[] = {"FULL", "BARE", "FORWARD"};
  for (int i = 0; i < 3; i++) {
    tn_core *core = full_core();
    tn_tensor *input = make_input(core), *output = NULL;
    tn_compiled *compiled = compile_relu(core, devices[i]);
    tn_error error = {0};
    tn_request *request = NULL;
    assert_ok(tn_compiled_create_request(compiled, &request, &error));
    tn_core_destroy(core);
    tn_compiled_destroy(compiled);
    assert_ok(tn_request_set_tensor(request, 0, input, &error));
    assert_ok(tn_request_infer(request, &error));
    assert_ok(tn_request_get_tensor(request, 1, &output, &error));
    tn_tensor_retain(output);
    tn_request_destroy(request);
    cr_assert_eq(((float *)output->data)[15], 7.0f);
    tn_tensor_release(output);
    tn_tensor_release(input);
  }
}

Test(models, an_unloaded_plugin_lives_as_long_as_it_is_used) {
  tn_core *core = full_core();
  tn_compiled *compiled = compile_relu(core, "FULL");
  tn_error error = {0};
  assert_ok(tn_core_unload_plugin(core, "FULL", &error));
  tn_request *request = NULL;
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  check_relu(core, request);
  assert_ok(register_faulty(core, FULL_PLUGIN, "FULL", NULL, &error));
  tn_compiled *other = compile_relu(core, "FULL");
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_compiled_destroy(other);
  tn_core_destroy(core);
}

/* --- operator sets */

typedef struct answers {
  uint64_t count;
  int supported[8];
  char reasons[8][200];
} answers;

static tn_status take_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  answers *self = user;
  self->count += count;
  for (uint64_t i = 0; i < count; i++) {
    const int node = nodes[i]->name.data[1] - '0';
    cr_assert(nodes[i]->name.length == 2 && node >= 0 && node < 8);
    self->supported[node] = (int)nodes[i]->supported;
    snprintf(self->reasons[node], sizeof self->reasons[node], "%.*s",
             (int)nodes[i]->reason_text.length, nodes[i]->reason_text.data);
  }
  return TN_OK;
}

static answers ask(tn_core *core, tn_model *model, const char *device) {
  answers got = {0};
  tn_error error = {0};
  assert_ok(tn_core_query(core, model, device, NULL, take_answers, &got, &error));
  return got;
}

/* checks TN_COMPILE_015 */
Test(models, old_nodes_are_upgraded_for_the_plugin) {
  tn_core *core = full_core();
  static const char *const chain[] = {"Relu", "Relu", NULL};
  tn_model *model = read_chain(core, 9, chain); /* Relu of version 6; the mock knows 14 */
  cr_assert_eq(model->graph->nodes[0]->since_version, 6);
  const answers got = ask(core, model, "FULL");
  cr_assert_eq(got.count, 2);
  cr_assert(got.supported[0] && got.supported[1]);
  tn_error error = {0};
  tn_compiled *compiled = NULL;
  assert_ok(tn_core_compile(core, model, "FULL", NULL, &compiled, &error));
  tn_model *runs = NULL;
  assert_ok(tn_compiled_runtime_model(compiled, &runs, &error));
  cr_assert_eq(runs->graph->nodes[0]->since_version, 14);
  cr_assert_eq(runs->operator_sets[0]->version, 18, "at most the plugin's set");
  tn_model_release(runs);
  tn_compiled_destroy(compiled);
  tn_model_release(model);
  tn_core_destroy(core);
}

/* checks TN_COMPILE_015, TN_COMPILE_016 */
Test(models, nodes_without_an_equal_are_answered_by_the_runtime) {
  tn_core *core = full_core();
  /* Swish came with set 24; the mock reads 18. */
  static const char *const chain[] = {"Relu", "Swish", "Relu", "Abs", NULL};
  tn_model *model = read_chain(core, 24, chain);
  const answers got = ask(core, model, "FULL");
  cr_assert_eq(got.count, 4);
  cr_assert(got.supported[0] && got.supported[2]);
  cr_assert(!got.supported[1] && !got.supported[3]);
  cr_assert_not_null(strstr(got.reasons[1], "Swish of version 24"));
  cr_assert_not_null(strstr(got.reasons[1], "set 18"));
  cr_assert_str_eq(got.reasons[3], "only Relu");
  tn_error error = {0};
  tn_compiled *compiled = NULL;
  assert_fails(tn_core_compile(core, model, "FULL", NULL, &compiled, &error), TN_UNSUPPORTED,
               "FULL: node n1: Swish");
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(models, all_nodes_may_be_without_an_equal) {
  tn_core *core = full_core();
  static const char *const chain[] = {"Swish", NULL};
  tn_model *model = read_chain(core, 24, chain);
  const answers got = ask(core, model, "FULL");
  cr_assert_eq(got.count, 1);
  cr_assert(!got.supported[0]);
  tn_model_release(model);
  tn_core_destroy(core);
}

/* checks TN_CORE_002, TN_CORE_003 */
Test(models, a_virtual_plugin_gets_nodes_as_they_are) {
  tn_core *core = full_core();
  static const char *const chain[] = {"Relu", NULL};
  tn_model *model = read_chain(core, 9, chain);
  const answers got = ask(core, model, "FORWARD"); /* upgraded on the way to BARE */
  cr_assert_eq(got.count, 1);
  cr_assert(got.supported[0]);
  tn_model_release(model);
  tn_core_destroy(core);
}

/* --- failures */

Test(models, a_failure_keeps_what_the_plugin_said) {
  tn_core *core = full_core();
  static const char *const chain[] = {"Abs", NULL};
  tn_model *model = read_chain(core, 13, chain);
  tn_error error = {0};
  tn_compiled *compiled = NULL;
  assert_fails(tn_core_compile(core, model, "FULL", NULL, &compiled, &error), TN_UNSUPPORTED,
               "FULL: only Relu");
  cr_assert_eq(error.clause_area, TN_AREA_COMPILE);
  cr_assert_eq(error.clause_number, 7);
  cr_assert_eq(error.vendor_code, 4711);
  assert_fails(tn_core_compile(core, model, "FORWARD", NULL, &compiled, &error), TN_UNSUPPORTED,
               "FORWARD: BARE: ");
  cr_assert_null(compiled);
  assert_fails(tn_core_compile(core, NULL, "FULL", NULL, &compiled, &error), TN_INVALID_ARGUMENT,
               "model is NULL");
  assert_fails(tn_core_compile(core, model, "NOBODY", NULL, &compiled, &error), TN_NOT_FOUND,
               "registered: FULL, BARE, FORWARD");
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(models, a_device_that_leads_back_to_itself_is_an_error) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  const tn_map_entry to_b = {TN_STRING("FORWARD_TO"), tn_value_of_string(TN_STRING("B"))};
  const tn_map_entry to_a = {TN_STRING("FORWARD_TO"), tn_value_of_string(TN_STRING("A"))};
  tn_plugin_options options = tn_plugin_options_init();
  options.property_count = 1;
  options.name = "A";
  options.properties = &to_b;
  assert_ok(tn_core_register_plugin(core, FORWARD_PLUGIN, &options, NULL, &error));
  options.name = "B";
  options.properties = &to_a;
  assert_ok(tn_core_register_plugin(core, FORWARD_PLUGIN, &options, NULL, &error));
  tn_model *model = read_relu(core);
  tn_compiled *compiled = NULL;
  assert_fails(tn_core_compile(core, model, "A", NULL, &compiled, &error), TN_INVALID_ARGUMENT,
               "leads back to itself: A <- B <- A");
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(models, properties_and_progress_reach_compile) {
  tn_core *core = full_core();
  tn_model *model = read_relu(core);
  tn_error error = {0};
  tn_compiled *compiled = NULL;
  tn_map_entry entry = {TN_STRING("NUM_STREAMS"), tn_value_of_int64(9)};
  tn_compile_options options = tn_compile_options_init();
  options.properties = &entry;
  options.property_count = 1;
  assert_fails(tn_core_compile(core, model, "FULL", &options, &compiled, &error), TN_OUT_OF_RANGE,
               "FULL: property NUM_STREAMS: 9 is out of range, legal is 1 to 8");
  entry.value = tn_value_of_int64(4);
  assert_ok(tn_core_compile(core, model, "FULL:A,B,C", &options, &compiled, &error));
  tn_compiled_destroy(compiled);
  entry.key = TN_STRING("DEVICE_PRIORITIES");
  entry.value = tn_value_of_string(TN_STRING("A"));
  assert_fails(tn_core_compile(core, model, "FULL:A", &options, &compiled, &error),
               TN_INVALID_ARGUMENT, "both");
  options.reserved = 1;
  assert_fails(tn_core_compile(core, model, "FULL", &options, &compiled, &error),
               TN_INVALID_ARGUMENT, "reserved");
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(models, a_list_is_for_devices_made_of_others) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  tn_compiled *compiled = NULL;
  assert_ok(register_faulty(core, TEMPLATE_PLUGIN, "TEMPLATE", NULL, &error));
  tn_model *model = read_relu(core);
  assert_fails(tn_core_compile(core, model, "TEMPLATE:X", NULL, &compiled, &error),
               TN_INVALID_ARGUMENT,
               "device \"TEMPLATE:X\": TEMPLATE is not made of other devices: expected TEMPLATE or "
               "TEMPLATE.ID");
  tn_model_release(model);
  tn_core_destroy(core);
}

static uint32_t cancel(void *user, double done) {
  (void)done;
  ++*(int *)user;
  return 1;
}

Test(models, progress_cancels) {
  tn_core *core = full_core();
  tn_model *model = read_relu(core);
  tn_error error = {0};
  tn_compiled *compiled = NULL;
  int reports = 0;
  const tn_progress_option progress = tn_progress_option_make(cancel, &reports);
  const tn_option *const entries[] = {&progress.option};
  tn_compile_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  assert_fails(tn_core_compile(core, model, "FULL", &options, &compiled, &error), TN_CANCELLED,
               "FULL: cancelled");
  cr_assert_eq(reports, 1);
  tn_model_release(model);
  tn_core_destroy(core);
}
