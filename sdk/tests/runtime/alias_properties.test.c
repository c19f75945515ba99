/* Properties of an alias whose plugins do not have the same: MINIMAL (GPU.0) knows one name,
 * TEMPLATE (GPU.1 and GPU.2) many. */
#include "../support/alias.h"

/* Names that are declared, with a comma before and behind each. */
static tn_status TN_CALL take_declared(void *user, const tn_property *const *properties,
                                       uint64_t count) {
  char *text = user;
  strcpy(text, ",");
  for (uint64_t i = 0; i < count; i++) {
    strncat(text, properties[i]->name.data, (size_t)properties[i]->name.length);
    strcat(text, ",");
  }
  return TN_OK;
}

static const char *declared_for(tn_core *core, const char *device) {
  static char text[2048];
  tn_error error = {0};
  assert_ok(tn_core_properties(core, device, take_declared, text, &error));
  return text;
}

static void expect_list(tn_core *core, const char *device, int has_delay) {
  const char *names = told_by(core, device, "SUPPORTED_PROPERTIES");
  cr_assert_eq(strstr(names, "TEMPLATE_DELAY") != NULL, has_delay, "%s: %s", device, names);
  names = declared_for(core, device);
  cr_assert_eq(strstr(names, ",TEMPLATE_DELAY,") != NULL, has_delay, "%s: %s", device, names);
  cr_assert_not_null(strstr(names, ",PROXY_DEVICES,"), "%s: %s", device, names);
}

Test(alias_properties, a_device_lists_those_of_its_plugin, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  struct text text;
  tn_error error = {0};
  expect_list(core, "GPU.1", 1);
  expect_list(core, "GPU.2", 1);
  cr_assert_null(strstr(told_by(core, "GPU", "SUPPORTED_PROPERTIES"), "TEMPLATE_DELAY"));
  cr_assert_null(strstr(declared_for(core, "GPU"), "TEMPLATE_DELAY"));
  cr_assert_null(strstr(declared_for(core, "GPU.0"), "TEMPLATE_DELAY"));
  assert_fails(
      tn_core_get_property(core, "GPU.0", "SUPPORTED_PROPERTIES", take_text, &text, &error),
      TN_NOT_FOUND, "SUPPORTED_PROPERTIES is none of a device"); /* nor is it MINIMAL's */
  assert_fails(
      tn_core_get_property(core, "GPU.7", "SUPPORTED_PROPERTIES", take_text, &text, &error),
      TN_NOT_FOUND, "device '7' is none of those that are there: 0, 1, 2");
  assert_fails(tn_core_properties(core, "GPU.7", take_declared, text.text, &error), TN_NOT_FOUND,
               "device '7' is none of those that are there: 0, 1, 2");
  tn_core_destroy(core);
}

Test(alias_properties, a_device_of_the_first_lists_the_same_as_the_alias, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\", \"priority\": 1");
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  expect_list(core, "GPU", 1);
  expect_list(core, "GPU.0", 1);
  cr_assert_null(strstr(declared_for(core, "GPU.2"), "TEMPLATE_DELAY"));
  tn_core_destroy(core);
}

/* Every host may ask for the list of all devices: each of them has to answer for all of that. */
Test(alias_properties, the_list_of_all_devices_holds_what_they_have_alike, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\", \"priority\": 1");
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  tn_plugin *alias = NULL;
  char names[2048];
  tn_error error = {0};
  assert_ok(tn_core_plugin_object(core, "GPU", &alias, &error));
  assert_ok(alias->api->properties(alias, take_declared, names, &error));
  cr_assert_not_null(strstr(names, ",FULL_DEVICE_NAME,"), "%s", names);
  cr_assert_null(strstr(names, ",NUM_STREAMS,"), "%s", names);
  cr_assert_null(strstr(names, ",CACHING_PROPERTIES,"), "%s", names);
  tn_core_destroy(core);
}

/* --- what the declarations of a device are good for */

Test(alias_properties, a_device_takes_those_of_its_plugin, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_error error = {0};
  struct text text;
  assert_ok(tn_core_set_property_text(core, "GPU.1", "NUM_STREAMS", "3", &error));
  cr_assert_str_eq(told_by(core, "GPU.1", "NUM_STREAMS"), "3");
  cr_assert_str_eq(told_by(core, "TEMPLATE.0", "NUM_STREAMS"), "3");
  cr_assert_str_neq(told_by(core, "GPU.2", "NUM_STREAMS"), "3");
  assert_fails(tn_core_set_property_text(core, "GPU.1", "NUM_STREAMS", "-3", &error),
               TN_OUT_OF_RANGE, "GPU: property NUM_STREAMS: -3 is out of range");
  assert_fails(tn_core_get_property(core, "GPU", "NUM_STREAMS", take_text, &text, &error),
               TN_NOT_FOUND, "GPU: MINIMAL: ");
  const tn_map_entry entry = {TN_STRING_INIT("NUM_STREAMS"), tn_value_of_int64(3)};
  assert_fails(tn_core_set_properties(core, "GPU.0", &entry, 1, &error), TN_NOT_FOUND,
               "GPU: MINIMAL: ");
  tn_core_destroy(core);
}

static tn_status compile_with(tn_core *core, const char *device, const tn_map_entry *entries,
                              uint64_t count, tn_error *error) {
  tn_compile_options options = tn_compile_options_init();
  tn_model *model = read_chain(core, 18, relu);
  tn_compiled *compiled = NULL;
  options.properties = entries;
  options.property_count = count;
  const tn_status status = tn_core_compile(core, model, device, &options, &compiled, error);
  if (status == TN_OK) cr_assert_str_eq(told(compiled, "NUM_STREAMS"), "2");
  tn_compiled_destroy(compiled);
  tn_model_release(model);
  return status;
}

/* By its name, by DEVICE_ID of the call, and by that of the alias. */
Test(alias_properties, those_of_a_call_are_judged_by_its_device, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_error error = {0};
  tn_map_entry entries[] = {{TN_STRING_INIT("NUM_STREAMS"), tn_value_of_int64(2)},
                            {TN_STRING_INIT("DEVICE_ID"), tn_value_of_string(TN_STRING("2"))}};
  assert_ok(compile_with(core, "GPU.1", entries, 1, &error));
  assert_ok(compile_with(core, "GPU", entries, 2, &error));
  assert_fails(compile_with(core, "GPU", entries, 1, &error), TN_NOT_FOUND, "GPU: MINIMAL: ");
  assert_ok(tn_core_set_property_text(core, "GPU", "DEVICE_ID", "1", &error));
  assert_ok(compile_with(core, "GPU", entries, 1, &error));
  entries[0].value = tn_value_of_int64(-2);
  assert_fails(compile_with(core, "GPU.1", entries, 1, &error), TN_OUT_OF_RANGE,
               "GPU: property NUM_STREAMS: -2");
  assert_fails(compile_with(core, "GPU", entries, 1, &error), TN_OUT_OF_RANGE,
               "GPU: property NUM_STREAMS: -2");
  entries[1].value = tn_value_of_string(TN_STRING("7"));
  assert_fails(compile_with(core, "GPU", entries, 2, &error), TN_NOT_FOUND,
               "device '7' is none of those that are there");
  tn_core_destroy(core);
}

/* HETERO hands a property to those of its list that have it. */
Test(alias_properties, those_of_a_device_in_a_list_are_its_own, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = three_devices("\"alias\": \"GPU\"");
  tn_error error = {0};
  const tn_map_entry entry = {TN_STRING_INIT("NUM_STREAMS"), tn_value_of_int64(2)};
  const tn_map_entry delay = {TN_STRING_INIT("TEMPLATE_DELAY"), tn_value_of_float64(0.001)};
  assert_ok(compile_with(core, "HETERO:GPU.1,GPU.0", &entry, 1, &error));
  const tn_map_entry both[] = {entry, delay};
  assert_ok(compile_with(core, "HETERO:GPU.1,GPU.0", both, 2, &error));
  assert_fails(compile_with(core, "HETERO:GPU.0", &delay, 1, &error), TN_NOT_FOUND,
               "TEMPLATE_DELAY");
  tn_core_destroy(core);
}

/* --- without memory */

static tn_status ask_all(const tni_allocator *allocator, void *user) {
  tn_core *core = NULL;
  tn_plugin *alias = NULL;
  struct text text;
  char names[2048];
  (void)user;
  tn_status status = core_of_allocator(allocator, &core);
  if (status == TN_OK)
    status = tn_core_get_property(core, "GPU.1", "SUPPORTED_PROPERTIES", take_text, &text, NULL);
  if (status == TN_OK) status = tn_core_set_property_text(core, "GPU.1", "NUM_STREAMS", "3", NULL);
  if (status == TN_OK) status = tn_core_plugin_object(core, "GPU", &alias, NULL);
  if (status == TN_OK) status = alias->api->properties(alias, take_declared, names, NULL);
  tn_core_destroy(core);
  return status;
}

Test(alias_properties, lists_survive_failing_allocations, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\"");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  const long failed = tni_fault_sweep(ask_all, NULL);
  cr_assert_gt(failed, 60, "the sweep ended with %ld", failed);
}
