/* Which device of an alias is meant, and whose contexts are its. */
#include "../support/alias.h"

/* --- DEVICE_ID: the number that users see */

static tn_map_entry device_id(const char *id) {
  const tn_map_entry entry = {TN_STRING("DEVICE_ID"), tn_value_of_string(tn_string_from(id))};
  return entry;
}

static tn_status compile_with(tn_core *core, const char *device, const tn_map_entry *entry,
                              const tn_option *option, tn_compiled **out, tn_error *error) {
  tn_compile_options options = tn_compile_options_init();
  options.properties = entry;
  options.property_count = entry ? 1 : 0;
  options.entries = &option;
  options.entry_count = option ? 1 : 0;
  tn_model *model = read_chain(core, 18, relu);
  const tn_status status = tn_core_compile(core, model, device, &options, out, error);
  tn_model_release(model);
  return status;
}

static void check_device(tn_core *core, const char *device, const tn_map_entry *entry,
                         const tn_option *option, const char *expected) {
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(compile_with(core, device, entry, option, &compiled, &error));
  if (tn_string_is(tn_compiled_object(compiled)->maker->name, "MINIMAL")) /* tells no device */
    cr_assert_str_eq(expected, "0");
  else
    cr_assert_str_eq(told(compiled, "EXECUTION_DEVICES"), expected);
  tn_compiled_destroy(compiled);
}

Test(alias_choice, a_call_may_choose_by_device_id, .init = make_folder, .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  tn_map_entry entry = device_id("2");
  check_device(core, "GPU", &entry, NULL, "2");
  check_device(core, "GPU.2", &entry, NULL, "2");
  assert_fails(compile_with(core, "GPU.1", &entry, NULL, &compiled, &error), TN_INVALID_ARGUMENT,
               "GPU: the call is for device '1', its property DEVICE_ID says '2'");
  entry = device_id("");
  check_device(core, "GPU", &entry, NULL, "0");
  entry = device_id("7");
  assert_fails(compile_with(core, "GPU", &entry, NULL, &compiled, &error), TN_NOT_FOUND,
               "GPU: device '7' is none of those that are there: 0, 1, 2");
  entry.value = tn_value_of_int64(1);
  assert_fails(compile_with(core, "GPU", &entry, NULL, &compiled, &error), TN_WRONG_TYPE,
               "DEVICE_ID");
  tn_core_destroy(core);
}

Test(alias_choice, device_id_of_the_alias_holds_where_no_device_is_named, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_remote_context *context = NULL;
  tn_error error = {0};
  const tn_map_entry entry = device_id("1");
  cr_assert_str_eq(told_by(core, "GPU", "DEVICE_ID"), "");
  assert_ok(tn_core_set_property_text(core, "GPU", "DEVICE_ID", "2", &error));
  cr_assert_str_eq(told_by(core, "GPU", "DEVICE_ID"), "2");
  check_device(core, "GPU", NULL, NULL, "2");
  check_device(core, "GPU.0", NULL, NULL, "0");
  check_device(core, "GPU", &entry, NULL, "1");
  assert_ok(tn_core_default_context(core, "GPU", &context, &error));
  cr_assert_str_eq(device_of(core, context), "GPU.2");
  tn_remote_context_release(context);
  assert_fails(tn_core_set_property_text(core, "GPU", "DEVICE_ID", "7", &error), TN_NOT_FOUND,
               "GPU: device '7' is none of those that are there: 0, 1, 2");
  cr_assert_str_eq(told_by(core, "GPU", "DEVICE_ID"), "2");
  assert_ok(tn_core_set_property_text(core, "GPU", "DEVICE_ID", "", &error));
  check_device(core, "GPU", NULL, NULL, "0");
  tn_core_destroy(core);
}

Test(alias_choice, device_id_is_set_with_others_or_not_at_all, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  tn_map_entry entries[] = {{TN_STRING_INIT("NUM_STREAMS"), tn_value_of_int64(3)}, device_id("7")};
  tn_error error = {0};
  assert_fails(tn_core_set_properties(core, "GPU", entries, 2, &error), TN_NOT_FOUND, "'7'");
  cr_assert_str_eq(told_by(core, "GPU", "NUM_STREAMS"), "1");
  entries[1] = device_id("1");
  assert_ok(tn_core_set_properties(core, "GPU", entries, 2, &error));
  cr_assert_str_eq(told_by(core, "GPU", "NUM_STREAMS"), "3");
  check_device(core, "GPU", NULL, NULL, "1");
  entries[1] = (tn_map_entry){TN_STRING("NOBODYS"), tn_value_of_int64(1)};
  entries[0] = device_id("0");
  assert_fails(tn_core_set_properties(core, "GPU", entries, 2, &error), TN_NOT_FOUND, "NOBODYS");
  cr_assert_str_eq(told_by(core, "GPU", "DEVICE_ID"), "1");
  assert_fails(tn_core_set_properties(core, "GPU.0", entries, 1, &error), TN_NOT_FOUND,
               "DEVICE_ID");
  tn_core_destroy(core);
}

Test(alias_choice, a_context_chooses_its_device, .init = make_folder, .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_remote_context *context = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create_context(core, "GPU.2", NULL, &context, &error));
  const tn_context_option option = tn_context_option_make(context);
  check_device(core, "GPU", NULL, &option.option, "2");
  tn_remote_context_release(context);
  tn_core_destroy(core);
}

/* --- extensions of the plugin that serves a device */

/* Its own id of the device. */
static const char *extension_of(tn_core *core, const char *device, const char *expected) {
  static struct text text;
  tn_plugin *plugin = NULL, *own = NULL;
  const void *table = NULL;
  tn_error error = {0};
  assert_ok(tn_core_device_extension(core, device, TN_EXTENSION_FAULT, &plugin, &table, take_text,
                                     &text, &error));
  assert_ok(tn_core_plugin_object(core, expected, &own, &error));
  cr_assert_eq(plugin, own);
  cr_assert_eq(table, tn_plugin_get_extension(own, TN_STRING(TN_EXTENSION_FAULT)));
  return text.text;
}

static tn_status find_extension(tn_core *core, const char *device, tn_error *error) {
  tn_plugin *plugin = NULL;
  const void *table = NULL;
  const tn_status status = tn_core_device_extension(core, device, TN_EXTENSION_FAULT, &plugin,
                                                    &table, NULL, NULL, error);
  cr_assert_eq(plugin == NULL, status != TN_OK);
  cr_assert_eq(table == NULL, status != TN_OK);
  return status;
}

Test(alias_choice, extensions_are_those_of_the_plugin_that_serves, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_plugin *alias = NULL;
  tn_error error = {0};
  assert_ok(tn_core_plugin_object(core, "GPU", &alias, &error));
  cr_assert_null(tn_plugin_get_extension(alias, TN_STRING(TN_EXTENSION_FAULT)));
  cr_assert_str_eq(extension_of(core, "GPU.2", "TEMPLATE"), "1");
  cr_assert_str_eq(extension_of(core, "TEMPLATE.1", "TEMPLATE"), "1");
  cr_assert_str_eq(extension_of(core, "TEMPLATE", "TEMPLATE"), "");
  assert_fails(find_extension(core, "GPU", &error), TN_UNSUPPORTED,
               "GPU: MINIMAL: the plugin has no extension " TN_EXTENSION_FAULT);
  assert_ok(tn_core_set_property_text(core, "GPU", "DEVICE_ID", "1", &error));
  cr_assert_str_eq(extension_of(core, "GPU", "TEMPLATE"), "0");
  tn_core_destroy(core);
}

Test(alias_choice, an_extension_of_no_device_is_refused, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_plugin *plugin = NULL;
  tn_error error = {0};
  assert_fails(find_extension(core, "GPU.7", &error), TN_NOT_FOUND,
               "GPU: device '7' is none of those that are there: 0, 1, 2");
  assert_fails(find_extension(core, "TEMPLATE.7", &error), TN_NOT_FOUND,
               "TEMPLATE: device '7' is not there");
  assert_fails(find_extension(core, "NOBODY", &error), TN_NOT_FOUND, "NOBODY");
  assert_fails(find_extension(core, "HETERO:A", &error), TN_INVALID_ARGUMENT, ":A");
  assert_fails(
      tn_core_device_extension(core, "GPU", TN_EXTENSION_FAULT, &plugin, NULL, NULL, NULL, &error),
      TN_INVALID_ARGUMENT, "table is NULL");
  tn_core_destroy(core);
}

Test(alias_choice, an_extension_is_the_fallbacks_where_it_serves_alone, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("MISSING", "/nowhere/libmissing.so",
                 "\"alias\": \"GPU\", \"fallback\": [\"NPU\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"NPU\"");
  tn_core *core = core_of_folder();
  cr_assert_str_eq(extension_of(core, "GPU", "TEMPLATE"), "0", "an alias behind an alias");
  tn_core_destroy(core);
}

/* --- contexts where several serve a device */

/* FULL takes Relu alone, TEMPLATE the rest. */
static tn_core *full_with_fallback(tn_remote_context **context) {
  write_manifest("FULL", FULL_PLUGIN, "\"alias\": \"GPU\", \"fallback\": [\"TEMPLATE\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "");
  tn_core *core = core_of_folder();
  tn_error error = {0};
  assert_ok(tn_core_create_context(core, "GPU.0", NULL, context, &error));
  return core;
}

static tn_status compile_for(tn_core *core, const char *const *chain, tn_remote_context *context,
                             tn_compiled **out, tn_error *error) {
  const tn_context_option option = tn_context_option_make(context);
  const tn_option *const entries[] = {&option.option};
  tn_compile_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  tn_model *model = read_chain(core, 18, chain);
  const tn_status status = tn_core_compile(core, model, "GPU", &options, out, error);
  tn_model_release(model);
  return status;
}

Test(alias_choice, a_context_is_for_models_that_the_first_takes_whole, .init = make_folder,
     .fini = remove_folder) {
  tn_remote_context *context = NULL;
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  tn_core *core = full_with_fallback(&context);
  cr_assert_str_eq(device_of(core, context), "GPU.0");
  assert_ok(compile_for(core, relu, context, &compiled, &error));
  cr_assert(tn_string_is(tn_compiled_object(compiled)->maker->name, "FULL"));
  tn_compiled_destroy(compiled);
  compiled = NULL;
  assert_fails(compile_for(core, mixed, context, &compiled, &error), TN_UNSUPPORTED,
               "GPU: option tn.context/1: FULL.0 does not take the whole model");
  cr_assert_null(compiled);
  tn_remote_context_release(context);
  tn_core_destroy(core);
}

/* Where a model is split, an input takes the memory of the device that reads it. */
static tn_status set_remote(tn_core *core, const char *const *chain, tn_remote_context *context,
                            tn_error *out) {
  const int64_t shape[] = {16};
  tn_compiled *compiled = compile(core, chain, "GPU");
  tn_request *request = NULL;
  tn_tensor *tensor = NULL;
  tn_error error = {0};
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  assert_ok(tn_remote_context_create_tensor(context, TN_F32, 1, shape, &tensor, &error));
  cr_assert(tn_string_is(tn_compiled_object(compiled)->maker->name, "HETERO"));
  const tn_status status = tn_request_set_tensor(request, 0, tensor, out);
  tn_tensor_release(tensor);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  return status;
}

Test(alias_choice, a_model_that_is_split_takes_the_memory_of_its_parts, .init = make_folder,
     .fini = remove_folder) {
  static const char *const from_fallback[] = {"Neg", "Relu", NULL};
  tn_remote_context *context = NULL;
  tn_error error = {0};
  tn_core *core = full_with_fallback(&context);
  assert_ok(set_remote(core, mixed, context, &error));
  assert_fails(set_remote(core, from_fallback, context, &error), TN_UNSUPPORTED, "GPU: ");
  tn_remote_context_release(context);
  tn_core_destroy(core);
}
