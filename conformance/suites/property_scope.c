/* Checks of where a setting holds: at creation, on the plugin, on a device, for one compile. */
#define TN_GROUP "property"
#include <string.h>

#include "base/value.h"
#include "engine/check.h"
#include "engine/declared.h"
#include "engine/virtual_device.h"

static property_place place_of_plugin(const test *t) {
  return (property_place){"plugin", TN_LEVEL_PLUGIN, t->plugin, TN_STRING(""), NULL};
}

static property_place place_of_model(tn_compiled_model *model) {
  return (property_place){"model", TN_LEVEL_MODEL, NULL, TN_STRING(""), model};
}

/* The setting that the case is run for: what it reads on the plugin, and another legal value. */
struct setting {
  tn_string name;
  tn_value standing, other;
};

static bool find_setting(test *t, struct setting *out) {
  const tn_property *property = declared_of_plugin_find(t);
  const property_place plugin = place_of_plugin(t);
  seen_value now;
  if (!property) return false;
  EXPECT_OK(see_property(t, &plugin, property->name, &now, &t->error));
  *out = (struct setting){.name = property->name, .standing = now.value};
  return declared_other_value(property, &now.value, &out->other);
}

static bool reads(test *t, const property_place *place, tn_string name, const tn_value *asked) {
  seen_value value;
  EXPECT_OK(see_property(t, place, name, &value, &t->error));
  return tni_value_equal(&value.value, asked);
}

TN_CHECK_WITH(property_at_compile, PROPERTY, 10, 0,
              "a property given at compile holds for that model and leaves the plugin's as it was",
              .found = find_compile_settings) {
  struct setting setting;
  REQUIRE(find_setting(t, &setting));
  const property_place plugin = place_of_plugin(t);
  const tn_map_entry entry = {setting.name, setting.other};
  tn_compiled_model *with = test_compile_with(t, "carrier", &entry, 1);
  tn_compiled_model *without = test_compile(t, "carrier");
  REQUIRE(with && without);
  if (!test_model_has(t, with, entry.key)) NOT_APPLICABLE(HANDED_ON);
  const property_place place_with = place_of_model(with), place_without = place_of_model(without);
  EXPECT_THAT(reads(t, &place_with, entry.key, &setting.other),
              "%.*s given at compile holds for the model", TNI_TEXT(entry.key));
  EXPECT_THAT(reads(t, &plugin, entry.key, &setting.standing),
              "%.*s given at compile leaves the plugin's", TNI_TEXT(entry.key));
  EXPECT_THAT(reads(t, &place_without, entry.key, &setting.standing),
              "%.*s given at one compile leaves the next", TNI_TEXT(entry.key));
}

TN_CHECK_WITH(property_of_plugin_at_compile, PROPERTY, 19, 0,
              "a property of the plugin holds for models compiled later and not for earlier ones",
              .found = find_compile_settings) {
  struct setting setting;
  REQUIRE(find_setting(t, &setting));
  const property_place plugin = place_of_plugin(t);
  tn_compiled_model *early = test_compile(t, "carrier");
  NEED(early);
  if (!test_model_has(t, early, setting.name)) NOT_APPLICABLE(HANDED_ON);
  const property_place place_early = place_of_model(early);
  const tn_map_entry entry = {setting.name, setting.other};
  EXPECT_OK(set_properties_at(&plugin, &entry, 1, &t->error));
  tn_compiled_model *late = test_compile(t, "carrier");
  NEED(late);
  const property_place place_late = place_of_model(late);
  EXPECT_THAT(reads(t, &place_late, entry.key, &setting.other),
              "%.*s set on the plugin holds for a model compiled later", TNI_TEXT(entry.key));
  EXPECT_THAT(reads(t, &place_early, entry.key, &setting.standing),
              "%.*s set on the plugin leaves a model compiled earlier", TNI_TEXT(entry.key));
}

TN_CHECK_WITH(property_narrower_wins, PROPERTY, 10, 0,
              "a property given at compile wins over the one set on the plugin",
              .found = find_compile_settings) {
  struct setting setting;
  REQUIRE(find_setting(t, &setting));
  const property_place plugin = place_of_plugin(t);
  const tn_map_entry wide = {setting.name, setting.other},
                     narrow = {setting.name, setting.standing};
  EXPECT_OK(set_properties_at(&plugin, &wide, 1, &t->error));
  tn_compiled_model *model = test_compile_with(t, "carrier", &narrow, 1);
  NEED(model);
  if (!test_model_has(t, model, setting.name)) NOT_APPLICABLE(HANDED_ON);
  const property_place place = place_of_model(model);
  EXPECT_THAT(reads(t, &place, setting.name, &setting.standing),
              "%.*s given at compile wins over the plugin's", TNI_TEXT(setting.name));
  EXPECT_THAT(reads(t, &plugin, setting.name, &setting.other), "%.*s of the plugin stays",
              TNI_TEXT(setting.name));
}

#define OF_A_DEVICE_BELOW "the property is that of a device below, which is not there yet"

TN_CHECK_WITH(property_at_creation, PROPERTY, 20, 0, "a property given at creation is read back",
              .found = find_compile_settings) {
  struct setting setting;
  suite_host host;
  tn_plugin *plugin = NULL;
  const tn_property *property = declared_of_plugin_find(t);
  REQUIRE(property && find_setting(t, &setting));
  if (property->flags & TN_PROPERTY_HANDED_ON) NOT_APPLICABLE(OF_A_DEVICE_BELOW);
  const tn_map_entry entry = {setting.name, setting.other};
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  EXPECT_OK(suite_host_create_engine(&host, t->setup->create, &entry, 1, &plugin, &t->error));
  if (plugin) {
    const property_place place = {"plugin", TN_LEVEL_PLUGIN, plugin, TN_STRING(""), NULL};
    EXPECT_THAT(reads(t, &place, entry.key, &setting.other), "%.*s given at creation is read back",
                TNI_TEXT(entry.key));
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  }
  suite_host_clear(&host);
}

TN_CHECK_WITH(property_accepted_at_creation, PROPERTY, 20, 0,
              "a property that is WRITABLE or INITIAL can be given at creation, another cannot",
              .found = find_plugin_properties) {
  seen_value now;
  suite_host host;
  tn_plugin *plugin = NULL;
  const tn_property *property = declared_of_plugin_find(t);
  const property_place place = place_of_plugin(t);
  REQUIRE(property != NULL);
  REQUIRE_OK(see_property(t, &place, property->name, &now, &t->error));
  if (property->flags & TN_PROPERTY_HANDED_ON) NOT_APPLICABLE(OF_A_DEVICE_BELOW);
  const bool taken = property->flags & (TN_PROPERTY_WRITABLE | TN_PROPERTY_INITIAL);
  const tn_map_entry entry = {property->name, now.value};
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  EXPECT_STATUS(suite_host_create_engine(&host, t->setup->create, &entry, 1, &plugin, &t->error),
                taken ? TN_OK : TN_READ_ONLY);
  if (plugin) tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  suite_host_clear(&host);
}

TN_CHECK_WITH(property_wrong_at_creation, PROPERTY, 9, 0,
              "a value of another kind makes creation fail with WRONG_TYPE, and nothing is left",
              .found = find_compile_settings) {
  const tn_property *property = declared_of_plugin_find(t);
  suite_host host;
  tn_plugin *plugin = test_poison();
  REQUIRE(property != NULL);
  if (property->flags & TN_PROPERTY_HANDED_ON) NOT_APPLICABLE(OF_A_DEVICE_BELOW);
  const tn_map_entry entry = {property->name, property->kind == TN_VALUE_BYTES
                                                  ? tn_value_of_bool(1)
                                                  : (tn_value){.kind = TN_VALUE_BYTES}};
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  EXPECT_STATUS(suite_host_create_engine(&host, t->setup->create, &entry, 1, &plugin, &t->error),
                TN_WRONG_TYPE);
  EXPECT(plugin == test_poison());
  EXPECT(atomic_load(&host.blocks) == 0 && atomic_load(&host.executors) == 0);
  suite_host_clear(&host);
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

TN_CHECK(property_of_devices, PROPERTY, 19, 0,
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
    if (!declared_other_value(p, &now.value, &other)) continue;
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

/* One that the plugin, a device and a model have. */
static bool is_of_all(const tn_property *p) {
  const uint32_t all = TN_LEVEL_PLUGIN | TN_LEVEL_DEVICE | TN_LEVEL_MODEL;
  return (p->levels & all) == all && (p->flags & TN_PROPERTY_WRITABLE) &&
         !(p->flags & (TN_PROPERTY_RESOLVED | TN_PROPERTY_VOLATILE));
}

TN_CHECK(
    property_of_device_wins, PROPERTY, 19, 0,
    "a property set on a device holds there whatever is set on the plugin, before or after, and "
    "for what is compiled there") {
  seen_properties declared;
  uint32_t tried = 0;
  const property_place plugin = place_of_plugin(t),
                       device = {"device", TN_LEVEL_DEVICE, t->plugin, t->device, NULL};
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  for (uint32_t i = 0; i < declared.count; i++) {
    const tn_property *p = declared.items[i];
    seen_value now;
    tn_map_entry wide = {.key = p->name}, narrow = {.key = p->name};
    if (!is_of_all(p) || see_property(t, &plugin, p->name, &now, &t->error) != TN_OK) continue;
    narrow.value = now.value;
    if (!declared_other_value(p, &now.value, &wide.value)) continue;
    tried++;
    EXPECT_OK(set_properties_at(&device, &narrow, 1, &t->error));
    EXPECT_OK(set_properties_at(&plugin, &wide, 1, &t->error));
    EXPECT_THAT(reads(t, &device, p->name, &narrow.value),
                "%.*s of the device stays when the plugin's is set", TNI_TEXT(p->name));
    tn_compiled_model *model = test_compile(t, "carrier");
    REQUIRE(model != NULL);
    const property_place compiled = place_of_model(model);
    EXPECT_THAT(!test_model_has(t, model, p->name) || reads(t, &compiled, p->name, &narrow.value),
                "%.*s of the device holds for what is compiled there", TNI_TEXT(p->name));
    EXPECT_OK(set_properties_at(&device, &wide, 1, &t->error));
    EXPECT_OK(set_properties_at(&plugin, &narrow, 1, &t->error));
    EXPECT_THAT(reads(t, &device, p->name, &wide.value), "%.*s of the device is read back",
                TNI_TEXT(p->name));
    EXPECT_THAT(reads(t, &plugin, p->name, &narrow.value), "%.*s of the plugin is read back",
                TNI_TEXT(p->name));
  }
  if (!tried) NOT_APPLICABLE("no such property belongs to plugin, devices and models");
}

TN_CHECK(property_refused_at_compile, PROPERTY, 10, 0,
         "compile and query refuse unknown, read-only and wrong properties as set does") {
  tn_model *carrier = test_model(t, "carrier");
  seen_properties declared;
  NEED(carrier);
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
