#include "engine/declared.h"

#include <stdio.h>
#include <string.h>

#include "base/value.h"
#include "engine/virtual_device.h"

enum { PLACES = 3, FLOATING = TN_PROPERTY_RESOLVED | TN_PROPERTY_VOLATILE };

static const char *const place_names[PLACES] = {"plugin", "device", "model"};

/* A name as it stands in the ids of cases; `place` may be NULL. */
static tn_string parameter_name(const char *place, tn_string name, char out[TEST_PARAMETER_SIZE]) {
  static const char plain[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:,=+-";
  snprintf(out, TEST_PARAMETER_SIZE, "%s%s%.*s", place ? place : "", place ? "." : "",
           (int)(name.length < TEST_PARAMETER_SIZE ? name.length : TEST_PARAMETER_SIZE), name.data);
  for (char *at = out; *at; at++)
    if (!strchr(plain, *at)) *at = '_';
  return tn_string_from(out);
}

/* --- properties ----------------------------------------------------------------------------------
 */

static bool is_writable(const tn_property *p, uint32_t level) {
  return p->flags & (level == TN_LEVEL_MODEL ? TN_PROPERTY_MODEL_WRITABLE : TN_PROPERTY_WRITABLE);
}

bool declared_is_writable(const tn_property *property, const property_place *place) {
  return is_writable(property, place->level);
}

static bool is_bounded(const tn_property *p) {
  const bool number = p->kind == TN_VALUE_INT64 || p->kind == TN_VALUE_FLOAT64;
  return number && (p->minimum.kind == p->kind || p->maximum.kind == p->kind);
}

static bool has_two_values(const tn_property *p) {
  tn_value other;
  if (p->choice_count) return p->choice_count > 1;
  return p->kind == TN_VALUE_BOOL || declared_other_value(p, &p->minimum, &other);
}

bool declared_other_value(const tn_property *property, const tn_value *now, tn_value *out) {
  const tn_property *p = property;
  for (uint64_t i = 0; i < p->choice_count; i++)
    if (!tni_value_equal(&p->choices[i], now)) return *out = p->choices[i], true;
  if (p->choice_count) return false;
  if (p->kind == TN_VALUE_BOOL) return *out = tn_value_of_bool(!now->as.boolean), true;
  if (!is_bounded(p) || p->minimum.kind != p->kind || p->maximum.kind != p->kind) return false;
  *out = tni_value_equal(&p->minimum, now) ? p->maximum : p->minimum;
  return !tni_value_equal(out, now);
}

typedef bool (*wanted)(const tn_property *property, uint32_t level);

static void find(test *t, test_parameters *found, wanted is_wanted) {
  seen_properties declared;
  char name[TEST_PARAMETER_SIZE];
  if (see_properties(t, t->plugin, &declared, &t->error) != TN_OK) return;
  for (uint32_t i = 0; i < declared.count; i++)
    for (uint32_t place = 0; place < PLACES; place++)
      if (declared.items[i]->levels & 1u << place && is_wanted(declared.items[i], 1u << place))
        test_add_parameter(found,
                           parameter_name(place_names[place], declared.items[i]->name, name));
}

static bool is_declared(const tn_property *p, uint32_t level) {
  return p->levels & level;
}

static bool has_default(const tn_property *p, uint32_t level) {
  (void)level;
  return !(p->flags & FLOATING) && p->default_value.kind != TN_VALUE_NONE;
}

static bool is_fixed(const tn_property *p, uint32_t level) {
  return !is_writable(p, level);
}

static bool is_settable(const tn_property *p, uint32_t level) {
  return is_writable(p, level) && has_two_values(p);
}

static bool is_bounded_there(const tn_property *p, uint32_t level) {
  return is_writable(p, level) && is_bounded(p);
}

static bool is_choice(const tn_property *p, uint32_t level) {
  return is_writable(p, level) && p->kind == TN_VALUE_STRING && p->choice_count;
}

void find_properties(test *t, test_parameters *found) {
  find(t, found, is_declared);
}

void find_default_properties(test *t, test_parameters *found) {
  find(t, found, has_default);
}

void find_writable_properties(test *t, test_parameters *found) {
  find(t, found, is_writable);
}

void find_fixed_properties(test *t, test_parameters *found) {
  find(t, found, is_fixed);
}

void find_settable_properties(test *t, test_parameters *found) {
  find(t, found, is_settable);
}

void find_bounded_properties(test *t, test_parameters *found) {
  find(t, found, is_bounded_there);
}

void find_choice_properties(test *t, test_parameters *found) {
  find(t, found, is_choice);
}

static bool is_compile_setting(const tn_property *p) {
  const uint32_t levels = TN_LEVEL_PLUGIN | TN_LEVEL_MODEL;
  return (p->levels & levels) == levels && is_settable(p, TN_LEVEL_PLUGIN) &&
         !(p->flags & FLOATING);
}

void find_compile_settings(test *t, test_parameters *found) {
  seen_properties declared;
  char name[TEST_PARAMETER_SIZE];
  if (see_properties(t, t->plugin, &declared, &t->error) != TN_OK) return;
  for (uint32_t i = 0; i < declared.count; i++)
    if (is_compile_setting(declared.items[i]))
      test_add_parameter(found, parameter_name(NULL, declared.items[i]->name, name));
}

const tn_property *declared_setting_find(test *t) {
  seen_properties declared;
  char name[TEST_PARAMETER_SIZE];
  EXPECT_OK(see_properties(t, t->plugin, &declared, &t->error));
  for (uint32_t i = 0; i < declared.count; i++)
    if (is_compile_setting(declared.items[i]) &&
        tn_string_equal(parameter_name(NULL, declared.items[i]->name, name),
                        tn_string_from(t->parameter)))
      return declared.items[i];
  EXPECT_THAT(false, "property %s is declared as in the engine before", t->parameter);
  return NULL;
}

static bool set_place(test *t, uint32_t place, declared_property *out) {
  out->place = (property_place){place_names[place], 1u << place, t->plugin, TN_STRING(""), NULL};
  if (out->place.level == TN_LEVEL_DEVICE) out->place.device = t->device;
  if (out->place.level != TN_LEVEL_MODEL) return true;
  out->place.model = test_compile(t, "carrier");
  if (!out->place.model) return false;
  if (!test_is_handed_on(t, out->place.model->maker)) return true;
  test_record_not_applicable(t, HANDED_ON);
  return false;
}

bool declared_property_find(test *t, declared_property *out) {
  char name[TEST_PARAMETER_SIZE];
  memset(out, 0, sizeof *out);
  EXPECT_OK(see_properties(t, t->plugin, &out->all, &t->error));
  for (uint32_t i = 0; i < out->all.count; i++)
    for (uint32_t place = 0; place < PLACES; place++) {
      out->property = out->all.items[i];
      if (out->property->levels & 1u << place &&
          tn_string_equal(parameter_name(place_names[place], out->property->name, name),
                          tn_string_from(t->parameter)))
        return set_place(t, place, out);
    }
  EXPECT_THAT(false, "property %s is declared as in the engine before", t->parameter);
  return false;
}

/* --- devices and ports ---------------------------------------------------------------------------
 */

void find_devices(test *t, test_parameters *found) {
  seen_devices devices;
  char name[TEST_PARAMETER_SIZE];
  if (see_devices(t, t->plugin, &devices, &t->error) != TN_OK) return;
  for (uint32_t i = 0; i < devices.count; i++)
    test_add_parameter(found, parameter_name(NULL, devices.items[i]->id, name));
}

tn_string declared_device_find(test *t) {
  seen_devices devices;
  char name[TEST_PARAMETER_SIZE];
  EXPECT_OK(see_devices(t, t->plugin, &devices, &t->error));
  for (uint32_t i = 0; i < devices.count; i++)
    if (tn_string_equal(parameter_name(NULL, devices.items[i]->id, name),
                        tn_string_from(t->parameter)))
      return devices.items[i]->id;
  const uint32_t about = test_about(t, TNI_CLAUSE(DEVICE, 2));
  EXPECT_THAT(false, "device %s is there as in the engine before", t->parameter);
  test_about(t, about);
  return TN_STRING("");
}

bool declared_is_device(const seen_devices *devices, tn_string id) {
  for (uint32_t i = 0; i < devices->count; i++)
    if (tn_string_equal(devices->items[i]->id, id)) return true;
  return false;
}
