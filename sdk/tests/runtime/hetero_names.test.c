/* What the names in a list of HETERO stand for, and how a list may be written. */
#include "../support/usual.h"
#include "base/fault_allocator.h"

static const char *const relu[] = {"Relu", NULL};

static tn_model *assign(tn_core *core, const char *device) {
  const tn_map_entry wish = {TN_STRING_INIT("n0"), tn_value_of_string(tn_string_from(device))};
  tn_model *model = read_chain(core, 18, mixed), *assigned = NULL;
  tn_error error = {0};
  assert_ok(tn_core_assign_nodes(core, model, &wish, 1, &assigned, &error));
  tn_model_release(model);
  return assigned;
}

static void expect_nodes(tn_core *core, const char *devices, const char *wish,
                         const char *expected) {
  tn_model *model = assign(core, wish);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(tn_core_compile(core, model, devices, NULL, &compiled, &error));
  cr_assert_str_eq(told(compiled, "HETERO_NODE_DEVICES"), expected, "%s on %s: %s", wish, devices,
                   told(compiled, "HETERO_NODE_DEVICES"));
  tn_compiled_destroy(compiled);
  tn_model_release(model);
}

static void refuse_wish(tn_core *core, const char *devices, const char *wish, const char *says) {
  tn_model *model = assign(core, wish);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_fails(tn_core_compile(core, model, devices, NULL, &compiled, &error), TN_NOT_FOUND, says);
  tn_model_release(model);
}

static tn_status compile_with(tn_core *core, const char *devices, const tn_map_entry *property,
                              tn_compiled **out, tn_error *error) {
  tn_model *model = read_chain(core, 18, relu);
  tn_compile_options options = tn_compile_options_init();
  options.properties = property;
  options.property_count = property != NULL;
  const tn_status status = tn_core_compile(core, model, devices, &options, out, error);
  tn_model_release(model);
  return status;
}

/* Also the one of its DEVICE_ID. */
Test(hetero_names, a_plugin_is_its_first_device) {
  static const char list[] = "HETERO:MINIMAL,TEMPLATE";
  static const char expected[] = "n0=TEMPLATE,n1=TEMPLATE,n2=TEMPLATE,n3=MINIMAL";
  tn_core *core = usual_core();
  tn_error error = {0};
  expect_nodes(core, list, "TEMPLATE", expected);
  expect_nodes(core, list, "TEMPLATE.0", expected);
  refuse_wish(core, list, "TEMPLATE.1", "affinity TEMPLATE.1 is none of the devices: MINIMAL, TEM");
  assert_ok(tn_core_set_property_text(core, "TEMPLATE", "DEVICE_ID", "1", &error));
  expect_nodes(core, list, "TEMPLATE.1", expected);
  refuse_wish(core, list, "TEMPLATE.0", "affinity TEMPLATE.0 is none of the devices");
  tn_core_destroy(core);
}

static void refuse_list(tn_core *core, const char *devices, const tn_map_entry *property,
                        const char *says) {
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_fails(compile_with(core, devices, property, &compiled, &error), TN_INVALID_ARGUMENT, says);
  cr_assert_null(compiled);
}

static void accept_list(tn_core *core, const char *devices, const tn_map_entry *property) {
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(compile_with(core, devices, property, &compiled, &error));
  tn_compiled_destroy(compiled);
}

Test(hetero_names, no_device_stands_in_a_list_twice) {
  const tn_map_entry second = {TN_STRING_INIT("DEVICE_ID"), tn_value_of_string(TN_STRING("1"))};
  const tn_map_entry of_plugin = {TN_STRING_INIT("TEMPLATE"),
                                  {.kind = TN_VALUE_MAP, .as.map = {&second, 1}}};
  const tn_map_entry said = {TN_STRING_INIT("DEVICE_PROPERTIES"),
                             {.kind = TN_VALUE_MAP, .as.map = {&of_plugin, 1}}};
  tn_core *core = usual_core();
  tn_error error = {0};
  refuse_list(core, "HETERO:TEMPLATE,MINIMAL,TEMPLATE.0", NULL,
              "TEMPLATE.0 stands there twice, as TEMPLATE and TEMPLATE.0");
  refuse_list(core, "HETERO:TEMPLATE.0, TEMPLATE", NULL, "TEMPLATE.0 stands there twice");
  accept_list(core, "HETERO:TEMPLATE,TEMPLATE.1", NULL);
  refuse_list(core, "HETERO:TEMPLATE,TEMPLATE.1", &said, "TEMPLATE.1 stands there twice");
  assert_ok(tn_core_set_property_text(core, "TEMPLATE", "DEVICE_ID", "1", &error));
  accept_list(core, "HETERO:TEMPLATE,TEMPLATE.0", NULL);
  refuse_list(core, "HETERO:TEMPLATE,TEMPLATE.1", NULL, "TEMPLATE.1 stands there twice");
  tn_core_destroy(core);
}

Test(hetero_names, what_is_said_of_a_device_is_said_of_its_plugin) {
  const tn_map_entry promise = {TN_STRING_INIT("LATE_PROMISE"), tn_value_of_int64(5)};
  static const char *const devices[] = {"LATE.0", "LATE.1"};
  tn_core *core = usual_core();
  for (int i = 0; i < 2; i++) {
    const tn_map_entry of = {tn_string_from(devices[i]),
                             {.kind = TN_VALUE_MAP, .as.map = {&promise, 1}}};
    const tn_map_entry said = {TN_STRING_INIT("DEVICE_PROPERTIES"),
                               {.kind = TN_VALUE_MAP, .as.map = {&of, 1}}};
    tn_compiled *compiled = NULL;
    tn_error error = {0};
    const char *list = i ? "HETERO:LATE.1,MINIMAL" : "HETERO:LATE,MINIMAL";
    const tn_status status = compile_with(core, list, &said, &compiled, &error);
    cr_assert_eq(status, TN_OK, "%s", error.message);
    if (i) cr_assert_str_eq(told(compiled, "LATE_PROMISE"), "5");
    tn_compiled_destroy(compiled);
    compiled = NULL;
    list = i ? "HETERO:LATE,MINIMAL" : "HETERO:LATE.1,MINIMAL";
    assert_fails(compile_with(core, list, &said, &compiled, &error), TN_NOT_FOUND, devices[i]);
  }
  tn_core_destroy(core);
}

/* --- blanks */

static tn_compiled *split(tn_core *core, const char *devices, const char *list) {
  const tn_map_entry properties[] = {
      {TN_STRING("SUPPORT_SEED"), tn_value_of_int64(2)},
      {TN_STRING("DEVICE_PRIORITIES"), tn_value_of_string(tn_string_from(list))}};
  tn_model *model = read_chain(core, 18, mixed);
  tn_compile_options options = tn_compile_options_init();
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  options.properties = properties;
  options.property_count = list ? 2 : 1;
  assert_ok(tn_core_compile(core, model, devices, &options, &compiled, &error));
  tn_model_release(model);
  return compiled;
}

/* Reads a blob for lists that mean the same. */
static tn_status read_again(void *user, const tn_value *value) {
  static const char *const rows[][2] = {{"HETERO:RANDOM,TEMPLATE", NULL},
                                        {"HETERO:\tRANDOM , TEMPLATE ", NULL},
                                        {"HETERO", " RANDOM, TEMPLATE"},
                                        {"HETERO", "RANDOM,TEMPLATE"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const tn_map_entry list = {TN_STRING("DEVICE_PRIORITIES"),
                               tn_value_of_string(tn_string_from(rows[i][1]))};
    tn_import_options options = tn_compile_options_init();
    tn_compiled *read = NULL;
    tn_error error = {0};
    options.properties = &list;
    options.property_count = rows[i][1] != NULL;
    assert_ok(tn_core_import_memory(user, rows[i][0], value->as.bytes.data, value->as.bytes.size,
                                    &options, &read, &error));
    cr_assert_str_eq(told(read, "DEVICE_PRIORITIES"), "RANDOM,TEMPLATE");
    tn_compiled_destroy(read);
  }
  return TN_OK;
}

/* In a name, in a property of the call, and in one of the plugin. */
Test(hetero_names, blanks_in_a_list_do_not_count) {
  static const char *const libraries[] = {RANDOM_PLUGIN, TEMPLATE_PLUGIN, NULL};
  static const char *const rows[][2] = {{"HETERO:RANDOM,TEMPLATE", NULL},
                                        {"HETERO: RANDOM,  TEMPLATE", NULL},
                                        {"HETERO", "RANDOM , TEMPLATE"},
                                        {"HETERO", NULL}};
  tn_core *core = core_with(libraries);
  tn_error error = {0};
  assert_ok(
      tn_core_set_property_text(core, "HETERO", "DEVICE_PRIORITIES", "RANDOM, TEMPLATE", &error));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tn_compiled *compiled = split(core, rows[i][0], rows[i][1]);
    cr_assert_gt(atoi(told(compiled, "HETERO_NUMBER_OF_SUBGRAPHS")), 1);
    assert_ok(tn_compiled_export_memory(compiled, NULL, read_again, core, &error));
    tn_compiled_destroy(compiled);
  }
  tn_core_destroy(core);
}

/* --- without memory */

static void *allocate_by(void *user, uint64_t size, uint64_t alignment) {
  const tni_allocator *allocator = user;
  return allocator->allocate(allocator->user, (size_t)size, (size_t)alignment);
}

static void release_by(void *user, void *memory) {
  const tni_allocator *allocator = user;
  allocator->release(allocator->user, memory);
}

static tn_status compile_named(const tni_allocator *allocator, void *user) {
  const onnx_bytes bytes = onnx_chain(18, mixed);
  const tn_map_entry wish = {TN_STRING_INIT("n0"), tn_value_of_string(TN_STRING("TEMPLATE.0"))};
  tn_core_options options = quiet_options();
  tn_core *core = NULL;
  tn_model *model = NULL, *assigned = NULL;
  tn_compiled *compiled = NULL;
  (void)user;
  options.allocate = allocate_by;
  options.release = release_by;
  options.allocator_user = (void *)(uintptr_t)allocator;
  tn_status status = tn_core_create(&options, &core, NULL);
  if (status == TN_OK) status = tn_core_register_plugin(core, MINIMAL_PLUGIN, NULL, NULL, NULL);
  if (status == TN_OK) status = tn_core_register_plugin(core, TEMPLATE_PLUGIN, NULL, NULL, NULL);
  if (status == TN_OK)
    status = tn_core_read_model_memory(core, bytes.data, bytes.size, &model, NULL);
  if (status == TN_OK) status = tn_core_assign_nodes(core, model, &wish, 1, &assigned, NULL);
  if (status == TN_OK)
    status = tn_core_compile(core, assigned, "HETERO: MINIMAL, TEMPLATE", NULL, &compiled, NULL);
  tn_compiled_destroy(compiled);
  if (assigned) tn_model_release(assigned);
  if (model) tn_model_release(model);
  tn_core_destroy(core);
  return status;
}

Test(hetero_names, names_survive_failing_allocations) {
  const long failed = tni_fault_sweep(compile_named, NULL);
  cr_assert_gt(failed, 100, "the sweep ended with %ld", failed);
}
