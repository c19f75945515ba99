/* test-labels: threads */
/* Names of what was made for an alias: those that the application has used. */
#include "../support/alias.h"

#include <pthread.h>

/* --- names of what was made */

static const char *device_of_tensor(tn_core *core, tn_tensor *tensor) {
  static struct text text;
  tn_error error = {0};
  assert_ok(tn_core_tensor_device(core, tensor, take_text, &text, &error));
  return text.text;
}

static void check_properties(tn_core *core, tn_remote_context *context, const char *expected) {
  struct text text;
  tn_error error = {0};
  assert_ok(tn_core_context_properties(core, context, take_text, &text, &error));
  cr_assert(strncmp(text.text, expected, strlen(expected)) == 0, "%s", text.text);
}

Test(alias_names, a_context_tells_the_name_for_which_it_was_made, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_remote_context *aliased = NULL, *plain = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create_context(core, "GPU.2", NULL, &aliased, &error));
  assert_ok(tn_core_create_context(core, "TEMPLATE.1", NULL, &plain, &error));
  cr_assert_str_eq(device_of(core, aliased), "GPU.2");
  cr_assert_str_eq(device_of(core, plain), "TEMPLATE.1");
  check_properties(core, aliased, "DEVICE_ID=2,USED_BYTES=");
  check_properties(core, plain, "DEVICE_ID=1,USED_BYTES=");
  cr_assert(tn_string_is(tn_remote_context_device(aliased), "1"), "at the interface: the maker's");
  cr_assert(tn_string_is(aliased->maker->name, "TEMPLATE"));
  assert_fails(tn_core_context_device(core, NULL, take_text, NULL, &error), TN_INVALID_ARGUMENT,
               "the context is NULL");
  assert_fails(tn_core_context_properties(core, aliased, NULL, NULL, &error), TN_INVALID_ARGUMENT,
               "the sink is NULL");
  tn_remote_context_release(plain);
  tn_remote_context_release(aliased);
  tn_core_destroy(core);
}

Test(alias_names, a_default_context_tells_the_name_that_was_asked_for_last, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_remote_context *aliased = NULL, *plain = NULL;
  tn_error error = {0};
  assert_ok(tn_core_default_context(core, "GPU.1", &aliased, &error));
  cr_assert_str_eq(device_of(core, aliased), "GPU.1");
  assert_ok(tn_core_default_context(core, "TEMPLATE.0", &plain, &error));
  cr_assert_eq(aliased, plain, "nothing is wrapped");
  cr_assert_str_eq(device_of(core, plain), "TEMPLATE.0");
  tn_remote_context_release(plain);
  tn_remote_context_release(aliased);
  tn_core_destroy(core);
}

/* Asks for one default context by a name of its own. */
struct asking {
  pthread_barrier_t *start;
  tn_core *core;
  const char *device;
  int times, wrong;
};

static void *ask_often(void *user) {
  struct asking *self = user;
  pthread_barrier_wait(self->start);
  for (int i = 0; i < self->times; i++) {
    tn_remote_context *context = NULL;
    struct text text = {{0}, 0};
    self->wrong += tn_core_default_context(self->core, self->device, &context, NULL) != TN_OK;
    self->wrong += tn_core_context_device(self->core, context, take_text, &text, NULL) != TN_OK;
    self->wrong += strcmp(text.text, "GPU.1") != 0 && strcmp(text.text, "TEMPLATE.0") != 0;
    if (context) tn_remote_context_release(context);
  }
  return NULL;
}

Test(alias_names, a_default_context_is_asked_for_by_several_threads, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  pthread_barrier_t start;
  struct asking asking[] = {{&start, core, "GPU.1", 200, 0},
                            {&start, core, "TEMPLATE.0", 2000, 0},
                            {&start, core, "TEMPLATE.0", 2000, 0}};
  pthread_t threads[3];
  pthread_barrier_init(&start, NULL, 3);
  for (int i = 0; i < 3; i++)
    cr_assert_eq(pthread_create(&threads[i], NULL, ask_often, &asking[i]), 0);
  for (int i = 0; i < 3; i++) {
    pthread_join(threads[i], NULL);
    cr_assert_eq(asking[i].wrong, 0);
  }
  pthread_barrier_destroy(&start);
  tn_core_destroy(core);
}

Test(alias_names, a_tensor_tells_the_name_of_its_context, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_remote_context *context = NULL;
  tn_tensor *tensor = NULL, *host = make_input(core);
  const int64_t shape[] = {16};
  tn_error error = {0};
  assert_ok(tn_core_create_context(core, "GPU.2", NULL, &context, &error));
  assert_ok(tn_remote_context_create_tensor(context, TN_F32, 1, shape, &tensor, &error));
  tn_remote_context_release(context);
  cr_assert_str_eq(device_of_tensor(core, tensor), "GPU.2");
  cr_assert_str_eq(device_of_tensor(core, host), "");
  assert_fails(tn_core_tensor_device(core, NULL, take_text, NULL, &error), TN_INVALID_ARGUMENT,
               "the tensor is NULL");
  tn_tensor_release(host);
  tn_tensor_release(tensor);
  tn_core_destroy(core);
}

/* One that the application has from the plugin itself. */
static tn_remote_context *context_of_plugin_device(tn_core *core, const char *plugin,
                                                   const char *device) {
  tn_plugin *object = NULL;
  tn_remote_context *context = NULL;
  tn_error error = {0};
  assert_ok(tn_core_plugin_object(core, plugin, &object, &error));
  const tn_remote_api *api = tn_plugin_get_extension(object, TN_STRING(TN_EXTENSION_REMOTE));
  assert_ok(api->create_context(object, tn_string_from(device), NULL, &context, &error));
  return context;
}

static tn_remote_context *context_of_plugin(tn_core *core, const char *plugin) {
  return context_of_plugin_device(core, plugin, "1");
}

Test(alias_names, a_context_that_came_another_way_is_told_as_lists_do, .init = make_folder,
     .fini = remove_folder) {
  static const char *const more[] = {"\"alias\": \"GPU\"", "\"alias\": \"GPU\", \"hidden\": false"};
  for (int seen = 0; seen < 2; seen++) {
    tn_core *core = three_devices(more[seen]);
    cr_assert_str_eq(told_by(core, "GPU", "AVAILABLE_DEVICES"), "0,1,2");
    tn_remote_context *context = context_of_plugin(core, "TEMPLATE");
    cr_assert_str_eq(device_of(core, context), seen ? "TEMPLATE.1" : "GPU.2");
    tn_remote_context_release(context);
    tn_core_destroy(core);
  }
}

/* TWIN knows TEMPLATE's first device as well, and comes first. */
static tn_core *core_of_twins(const char *more) {
  write_manifest("TWIN", TENON_MOCK_DIR "/libmock_twin.so", "\"alias\": \"GPU\", \"priority\": 1");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, more);
  return core_of_folder();
}

Test(alias_names, one_device_of_two_plugins_has_one_name, .init = make_folder,
     .fini = remove_folder) {
  static const char *const neg[] = {"Neg", NULL};
  tn_core *core = core_of_twins("\"alias\": \"GPU\"");
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_DEVICES"), "0=TWIN.0+TEMPLATE.0,1=TEMPLATE.1");
  tn_compiled *split = compile(core, mixed, "GPU"), *whole = compile(core, neg, "GPU");
  float got[16];
  infer(core, split, got);
  cr_assert_eq(got[15], 7.0f);
  cr_assert_str_eq(told(split, "HETERO_NUMBER_OF_SUBGRAPHS"), "3");
  cr_assert_str_eq(told(split, "HETERO_NODE_DEVICES"), "n0=GPU.0,n1=GPU.0,n2=GPU.0,n3=GPU.0");
  cr_assert_str_eq(told(split, "EXECUTION_DEVICES"), "GPU.0");
  cr_assert_str_eq(told(split, "DEVICE_PRIORITIES"), "GPU.0");
  cr_assert_str_eq(told(whole, "EXECUTION_DEVICES"), "0");
  tn_remote_context *context = context_of_plugin_device(core, "TEMPLATE", "0");
  cr_assert_str_eq(device_of(core, context), "GPU.0");
  tn_remote_context_release(context);
  tn_compiled_destroy(whole);
  tn_compiled_destroy(split);
  tn_core_destroy(core);
}

/* As it may run what other devices of the alias do not. */
Test(alias_names, a_device_of_the_fallback_keeps_its_name, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = core_of_twins("\"alias\": \"GPU\", \"fallback\": [\"TEMPLATE.0\"]");
  tn_compiled *split = compile(core, mixed, "GPU.0");
  cr_assert_str_eq(told(split, "EXECUTION_DEVICES"), "GPU.0,TEMPLATE.0");
  tn_compiled_destroy(split);
  tn_core_destroy(core);
}

/* TEMPLATE once more, under a name of the application's. */
static tn_core *core_with_other(void) {
  tn_core *core = core_of_folder();
  tn_plugin_options options = tn_plugin_options_init();
  tn_error error = {0};
  options.name = "OTHER";
  assert_ok(tn_core_register_plugin(core, TEMPLATE_PLUGIN, &options, NULL, &error));
  return core;
}

Test(alias_names, a_plugin_is_told_by_the_name_under_which_it_is_registered, .init = make_folder,
     .fini = remove_folder) {
  static const char *const neg[] = {"Neg", NULL};
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\", \"fallback\": [\"OTHER\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_with_other();
  tn_compiled *whole = compile(core, neg, "GPU.0"), *split = compile(core, mixed, "GPU.0");
  cr_assert_str_eq(told(whole, "EXECUTION_DEVICES"), "OTHER.0");
  cr_assert_str_eq(told(split, "EXECUTION_DEVICES"), "GPU.0,OTHER.0");
  tn_remote_context *others = context_of_plugin(core, "OTHER");
  cr_assert_str_eq(device_of(core, others), "OTHER.1");
  check_properties(core, others, "DEVICE_ID=1,USED_BYTES=");
  const tn_handle handle = tn_handle_init();
  const int64_t shape[] = {4};
  tn_tensor *tensor = NULL;
  tn_error error = {0};
  assert_fails(tn_core_wrap_handle(core, others, &handle, TN_F32, 1, shape, &tensor, &error),
               error.status, "OTHER: ");
  tn_remote_context_release(others);
  tn_compiled_destroy(split);
  tn_compiled_destroy(whole);
  tn_core_destroy(core);
}

Test(alias_names, what_the_fallback_alone_serves_is_the_alias_s, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("MISSING", "/nowhere/libmissing.so",
                 "\"alias\": \"GPU\", \"fallback\": [\"OTHER.1\"]");
  tn_core *core = core_with_other();
  tn_compiled *compiled = compile(core, relu, "GPU");
  tn_remote_context *context = NULL;
  tn_error error = {0};
  cr_assert_str_eq(told(compiled, "EXECUTION_DEVICES"), "0");
  assert_ok(tn_core_create_context(core, "GPU", NULL, &context, &error));
  cr_assert_str_eq(device_of(core, context), "GPU.0");
  check_properties(core, context, "DEVICE_ID=0,USED_BYTES=");
  tn_remote_context_release(context);
  assert_ok(tn_core_create_context(core, "OTHER.1", NULL, &context, &error));
  cr_assert_str_eq(device_of(core, context), "OTHER.1");
  tn_remote_context_release(context);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* What ran the nodes, with a comma behind each. */
static tn_status TN_CALL take_kernels(void *user, const tn_profile_entry *const *entries,
                                      uint64_t count) {
  struct text *text = user;
  text->used = 0;
  for (uint64_t i = 0; i < count; i++) {
    const tn_value kernel = tn_value_of_string(entries[i]->kernel);
    if (!entries[i]->operation.length) continue;
    print_comma(text, text->used);
    print(text, &kernel);
  }
  return TN_OK;
}

static const char *profile_of(tn_core *core, const char *device) {
  static struct text text;
  tn_compiled *compiled = compile(core, mixed, device);
  tn_request *request = NULL;
  tn_error error = {0};
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  assert_ok(tn_request_infer(request, &error));
  assert_ok(tn_request_profile(request, take_kernels, &text, &error));
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  return text.text;
}

Test(alias_names, a_profile_tells_the_names_of_the_alias, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\", \"fallback\": [\"TEMPLATE\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  tn_error error = {0};
  assert_ok(tn_core_set_property_text(core, "HETERO", "PERF_COUNT", "YES", &error));
  const char *profile = profile_of(core, "GPU.0");
  cr_assert(strstr(profile, "GPU.1: ") && !strstr(profile, "TEMPLATE"), "%s", profile);
  profile = profile_of(core, "HETERO:MINIMAL.0,TEMPLATE.0");
  cr_assert(strstr(profile, "TEMPLATE.0: ") && !strstr(profile, "GPU"), "%s", profile);
  tn_core_destroy(core);
}

/* Why nodes are not supported, with a comma behind each. */
static tn_status TN_CALL take_reasons(void *user, const tn_node_support *const *nodes,
                                      uint64_t count) {
  struct text *text = user;
  text->used = 0;
  for (uint64_t i = 0; i < count; i++) {
    const tn_value reason = tn_value_of_string(nodes[i]->reason_text);
    print_comma(text, text->used);
    print(text, &reason);
  }
  return TN_OK;
}

Test(alias_names, reasons_tell_the_names_of_the_alias, .init = make_folder, .fini = remove_folder) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\", \"fallback\": [\"FULL.1\"]");
  write_manifest("FULL", FULL_PLUGIN, "");
  tn_core *core = core_of_folder();
  tn_model *model = read_chain(core, 18, mixed);
  struct text text;
  tn_error error = {0};
  assert_ok(tn_core_query(core, model, "GPU", NULL, take_reasons, &text, &error));
  cr_assert(strstr(text.text, "GPU.0: only Relu of version 14 is supported; FULL.1: ") != NULL,
            "%s", text.text);
  cr_assert(strstr(text.text, "MINIMAL") == NULL, "%s", text.text);
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(alias_names, names_stay_when_the_plugin_is_gone, .init = make_folder, .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_error error = {0};
  tn_compiled *compiled = compile(core, relu, "GPU.2");
  assert_ok(tn_core_unload_plugin(core, "TEMPLATE", &error));
  cr_assert_str_eq(told(compiled, "EXECUTION_DEVICES"), "2");
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* --- without memory */

static tn_status name_context(tn_core *core, struct text *text) {
  const int64_t shape[] = {4};
  tn_remote_context *context = NULL;
  tn_tensor *tensor = NULL;
  tn_status status = tn_core_default_context(core, "GPU.2", &context, NULL);
  if (status == TN_OK) status = tn_core_context_properties(core, context, take_text, text, NULL);
  if (status == TN_OK)
    status = tn_remote_context_create_tensor(context, TN_F32, 1, shape, &tensor, NULL);
  if (status == TN_OK) status = tn_core_tensor_device(core, tensor, take_text, text, NULL);
  if (tensor) tn_tensor_release(tensor);
  if (context) tn_remote_context_release(context);
  return status;
}

static tn_status name_model(tn_core *core, struct text *text) {
  const onnx_bytes bytes = onnx_chain(18, relu);
  tn_compiled *compiled = NULL;
  tn_model *model = NULL;
  tn_status status = tn_core_read_model_memory(core, bytes.data, bytes.size, &model, NULL);
  if (status == TN_OK) status = tn_core_compile(core, model, "GPU.1", NULL, &compiled, NULL);
  if (status == TN_OK)
    status = tn_compiled_get_property(compiled, "EXECUTION_DEVICES", take_text, text, NULL);
  tn_compiled_destroy(compiled);
  if (model) tn_model_release(model);
  return status;
}

static tn_status name_reasons(tn_core *core, struct text *text) {
  const onnx_bytes bytes = onnx_chain(18, mixed);
  tn_model *model = NULL;
  tn_status status = tn_core_read_model_memory(core, bytes.data, bytes.size, &model, NULL);
  if (status == TN_OK) status = tn_core_query(core, model, "GPU.0", NULL, take_reasons, text, NULL);
  if (model) tn_model_release(model);
  return status;
}

static tn_status find_extension(tn_core *core, struct text *text) {
  tn_plugin *plugin = NULL;
  const void *table = NULL;
  return tn_core_device_extension(core, "GPU.2", TN_EXTENSION_FAULT, &plugin, &table, take_text,
                                  text, NULL);
}

static tn_status name_all(const tni_allocator *allocator, void *user) {
  tn_core *core = NULL;
  (void)user;
  struct text text;
  tn_status status = core_of_allocator(allocator, &core);
  if (status == TN_OK) status = name_context(core, &text);
  if (status == TN_OK) status = name_model(core, &text);
  if (status == TN_OK) status = name_reasons(core, &text);
  if (status == TN_OK) status = find_extension(core, &text);
  tn_core_destroy(core);
  return status;
}

Test(alias_names, names_survive_failing_allocations, .init = make_folder, .fini = remove_folder) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\"");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  const long failed = tni_fault_sweep(name_all, NULL);
  cr_assert_gt(failed, 100, "the sweep ended with %ld", failed);
}
