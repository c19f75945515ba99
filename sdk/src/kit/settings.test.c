#include "base/value.h"
#include "kit/test_host.h"
#include "tenon/kit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const tn_value colours[] = {TN_KIT_STRING("red"), TN_KIT_STRING("green")};
static const tn_kit_property colour = TN_KIT_PROPERTY(
    "COLOUR", STRING, TN_LEVEL_PLUGIN | TN_LEVEL_DEVICE | TN_LEVEL_MODEL, TN_PROPERTY_WRITABLE, "",
    NULL, NULL, "A colour.", TN_KIT_STRING("red"), TN_KIT_CHOICES(colours));
static const tn_kit_property born =
    TN_KIT_PROPERTY("BORN", INT64, TN_LEVEL_PLUGIN, TN_PROPERTY_INITIAL, "", NULL, NULL,
                    "Given at creation only.", TN_KIT_INT64(7), TN_KIT_ANY);
static const tn_kit_property *const rows[] = {&tn_kit_property_SUPPORTED_PROPERTIES,
                                              &tn_kit_property_DEVICE_ID,
                                              &tn_kit_property_FULL_DEVICE_NAME,
                                              &tn_kit_property_PERF_COUNT,
                                              &tn_kit_property_NUM_STREAMS,
                                              &colour,
                                              &born};
static const tn_kit_property_table table = {rows, sizeof rows / sizeof *rows};

static tn_status check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                            tn_error *error) {
  (void)call, (void)node, (void)reason, (void)error;
  return TN_OK;
}

static tn_status run(tn_kit_request *request, tn_error *error) {
  (void)request, (void)error;
  return TN_OK;
}

static const tn_plugin_info info = {TN_SIZE(tn_plugin_info),
                                    0,
                                    TN_STRING_INIT("STORE"),
                                    TN_STRING_INIT("1"),
                                    TN_STRING_INIT("t"),
                                    NULL,
                                    0};
static const tn_device device_table[] = {
    {.size = TN_SIZE(tn_device), .id = TN_STRING_INIT("0"), .name = TN_STRING_INIT("zero")},
    {.size = TN_SIZE(tn_device), .id = TN_STRING_INIT("1"), .name = TN_STRING_INIT("one")}};
static const tn_device *const pointers[] = {&device_table[0], &device_table[1]};
static const tn_device_list devices = {TN_SIZE(tn_device_list), 2, 1, pointers};
static const tn_kit_stage stages[] = {{"run", run}};
static const tn_kit_plugin plugin_table = {.info = &info,
                                           .devices = &devices,
                                           .properties = &table,
                                           .check_node = check_node,
                                           .stages = stages,
                                           .stage_count = 1};

static test_host host;

static tn_plugin *open_plugin(const tn_map_entry *properties, uint32_t count, tn_status expected) {
  tn_plugin *plugin = NULL;
  test_host_init(&host, NULL);
  tn_create_options options = test_host_options(&host);
  options.properties = properties;
  options.property_count = count;
  cr_assert_eq(tn_kit_create(&plugin_table, &options, &plugin, NULL), expected);
  return plugin;
}

/* A value as text. */
static tn_status print(void *user, const tn_value *value) {
  tni_value_print(value, user, 64);
  return TN_OK;
}

static const char *read_value(tn_plugin *plugin, const char *device, const char *name) {
  static char text[64];
  const tn_status status = plugin->api->get_property(plugin, tn_string_from(device),
                                                     tn_string_from(name), print, text, NULL);
  if (status != TN_OK) snprintf(text, sizeof text, "status %d", status);
  return text;
}

static tn_status set_value(tn_plugin *plugin, const char *device, const char *name, tn_value value,
                           tn_error *error) {
  const tn_map_entry entry = {tn_string_from(name), value};
  return plugin->api->set_properties(plugin, tn_string_from(device), &entry, 1, error);
}

static tn_value text_value(const char *text) {
  return tn_value_of_string(tn_string_from(text));
}

Test(kit_settings, defaults_then_plugin_then_device) {
  tn_plugin *plugin = open_plugin(NULL, 0, TN_OK);
  cr_assert_str_eq(read_value(plugin, "", "COLOUR"), "\"red\"");
  cr_assert_eq(set_value(plugin, "", "COLOUR", text_value("green"), NULL), TN_OK);
  cr_assert_str_eq(read_value(plugin, "1", "COLOUR"), "\"green\"");
  cr_assert_eq(set_value(plugin, "1", "COLOUR", text_value("red"), NULL), TN_OK);
  cr_assert_str_eq(read_value(plugin, "1", "COLOUR"), "\"red\"");
  cr_assert_str_eq(read_value(plugin, "0", "COLOUR"), "\"green\"");
  cr_assert_str_eq(read_value(plugin, "", "COLOUR"), "\"green\"");
  cr_assert_str_eq(read_value(plugin, "1", "FULL_DEVICE_NAME"), "\"one\"");
  tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  cr_assert_eq(atomic_load(&host.ended), 1);
}

Test(kit_settings, refusals_say_why_and_change_nothing) {
  static const struct {
    const char *device, *name;
    tn_value value;
    tn_status status;
    const char *message;
  } cases[] = {
      {"", "COLOR", TN_KIT_STRING("red"), TN_NOT_FOUND, "property 'COLOR' is not known"},
      {"9", "COLOUR", TN_KIT_STRING("red"), TN_NOT_FOUND, "device '9'"},
      {"", "COLOUR", TN_KIT_STRING("blue"), TN_OUT_OF_RANGE,
       "\"blue\" is none of \"red\", \"green\""},
      {"", "COLOUR", TN_KIT_INT64(1), TN_WRONG_TYPE, "expected STRING, got INT64"},
      {"", "NUM_STREAMS", TN_KIT_INT64(0), TN_OUT_OF_RANGE, "0 lies outside 1 to 1024"},
      {"", "NUM_STREAMS", TN_KIT_INT64(1025), TN_OUT_OF_RANGE, "1025 lies outside"},
      {"", "PERF_COUNT", TN_KIT_BOOL(2), TN_INVALID_ARGUMENT, "truth value"},
      {"0", "FULL_DEVICE_NAME", TN_KIT_STRING("x"), TN_READ_ONLY, "cannot be set"},
      {"", "BORN", TN_KIT_INT64(1), TN_READ_ONLY, "cannot be set"},
      {"", "DEVICE_ID", TN_KIT_STRING("2"), TN_NOT_FOUND, "device '2'"},
      {"0", "DEVICE_ID", TN_KIT_STRING("1"), TN_NOT_FOUND, "none of a device"},
  };
  tn_plugin *plugin = open_plugin(NULL, 0, TN_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tn_error error;
    memset(&error, 0, sizeof error);
    cr_assert_eq(set_value(plugin, cases[i].device, cases[i].name, cases[i].value, &error),
                 cases[i].status, "case %zu: %s", i, error.message);
    cr_assert(strstr(error.message, cases[i].message), "case %zu: %s", i, error.message);
  }
  cr_assert_str_eq(read_value(plugin, "", "COLOUR"), "\"red\"");
  cr_assert_str_eq(read_value(plugin, "", "NUM_STREAMS"), "1");
  tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
}

Test(kit_settings, all_or_none) {
  tn_plugin *plugin = open_plugin(NULL, 0, TN_OK);
  const tn_map_entry entries[] = {{TN_STRING_INIT("COLOUR"), text_value("green")},
                                  {TN_STRING_INIT("NUM_STREAMS"), tn_value_of_int64(4)},
                                  {TN_STRING_INIT("NUM_STREAMS"), tn_value_of_int64(-4)}};
  cr_assert_eq(plugin->api->set_properties(plugin, TN_STRING(""), entries, 3, NULL),
               TN_OUT_OF_RANGE);
  cr_assert_str_eq(read_value(plugin, "", "COLOUR"), "\"red\"");
  cr_assert_str_eq(read_value(plugin, "", "NUM_STREAMS"), "1");
  cr_assert_eq(plugin->api->set_properties(plugin, TN_STRING(""), entries, 2, NULL), TN_OK);
  cr_assert_str_eq(read_value(plugin, "", "COLOUR"), "\"green\"");
  cr_assert_str_eq(read_value(plugin, "", "NUM_STREAMS"), "4");
  cr_assert_eq(plugin->api->set_properties(plugin, TN_STRING(""), NULL, 2, NULL),
               TN_INVALID_ARGUMENT);
  tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
}

Test(kit_settings, creation_takes_initial_ones) {
  const tn_map_entry good = {TN_STRING_INIT("BORN"), tn_value_of_int64(9)};
  tn_plugin *plugin = open_plugin(&good, 1, TN_OK);
  cr_assert_str_eq(read_value(plugin, "", "BORN"), "9");
  tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  const tn_map_entry unknown = {TN_STRING_INIT("NOBODY"), tn_value_of_int64(9)};
  cr_assert_null(open_plugin(&unknown, 1, TN_NOT_FOUND));
  cr_assert_eq(atomic_load(&host.ended), 0);
  cr_assert_eq(atomic_load(&host.executors), 0);
}

Test(kit_settings, a_compiled_model_keeps_what_held) {
  tn_plugin *plugin = open_plugin(NULL, 0, TN_OK);
  tn_model *model = test_model_chain(NULL, "Relu", 14, 1, 2, 2);
  const tn_map_entry entries[] = {{TN_STRING_INIT("COLOUR"), text_value("green")},
                                  {TN_STRING_INIT("DEVICE_ID"), text_value("1")}};
  tn_compile_options options = tn_compile_options_init();
  options.properties = entries;
  options.property_count = 2;
  tn_compiled_model *compiled = NULL;
  char text[64];
  cr_assert_eq(tn_plugin_compile(plugin, TN_STRING(""), model, &options, &compiled, NULL), TN_OK);
  cr_assert_eq(set_value(plugin, "", "NUM_STREAMS", tn_value_of_int64(3), NULL), TN_OK);
  cr_assert_eq(tn_compiled_model_get_property(compiled, TN_STRING("COLOUR"), print, text, NULL),
               TN_OK);
  cr_assert_str_eq(text, "\"green\"");
  cr_assert_eq(tn_compiled_model_get_property(compiled, TN_STRING("DEVICE_ID"), print, text, NULL),
               TN_OK);
  cr_assert_str_eq(text, "\"1\"");
  cr_assert_eq(
      tn_compiled_model_get_property(compiled, TN_STRING("NUM_STREAMS"), print, text, NULL), TN_OK);
  cr_assert_str_eq(text, "1");
  cr_assert_str_eq(read_value(plugin, "", "COLOUR"), "\"red\"");
  cr_assert_eq(tn_compiled_model_set_properties(compiled, entries, 1, NULL), TN_READ_ONLY);
  tn_compiled_model_destroy(compiled);
  cr_assert_eq(tn_plugin_compile(plugin, TN_STRING("0"), model, &options, &compiled, NULL),
               TN_INVALID_ARGUMENT);
  tn_model_release(model);
  tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
}

Test(kit_settings, a_failing_receiver_is_told) {
  tn_plugin *plugin = open_plugin(NULL, 0, TN_OK);
  tn_error error;
  memset(&error, 0, sizeof error);
  cr_assert_eq(
      plugin->api->get_property(plugin, TN_STRING(""), TN_STRING("COLOUR"), NULL, NULL, &error),
      TN_INVALID_ARGUMENT);
  cr_assert(error.message[0]);
  tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
}
