/* Checks of the standard properties: they do what their names say. */
#define TN_GROUP "property"
#include <stdio.h>
#include <string.h>

#include "base/value.h"
#include "engine/blob.h"
#include "engine/declared.h"
#include "engine/virtual_device.h"

static property_place place_at(test *t, uint32_t level, tn_compiled_model *model) {
  if (level == TN_LEVEL_MODEL) return (property_place){"model", level, NULL, TN_STRING(""), model};
  return (property_place){level == TN_LEVEL_PLUGIN ? "plugin" : "device", level, t->plugin,
                          level == TN_LEVEL_PLUGIN ? TN_STRING("") : t->device, NULL};
}

static bool lists(const tn_value *list, tn_string name) {
  for (uint64_t i = 0; i < list->as.list.count; i++)
    if (list->as.list.items[i].kind == TN_VALUE_STRING &&
        tn_string_equal(list->as.list.items[i].as.string, name))
      return true;
  return false;
}

static const uint32_t levels[] = {TN_LEVEL_PLUGIN, TN_LEVEL_DEVICE, TN_LEVEL_MODEL};

/* Compares a list of names with the declarations of a level; false when it is not declared there.
 */
static bool expect_names(test *t, const seen_properties *declared, const char *property,
                         const property_place *place, uint32_t flag) {
  seen_value value;
  tn_string name = tn_string_from(property);
  uint64_t expected = 0;
  if (!declaration_of(declared, name, place->level)) return false;
  EXPECT_OK(see_property(t, place, name, &value, &t->error));
  if (value.value.kind != TN_VALUE_LIST) return EXPECT(value.value.kind == TN_VALUE_LIST), true;
  for (uint32_t i = 0; i < declared->count; i++) {
    const tn_property *p = declared->items[i];
    /* what a compile may be given enters the key of a cached export wherever that is asked */
    uint32_t asked = flag ? place->level | TN_LEVEL_MODEL : place->level;
    if ((p->levels & asked) && (!flag || p->flags & flag)) {
      expected++;
      EXPECT_THAT(lists(&value.value, p->name), "%s of a %s lists %.*s", property, place->name,
                  TNI_TEXT(p->name));
    }
  }
  for (uint64_t i = 0; i < value.value.as.list.count; i++) {
    const tn_value *item = &value.value.as.list.items[i];
    const tn_property *p =
        item->kind == TN_VALUE_STRING
            ? declaration_of(
                  declared, item->as.string,
                  flag ? TN_LEVEL_PLUGIN | TN_LEVEL_DEVICE | TN_LEVEL_MODEL : place->level)
            : NULL;
    EXPECT_THAT(p && (!flag || p->flags & flag), "%s of a %s lists declared ones alone", property,
                place->name);
  }
  EXPECT_THAT(value.value.as.list.count >= expected, "%s of a %s lists each once", property,
              place->name);
  return true;
}

TN_CHECK(property_supported_properties, PROPERTY, 17, 0,
         "SUPPORTED_PROPERTIES lists exactly the declarations of its level") {
  seen_properties declared;
  tn_compiled_model *model = test_compile(t, "carrier");
  uint32_t tried = 0;
  NEED(model);
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  for (size_t i = 0; i < 3; i++) {
    property_place place = place_at(t, levels[i], model);
    if (place.level == TN_LEVEL_MODEL && test_is_handed_on(t, model->maker)) continue;
    tried += expect_names(t, &declared, "SUPPORTED_PROPERTIES", &place, 0) ? 1 : 0;
  }
  if (!tried) NOT_APPLICABLE("SUPPORTED_PROPERTIES is not declared");
}

TN_CHECK(property_caching_properties, PROPERTY, 12, 0,
         "CACHING_PROPERTIES lists exactly the properties that are declared CACHING") {
  seen_properties declared;
  uint32_t tried = 0;
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  for (size_t i = 0; i < 2; i++) {
    property_place place = place_at(t, levels[i], NULL);
    tried += expect_names(t, &declared, "CACHING_PROPERTIES", &place, TN_PROPERTY_CACHING) ? 1 : 0;
  }
  if (!tried) NOT_APPLICABLE("CACHING_PROPERTIES is not declared");
}

/* --- outputs */

static const tn_property *find(test *t, const char *name) {
  seen_properties declared;
  EXPECT_OK(see_properties(t, t->plugin, &declared, &t->error));
  return declaration_of(&declared, tn_string_from(name), TN_LEVEL_MODEL);
}

static bool supports(test *t, const char *name) {
  seen_answers answers;
  tn_model *model = test_model(t, name);
  if (!model || see_query(t, t->plugin, model, NULL, &answers, NULL) != TN_OK) return false;
  for (uint32_t i = 0; i < answers.count; i++)
    if (!answers.items[i]->supported) return false;
  return answers.count > 0;
}

/* Compiles with one property and has the outputs judged. */
static void expect_right(test *t, const char *model, tn_string property, tn_value value) {
  tn_map_entry entry = {property, value};
  tn_infer_request *request = test_request(t, test_compile_with(t, model, &entry, 1));
  uint64_t seed = test_random(t);
  if (!request || !test_set_inputs(t, request, model, seed, 4)) return;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, model, seed, 4);
}

TN_CHECK(property_disable_transformations, PROPERTY, 14, 0,
         "outputs with and without DISABLE_TRANSFORMATIONS are equal within tolerance") {
  static const char *const models[] = {"carrier", "chain", "multiply_add", "convolution_activation",
                                       "network_f32"};
  tn_string name = TN_STRING("DISABLE_TRANSFORMATIONS");
  if (!find(t, "DISABLE_TRANSFORMATIONS"))
    NOT_APPLICABLE("DISABLE_TRANSFORMATIONS is not declared");
  for (size_t i = 0; i < sizeof models / sizeof *models; i++)
    for (int on = 0; on < 2 && supports(t, models[i]); on++)
      expect_right(t, models[i], name, tn_value_of_bool(on));
}

TN_CHECK(property_hints_keep_outputs, PROPERTY, 14, TEST_SLOW,
         "outputs are right under every choice of PERFORMANCE_HINT and EXECUTION_MODE_HINT") {
  static const char *const names[] = {"PERFORMANCE_HINT", "EXECUTION_MODE_HINT"};
  uint32_t tried = 0;
  for (size_t i = 0; i < 2; i++) {
    const tn_property *property = find(t, names[i]);
    for (uint64_t j = 0; property && j < property->choice_count; j++, tried++)
      expect_right(t, "carrier", property->name, property->choices[j]);
  }
  if (!tried) NOT_APPLICABLE("neither hint is declared with choices");
}

/* --- what a compiled model tells */

TN_CHECK(property_resolved_on_model, PROPERTY, 18, 0,
         "a RESOLVED property reads on a compiled model, with a value that was decided") {
  seen_properties declared;
  tn_compiled_model *model = test_compile(t, "carrier");
  uint32_t tried = 0;
  NEED(model);
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  property_place place = place_at(t, TN_LEVEL_MODEL, model);
  for (uint32_t i = 0; i < declared.count; i++) {
    const tn_property *p = declared.items[i];
    seen_value value;
    if (!(p->flags & TN_PROPERTY_RESOLVED) || !(p->levels & TN_LEVEL_MODEL)) continue;
    if (!test_model_has(t, model, p->name)) continue;
    tried++;
    EXPECT_OK(see_property(t, &place, p->name, &value, &t->error));
    EXPECT_THAT(value.value.kind == p->kind, "%.*s reads a value of its kind", TNI_TEXT(p->name));
    EXPECT_THAT(p->kind != TN_VALUE_STRING || value.value.as.string.length > 0,
                "%.*s of a compiled model was decided and is not empty", TNI_TEXT(p->name));
    EXPECT_THAT(
        p->kind != TN_VALUE_STRING || !tn_string_equal(value.value.as.string, TN_STRING("AUTO")),
        "%.*s of a compiled model was decided and is not AUTO", TNI_TEXT(p->name));
    EXPECT_THAT(p->kind != TN_VALUE_INT64 || p->minimum.kind != TN_VALUE_INT64 ||
                    value.value.as.int64 >= p->minimum.as.int64,
                "%.*s of a compiled model lies within its range", TNI_TEXT(p->name));
  }
  if (!tried) NOT_APPLICABLE("no property of models is RESOLVED");
}

/* Reads a property of a compiled model if it is declared, and the model's own where that is handed
 * on. */
static bool read_model(test *t, tn_compiled_model *model, const char *name, seen_value *out) {
  property_place place = place_at(t, TN_LEVEL_MODEL, model);
  if (!find(t, name) || !test_model_has(t, model, tn_string_from(name))) return false;
  EXPECT_OK(see_property(t, &place, tn_string_from(name), out, &t->error));
  return true;
}

/* "A" or "A.1" of a plugin A below. */
static bool is_below(const test *t, tn_string device) {
  for (uint32_t i = 0; i < t->setup->other_count; i++) {
    const tn_string name = tn_string_from(t->setup->others[i].name);
    if (device.length >= name.length && memcmp(device.data, name.data, (size_t)name.length) == 0 &&
        (device.length == name.length || device.data[name.length] == '.'))
      return true;
  }
  return false;
}

/* Where a model runs: on its device, or, of a device made of others, on those of them that are
 * told; what is handed on tells it in the words of its own device. */
static bool tells_where_it_runs(test *t, const tn_compiled_model *model, const tn_value *value) {
  if (value->kind != TN_VALUE_LIST) return false;
  if (test_is_handed_on(t, model->maker)) return value->as.list.count > 0;
  if (!test_is_virtual(t)) return lists(value, t->device);
  for (uint64_t i = 0; i < value->as.list.count; i++)
    if (value->as.list.items[i].kind != TN_VALUE_STRING ||
        !is_below(t, value->as.list.items[i].as.string))
      return false;
  return value->as.list.count > 0;
}

TN_CHECK(property_told_by_models, PROPERTY, 18, 0,
         "what a compiled model tells of itself is so: devices, requests, name, cache") {
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_model *carrier = test_model(t, "carrier");
  seen_value value;
  uint32_t tried = 0;
  REQUIRE(model && carrier);
  if (read_model(t, model, "EXECUTION_DEVICES", &value) && ++tried)
    EXPECT(tells_where_it_runs(t, model, &value.value));
  if (read_model(t, model, "OPTIMAL_NUMBER_OF_INFER_REQUESTS", &value) && ++tried)
    EXPECT(value.value.kind == TN_VALUE_INT64 && value.value.as.int64 >= 1);
  if (read_model(t, model, "NETWORK_NAME", &value) && ++tried)
    EXPECT(tn_string_equal(value.value.as.string, carrier->name));
  if (read_model(t, model, "LOADED_FROM_CACHE", &value) && ++tried)
    EXPECT(value.value.kind == TN_VALUE_BOOL && !value.value.as.boolean);
  if (!tried) NOT_APPLICABLE("models declare none of these properties");
}

TN_CHECK(property_no_more_requests, PROPERTY, 21, 0,
         "a model that is told how many requests there will be wants no more, whatever the hint") {
  static const char number[] = "PERFORMANCE_HINT_NUM_REQUESTS";
  const tn_property *hint = find(t, "PERFORMANCE_HINT");
  seen_value value;
  if (!find(t, number) || !find(t, "OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
    NOT_APPLICABLE("models declare neither how many requests there will be nor how many are best");
  for (uint64_t i = 0; i < (hint ? hint->choice_count : 1); i++)
    for (int64_t requests = 1; requests <= 3; requests++) {
      tn_map_entry entries[] = {{tn_string_from(number), tn_value_of_int64(requests)},
                                {TN_STRING("PERFORMANCE_HINT"), tn_value_of_bool(0)}};
      if (hint) entries[1].value = hint->choices[i];
      tn_compiled_model *model = test_compile_with(t, "carrier", entries, hint ? 2 : 1);
      NEED(model);
      if (read_model(t, model, "OPTIMAL_NUMBER_OF_INFER_REQUESTS", &value))
        EXPECT_THAT(value.value.as.int64 >= 1 && value.value.as.int64 <= requests,
                    "of %lld requests at most all are best; it tells %lld", (long long)requests,
                    (long long)value.value.as.int64);
    }
}

/* What a hint asks for may be more than there is. */
TN_CHECK(
    property_many_requests, PROPERTY, 18, 0,
    "a model that is told of more requests than the device has streams for decides on a number "
    "of streams that NUM_STREAMS takes, whatever the hint") {
  static const char number[] = "PERFORMANCE_HINT_NUM_REQUESTS";
  const tn_property *hint = find(t, "PERFORMANCE_HINT"), *streams = find(t, "NUM_STREAMS"),
                    *told = find(t, number);
  seen_value value;
  if (!told || !streams || streams->kind != TN_VALUE_INT64)
    NOT_APPLICABLE("models declare neither how many requests there will be nor streams");
  for (uint64_t i = 0; i < (hint ? hint->choice_count : 1); i++) {
    tn_map_entry entries[] = {{tn_string_from(number), told->maximum},
                              {TN_STRING("PERFORMANCE_HINT"), tn_value_of_bool(0)}};
    if (told->maximum.kind != TN_VALUE_INT64) entries[0].value = tn_value_of_int64(1000);
    if (hint) entries[1].value = hint->choices[i];
    tn_compiled_model *model = test_compile_with(t, "carrier", entries, hint ? 2 : 1);
    NEED(model);
    if (!read_model(t, model, "NUM_STREAMS", &value)) continue;
    const int64_t decided = value.value.as.int64;
    EXPECT_THAT(
        (streams->minimum.kind != TN_VALUE_INT64 || decided >= streams->minimum.as.int64) &&
            (streams->maximum.kind != TN_VALUE_INT64 || decided <= streams->maximum.as.int64),
        "the number of streams lies within the bounds that are declared; it is %lld",
        (long long)decided);
  }
}

TN_CHECK(property_told_by_imported, PROPERTY, 18, TEST_NEEDS_IMPORT,
         "what an imported model tells of itself is so: it was imported, and has the name and the "
         "devices of the compiled one") {
  blob whole;
  tn_model *carrier = test_model(t, "carrier");
  seen_value value;
  uint32_t tried = 0;
  if (!carrier || !blob_make(t, "carrier", &whole)) return;
  tn_compiled_model *model = blob_import_whole(t, &whole, true);
  blob_clear(&whole);
  NEED(model);
  if (read_model(t, model, "LOADED_FROM_CACHE", &value) && ++tried)
    EXPECT(value.value.kind == TN_VALUE_BOOL && value.value.as.boolean == 1);
  if (read_model(t, model, "NETWORK_NAME", &value) && ++tried)
    EXPECT(tn_string_equal(value.value.as.string, carrier->name));
  if (read_model(t, model, "EXECUTION_DEVICES", &value) && ++tried)
    EXPECT(tells_where_it_runs(t, model, &value.value));
  if (!tried) NOT_APPLICABLE("models declare none of these properties");
}

/* A list of two numbers that are the bounds of another property. */
static void expect_bounds(test *t, const property_place *place, const char *name,
                          const tn_property *of) {
  seen_value value;
  REQUIRE_OK(see_property(t, place, tn_string_from(name), &value, &t->error));
  REQUIRE(value.value.kind == TN_VALUE_LIST && value.value.as.list.count == 2);
  const tn_value *items = value.value.as.list.items;
  EXPECT_THAT(tni_value_equal(&items[0], &of->minimum) && tni_value_equal(&items[1], &of->maximum),
              "%s tells the bounds of %.*s", name, TNI_TEXT(of->name));
}

TN_CHECK(property_range_for_streams, PROPERTY, 17, 0,
         "RANGE_FOR_STREAMS tells the smallest and the largest number that NUM_STREAMS takes") {
  static const uint32_t places[] = {TN_LEVEL_PLUGIN, TN_LEVEL_DEVICE};
  seen_properties declared;
  uint32_t tried = 0;
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    const property_place place = place_at(t, places[i], NULL);
    const tn_property *streams = declaration_of(&declared, TN_STRING("NUM_STREAMS"), places[i]);
    if (!streams || streams->minimum.kind != TN_VALUE_INT64 ||
        streams->maximum.kind != TN_VALUE_INT64 ||
        !declaration_of(&declared, TN_STRING("RANGE_FOR_STREAMS"), places[i]))
      continue;
    tried++;
    expect_bounds(t, &place, "RANGE_FOR_STREAMS", streams);
  }
  if (!tried) NOT_APPLICABLE("these two properties are not declared, or without bounds");
}

/* Digits of either case; 0x20 makes letters small and leaves digits as they are. */
static bool tells_uuid(tn_string text, const uint8_t *uuid) {
  bool same = text.length == 32;
  for (size_t i = 0; same && i < 16; i++) {
    char digits[3];
    snprintf(digits, sizeof digits, "%02x", uuid[i]);
    same = (text.data[2 * i] | 0x20) == digits[0] && (text.data[2 * i + 1] | 0x20) == digits[1];
  }
  return same;
}

TN_CHECK(property_told_by_devices, PROPERTY, 17, 0,
         "AVAILABLE_DEVICES, FULL_DEVICE_NAME, DEVICE_TYPE and DEVICE_UUID tell what enumeration "
         "tells") {
  seen_properties declared;
  seen_devices devices;
  seen_value value;
  uint32_t tried = 0;
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  property_place plugin = place_at(t, TN_LEVEL_PLUGIN, NULL);
  if (declaration_of(&declared, TN_STRING("AVAILABLE_DEVICES"), TN_LEVEL_PLUGIN)) {
    tried++;
    EXPECT_OK(see_property(t, &plugin, TN_STRING("AVAILABLE_DEVICES"), &value, &t->error));
    REQUIRE(value.value.kind == TN_VALUE_LIST);
    EXPECT(value.value.as.list.count == devices.count);
    for (uint32_t i = 0; i < devices.count; i++)
      EXPECT(lists(&value.value, devices.items[i]->id));
  }
  for (uint32_t i = 0; i < devices.count; i++) {
    const tn_device *device = devices.items[i];
    property_place place = {"device", TN_LEVEL_DEVICE, t->plugin, device->id, NULL};
    if (declaration_of(&declared, TN_STRING("FULL_DEVICE_NAME"), TN_LEVEL_DEVICE) && ++tried) {
      EXPECT_OK(see_property(t, &place, TN_STRING("FULL_DEVICE_NAME"), &value, &t->error));
      EXPECT(tn_string_equal(value.value.as.string, device->name));
    }
    if (declaration_of(&declared, TN_STRING("DEVICE_TYPE"), TN_LEVEL_DEVICE) && ++tried) {
      const bool own_memory = device->type == TN_DEVICE_TYPE_DISCRETE;
      EXPECT_OK(see_property(t, &place, TN_STRING("DEVICE_TYPE"), &value, &t->error));
      EXPECT(tn_string_equal(value.value.as.string, TN_STRING("discrete")) == own_memory);
    }
    if (declaration_of(&declared, TN_STRING("DEVICE_UUID"), TN_LEVEL_DEVICE) && ++tried) {
      EXPECT_OK(see_property(t, &place, TN_STRING("DEVICE_UUID"), &value, &t->error));
      REQUIRE(value.value.kind == TN_VALUE_STRING);
      if (device->capabilities & TN_DEVICE_HAS_UUID)
        EXPECT_THAT(tells_uuid(value.value.as.string, device->uuid),
                    "DEVICE_UUID of %.*s is the device's in 32 hexadecimal digits",
                    TNI_TEXT(device->id));
    }
  }
  if (!tried) NOT_APPLICABLE("none of these properties is declared");
}
