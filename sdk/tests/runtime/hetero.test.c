/* HETERO as applications use it: built in, over plugins of which none runs everything. */
#include "../support/messages.h"
#include "../support/usual.h"

#define HETERO_PLUGIN TENON_BUILD_DIR "/lib/tenon/devices/libtenon_hetero.so"

/* checks TN_CORE_004 */
Test(hetero, a_model_is_split_and_gives_the_same) {
  tn_core *core = usual_core();
  tn_compiled *split = compile(core, mixed, "HETERO:MINIMAL,TEMPLATE");
  tn_compiled *alone = compile(core, mixed, "TEMPLATE");
  float got[16], expected[16];
  infer(core, split, got);
  infer(core, alone, expected);
  cr_assert_arr_eq(got, expected, sizeof got);
  cr_assert_str_eq(told(split, "HETERO_NUMBER_OF_SUBGRAPHS"), "3");
  cr_assert_str_eq(told(split, "EXECUTION_DEVICES"), "MINIMAL,TEMPLATE");
  cr_assert_str_eq(told(split, "HETERO_NODE_DEVICES"),
                   "n0=MINIMAL,n1=TEMPLATE,n2=TEMPLATE,n3=MINIMAL");
  cr_assert(strstr(told(split, "HETERO_REFUSALS"), "n1=MINIMAL: only Relu") != NULL, "%s",
            told(split, "HETERO_REFUSALS"));
  tn_compiled_destroy(alone);
  tn_compiled_destroy(split);
  tn_core_destroy(core);
}

Test(hetero, a_model_is_dealt_out_by_memory) {
  static const char *const chain[] = {"Relu", "Neg", "Abs", "Relu", NULL};
  tn_core *core = usual_core();
  tn_model *model = read_chain(core, 18, chain);
  tn_compiled *dealt = NULL, *alone = compile(core, chain, "TEMPLATE");
  tn_error error = {0};
  float got[16], expected[16];
  assert_ok(tn_core_set_property_text(core, "HETERO", "MODEL_DISTRIBUTION_POLICY",
                                      "PIPELINE_PARALLEL", &error));
  assert_ok(tn_core_compile(core, model, "HETERO:TEMPLATE.0,TEMPLATE.1", NULL, &dealt, &error));
  cr_assert_str_eq(told(dealt, "HETERO_NODE_DEVICES"),
                   "n0=TEMPLATE.0,n1=TEMPLATE.0,n2=TEMPLATE.1,n3=TEMPLATE.1");
  infer(core, dealt, got);
  infer(core, alone, expected);
  cr_assert_arr_eq(got, expected, sizeof got);
  tn_compiled_destroy(dealt);
  /* MINIMAL does not take what lies in its share: the other one does. */
  assert_ok(tn_core_compile(core, model, "HETERO:TEMPLATE,MINIMAL", NULL, &dealt, &error));
  cr_assert_str_eq(told(dealt, "HETERO_NODE_DEVICES"),
                   "n0=TEMPLATE,n1=TEMPLATE,n2=TEMPLATE,n3=MINIMAL");
  tn_compiled_destroy(dealt);
  tn_compiled_destroy(alone);
  tn_model_release(model);
  tn_core_destroy(core);
}

/* The results of the whole are no better than those of its coarsest part, wherever that stands. */
Test(hetero, the_coarsest_precision_is_told) {
  static const char *const chain[] = {"Relu", "Neg", "Abs", "Relu", NULL};
  static const char *const devices[] = {"HETERO:TEMPLATE.0,TEMPLATE.1",
                                        "HETERO:TEMPLATE.1,TEMPLATE.0"};
  tn_core *core = usual_core();
  tn_error error = {0};
  assert_ok(tn_core_set_property_text(core, "HETERO", "MODEL_DISTRIBUTION_POLICY",
                                      "PIPELINE_PARALLEL", &error));
  assert_ok(
      tn_core_set_property_text(core, "TEMPLATE.1", "INFERENCE_PRECISION_HINT", "f16", &error));
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
    tn_compiled *dealt = compile(core, chain, devices[i]);
    cr_assert_str_eq(told(dealt, "HETERO_NUMBER_OF_SUBGRAPHS"), "2");
    cr_expect_str_eq(told(dealt, "INFERENCE_PRECISION_HINT"), "f16", "%s", devices[i]);
    tn_compiled_destroy(dealt);
  }
  tn_core_destroy(core);
}

static void check_assigned(tn_core *core, tn_model *model, const char *devices) {
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  float got[16];
  assert_ok(tn_core_compile(core, model, "HETERO:MINIMAL,TEMPLATE.0,TEMPLATE.1", NULL, &compiled,
                            &error));
  cr_assert_str_eq(told(compiled, "HETERO_NODE_DEVICES"), devices);
  infer(core, compiled, got);
  cr_assert_eq(got[15], 7.0f);
  tn_compiled_destroy(compiled);
}

Test(hetero, nodes_go_where_the_application_wants_them) {
  tn_core *core = usual_core();
  tn_model *model = read_chain(core, 18, mixed), *assigned = NULL, *again = NULL;
  tn_error error = {0};
  const tn_map_entry wishes[] = {{TN_STRING("n0"), tn_value_of_string(TN_STRING("TEMPLATE"))},
                                 {TN_STRING("n2"), tn_value_of_string(TN_STRING("TEMPLATE.1"))}};
  const tn_map_entry none = {TN_STRING("n0"), tn_value_of_string(TN_STRING(""))};
  assert_ok(tn_core_assign_nodes(core, model, wishes, 2, &assigned, &error));
  check_assigned(core, assigned, "n0=TEMPLATE.0,n1=TEMPLATE.0,n2=TEMPLATE.1,n3=MINIMAL");
  assert_ok(tn_core_assign_nodes(core, assigned, &none, 1, &again, &error));
  tn_model_release(assigned);
  check_assigned(core, again, "n0=MINIMAL,n1=TEMPLATE.0,n2=TEMPLATE.1,n3=MINIMAL");
  check_assigned(core, model, "n0=MINIMAL,n1=TEMPLATE.0,n2=TEMPLATE.0,n3=MINIMAL");
  tn_model_release(again);
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(hetero, wishes_are_checked) {
  tn_core *core = usual_core();
  tn_model *model = read_chain(core, 18, mixed), *out = NULL;
  tn_error error = {0};
  const tn_map_entry nobody = {TN_STRING("n9"), tn_value_of_string(TN_STRING("MINIMAL"))};
  const tn_map_entry number = {TN_STRING("n0"), tn_value_of_int64(1)};
  assert_fails(tn_core_assign_nodes(core, model, &nobody, 1, &out, &error), TN_NOT_FOUND,
               "no node n9");
  assert_fails(tn_core_assign_nodes(core, model, &number, 1, &out, &error), TN_WRONG_TYPE,
               "node n0");
  assert_fails(tn_core_assign_nodes(core, model, NULL, 1, &out, &error), TN_INVALID_ARGUMENT,
               "nodes is NULL");
  assert_fails(tn_core_assign_nodes(core, NULL, &nobody, 1, &out, &error), TN_INVALID_ARGUMENT,
               "model is NULL");
  cr_assert_null(out);
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(hetero, what_one_device_takes_is_handed_on) {
  tn_core *core = usual_core();
  static const char *const relu[] = {"Relu", "Relu", NULL};
  tn_compiled *whole = compile(core, relu, "HETERO:MINIMAL,TEMPLATE");
  tn_error error = {0};
  struct text text;
  float got[16];
  infer(core, whole, got);
  cr_assert_eq(got[15], 7.0f);
  assert_fails(
      tn_compiled_get_property(whole, "HETERO_NUMBER_OF_SUBGRAPHS", take_text, &text, &error),
      TN_NOT_FOUND, "HETERO_NUMBER_OF_SUBGRAPHS");
  tn_compiled_destroy(whole);
  tn_core_destroy(core);
}

Test(hetero, a_device_that_fails_to_compile_loses_its_nodes) {
  tn_core *core = usual_core();
  tn_compiled *compiled = compile(core, mixed, "HETERO:LATE.0,TEMPLATE");
  float got[16];
  infer(core, compiled, got);
  cr_assert_eq(got[15], 7.0f);
  tn_compiled_destroy(compiled);
  static const char *const relu[] = {"Relu", NULL};
  tn_model *model = read_chain(core, 18, relu);
  tn_error error = {0};
  compiled = NULL;
  assert_fails(tn_core_compile(core, model, "HETERO:LATE.0", NULL, &compiled, &error),
               TN_UNSUPPORTED, "LATE.0: no room on the device");
  cr_assert_null(compiled);
  tn_model_release(model);
  tn_core_destroy(core);
}

static tn_core *core_that_warns(struct messages *messages) {
  static const char *const libraries[] = {MINIMAL_PLUGIN, TEMPLATE_PLUGIN, LATE_PLUGIN};
  tn_core_options options = quiet_options();
  tn_core *core = NULL;
  tn_error error = {0};
  options.log = keep_messages;
  options.log_user = messages;
  options.log_level = TN_LOG_WARNING;
  assert_ok(tn_core_create(&options, &core, &error));
  for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
    assert_ok(tn_core_register_plugin(core, libraries[i], NULL, NULL, &error));
  assert_ok(register_faulty(core, BROKEN_PLUGIN, "B", NULL, &error)); /* its backend is missing */
  return core;
}

Test(hetero, a_device_that_is_not_there_is_left_out) {
  struct messages messages = {""};
  tn_core *core = core_that_warns(&messages);
  tn_compiled *split = compile(core, mixed, "HETERO:B,MINIMAL,LATE.2,TEMPLATE");
  float got[16];
  infer(core, split, got);
  cr_assert_eq(got[15], 7.0f);
  cr_assert_str_eq(told(split, "HETERO_NODE_DEVICES"),
                   "n0=MINIMAL,n1=TEMPLATE,n2=TEMPLATE,n3=MINIMAL");
  const char *const refusals = told(split, "HETERO_REFUSALS");
  cr_assert(strstr(refusals, "n0=B: libnothing.so.1 is not installed,") != NULL, "%s", refusals);
  cr_assert(strstr(refusals, "; LATE.2: the cable was pulled") != NULL, "%s", refusals);
  cr_assert(strstr(messages.text, "B is left out: libnothing.so.1") != NULL, "%s", messages.text);
  cr_assert(strstr(messages.text, "LATE.2 is left out: the cable was pulled") != NULL);
  tn_compiled_destroy(split);
  tn_core_destroy(core);
}

/* A plugin without a device has none that could be meant; one that has some has not the one. */
Test(hetero, a_device_of_a_plugin_that_has_none_is_left_out) {
  struct messages messages = {""};
  setenv("TEMPLATE_BACKEND", "no-device", 1);
  tn_core *core = core_that_warns(&messages);
  static const char *const relu[] = {"Relu", NULL};
  tn_model *model = read_chain(core, 18, relu);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(tn_core_compile(core, model, "HETERO:TEMPLATE.1,MINIMAL", NULL, &compiled, &error));
  cr_assert(strstr(messages.text, "TEMPLATE.1 is left out") != NULL, "%s", messages.text);
  tn_compiled_destroy(compiled);
  assert_fails(tn_core_compile(core, model, "HETERO:LATE.9,MINIMAL", NULL, &compiled, &error),
               TN_NOT_FOUND, "device '9' is none of the 4 devices of LATE");
  tn_model_release(model);
  tn_core_destroy(core);
}

static tn_status TN_CALL take_ids(void *user, const tn_value *value) {
  *(uint64_t *)user = value->as.list.count;
  return TN_OK;
}

Test(hetero, a_device_is_there_where_one_below_is) {
  static const struct {
    const char *list;
    uint64_t count;
  } rows[] = {{"NOBODY", 0}, {"TEMPLATE.9", 0}, {"TEMPLATE", 1}, {"NOBODY,TEMPLATE", 1}};
  tn_core *core = usual_core();
  tn_error error = {0};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const tn_map_entry list = {TN_STRING("DEVICE_PRIORITIES"),
                               tn_value_of_string(tn_string_from(rows[i].list))};
    uint64_t count = 9;
    assert_ok(tn_core_set_properties(core, "HETERO", &list, 1, &error));
    assert_ok(tn_core_get_property(core, "HETERO", "AVAILABLE_DEVICES", take_ids, &count, &error));
    cr_assert_eq(count, rows[i].count, "%s", rows[i].list);
  }
  tn_core_destroy(core);
}

/* All that a device does not compile is known at once, and said once; others keep what they have.
 */
Test(hetero, what_a_device_does_not_compile_is_found_in_one_round) {
  static const char *const chain[] = {"Relu", "Neg", "Relu", "Abs", "Relu", "Neg", NULL};
  struct messages messages = {""};
  tn_core *core = core_that_warns(&messages);
  tn_compiled *split = compile(core, chain, "HETERO:LATE.0,MINIMAL,TEMPLATE");
  cr_assert_str_eq(told(split, "HETERO_NODE_DEVICES"),
                   "n0=MINIMAL,n1=TEMPLATE,n2=MINIMAL,n3=TEMPLATE,n4=MINIMAL,n5=TEMPLATE");
  cr_assert_str_eq(messages.text,
                   "LATE.0 does not compile what it has claimed (nodes: 3), which goes to the "
                   "devices behind it: no room on the device\n");
  tn_compiled_destroy(split);
  tn_core_destroy(core);
}

/* What is meant for a device that is not there does no harm; what nobody can have is an error. */
Test(hetero, a_property_may_be_one_of_a_device_that_is_not_there) {
  const tn_map_entry entry = {TN_STRING("OF_B_ALONE"), tn_value_of_int64(1)};
  struct messages messages = {""};
  tn_core *core = core_that_warns(&messages);
  tn_model *model = read_chain(core, 18, mixed);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  tn_compile_options options = tn_compile_options_init();
  options.properties = &entry;
  options.property_count = 1;
  assert_fails(tn_core_compile(core, model, "HETERO:MINIMAL,TEMPLATE", &options, &compiled, &error),
               TN_NOT_FOUND, "OF_B_ALONE");
  assert_ok(tn_core_compile(core, model, "HETERO:B,MINIMAL,TEMPLATE", &options, &compiled, &error));
  cr_assert(strstr(messages.text, "'OF_B_ALONE' is known to none of the devices") != NULL, "%s",
            messages.text);
  tn_compiled_destroy(compiled);
  tn_model_release(model);
  tn_core_destroy(core);
}

/* Then the failure is that of the device, not that nobody takes a node. */
Test(hetero, without_any_device_that_is_there_compiling_fails) {
  struct messages messages = {""};
  tn_core *core = core_that_warns(&messages);
  tn_model *model = read_chain(core, 18, mixed);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_fails(tn_core_compile(core, model, "HETERO:B", NULL, &compiled, &error),
               TN_BACKEND_MISSING, "libnothing");
  assert_fails(tn_core_compile(core, model, "HETERO:B,LATE.2", NULL, &compiled, &error),
               TN_DEVICE_LOST, "the cable");
  tn_model_release(model);
  tn_core_destroy(core);
}

/* An input given back. */
static tn_model *read_integers(tn_core *core) {
  onnx_bytes graph = {.size = 0}, set = graph, file = graph;
  tn_error error = {0};
  tn_model *model = NULL;
  onnx_text(&graph, 2, "integers");
  onnx_port_of(&graph, 11, "x", TN_I64);
  onnx_port_of(&graph, 12, "x", TN_I64);
  onnx_number(&set, 2, 18);
  onnx_number(&file, 1, 8);
  onnx_message(&file, 7, &graph);
  onnx_message(&file, 8, &set);
  assert_ok(tn_core_read_model_memory(core, file.data, file.size, &model, &error));
  return model;
}

/* MINIMAL takes floats alone. */
Test(hetero, a_model_without_nodes_goes_to_whoever_compiles_it) {
  struct messages messages = {""};
  tn_core *core = core_that_warns(&messages);
  tn_model *model = read_integers(core);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_fails(tn_core_compile(core, model, "HETERO:MINIMAL", NULL, &compiled, &error),
               TN_UNSUPPORTED, "no float input");
  assert_ok(tn_core_compile(core, model, "HETERO:B,MINIMAL,TEMPLATE", NULL, &compiled, &error));
  cr_assert_str_eq(told(compiled, "NETWORK_NAME"), "integers");
  tn_compiled_destroy(compiled);
  tn_model_release(model);
  tn_core_destroy(core);
}

/* y = Relu(x), and Neg(c) of a constant c, which nobody uses. */
static tn_model *read_constant_beside(tn_core *core) {
  static const char *const nodes[2][3] = {{"x", "y", "Relu"}, {"c", "z", "Neg"}};
  onnx_bytes graph = {.size = 0}, constant = graph, set = graph, file = graph;
  const float number = 3;
  tn_error error = {0};
  tn_model *model = NULL;
  for (int i = 0; i < 2; i++) {
    onnx_bytes node = {.size = 0};
    for (uint32_t field = 1; field <= 2; field++)
      onnx_text(&node, field, nodes[i][field - 1]);
    onnx_text(&node, 3, nodes[i][2]);
    onnx_text(&node, 4, nodes[i][2]);
    onnx_message(&graph, 1, &node);
  }
  onnx_text(&graph, 2, "constant beside");
  onnx_number(&constant, 1, 1);
  onnx_number(&constant, 2, TN_F32);
  onnx_text(&constant, 8, "c");
  onnx_block(&constant, 9, &number, sizeof number);
  onnx_message(&graph, 5, &constant);
  onnx_port(&graph, 11, "x");
  onnx_port(&graph, 12, "y");
  onnx_number(&set, 2, 18);
  onnx_number(&file, 1, 8);
  onnx_message(&file, 7, &graph);
  onnx_message(&file, 8, &set);
  assert_ok(tn_core_read_model_memory(core, file.data, file.size, &model, &error));
  return model;
}

/* MINIMAL does not run Neg, and need not. */
Test(hetero, no_device_is_refused_for_a_constant) {
  struct messages messages = {""};
  tn_core *core = core_that_warns(&messages);
  tn_model *model = read_constant_beside(core);
  tn_tensor *input = make_input(core), *output = NULL;
  tn_compiled *compiled = NULL;
  tn_request *request = NULL;
  tn_error error = {0};
  assert_ok(tn_core_compile(core, model, "HETERO:MINIMAL,TEMPLATE", NULL, &compiled, &error));
  cr_assert_str_eq(told(compiled, "HETERO_NODE_DEVICES"), "Relu=MINIMAL");
  cr_assert_str_empty(messages.text);
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  assert_ok(tn_request_infer(request, &error));
  assert_ok(tn_request_get_tensor(request, 1, &output, &error));
  cr_assert_eq(((float *)output->data)[15], 7.0f);
  tn_request_destroy(request);
  tn_tensor_release(input);
  tn_compiled_destroy(compiled);
  tn_model_release(model);
  tn_core_destroy(core);
}

static void check_failure(const char *device, const tn_map_entry *hint, tn_status expected,
                          const char *text) {
  tn_core *core = usual_core();
  tn_model *model = read_chain(core, 18, mixed);
  tn_tensor *input = make_input(core);
  tn_compile_options options = tn_compile_options_init();
  tn_compiled *compiled = NULL;
  tn_request *request = NULL;
  tn_error error = {0};
  options.properties = hint;
  options.property_count = 1;
  assert_ok(tn_core_compile(core, model, device, &options, &compiled, &error));
  tn_model_release(model);
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  assert_fails(tn_request_infer(request, &error), expected, text);
  tn_tensor_release(input);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* A part that ends cancelled without anybody's wish is no longer tried. */
Test(hetero, a_failure_at_run_time_names_the_device) {
  static const char *const hints[] = {"LATENCY", "THROUGHPUT"};
  for (int i = 0; i < 2; i++) {
    const tn_map_entry hint = {TN_STRING("PERFORMANCE_HINT"),
                               tn_value_of_string(tn_string_from(hints[i]))};
    check_failure("HETERO:LATE.1,TEMPLATE", &hint, TN_DEVICE_LOST, "LATE.1: the device has gone");
    check_failure("HETERO:LATE.3,TEMPLATE", &hint, TN_CANCELLED, "LATE.3: the driver gave up");
  }
}

Test(hetero, lists_and_properties_are_checked) {
  tn_core *core = usual_core();
  tn_model *model = read_chain(core, 18, mixed);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  const tn_map_entry unknown = {TN_STRING("NO_SUCH"), tn_value_of_bool(1)};
  tn_compile_options options = tn_compile_options_init();
  assert_fails(tn_core_compile(core, model, "HETERO", NULL, &compiled, &error), TN_INVALID_ARGUMENT,
               "no devices are named");
  assert_fails(tn_core_compile(core, model, "HETERO:TEMPLATE,TEMPLATE", NULL, &compiled, &error),
               TN_INVALID_ARGUMENT, "TEMPLATE stands there twice");
  assert_fails(tn_core_compile(core, model, "HETERO:TEMPLATE,", NULL, &compiled, &error),
               TN_INVALID_ARGUMENT, "empty name");
  assert_fails(tn_core_compile(core, model, "HETERO:NOBODY,TEMPLATE", NULL, &compiled, &error),
               TN_NOT_FOUND, "NOBODY");
  assert_fails(tn_core_compile(core, model, "HETERO:MINIMAL", NULL, &compiled, &error),
               TN_UNSUPPORTED, "node n1 (Neg) is taken by no device: MINIMAL: only Relu");
  options.properties = &unknown;
  options.property_count = 1;
  assert_fails(tn_core_compile(core, model, "HETERO:MINIMAL,TEMPLATE", &options, &compiled, &error),
               TN_NOT_FOUND, "NO_SUCH");
  cr_assert_null(compiled);
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(hetero, maps_of_properties_without_entries_are_refused) {
  static const char *const relu[] = {"Relu", NULL};
  const tn_value none = {.kind = TN_VALUE_MAP, .as.map = {NULL, 2}};
  const tn_map_entry hollow = {TN_STRING_INIT("TEMPLATE"), none};
  const tn_value one = {.kind = TN_VALUE_MAP, .as.map = {&hollow, 1}};
  const tn_map_entry wrong[] = {{TN_STRING_INIT("DEVICE_PROPERTIES"), none},
                                {TN_STRING_INIT("DEVICE_PROPERTIES"), one}};
  tn_core *core = usual_core();
  tn_model *model = read_chain(core, 18, relu);
  for (int i = 0; i < 2; i++) {
    tn_compile_options options = tn_compile_options_init();
    tn_compiled *compiled = NULL;
    tn_error error = {0};
    options.properties = &wrong[i];
    options.property_count = 1;
    assert_fails(
        tn_core_compile(core, model, "HETERO:MINIMAL,TEMPLATE", &options, &compiled, &error),
        TN_INVALID_ARGUMENT, "the entries of a map of 2 are NULL");
  }
  tn_model_release(model);
  tn_core_destroy(core);
}

/* Neither a plugin nor a device has it. */
Test(hetero, a_property_of_models_alone_goes_to_the_device) {
  static const char *const relu[] = {"Relu", NULL};
  const tn_map_entry promise = {TN_STRING("LATE_PROMISE"), tn_value_of_int64(5)};
  tn_core *core = usual_core();
  tn_model *model = read_chain(core, 18, relu);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  tn_compile_options options = tn_compile_options_init();
  options.properties = &promise;
  options.property_count = 1;
  assert_ok(tn_core_compile(core, model, "HETERO:LATE.1,MINIMAL", &options, &compiled, &error));
  cr_assert_str_eq(told(compiled, "LATE_PROMISE"), "5");
  tn_compiled_destroy(compiled);
  tn_model_release(model);
  tn_core_destroy(core);
}

static tn_status keep_number(void *user, const tn_value *value) {
  *(int64_t *)user = value->as.int64;
  return TN_OK;
}

Test(hetero, values_are_read_as_the_devices_declare_them) {
  static const char *const libraries[] = {MINIMAL_PLUGIN, RANDOM_PLUGIN, TEMPLATE_PLUGIN, NULL};
  tn_core *core = core_with(libraries);
  tn_error error = {0};
  struct text text;
  int64_t streams = 0;
  assert_ok(tn_core_parse_property(core, "HETERO:MINIMAL, TEMPLATE.1", "NUM_STREAMS", "0x3",
                                   keep_number, &streams, &error));
  cr_assert_eq(streams, 3);
  assert_fails(tn_core_parse_property(core, "HETERO:MINIMAL, TEMPLATE.1", "TEMPLATE_DELAY", "7",
                                      take_text, &text, &error),
               TN_OUT_OF_RANGE, "TEMPLATE: property TEMPLATE_DELAY");
  assert_fails(tn_core_parse_property(core, "HETERO:MINIMAL,TEMPLATE", "NO_SUCH", "7", take_text,
                                      &text, &error),
               TN_NOT_FOUND, "HETERO: property NO_SUCH is not known");
  assert_ok(register_faulty(core, BROKEN_PLUGIN, "B", NULL, &error)); /* its backend is missing */
  assert_ok(tn_core_parse_property(core, "HETERO:B,RANDOM,TEMPLATE", "SUPPORT_SEED", "5",
                                   keep_number, &streams, &error));
  cr_assert_eq(streams, 5);
  assert_fails(tn_core_parse_property(core, "HETERO:NOBODY,TEMPLATE", "TEMPLATE_DELAY", "0",
                                      take_text, &text, &error),
               TN_NOT_FOUND, "no plugin is called NOBODY");
  tn_core_destroy(core);
}

/* A plugin of that name which is there comes before the one that is built in. */
Test(hetero, a_registered_plugin_comes_first) {
  static const char *const libraries[] = {HETERO_PLUGIN, MINIMAL_PLUGIN, TEMPLATE_PLUGIN, NULL};
  tn_core *core = core_with(libraries);
  tn_compiled *split = compile(core, mixed, "HETERO:MINIMAL,TEMPLATE");
  cr_assert_str_eq(told(split, "HETERO_NUMBER_OF_SUBGRAPHS"), "3");
  tn_compiled_destroy(split);
  tn_core_destroy(core);
}

/* A split in a split: its parts are again split. */
Test(hetero, lists_may_nest) {
  static const char *const libraries[] = {MINIMAL_PLUGIN, TEMPLATE_PLUGIN, HETERO_PLUGIN, NULL};
  tn_core *core = core_with(libraries);
  tn_error error = {0};
  tn_model *model = read_chain(core, 18, mixed);
  tn_compiled *compiled = NULL;
  assert_fails(tn_core_compile(core, model, "HETERO:HETERO,TEMPLATE", NULL, &compiled, &error),
               TN_INVALID_ARGUMENT, "HETERO");
  tn_model_release(model);
  tn_core_destroy(core);
}
