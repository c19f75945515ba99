/* Nodes that are meant for devices of an alias: by its names, or by those of the plugins behind it.
 */
#include "../support/alias.h"

/* GPU.0 is MINIMAL's, GPU.1 and GPU.2 are TEMPLATE's; OTHER is MINIMAL once more. */
static tn_core *core_with_fallback(const char *fallback) {
  char more[80];
  snprintf(more, sizeof more, "\"alias\": \"GPU\", \"fallback\": [\"%s\"]", fallback);
  write_manifest("MINIMAL", MINIMAL_PLUGIN, more);
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  tn_plugin_options options = tn_plugin_options_init();
  tn_error error = {0};
  options.name = "OTHER";
  assert_ok(tn_core_register_plugin(core, MINIMAL_PLUGIN, &options, NULL, &error));
  return core;
}

/* A chain whose node n0 is meant for a device. */
static tn_model *assign(tn_core *core, const char *const *chain, const char *device) {
  const tn_map_entry wish = {TN_STRING_INIT("n0"), tn_value_of_string(tn_string_from(device))};
  tn_model *model = read_chain(core, 18, chain), *assigned = NULL;
  tn_error error = {0};
  assert_ok(tn_core_assign_nodes(core, model, &wish, 1, &assigned, &error));
  tn_model_release(model);
  return assigned;
}

static void expect(tn_core *core, const char *device, const char *wish, const char *property,
                   const char *expected) {
  tn_model *model = assign(core, mixed, wish);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  float got[16];
  assert_ok(tn_core_compile(core, model, device, NULL, &compiled, &error));
  cr_assert_str_eq(told(compiled, property), expected, "n0 on %s of %s: %s", wish, device,
                   told(compiled, property));
  infer(core, compiled, got);
  cr_assert_eq(got[15], 7.0f);
  tn_compiled_destroy(compiled);
  tn_model_release(model);
}

static void expect_nodes(tn_core *core, const char *device, const char *wish,
                         const char *expected) {
  expect(core, device, wish, "HETERO_NODE_DEVICES", expected);
}

Test(alias_affinity, a_device_of_the_alias_is_one_of_the_devices, .init = make_folder,
     .fini = remove_folder) {
  static const char whole[] = "n0=GPU.0,n1=GPU.1,n2=GPU.1,n3=GPU.0";
  static const char other[] = "n0=GPU.1,n1=GPU.1,n2=GPU.1,n3=GPU.0";
  tn_core *core = core_with_fallback("TEMPLATE.0");
  expect_nodes(core, "GPU", "GPU", whole);
  expect_nodes(core, "GPU", "GPU.0", whole);
  expect_nodes(core, "GPU.0", "GPU.0", whole);
  expect_nodes(core, "GPU", "MINIMAL", whole);
  expect_nodes(core, "GPU", "GPU.1", other);
  expect_nodes(core, "GPU", "TEMPLATE.0", other);
  tn_core_destroy(core);
}

/* The first takes the whole model, but is not to have it. */
Test(alias_affinity, what_is_meant_for_another_the_first_does_not_get, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\", \"fallback\": [\"MINIMAL\"]");
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "");
  tn_core *core = core_of_folder();
  expect(core, "GPU.1", "GPU.1", "EXECUTION_DEVICES", "1");
  expect(core, "GPU.1", "GPU", "EXECUTION_DEVICES", "1");
  expect(core, "GPU.1", "TEMPLATE", "EXECUTION_DEVICES", "1");
  expect_nodes(core, "GPU.1", "MINIMAL.0", "n0=MINIMAL.0,n1=GPU.1,n2=GPU.1,n3=GPU.1");
  tn_core_destroy(core);
}

Test(alias_affinity, the_name_alone_is_the_device_of_the_call, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\", \"fallback\": [\"MINIMAL\"]");
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "");
  tn_core *core = core_of_folder();
  tn_error error = {0};
  assert_ok(tn_core_set_property_text(core, "GPU", "DEVICE_ID", "1", &error));
  expect(core, "GPU", "GPU", "EXECUTION_DEVICES", "1");
  expect(core, "GPU.0", "GPU", "EXECUTION_DEVICES", "0");
  tn_core_destroy(core);
}

Test(alias_affinity, an_alias_in_a_list_is_named_as_there, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = core_with_fallback("OTHER");
  expect_nodes(core, "HETERO:OTHER,GPU.0,TEMPLATE.0", "GPU.0",
               "n0=GPU.0,n1=TEMPLATE.0,n2=TEMPLATE.0,n3=OTHER");
  expect_nodes(core, "HETERO:OTHER,GPU.0,TEMPLATE.0", "GPU",
               "n0=GPU.0,n1=TEMPLATE.0,n2=TEMPLATE.0,n3=OTHER");
  expect_nodes(core, "HETERO:OTHER,GPU,TEMPLATE.0", "GPU.0",
               "n0=GPU,n1=TEMPLATE.0,n2=TEMPLATE.0,n3=OTHER");
  expect_nodes(core, "HETERO:GPU.0,TEMPLATE.0", "TEMPLATE",
               "n0=TEMPLATE.0,n1=TEMPLATE.0,n2=TEMPLATE.0,n3=GPU.0");
  tn_core_destroy(core);
}

static tn_status TN_CALL count_supported(void *user, const tn_node_support *const *nodes,
                                         uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    *(uint64_t *)user += nodes[i]->supported;
  return TN_OK;
}

static void refuse(tn_core *core, const char *wish, const char *says) {
  tn_model *model = assign(core, relu, wish);
  tn_compiled *compiled = NULL;
  uint64_t supported = 0;
  tn_error error = {0};
  assert_fails(tn_core_compile(core, model, "GPU", NULL, &compiled, &error), TN_NOT_FOUND, says);
  cr_assert_null(compiled);
  assert_fails(tn_core_query(core, model, "GPU", NULL, count_supported, &supported, &error),
               TN_NOT_FOUND, says);
  tn_model_release(model);
}

Test(alias_affinity, what_does_not_serve_the_device_is_refused, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = core_with_fallback("OTHER");
  refuse(core, "GPU.7", "node n0: its affinity GPU.7 is none of the devices: MINIMAL.0, OTHER.0");
  refuse(core, "GPU.2", "node n0: its affinity GPU.2 is none of the devices");
  refuse(core, "NOBODY", "node n0: its affinity NOBODY is none of the devices");
  tn_core_destroy(core);
}

/* There is no HETERO then that would look at it. */
Test(alias_affinity, where_one_alone_serves_the_device_others_are_refused, .init = make_folder,
     .fini = remove_folder) {
  static const char said[] =
      "is none of the devices: '0' is served by MINIMAL.0 alone, and there "
      "are 0, 1, 2";
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  refuse(core, "GPU.5", said);
  refuse(core, "GPU.5", "GPU: node n0: its affinity GPU.5");
  refuse(core, "GPU.1", "node n0: its affinity GPU.1");
  refuse(core, "TEMPLATE.0", said);
  refuse(core, "NOBODY", "node n0: its affinity NOBODY");
  tn_core_destroy(core);
}

Test(alias_affinity, where_one_alone_serves_the_device_it_may_be_named, .init = make_folder,
     .fini = remove_folder) {
  static const char *const rows[][2] = {
      {"GPU", "GPU"},   {"GPU", "GPU.0"},   {"GPU", "MINIMAL"},   {"GPU.0", "MINIMAL.0"},
      {"GPU.1", "GPU"}, {"GPU.1", "GPU.1"}, {"GPU.1", "TEMPLATE"}};
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tn_model *model = assign(core, relu, rows[i][1]);
    tn_compiled *compiled = NULL;
    tn_error error = {0};
    assert_ok(tn_core_compile(core, model, rows[i][0], NULL, &compiled, &error));
    tn_compiled_destroy(compiled);
    tn_model_release(model);
  }
  tn_core_destroy(core);
}

/* MINIMAL does not take a Neg, wherever else it would run. */
Test(alias_affinity, a_query_goes_by_it, .init = make_folder, .fini = remove_folder) {
  static const char *const neg[] = {"Neg", NULL};
  static const struct {
    const char *wish;
    uint64_t supported;
  } rows[] = {{"GPU.0", 0}, {"GPU.1", 1}};
  tn_core *core = core_with_fallback("TEMPLATE.0");
  for (size_t i = 0; i < 2; i++) {
    tn_model *model = assign(core, neg, rows[i].wish);
    uint64_t supported = 0;
    tn_error error = {0};
    assert_ok(tn_core_query(core, model, "GPU", NULL, count_supported, &supported, &error));
    cr_assert_eq(supported, rows[i].supported, "%s", rows[i].wish);
    tn_model_release(model);
  }
  tn_core_destroy(core);
}

Test(alias_affinity, no_model_is_refused, .init = make_folder, .fini = remove_folder) {
  tn_core *core = core_with_fallback("OTHER");
  tn_compiled *compiled = NULL;
  uint64_t supported = 0;
  tn_error error = {0};
  assert_fails(tn_core_compile(core, NULL, "GPU", NULL, &compiled, &error), TN_INVALID_ARGUMENT,
               "model is NULL");
  assert_fails(tn_core_query(core, NULL, "GPU", NULL, count_supported, &supported, &error),
               TN_INVALID_ARGUMENT, "model is NULL");
  tn_core_destroy(core);
}

/* A context is of one device, which has the model as a whole or not at all. */
Test(alias_affinity, with_a_context_nothing_may_go_elsewhere, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\", \"fallback\": [\"MINIMAL\"]");
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "");
  tn_core *core = core_of_folder();
  tn_remote_context *context = NULL;
  tn_error error = {0};
  assert_ok(tn_core_default_context(core, "GPU.1", &context, &error));
  const tn_context_option with = tn_context_option_make(context);
  const tn_option *const entries[] = {&with.option};
  tn_compile_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  tn_model *elsewhere = assign(core, relu, "MINIMAL"), *here = assign(core, relu, "GPU");
  tn_compiled *compiled = NULL;
  assert_fails(tn_core_compile(core, elsewhere, "GPU", &options, &compiled, &error), TN_UNSUPPORTED,
               "nodes are meant for another device than TEMPLATE.1");
  assert_ok(tn_core_compile(core, here, "GPU", &options, &compiled, &error));
  cr_assert_str_eq(told(compiled, "EXECUTION_DEVICES"), "1");
  tn_compiled_destroy(compiled);
  tn_model_release(here);
  tn_model_release(elsewhere);
  tn_remote_context_release(context);
  tn_core_destroy(core);
}

/* --- without memory */

static tn_status compile_assigned(const tni_allocator *allocator, void *user) {
  const onnx_bytes bytes = onnx_chain(18, mixed);
  const tn_map_entry wish = {TN_STRING_INIT("n0"), tn_value_of_string(TN_STRING("GPU.1"))};
  tn_core *core = NULL;
  tn_model *model = NULL, *assigned = NULL;
  tn_compiled *compiled = NULL;
  (void)user;
  tn_status status = core_of_allocator(allocator, &core);
  if (status == TN_OK)
    status = tn_core_read_model_memory(core, bytes.data, bytes.size, &model, NULL);
  if (status == TN_OK) status = tn_core_assign_nodes(core, model, &wish, 1, &assigned, NULL);
  if (status == TN_OK) status = tn_core_compile(core, assigned, "GPU", NULL, &compiled, NULL);
  tn_compiled_destroy(compiled);
  if (assigned) tn_model_release(assigned);
  if (model) tn_model_release(model);
  tn_core_destroy(core);
  return status;
}

Test(alias_affinity, names_survive_failing_allocations, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\", \"fallback\": [\"TEMPLATE.0\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  const long failed = tni_fault_sweep(compile_assigned, NULL);
  cr_assert_gt(failed, 100, "the sweep ended with %ld", failed);
}
