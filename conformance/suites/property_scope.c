/* Checks of where a setting holds: at creation, on the plugin, on a device, for one compile. */
#define TN_GROUP "property"
#include <string.h>

#include "base/value.h"
#include "engine/check.h"
#include "engine/observe.h"

/* A writable truth value or choice of plugin and model whose value is told as it is set. */
struct setting {
  tn_string name;
  tn_value standing, other;
};

static bool legal_other(const tn_property *property, const tn_value *now, tn_value *out) {
  for (uint64_t i = 0; i < property->choice_count; i++)
    if (!tni_value_equal(&property->choices[i], now)) return *out = property->choices[i], true;
  if (property->kind != TN_VALUE_BOOL) return false;
  *out = tn_value_of_bool(!now->as.boolean);
  return true;
}

static property_place place_of_plugin(const test *t) {
  return (property_place){"plugin", TN_LEVEL_PLUGIN, t->plugin, TN_STRING(""), NULL};
}

static property_place place_of_model(tn_compiled_model *model) {
  return (property_place){"model", TN_LEVEL_MODEL, NULL, TN_STRING(""), model};
}

/* All settings that plugin and models have alike. */
static uint32_t find_settings(test *t, struct setting *out, uint32_t capacity) {
  const uint32_t levels = TN_LEVEL_PLUGIN | TN_LEVEL_MODEL;
  seen_properties declared;
  uint32_t count = 0;
  property_place plugin = place_of_plugin(t);
  EXPECT_OK(see_properties(t, t->plugin, &declared, &t->error));
  for (uint32_t i = 0; i < declared.count && count < capacity; i++) {
    const tn_property *p = declared.items[i];
    seen_value now;
    if ((p->levels & levels) != levels || !(p->flags & TN_PROPERTY_WRITABLE) ||
        p->flags & (TN_PROPERTY_RESOLVED | TN_PROPERTY_VOLATILE))
      continue;
    if (see_property(t, &plugin, p->name, &now, &t->error) != TN_OK) continue;
    out[count] = (struct setting){p->name, now.value, {0}};
    if (legal_other(p, &now.value, &out[count].other)) count++;
  }
  return count;
}

static bool reads(test *t, const property_place *place, tn_string name, const tn_value *asked) {
  seen_value value;
  EXPECT_OK(see_property(t, place, name, &value, &t->error));
  return tni_value_equal(&value.value, asked);
}

enum { MAX_SETTINGS = 32 };

#define NO_SETTING "no writable property of plugin and models has a value that is told as it is set"

TN_CHECK(property_at_compile, PROPERTY, 10, 0,
         "a property given at compile holds for that model and leaves the plugin's as it was") {
  struct setting settings[MAX_SETTINGS];
  uint32_t count = find_settings(t, settings, MAX_SETTINGS);
  if (!count) NOT_APPLICABLE(NO_SETTING);
  property_place plugin = place_of_plugin(t);
  for (uint32_t i = 0; i < count; i++) {
    tn_map_entry entry = {settings[i].name, settings[i].other};
    tn_compiled_model *with = test_compile_with(t, "carrier", &entry, 1);
    tn_compiled_model *without = test_compile(t, "carrier");
    REQUIRE(with && without);
    property_place place_with = place_of_model(with), place_without = place_of_model(without);
    EXPECT_THAT(reads(t, &place_with, entry.key, &settings[i].other),
                "%.*s given at compile holds for the model", TNI_TEXT(entry.key));
    EXPECT_THAT(reads(t, &plugin, entry.key, &settings[i].standing),
                "%.*s given at compile leaves the plugin's", TNI_TEXT(entry.key));
    EXPECT_THAT(reads(t, &place_without, entry.key, &settings[i].standing),
                "%.*s given at one compile leaves the next", TNI_TEXT(entry.key));
  }
}

TN_CHECK(property_of_plugin_at_compile, PROPERTY, 10, 0,
         "a property of the plugin holds for models compiled later and not for earlier ones") {
  struct setting settings[MAX_SETTINGS];
  uint32_t count = find_settings(t, settings, MAX_SETTINGS);
  if (!count) NOT_APPLICABLE(NO_SETTING);
  property_place plugin = place_of_plugin(t);
  tn_compiled_model *early = test_compile(t, "carrier");
  REQUIRE(early != NULL);
  property_place place_early = place_of_model(early);
  for (uint32_t i = 0; i < count; i++) {
    tn_map_entry entry = {settings[i].name, settings[i].other};
    EXPECT_OK(set_properties_at(&plugin, &entry, 1, &t->error));
    tn_compiled_model *late = test_compile(t, "carrier");
    REQUIRE(late != NULL);
    property_place place_late = place_of_model(late);
    EXPECT_THAT(reads(t, &place_late, entry.key, &settings[i].other),
                "%.*s set on the plugin holds for a model compiled later", TNI_TEXT(entry.key));
    EXPECT_THAT(reads(t, &place_early, entry.key, &settings[i].standing),
                "%.*s set on the plugin leaves a model compiled earlier", TNI_TEXT(entry.key));
    tn_map_entry back = {settings[i].name, settings[i].standing};
    tn_compiled_model *narrow = test_compile_with(t, "carrier", &back, 1);
    REQUIRE(narrow != NULL);
    property_place place_narrow = place_of_model(narrow);
    EXPECT_THAT(reads(t, &place_narrow, entry.key, &settings[i].standing),
                "%.*s given at compile wins over the plugin's", TNI_TEXT(entry.key));
  }
}

TN_CHECK(property_at_creation, PROPERTY, 10, TEST_NO_ENGINE,
         "a property given at creation is read back, and a bad one makes creation fail cleanly") {
  test *probe = test_another_engine(t);
  struct setting settings[MAX_SETTINGS];
  REQUIRE(probe != NULL);
  uint32_t count = find_settings(probe, settings, MAX_SETTINGS);
  if (!count) NOT_APPLICABLE(NO_SETTING);
  for (uint32_t i = 0; i < count; i++) {
    suite_host host;
    tn_plugin *plugin = NULL;
    tn_map_entry entry = {settings[i].name, settings[i].other};
    suite_host_init(&host, t->setup->others, t->setup->other_count);
    EXPECT_OK(suite_host_create_engine(&host, t->setup->create, &entry, 1, &plugin, &t->error));
    if (plugin) {
      property_place place = {"plugin", TN_LEVEL_PLUGIN, plugin, TN_STRING(""), NULL};
      EXPECT_THAT(reads(t, &place, entry.key, &settings[i].other),
                  "%.*s given at creation is read back", TNI_TEXT(entry.key));
      tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
    }
    suite_host_clear(&host);
  }
}

TN_CHECK(
    property_unknown_at_creation, PROPERTY, 8, TEST_NO_ENGINE,
    "an unknown property makes creation fail with NOT_FOUND and its name, and nothing is left") {
  suite_host host;
  tn_plugin *plugin = test_poison();
  tn_error error;
  tn_map_entry entry = {TN_STRING("NO_SUCH_PROPERTY"), tn_value_of_int64(1)};
  memset(&error, 0, sizeof error);
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  EXPECT_STATUS(suite_host_create_engine(&host, t->setup->create, &entry, 1, &plugin, &error),
                TN_NOT_FOUND);
  EXPECT(plugin == test_poison());
  EXPECT(strstr(error.message, "NO_SUCH_PROPERTY") != NULL);
  EXPECT(atomic_load(&host.blocks) == 0 && atomic_load(&host.executors) == 0);
  suite_host_clear(&host);
}

TN_CHECK(property_of_devices, PROPERTY, 10, 0,
         "a property set on one device is not set on another, nor on the plugin") {
  seen_devices devices;
  seen_properties declared;
  uint32_t tried = 0;
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  property_place here = {"device", TN_LEVEL_DEVICE, t->plugin, t->device, NULL};
  for (uint32_t i = 0; i < declared.count; i++) {
    const tn_property *p = declared.items[i];
    seen_value now;
    tn_value other;
    if (!(p->levels & TN_LEVEL_DEVICE) || !(p->flags & TN_PROPERTY_WRITABLE) ||
        p->flags & (TN_PROPERTY_RESOLVED | TN_PROPERTY_VOLATILE))
      continue;
    if (see_property(t, &here, p->name, &now, &t->error) != TN_OK) continue;
    if (!legal_other(p, &now.value, &other)) continue;
    tn_map_entry entry = {p->name, other};
    EXPECT_OK(set_properties_at(&here, &entry, 1, &t->error));
    EXPECT_THAT(reads(t, &here, p->name, &other), "%.*s of the device is read back",
                TNI_TEXT(p->name));
    for (uint32_t j = 0; j <= devices.count; j++) {
      property_place there = place_of_plugin(t);
      if (j < devices.count) there.device = devices.items[j]->id;
      if (tn_string_equal(there.device, t->device)) continue;
      if (j == devices.count && !(p->levels & TN_LEVEL_PLUGIN)) continue;
      tried++;
      EXPECT_THAT(reads(t, &there, p->name, &now.value), "%.*s set on one device holds there alone",
                  TNI_TEXT(p->name));
    }
  }
  if (!tried) NOT_APPLICABLE("no writable property belongs to a device and to something beside it");
}

TN_CHECK(property_refused_at_compile, PROPERTY, 10, 0,
         "compile and query refuse unknown, read-only and wrong properties as set does") {
  tn_model *carrier = test_model(t, "carrier");
  seen_properties declared;
  REQUIRE(carrier != NULL);
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  tn_map_entry entry = {TN_STRING("NO_SUCH_PROPERTY"), tn_value_of_bool(1)};
  tn_compile_options options = tn_compile_options_init();
  tn_compiled_model *model = test_poison();
  seen_answers answers;
  options.properties = &entry;
  options.property_count = 1;
  EXPECT_STATUS(tn_plugin_compile(t->plugin, t->device, carrier, &options, &model, &t->error),
                TN_NOT_FOUND);
  EXPECT_STATUS(see_query(t, t->plugin, carrier, &options, &answers, &t->error), TN_NOT_FOUND);
  for (uint32_t i = 0; i < declared.count; i++) {
    const tn_property *p = declared.items[i];
    entry.key = p->name;
    bool writable = p->flags & TN_PROPERTY_WRITABLE && p->levels & TN_LEVEL_MODEL;
    if (!writable && p->levels != TN_LEVEL_MODEL) continue;
    entry.value = p->kind == TN_VALUE_BYTES ? tn_value_of_bool(1) : (tn_value){.kind = p->kind};
    if (writable) entry.value = (tn_value){.kind = TN_VALUE_BYTES};
    tn_status status =
        tn_plugin_compile(t->plugin, t->device, carrier, &options, &model, &t->error);
    EXPECT_THAT(status == (writable ? TN_WRONG_TYPE : TN_READ_ONLY),
                "compile with %s %.*s is refused; it gave %s",
                writable ? "bytes for" : "the read-only property", TNI_TEXT(p->name),
                tni_status_name(status));
  }
  EXPECT(model == test_poison());
}
