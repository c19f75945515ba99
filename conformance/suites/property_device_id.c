/* Checks of DEVICE_ID: which device a call is for that names none. */
#define TN_GROUP "property"
#include "base/value.h"
#include "engine/declared.h"
#include "engine/virtual_device.h"

static property_place place_of_plugin(const test *t) {
  return (property_place){"plugin", TN_LEVEL_PLUGIN, t->plugin, TN_STRING(""), NULL};
}

/* Whether the plugin declares DEVICE_ID. */
static bool has_device_id(test *t) {
  seen_properties declared;
  EXPECT_OK(see_properties(t, t->plugin, &declared, &t->error));
  return declaration_of(&declared, TN_STRING("DEVICE_ID"), TN_LEVEL_PLUGIN) != NULL;
}

#define NO_DEVICE_ID "DEVICE_ID is not declared"

/* Reads a property of a compiled model if it is declared. What is handed on is left out: it tells
 * the id that its maker knows. */
static bool read_model(test *t, tn_compiled_model *model, tn_string name, seen_value *out) {
  seen_properties declared;
  const property_place place = {"model", TN_LEVEL_MODEL, NULL, TN_STRING(""), model};
  EXPECT_OK(see_properties(t, t->plugin, &declared, &t->error));
  if (!declaration_of(&declared, name, TN_LEVEL_MODEL) || test_is_handed_on(t, model->maker))
    return false;
  EXPECT_OK(see_property(t, &place, name, out, &t->error));
  return true;
}

static void expect_tells_id(test *t, tn_compiled_model *model, tn_string id) {
  seen_value value;
  if (!read_model(t, model, TN_STRING("DEVICE_ID"), &value)) return;
  EXPECT(value.value.kind == TN_VALUE_STRING && tn_string_equal(value.value.as.string, id));
}

/* A model runs on that device and on no other. */
static void expect_runs_on(test *t, tn_compiled_model *model, tn_string id) {
  seen_value value;
  if (!read_model(t, model, TN_STRING("EXECUTION_DEVICES"), &value)) return;
  REQUIRE(value.value.kind == TN_VALUE_LIST && value.value.as.list.count == 1);
  const tn_value *item = &value.value.as.list.items[0];
  EXPECT_THAT(item->kind == TN_VALUE_STRING && tn_string_equal(item->as.string, id),
              "with DEVICE_ID %.*s compile compiles for that device", TNI_TEXT(id));
}

static void expect_answers_of(test *t, tn_model *model, const tn_query_options *options,
                              tn_string id) {
  seen_answers answers;
  EXPECT_OK(see_query(t, t->plugin, model, options, &answers, &t->error));
  for (uint32_t i = 0; i < answers.count; i++)
    EXPECT_THAT(!answers.items[i]->supported || tn_string_equal(answers.items[i]->device, id),
                "with DEVICE_ID %.*s query answers for that device", TNI_TEXT(id));
}

TN_CHECK_WITH(property_device_id_unknown, DEVICE, 7, 0,
              "DEVICE_ID refuses an id that names no device, on the plugin and at compile",
              .revision = 2) {
  if (!has_device_id(t)) NOT_APPLICABLE(NO_DEVICE_ID);
  tn_compile_options options = tn_compile_options_init();
  tn_compiled_model *model = test_poison();
  tn_model *carrier = test_model(t, "carrier");
  const property_place plugin = place_of_plugin(t);
  static const char *const ids[] = {"nothing", "?", "00"};
  seen_devices devices;
  NEED(carrier);
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    if (declared_is_device(&devices, tn_string_from(ids[i]))) continue;
    const tn_map_entry wrong = {TN_STRING("DEVICE_ID"), tn_value_of_string(tn_string_from(ids[i]))};
    EXPECT_STATUS(set_properties_at(&plugin, &wrong, 1, &t->error), TN_NOT_FOUND);
    options.properties = &wrong;
    options.property_count = 1;
    EXPECT_STATUS(tn_plugin_compile(t->plugin, TN_STRING(""), carrier, &options, &model, &t->error),
                  TN_NOT_FOUND);
  }
  EXPECT(model == test_poison());
}

TN_CHECK(property_device_id_of_another_kind, PROPERTY, 9, 0,
         "DEVICE_ID that is no text is refused with WRONG_TYPE by compile and query, also for a "
         "call that names its device") {
  if (!has_device_id(t)) NOT_APPLICABLE(NO_DEVICE_ID);
  const tn_map_entry wrong[] = {
      {TN_STRING("DEVICE_ID"), tn_value_of_int64(1)},
      {TN_STRING("DEVICE_ID"), {TN_VALUE_BYTES, 0, {.bytes = {t->device.data, t->device.length}}}},
      {TN_STRING("DEVICE_ID"), {TN_VALUE_BYTES, 0, {.bytes = {"nothing", 7}}}}};
  const tn_string devices[] = {TN_STRING(""), t->device};
  tn_model *carrier = test_model(t, "carrier");
  tn_compiled_model *model = test_poison();
  seen_answers answers;
  NEED(carrier);
  for (size_t i = 0; i < 2 * sizeof wrong / sizeof *wrong; i++) {
    tn_compile_options options = tn_compile_options_init();
    options.properties = &wrong[i / 2];
    options.property_count = 1;
    EXPECT_STATUS(
        tn_plugin_compile(t->plugin, devices[i % 2], carrier, &options, &model, &t->error),
        TN_WRONG_TYPE);
    EXPECT_STATUS(see_query(t, t->plugin, carrier, &options, &answers, &t->error), TN_WRONG_TYPE);
  }
  EXPECT(model == test_poison());
}

TN_CHECK_WITH(property_device_id_of_another, PROPERTY, 10, 0,
              "compile for one device with DEVICE_ID naming another is for one of the two, or "
              "refused with INVALID_ARGUMENT",
              .revision = 2) {
  if (!has_device_id(t)) NOT_APPLICABLE(NO_DEVICE_ID);
  seen_devices devices;
  tn_model *carrier = test_model(t, "carrier");
  tn_compiled_model *model = NULL;
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  REQUIRE(carrier != NULL);
  if (devices.count < 2) NOT_APPLICABLE("the plugin has one device");
  const tn_map_entry entry = {TN_STRING("DEVICE_ID"), tn_value_of_string(devices.items[1]->id)};
  tn_compile_options options = tn_compile_options_init();
  options.properties = &entry;
  options.property_count = 1;
  EXPECT_OK_OR(
      tn_plugin_compile(t->plugin, devices.items[0]->id, carrier, &options, &model, &t->error),
      TN_INVALID_ARGUMENT);
  if (model) test_adopt_compiled_model(t, model);
}

TN_CHECK_WITH(property_device_id, PROPERTY, 19, 0,
              "DEVICE_ID set on the plugin chooses the device where a call names none",
              .found = find_devices, .revision = 2) {
  if (!has_device_id(t)) NOT_APPLICABLE(NO_DEVICE_ID);
  const tn_string id = declared_device_find(t);
  tn_model *carrier = test_model(t, "carrier");
  tn_compiled_model *model = NULL;
  const property_place plugin = place_of_plugin(t);
  const tn_map_entry entry = {TN_STRING("DEVICE_ID"), tn_value_of_string(id)};
  REQUIRE(carrier && id.length);
  EXPECT_OK(set_properties_at(&plugin, &entry, 1, &t->error));
  t->device = TN_STRING("");
  expect_answers_of(t, carrier, NULL, id);
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, carrier, NULL, &model, &t->error));
  test_adopt_compiled_model(t, model);
  expect_runs_on(t, model, id);
}

TN_CHECK_WITH(property_device_id_at_query, PROPERTY, 10, 0,
              "DEVICE_ID given at query chooses the device for that call", .found = find_devices,
              .revision = 2) {
  if (!has_device_id(t)) NOT_APPLICABLE(NO_DEVICE_ID);
  const tn_string id = declared_device_find(t);
  tn_model *carrier = test_model(t, "carrier");
  const tn_map_entry entry = {TN_STRING("DEVICE_ID"), tn_value_of_string(id)};
  tn_compile_options options = tn_compile_options_init();
  REQUIRE(carrier && id.length);
  options.properties = &entry;
  options.property_count = 1;
  t->device = TN_STRING("");
  expect_answers_of(t, carrier, &options, id);
}

TN_CHECK_WITH(property_device_id_at_compile, PROPERTY, 10, 0,
              "DEVICE_ID given at compile chooses the device for that call", .found = find_devices,
              .revision = 3) {
  if (!has_device_id(t)) NOT_APPLICABLE(NO_DEVICE_ID);
  const tn_string id = declared_device_find(t);
  tn_model *carrier = test_model(t, "carrier");
  tn_compile_options options = tn_compile_options_init();
  tn_compiled_model *model = NULL;
  const tn_map_entry entry = {TN_STRING("DEVICE_ID"), tn_value_of_string(id)};
  REQUIRE(carrier && id.length);
  options.properties = &entry;
  options.property_count = 1;
  REQUIRE_OK(tn_plugin_compile(t->plugin, TN_STRING(""), carrier, &options, &model, &t->error));
  test_adopt_compiled_model(t, model);
  expect_tells_id(t, model, id);
  expect_runs_on(t, model, id);
  tn_infer_request *request = test_request(t, model);
  REQUIRE(request && test_set_inputs(t, request, "carrier", t->seed, 4));
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}
