/* Plugins: registration, discovery, broken ones, names. */
#include "../support/folder.h"
#include "../support/runtime.h"

static const char full_manifest[] =
    "{\"tenon_manifest\": 1, \"majors\": [1, 2], \"name\": \"FULL\", \"library\": \"" FULL_PLUGIN
    "\", \"version\": \"1.9\", \"description\": \"A mock\", \"properties\": {\"NUM_STREAMS\": 3}, "
    "\"unknown\": null}";

static tn_status take_int64(void *user, const tn_value *value) {
  cr_assert_eq(value->kind, TN_VALUE_INT64);
  *(int64_t *)user = value->as.int64;
  return TN_OK;
}

Test(plugins, a_manifest_is_found_and_opened_at_first_use, .init = make_folder,
     .fini = remove_folder) {
  write_file("full.json", full_manifest);
  write_file("readme.txt", "no manifest");
  tn_core *core = core_of_folder();
  found all = list(core);
  cr_assert_eq(all.count, 1);
  cr_assert_eq(all.entries[0].state, TN_PLUGIN_REGISTERED);
  int64_t streams = 0;
  tn_error error = {0};
  assert_ok(tn_core_get_property(core, "FULL", "NUM_STREAMS", take_int64, &streams, &error));
  cr_assert_eq(streams, 3, "the manifest's initial value");
  all = list(core);
  cr_assert_eq(all.entries[0].state, TN_PLUGIN_LOADED);
  tn_core_destroy(core);
}

/* Each is wrong in one way; what the reason has to name. */
static const struct {
  const char *text, *reason;
} wrong[] = {
    {"", "line 1"},
    {"{", "wrong01.json: line 1"},
    {"[]", "one object"},
    {"{}", "\"tenon_manifest\" is missing"},
    {"{\"tenon_manifest\": \"1\"}", "\"tenon_manifest\""},
    {"{\"tenon_manifest\": 2}", "version 2 of the format, this library reads up to 1"},
    {"{\"tenon_manifest\": 1}", "\"name\" is missing"},
    {"{\"tenon_manifest\": 1, \"name\": \"A B\", \"library\": \"x\"}", "letters, digits"},
    {"{\"tenon_manifest\": 1, \"name\": \"A\"}", "\"library\" is missing"},
    {"{\"tenon_manifest\": 1, \"name\": \"A\", \"library\": 5}", "\"library\""},
    {"{\"tenon_manifest\": 1, \"name\": \"A\", \"library\": \"x\", \"version\": 1}", "\"version\""},
    {"{\"tenon_manifest\": 1, \"name\": \"A\", \"library\": \"x\", \"properties\": []}",
     "\"properties\""},
    {"{\"tenon_manifest\": 1, \"name\": \"A\", \"library\": \"x\", \"properties\": {\"P\": null}}",
     "\"P\""},
    {"{\"tenon_manifest\": 1, \"name\": \"A\", \"library\": \"x\", \"device_absent\": 1}",
     "\"device_absent\""},
    {"{\"tenon_manifest\": 1, \"name\": \"A\", \"library\": \"x\", \"backend_absent\": {}}",
     "\"backend_absent.environment\""},
    {"{\"tenon_manifest\": 1, \"name\": \"A\", \"library\": \"x\", \"majors\": [1]}", "\"majors\""},
    {"{\"tenon_manifest\": 1, \"name\": \"A\", \"library\": \"x\", \"majors\": [2, 3]}",
     "speaks major versions 2 to 3, the host 1"},
    {"{\"tenon_manifest\": 1, \"name\": \"A\", \"name\": \"B\"}", "duplicate"},
};
enum { WRONG_COUNT = sizeof wrong / sizeof wrong[0] };

/* checks TN_DISCOVERY_003 */
Test(plugins, wrong_manifests_are_listed_with_their_reason, .init = make_folder,
     .fini = remove_folder) {
  for (int i = 0; i < WRONG_COUNT; i++) {
    char name[32];
    snprintf(name, sizeof name, "wrong%02d.json", i);
    write_file(name, wrong[i].text);
  }
  write_file("zfull.json", full_manifest);
  tn_core *core = core_of_folder();
  const found all = list(core);
  cr_assert_eq(all.count, WRONG_COUNT + 1);
  for (int i = 0; i < WRONG_COUNT; i++) {
    char name[32];
    snprintf(name, sizeof name, "wrong%02d.json", i);
    cr_assert_eq(all.entries[i].state, TN_PLUGIN_BROKEN, "%s", name);
    cr_assert_not_null(strstr(all.names[i], name));
    cr_assert_not_null(strstr(all.reasons[i], name), "%s", all.reasons[i]);
    cr_assert_not_null(strstr(all.reasons[i], wrong[i].reason), "%s: %s", name, all.reasons[i]);
  }
  tn_error error = {0};
  assert_ok(tn_core_load_plugin(core, "FULL", &error));
  tn_core_destroy(core);
}

Test(plugins, the_first_of_a_name_wins, .init = make_folder, .fini = remove_folder) {
  write_file("a.json", full_manifest);
  write_file("b.json", "{\"tenon_manifest\": 1, \"name\": \"FULL\", \"library\": \"no.so\"}");
  tn_core *core = core_of_folder();
  const found all = list(core);
  cr_assert_eq(all.count, 2);
  cr_assert_eq(all.entries[1].state, TN_PLUGIN_SHADOWED);
  cr_assert_not_null(strstr(all.reasons[1], "a.json"));
  tn_error error = {0};
  assert_ok(tn_core_load_plugin(core, "FULL", &error));
  assert_fails(register_faulty(core, FULL_PLUGIN, "FULL", NULL, &error), TN_INVALID_ARGUMENT,
               "registered already");
  tn_core_destroy(core);
}

static void keep_message(void *user, uint32_t level, tn_string source, tn_string message) {
  (void)source;
  if (level == TN_LOG_WARNING) snprintf(user, 400, "%.*s", (int)message.length, message.data);
}

Test(plugins, a_manifest_that_says_something_else_than_the_library_is_told, .init = make_folder,
     .fini = remove_folder) {
  write_file("full.json", full_manifest); /* version 1.9, the library says 2.5 */
  const char *const folders[] = {folder};
  char message[400] = "";
  tn_core_options options = quiet_options();
  options.plugin_folders = folders;
  options.plugin_folder_count = 1;
  options.log = keep_message;
  options.log_user = message;
  tn_core *core = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create(&options, &core, &error));
  assert_ok(tn_core_load_plugin(core, "FULL", &error));
  cr_assert_not_null(strstr(message, "says version 1.9, the library says 2.5"), "%s", message);
  tn_core_destroy(core);
}

Test(plugins, a_manifest_under_another_name_than_the_librarys_is_broken, .init = make_folder,
     .fini = remove_folder) {
  write_file("other.json",
             "{\"tenon_manifest\": 1, \"name\": \"OTHER\", \"library\": \"" FULL_PLUGIN "\"}");
  tn_core *core = core_of_folder();
  tn_error error = {0};
  assert_fails(tn_core_load_plugin(core, "OTHER", &error), TN_MALFORMED, "calls itself FULL");
  const found all = list(core);
  cr_assert_eq(all.entries[0].state, TN_PLUGIN_BROKEN);
  cr_assert_not_null(strstr(all.reasons[0], "other.json"), "%s", all.reasons[0]);
  tn_core_destroy(core);
  core = quiet_core();
  assert_ok(register_faulty(core, FULL_PLUGIN, "OTHER", NULL, &error));
  assert_ok(tn_core_load_plugin(core, "OTHER", &error)); /* an application names as it likes */
  tn_core_destroy(core);
}

Test(plugins, a_folder_is_searched_once_whatever_its_path, .init = make_folder,
     .fini = remove_folder) {
  write_file("full.json", full_manifest);
  write_file("wrong.json", "{");
  char path[200];
  snprintf(path, sizeof path, "%s:%s/:%s/.", folder, folder, folder);
  setenv("TENON_PLUGIN_PATH", path, 1);
  tn_core_options options = tn_core_options_init();
  const char *const folders[] = {folder};
  options.flags = TN_CORE_NO_DEFAULT_FOLDER;
  options.plugin_folders = folders;
  options.plugin_folder_count = 1;
  tn_core *core = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create(&options, &core, &error));
  const found all = list(core);
  cr_assert_eq(all.count, 2);
  cr_assert_eq(all.entries[0].state, TN_PLUGIN_REGISTERED);
  tn_core_destroy(core);
  unsetenv("TENON_PLUGIN_PATH");
}

Test(plugins, a_property_that_is_not_known_is_named) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  int64_t value = 0;
  assert_ok(register_faulty(core, TEMPLATE_PLUGIN, "TEMPLATE", NULL, &error));
  assert_fails(tn_core_parse_property(core, "TEMPLATE", "FOO", "1", take_int64, &value, &error),
               TN_NOT_FOUND, "property FOO is not known");
  tn_core_destroy(core);
}

/* checks TN_DISCOVERY_005 */
Test(plugins, the_environment_adds_and_disables, .init = make_folder, .fini = remove_folder) {
  write_file("full.json", full_manifest);
  char path[200];
  snprintf(path, sizeof path, "/no/such/folder:%s:", folder);
  setenv("TENON_PLUGIN_PATH", path, 1);
  setenv("TENON_DISABLE_PLUGINS", "OTHER,FULL", 1);
  tn_core_options options = quiet_options();
  tn_core *core = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create(&options, &core, &error));
  cr_assert_eq(list(core).count, 0, "the environment was to be ignored");
  tn_core_destroy(core);
  options.flags = TN_CORE_NO_DEFAULT_FOLDER;
  options.log_level = TN_LOG_ERROR;
  assert_ok(tn_core_create(&options, &core, &error));
  found all = list(core);
  cr_assert_eq(all.count, 1);
  cr_assert_eq(all.entries[0].state, TN_PLUGIN_DISABLED);
  assert_fails(tn_core_load_plugin(core, "FULL", &error), TN_NOT_FOUND, "TENON_DISABLE_PLUGINS");
  tn_core_destroy(core);
  setenv("TENON_DISABLE_PLUGINS", "FULLER", 1);
  assert_ok(tn_core_create(&options, &core, &error));
  assert_ok(tn_core_load_plugin(core, "FULL", &error));
  tn_core_destroy(core);
  unsetenv("TENON_DISABLE_PLUGINS");
  unsetenv("TENON_PLUGIN_PATH");
}

Test(plugins, names_to_be_disabled_are_trimmed_and_those_of_nobody_told, .init = make_folder,
     .fini = remove_folder) {
  write_file("full.json", full_manifest);
  setenv("TENON_PLUGIN_PATH", folder, 1);
  setenv("TENON_DISABLE_PLUGINS", " FULL ,\tGHOST ,", 1);
  char warning[400] = "";
  tn_core_options options = quiet_options();
  options.flags = TN_CORE_NO_DEFAULT_FOLDER;
  options.log = keep_message;
  options.log_user = warning;
  options.log_level = TN_LOG_WARNING;
  tn_core *core = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create(&options, &core, &error));
  cr_assert_eq(list(core).entries[0].state, TN_PLUGIN_DISABLED);
  cr_assert_str_eq(warning, "TENON_DISABLE_PLUGINS: no plugin found is called GHOST");
  tn_core_destroy(core);
  unsetenv("TENON_DISABLE_PLUGINS");
  unsetenv("TENON_PLUGIN_PATH");
}

/* Writes a copy of the mock's library, cut off after so many bytes. */
static void write_copy(const char *name, off_t length) {
  char path[400], block[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *from = fopen(FULL_PLUGIN, "rb"), *to = fopen(path, "wb");
  cr_assert(from && to);
  for (size_t count; (count = fread(block, 1, sizeof block, from)) > 0;)
    cr_assert_eq(fwrite(block, 1, count, to), count);
  fflush(to);
  cr_assert_eq(ftruncate(fileno(to), length), 0);
  fclose(from);
  fclose(to);
}

Test(plugins, a_library_that_is_cut_off_is_refused, .init = make_folder, .fini = remove_folder) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  char path[400];
  const char *name = NULL;
  write_copy("cut.so", 5000);
  snprintf(path, sizeof path, "%s/cut.so", folder);
  assert_fails(tn_core_register_plugin(core, path, NULL, &name, &error), TN_BACKEND_MISSING,
               "is cut off or damaged: it has 5000 bytes");
  tn_core_destroy(core);
}

Test(plugins, the_default_folder_lies_beside_the_library) {
  tn_core_options options = tn_core_options_init();
  options.flags = TN_CORE_IGNORE_ENVIRONMENT;
  tn_core *core = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create(&options, &core, &error));
  assert_ok(tn_core_load_plugin(core, "BARE", &error));
  tn_core_destroy(core);
}

Test(plugins, a_library_without_a_name_says_its_own) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  const char *name = NULL;
  assert_ok(tn_core_register_plugin(core, FULL_PLUGIN, NULL, &name, &error));
  cr_assert_str_eq(name, "FULL");
  const found all = list(core);
  cr_assert_eq(all.entries[0].state, TN_PLUGIN_LOADED);
  cr_assert_str_eq(all.names[0], "FULL");
  assert_fails(tn_core_register_plugin(core, FULL_PLUGIN, NULL, &name, &error), TN_INVALID_ARGUMENT,
               "registered already");
  tn_plugin *object = NULL;
  assert_ok(tn_core_plugin_object(core, "FULL", &object, &error));
  cr_assert_not_null(tn_plugin_get_extension(object, TN_STRING(TN_EXTENSION_REMOTE)));
  assert_ok(tn_core_unload_plugin(core, "FULL", &error));
  assert_fails(tn_core_unload_plugin(core, "FULL", &error), TN_NOT_FOUND, "FULL");
  cr_assert_eq(list(core).count, 0);
  tn_core_destroy(core);
}

/* checks TN_DISCOVERY_004 */
Test(plugins, what_is_no_plugin_is_refused) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_fails(tn_core_register_plugin(core, "/no/such/library.so", NULL, NULL, &error),
               TN_NOT_FOUND, "/no/such/library.so");
  assert_fails(tn_core_register_plugin(core, "libm.so.6", NULL, NULL, &error), TN_NOT_FOUND,
               "exports no tn_create_plugin_engine");
  assert_fails(tn_core_register_plugin(core, "", NULL, NULL, &error), TN_INVALID_ARGUMENT, "empty");
  assert_fails(register_faulty(core, FULL_PLUGIN, "A.B", NULL, &error), TN_INVALID_ARGUMENT,
               "\"A.B\"");
  assert_ok(register_faulty(core, "/no/such/library.so", "GONE", NULL, &error));
  assert_fails(tn_core_load_plugin(core, "GONE", &error), TN_NOT_FOUND,
               "GONE: library /no/such/library.so");
  const found all = list(core);
  cr_assert_eq(all.count, 1);
  cr_assert_eq(all.entries[0].state, TN_PLUGIN_BROKEN);
  cr_assert_not_null(strstr(all.reasons[0], "/no/such/library.so"));
  tn_core_destroy(core);
}

/* What each broken plugin is refused with. */
static const struct {
  const char *fault;
  tn_status status;
  const char *reason;
} faults[] = {
    {NULL, TN_BACKEND_MISSING, "B: libnothing.so.1 is not installed"},
    {"silent", TN_DEVICE_LOST, "failed without a message"},
    {"mute", TN_DEVICE_LOST, "B: failed without a message"},
    {"null_out", TN_MALFORMED, "is NULL"},
    {"small_table", TN_MALFORMED, "tn_plugin_api: size 72"},
    {"odd_size", TN_MALFORMED, "multiple of 8"},
    {"null_slot", TN_MALFORMED, "slot compile is NULL"},
    {"wrong_major", TN_UNSUPPORTED, "major version 2"},
    {"null_info", TN_MALFORMED, "info() gave NULL"},
    {"no_table", TN_MALFORMED, "tn_plugin_api: the table is NULL"},
    {"no_maker", TN_MALFORMED, "no maker"},
    {"small_maker", TN_MALFORMED, "tn_maker: size 8"},
    {"bad_name", TN_MALFORMED, "TWO WORDS"},
    {"no_sets", TN_MALFORMED, "operator_sets is NULL"},
};

/* checks TN_ABI_019, TN_LIFE_021 */
Test(plugins, broken_plugins_are_refused_and_the_others_work) {
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    tn_core *core = quiet_core();
    tn_error error = {0};
    assert_ok(register_faulty(core, BROKEN_PLUGIN, "B", faults[i].fault, &error));
    assert_ok(register_faulty(core, FULL_PLUGIN, "FULL", NULL, &error));
    assert_fails(tn_core_load_plugin(core, "B", &error), faults[i].status, faults[i].reason);
    const found all = list(core);
    cr_assert_eq(all.entries[0].state, TN_PLUGIN_BROKEN);
    cr_assert_eq(all.entries[0].error == NULL, 0);
    cr_assert_not_null(strstr(all.reasons[0], faults[i].reason), "%s", all.reasons[0]);
    assert_fails(tn_core_load_plugin(core, "B", &error), faults[i].status, faults[i].reason);
    assert_ok(tn_core_load_plugin(core, "FULL", &error));
    tn_core_destroy(core);
  }
}

Test(plugins, a_refusal_keeps_the_vendors_code) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_fails(tn_core_register_plugin(core, BROKEN_PLUGIN, NULL, NULL, &error), TN_BACKEND_MISSING,
               "libnothing.so.1");
  cr_assert_eq(error.vendor_code, -12);
  tn_core_destroy(core);
}

/* checks TN_HOST_008 */
Test(plugins, other_devices_are_closed_to_a_plugin_that_is_not_made_yet) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_ok(register_faulty(core, FULL_PLUGIN, "FULL", "early", &error));
  assert_fails(tn_core_load_plugin(core, "FULL", &error), TN_WRONG_STATE,
               "not before tn_create_plugin_engine");
  tn_core_destroy(core);
}

Test(plugins, wrong_options_of_a_core_are_refused) {
  tn_core *core = NULL;
  tn_error error = {0};
  tn_core_options options = tn_core_options_init();
  options.flags = 8;
  assert_fails(tn_core_create(&options, &core, &error), TN_INVALID_ARGUMENT, "flags");
  options = tn_core_options_init();
  options.size = 8;
  assert_fails(tn_core_create(&options, &core, &error), TN_INVALID_ARGUMENT, "size 8");
  options = tn_core_options_init();
  options.plugin_folder_count = 1;
  assert_fails(tn_core_create(&options, &core, &error), TN_INVALID_ARGUMENT, "folders");
  assert_fails(tn_core_plugins(NULL, take, NULL, &error), TN_INVALID_ARGUMENT, "core is NULL");
  cr_assert_null(core);
  tn_core_destroy(NULL);
}
