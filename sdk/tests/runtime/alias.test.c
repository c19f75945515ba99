/* Aliases: one name for the devices of several plugins, as manifests say it. */
#include "../support/alias.h"
#include "../support/messages.h"

/* Ids of devices, with a comma behind each. */
static tn_status TN_CALL take_ids(void *user, const tn_device_list *devices) {
  char *text = user;
  for (uint32_t i = 0; i < devices->count; i++) {
    strncat(text, devices->devices[i]->id.data, (size_t)devices->devices[i]->id.length);
    strcat(text, ",");
  }
  return TN_OK;
}

static const char *ids_of(tn_core *core, const char *plugin) {
  static char text[512];
  tn_error error = {0};
  text[0] = 0;
  assert_ok(tn_core_devices(core, plugin, take_ids, text, &error));
  return text;
}

static const char *names_of(tn_core *core) {
  static char text[512];
  const found all = list(core);
  text[0] = 0;
  for (uint64_t i = 0; i < all.count; i++)
    strcat(strcat(text, all.names[i]), ",");
  return text;
}

/* --- what users see */

Test(alias, users_see_the_alias_alone, .init = make_folder, .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  cr_assert_str_eq(names_of(core), "GPU,");
  cr_assert_str_eq(ids_of(core, NULL), "GPU.0,GPU.1,");
  cr_assert_str_eq(ids_of(core, "GPU"), "GPU.0,GPU.1,");
  cr_assert_str_eq(ids_of(core, "TEMPLATE"), "TEMPLATE.0,TEMPLATE.1,", "by its name it is reached");
  cr_assert_str_eq(told_by(core, "GPU", "AVAILABLE_DEVICES"), "0,1");
  tn_core_destroy(core);
}

Test(alias, a_plugin_that_is_not_hidden_is_listed_as_well, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\", \"hidden\": false");
  tn_core *core = core_of_folder();
  cr_assert_str_eq(names_of(core), "TEMPLATE,GPU,");
  cr_assert_str_eq(ids_of(core, NULL), "TEMPLATE.0,TEMPLATE.1,GPU.0,GPU.1,");
  tn_core_destroy(core);
}

Test(alias, an_integrator_may_list_what_is_hidden, .init = make_folder, .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  const char *const folders[] = {folder};
  tn_core_options options = quiet_options();
  tn_error error = {0};
  tn_core *core = NULL;
  options.plugin_folders = folders;
  options.plugin_folder_count = 1;
  options.flags |= TN_CORE_LIST_HIDDEN;
  assert_ok(tn_core_create(&options, &core, &error));
  cr_assert_str_eq(names_of(core), "TEMPLATE,GPU,");
  tn_core_destroy(core);
}

/* Whether the process has a library in its memory. */
static int is_mapped(const char *library) {
  const char *name = strrchr(library, '/');
  char line[1024];
  int found = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  cr_assert_not_null(maps);
  while (fgets(line, sizeof line, maps))
    found |= strstr(line, name) != NULL;
  fclose(maps);
  return found;
}

Test(alias, nothing_is_opened_until_it_is_used, .init = make_folder, .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\", \"hidden\": false");
  tn_core *core = core_of_folder();
  const found all = list(core);
  cr_assert_eq(all.count, 2);
  for (uint64_t i = 0; i < all.count; i++)
    cr_assert_eq(all.entries[i].state, TN_PLUGIN_REGISTERED, "%s", all.names[i]);
  cr_assert_not(is_mapped(TEMPLATE_PLUGIN));
  cr_assert_str_eq(ids_of(core, "GPU"), "GPU.0,GPU.1,");
  cr_assert(is_mapped(TEMPLATE_PLUGIN), "one that is open would be seen");
  tn_core_destroy(core);
}

/* The alias alone is used: the other one and its plugin stay closed. */
Test(alias, using_one_alias_opens_no_other, .init = make_folder, .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"NPU\"");
  tn_core *core = core_of_folder();
  tn_compiled *compiled = compile(core, relu, "NPU");
  cr_assert(is_mapped(MINIMAL_PLUGIN));
  cr_assert_not(is_mapped(TEMPLATE_PLUGIN));
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* --- who serves what */

/* One table and one record for both: the objects are the plugin's own, and no wrapper's. */
static void check_same_makers(tn_compiled *aliased, tn_compiled *plain) {
  const tn_compiled_model *one = tn_compiled_object(aliased), *two = tn_compiled_object(plain);
  tn_request *requests[2] = {NULL, NULL};
  tn_tensor *tensors[2] = {NULL, NULL};
  tn_error error = {0};
  cr_assert(one->api == two->api && one->maker == two->maker);
  cr_assert(tn_string_is(one->maker->name, "TEMPLATE"));
  for (int i = 0; i < 2; i++) {
    assert_ok(tn_compiled_create_request(i ? plain : aliased, &requests[i], &error));
    assert_ok(tn_request_get_tensor(requests[i], 0, &tensors[i], &error));
  }
  const tn_infer_request *first = tn_request_object(requests[0]),
                         *second = tn_request_object(requests[1]);
  cr_assert(first->api == second->api && first->maker == second->maker);
  cr_assert(tensors[0]->api == tensors[1]->api && tensors[0]->maker == tensors[1]->maker);
  for (int i = 0; i < 2; i++)
    tn_request_destroy(requests[i]);
}

Test(alias, one_plugin_has_the_model_itself, .init = make_folder, .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  tn_compiled *aliased = compile(core, mixed, "GPU.2"), *plain = compile(core, mixed, "TEMPLATE.1");
  float got[16], expected[16];
  infer(core, aliased, got);
  infer(core, plain, expected);
  cr_assert_arr_eq(got, expected, sizeof got);
  check_same_makers(aliased, plain);
  cr_assert_str_eq(told(plain, "EXECUTION_DEVICES"), "1");
  cr_assert_str_eq(told(aliased, "EXECUTION_DEVICES"), "2");
  cr_assert_str_eq(told(aliased, "DEVICE_ID"), "2");
  cr_assert_str_eq(told(plain, "DEVICE_ID"), "1");
  tn_compiled_destroy(plain);
  tn_compiled_destroy(aliased);
  tn_core_destroy(core);
}

/* Whatever the names of the files say. */
Test(alias, devices_are_numbered_by_priority, .init = make_folder, .fini = remove_folder) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\", \"priority\": 1");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\", \"priority\": 7");
  tn_core *core = core_of_folder();
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_PLUGINS"), "TEMPLATE,MINIMAL");
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_DEVICES"), "0=TEMPLATE.0,1=TEMPLATE.1,2=MINIMAL.0",
                   "a device without UUID is one of its own");
  tn_core_destroy(core);
}

Test(alias, plugins_of_one_priority_come_by_their_names, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  char path[400];
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\"");
  snprintf(path, sizeof path, "%s/TEMPLATE.json", folder);
  assert_ok(tn_core_register_manifest(core, path, NULL, &error));
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_DEVICES"), "0=TEMPLATE.0,1=TEMPLATE.1");
  snprintf(path, sizeof path, "%s/MINIMAL.json", folder);
  assert_ok(tn_core_register_manifest(core, path, NULL, &error));
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_DEVICES"), "0=MINIMAL.0,1=TEMPLATE.0,2=TEMPLATE.1");
  tn_core_destroy(core);
}

Test(alias, several_aliases_stand_side_by_side, .init = make_folder, .fini = remove_folder) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"NPU\"");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  cr_assert_str_eq(ids_of(core, NULL), "NPU.0,GPU.0,GPU.1,");
  tn_core_destroy(core);
}

Test(alias, what_the_first_does_not_take_the_fallback_gets, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"NPU\", \"fallback\": [\"TEMPLATE\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "");
  tn_core *core = core_of_folder();
  tn_compiled *whole = compile(core, relu, "NPU"), *split = compile(core, mixed, "NPU");
  tn_compiled *plain = compile(core, mixed, "TEMPLATE");
  float got[16], expected[16];
  infer(core, split, got);
  infer(core, plain, expected);
  cr_assert_arr_eq(got, expected, sizeof got);
  struct text text;
  tn_error error = {0};
  assert_fails(tn_compiled_get_property(whole, "HETERO_NODE_DEVICES", take_text, &text, &error),
               TN_NOT_FOUND, "HETERO_NODE_DEVICES");
  cr_assert_str_eq(told(split, "EXECUTION_DEVICES"), "NPU.0,TEMPLATE.0");
  cr_assert_str_eq(told(split, "DEVICE_PRIORITIES"), "NPU.0,TEMPLATE.0");
  cr_assert_str_eq(told(split, "HETERO_NODE_DEVICES"),
                   "n0=NPU.0,n1=TEMPLATE.0,n2=TEMPLATE.0,n3=NPU.0");
  cr_assert(strstr(told(split, "HETERO_REFUSALS"), "n1=NPU.0: only Relu") != NULL, "%s",
            told(split, "HETERO_REFUSALS"));
  tn_compiled_destroy(plain);
  tn_compiled_destroy(split);
  tn_compiled_destroy(whole);
  tn_core_destroy(core);
}

enum { LOG_CAPACITY = 1024 };

static void keep_message(void *user, uint32_t level, tn_string source, tn_string text) {
  char *log = user;
  const size_t used = strlen(log);
  (void)level, (void)source;
  snprintf(log + used, LOG_CAPACITY - used, "%.*s\n", (int)text.length, text.data);
}

/* FULL claims what it does not compile. */
static tn_core *core_that_warns(const char *fallback, char *log) {
  char more[160];
  snprintf(more, sizeof more,
           "\"alias\": \"GPU\", \"fallback\": [\"%s\"], \"properties\": {\"FAULT\": \"claims\"}",
           fallback);
  write_manifest("FULL", FULL_PLUGIN, more);
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "");
  const char *const folders[] = {folder};
  tn_core_options options = quiet_options();
  tn_core *core = NULL;
  tn_error error = {0};
  options.plugin_folders = folders;
  options.plugin_folder_count = 1;
  options.log = keep_message;
  options.log_user = log;
  options.log_level = TN_LOG_WARNING;
  assert_ok(tn_core_create(&options, &core, &error));
  return core;
}

Test(alias, what_the_first_claims_and_does_not_compile_the_others_get, .init = make_folder,
     .fini = remove_folder) {
  char log[LOG_CAPACITY] = "";
  tn_core *core = core_that_warns("TEMPLATE", log);
  tn_compiled *compiled = compile(core, relu, "GPU");
  float got[16];
  infer(core, compiled, got);
  cr_assert_str_eq(told(compiled, "EXECUTION_DEVICES"), "TEMPLATE.0");
  cr_assert(strstr(log,
                   "FULL.0 does not compile what it has claimed, which goes to all that serve "
                   "device 0: FULL: claimed too much"),
            "%s", log);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(alias, what_nobody_compiles_the_first_explains, .init = make_folder, .fini = remove_folder) {
  char log[LOG_CAPACITY] = "";
  tn_core *core = core_that_warns("FULL.1", log);
  tn_model *model = read_chain(core, 18, relu);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_fails(tn_core_compile(core, model, "GPU", NULL, &compiled, &error), TN_INTERNAL,
               "GPU: FULL: claimed too much");
  cr_assert_null(compiled);
  tn_model_release(model);
  tn_core_destroy(core);
}

/* HETERO, which cannot be called anew, gives on what the alias's first plugin does not take. */
Test(alias, an_alias_with_a_fallback_may_stand_in_a_list, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\", \"fallback\": [\"TEMPLATE.0\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "");
  tn_core *core = core_of_folder();
  tn_compiled *split = compile(core, mixed, "HETERO:GPU,TEMPLATE.1");
  tn_compiled *plain = compile(core, mixed, "TEMPLATE");
  float got[16], expected[16];
  infer(core, split, got);
  infer(core, plain, expected);
  cr_assert_arr_eq(got, expected, sizeof got);
  cr_assert_str_eq(told(split, "HETERO_NODE_DEVICES"), "n0=GPU,n1=TEMPLATE.1,n2=TEMPLATE.1,n3=GPU");
  tn_compiled_destroy(plain);
  tn_compiled_destroy(split);
  tn_core_destroy(core);
}

/* --- plugins that come and go */

Test(alias, a_broken_plugin_leaves_the_fallback_and_says_why, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("MISSING", "/nowhere/libmissing.so",
                 "\"alias\": \"GPU\", \"fallback\": [\"TEMPLATE\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "");
  tn_core *core = core_of_folder();
  cr_assert_str_eq(ids_of(core, "GPU"), "GPU.0,");
  tn_compiled *compiled = compile(core, mixed, "GPU");
  cr_assert_str_eq(told(compiled, "EXECUTION_DEVICES"), "0");
  cr_assert(strstr(told_by(core, "GPU", "PROXY_PROBLEMS"), "MISSING=MISSING: ") != NULL, "%s",
            told_by(core, "GPU", "PROXY_PROBLEMS"));
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(alias, without_any_device_it_is_told_why, .init = make_folder, .fini = remove_folder) {
  write_manifest("MISSING", "/nowhere/libmissing.so", "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  tn_model *model = read_chain(core, 18, relu);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  cr_assert_str_eq(ids_of(core, "GPU"), "");
  assert_fails(tn_core_compile(core, model, "GPU", NULL, &compiled, &error), TN_NOT_FOUND,
               "GPU: there is no device: MISSING: MISSING: ");
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(alias, unloading_the_last_one_takes_the_alias_away, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\"");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  tn_error error = {0};
  tn_compiled *compiled = compile(core, relu, "GPU.1");
  float got[16];
  assert_fails(tn_core_unload_plugin(core, "GPU", &error), TN_INVALID_ARGUMENT, "GPU is an alias");
  assert_ok(tn_core_unload_plugin(core, "TEMPLATE", &error));
  cr_assert_str_eq(ids_of(core, "GPU"), "GPU.0,");
  infer(core, compiled, got); /* what was made lives on */
  assert_ok(tn_core_unload_plugin(core, "MINIMAL", &error));
  assert_fails(tn_core_load_plugin(core, "GPU", &error), TN_NOT_FOUND, "no plugin is called GPU");
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(alias, a_manifest_that_is_wrong_is_not_hidden, .init = make_folder, .fini = remove_folder) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\", \"properties\": []");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  const found all = list(core);
  cr_assert_eq(all.count, 2);
  cr_assert_eq(all.entries[0].state, TN_PLUGIN_BROKEN);
  cr_assert(strstr(all.reasons[0], "field \"properties\"") != NULL, "%s", all.reasons[0]);
  cr_assert_str_eq(ids_of(core, "GPU"), "GPU.0,GPU.1,");
  tn_core_destroy(core);
}

Test(alias, the_name_of_a_plugin_is_no_alias_until_that_is_gone, .init = make_folder,
     .fini = remove_folder) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  tn_plugin_options options = tn_plugin_options_init();
  char path[400];
  options.name = "GPU";
  assert_ok(tn_core_register_plugin(core, MINIMAL_PLUGIN, &options, NULL, &error));
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  snprintf(path, sizeof path, "%s/TEMPLATE.json", folder);
  assert_ok(tn_core_register_manifest(core, path, NULL, &error));
  cr_assert_str_eq(ids_of(core, "GPU"), "GPU.0,", "it is still MINIMAL");
  assert_ok(tn_core_unload_plugin(core, "GPU", &error));
  cr_assert_str_eq(ids_of(core, "GPU"), "GPU.0,GPU.1,");
  tn_core_destroy(core);
}

Test(alias, what_the_fallback_runs_alone_is_told_by_its_name, .init = make_folder,
     .fini = remove_folder) {
  static const char *const neg[] = {"Neg", NULL};
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"NPU\", \"fallback\": [\"TEMPLATE\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "");
  tn_core *core = core_of_folder();
  tn_compiled *compiled = compile(core, neg, "NPU");
  cr_assert_str_eq(told(compiled, "EXECUTION_DEVICES"), "TEMPLATE.0");
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(alias, a_fallback_that_is_not_there_is_told, .init = make_folder, .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN,
                 "\"alias\": \"GPU\", \"fallback\": [\"NOBODY\", \"TEMPLATE.9\"]");
  tn_core *core = core_of_folder();
  const char *problems = told_by(core, "GPU", "PROXY_PROBLEMS");
  cr_assert(strstr(problems, "NOBODY=no plugin is called NOBODY") != NULL, "%s", problems);
  cr_assert(strstr(problems, "TEMPLATE.9=there is no such device") != NULL, "%s", problems);
  tn_core_destroy(core);
}

/* --- properties */

/* Those of the plugin that has a device, although another one comes first. */
Test(alias, declarations_are_of_the_plugin_that_answers, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("MISSING", "/nowhere/libmissing.so", "\"alias\": \"GPU\", \"priority\": 9");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  tn_error error = {0};
  assert_ok(tn_core_set_property_text(core, "GPU", "INFERENCE_PRECISION_HINT", "f16", &error));
  cr_assert_str_eq(told_by(core, "GPU", "INFERENCE_PRECISION_HINT"), "f16");
  tn_core_destroy(core);
}

Test(alias, properties_are_those_of_the_first_plugin, .init = make_folder, .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  tn_error error = {0};
  assert_ok(tn_core_set_property_text(core, "GPU", "NUM_STREAMS", "3", &error));
  cr_assert_str_eq(told_by(core, "GPU", "NUM_STREAMS"), "3");
  cr_assert_str_eq(told_by(core, "TEMPLATE", "NUM_STREAMS"), "3");
  struct text text;
  assert_fails(tn_core_get_property(core, "GPU", "NOBODYS", take_text, &text, &error), TN_NOT_FOUND,
               "GPU: TEMPLATE: ");
  assert_fails(tn_core_set_property_text(core, "GPU", "NOBODYS", "1", &error), TN_NOT_FOUND,
               "GPU: TEMPLATE: property 'NOBODYS'");
  assert_fails(tn_core_set_property_text(core, "GPU.7", "NUM_STREAMS", "1", &error), TN_NOT_FOUND,
               "GPU: device '7' is none of those");
  tn_core_destroy(core);
}

/* Those behind GPU.2 do not know what TEMPLATE alone has. */
Test(alias, what_is_set_stays_with_the_devices_of_its_plugin, .init = make_folder,
     .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\", \"priority\": 1");
  write_manifest("FULL", FULL_PLUGIN,
                 "\"alias\": \"GPU\", \"fallback\": [\"MINIMAL\"], "
                 "\"properties\": {\"FAULT\": \"claims\"}");
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "");
  tn_core *core = core_of_folder();
  tn_error error = {0};
  assert_ok(tn_core_set_property_text(core, "GPU", "TEMPLATE_DELAY", "0.001", &error));
  tn_compiled *compiled = compile(core, relu, "GPU.2");
  cr_assert(tn_string_is(tn_compiled_object(compiled)->maker->name, "MINIMAL"));
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(alias, properties_of_one_device_stand_in_a_map, .init = make_folder, .fini = remove_folder) {
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  const tn_map_entry streams = {TN_STRING_INIT("NUM_STREAMS"), tn_value_of_int64(4)};
  tn_value inner = {TN_VALUE_MAP, 0, {0}}, outer = {TN_VALUE_MAP, 0, {0}};
  inner.as.map.entries = &streams;
  inner.as.map.count = 1;
  tn_map_entry device = {TN_STRING_INIT("TEMPLATE"), inner};
  outer.as.map.entries = &device;
  outer.as.map.count = 1;
  const tn_map_entry entry = {TN_STRING_INIT("DEVICE_PROPERTIES"), outer};
  tn_compile_options options = tn_compile_options_init();
  options.properties = &entry;
  options.property_count = 1;
  tn_model *model = read_chain(core, 18, relu);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(tn_core_compile(core, model, "GPU", &options, &compiled, &error));
  cr_assert_str_eq(told(compiled, "NUM_STREAMS"), "4");
  tn_compiled_destroy(compiled);
  device.key = TN_STRING("ELSEWHERE");
  assert_fails(tn_core_compile(core, model, "GPU", &options, &compiled, &error), TN_NOT_FOUND,
               "ELSEWHERE is none of the devices of 0");
  tn_model_release(model);
  tn_core_destroy(core);
}

/* --- manifests that say something wrong */

static void refuse(const char *more, const char *field) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  char path[400];
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, more);
  snprintf(path, sizeof path, "%s/TEMPLATE.json", folder);
  assert_fails(tn_core_register_manifest(core, path, NULL, &error), TN_MALFORMED, field);
  tn_core_destroy(core);
}

Test(alias, wrong_fields_are_named, .init = make_folder, .fini = remove_folder) {
  refuse("\"alias\": \"G PU\"", "field \"alias\"");
  refuse("\"alias\": \"TEMPLATE\"", "another name than the plugin's");
  refuse("\"alias\": 3", "field \"alias\"");
  refuse("\"alias\": \"HETERO\"", "what is built in");
  refuse("\"alias\": \"GPU\", \"priority\": \"high\"", "field \"priority\"");
  refuse("\"alias\": \"GPU\", \"hidden\": 1", "field \"hidden\"");
  refuse("\"alias\": \"GPU\", \"fallback\": \"CPU\"", "field \"fallback\"");
  refuse("\"alias\": \"GPU\", \"fallback\": [\"A,B\"]", "field \"fallback\"");
  refuse("\"priority\": 1", "none without the field \"alias\"");
  refuse("\"hidden\": true", "none without the field \"alias\"");
}

/* --- one that does not answer */

/* Its device 2 is listed, and is lost when it is asked. */
Test(alias, a_device_that_is_lost_is_told_of, .init = make_folder, .fini = remove_folder) {
  struct messages messages = {""};
  const char *const folders[] = {folder};
  tn_core_options options = quiet_options();
  tn_core *core = NULL;
  tn_error error = {0};
  write_manifest("LATE", TENON_MOCK_DIR "/libmock_late.so",
                 "\"alias\": \"GPU\", \"fallback\": [\"TEMPLATE\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "");
  options.plugin_folders = folders;
  options.plugin_folder_count = 1;
  options.log = keep_messages;
  options.log_user = &messages;
  options.log_level = TN_LOG_WARNING;
  assert_ok(tn_core_create(&options, &core, &error));
  tn_compiled *compiled = compile(core, relu, "GPU.2");
  cr_assert(strstr(messages.text, "LATE.2 is left out, and others serve device 2: ") != NULL, "%s",
            messages.text);
  cr_assert(strstr(messages.text, "the cable was pulled") != NULL, "%s", messages.text);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}
