/* Checks of declared properties: what holds for every one of them, whatever it is called. */
#define TN_GROUP "property"
#include <stdio.h>
#include <string.h>

#include "base/value.h"
#include "engine/check.h"
#include "engine/declared.h"
#include "engine/virtual_device.h"

/* --- the places and what is declared for them ----------------------------------------------------
 */

enum { PLACES = 3 };

struct scene {
  seen_properties declared;
  property_place places[PLACES];
};

static bool prepare(test *t, struct scene *scene) {
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_status status = see_properties(t, t->plugin, &scene->declared, &t->error);
  EXPECT_STATUS(status, TN_OK);
  scene->places[0] = (property_place){"plugin", TN_LEVEL_PLUGIN, t->plugin, TN_STRING(""), NULL};
  scene->places[1] = (property_place){"device", TN_LEVEL_DEVICE, t->plugin, t->device, NULL};
  scene->places[2] = (property_place){"model", TN_LEVEL_MODEL, NULL, TN_STRING(""), model};
  return model && status == TN_OK;
}

static bool fixed(const tn_property *property) {
  return !(property->flags & (TN_PROPERTY_RESOLVED | TN_PROPERTY_VOLATILE));
}

/* What a case of a check of one declaration calls. */
static void expect_of(test *t,
                      bool (*body)(test *t, const property_place *place,
                                   const tn_property *property),
                      const char *otherwise) {
  declared_property it;
  if (declared_property_find(t, &it) && !body(t, &it.place, it.property)) NOT_APPLICABLE(otherwise);
}

static const char *printed(test *t, const tn_value *value) {
  char *text = test_alloc(t, 80);
  tni_value_print(value, text, 80);
  return text;
}

/* --- declarations --------------------------------------------------------------------------------
 */

TN_CHECK(property_declarations, PROPERTY, 1, 0,
         "every declaration is whole: name, kind, level, doc, bounds of its kind") {
  seen_properties declared;
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  const uint32_t levels = TN_LEVEL_PLUGIN | TN_LEVEL_DEVICE | TN_LEVEL_MODEL;
  EXPECT(declared.calls == 1);
  for (uint32_t i = 0; i < declared.count; i++) {
    const tn_property *p = declared.items[i];
    EXPECT_THAT(p->name.length > 0 && p->doc.length > 0, "property %u has a name and a sentence",
                i);
    EXPECT_THAT(p->kind >= TN_VALUE_BOOL && p->kind <= TN_VALUE_MAP,
                "property %.*s has a kind of value", TNI_TEXT(p->name));
    EXPECT_THAT((p->levels & levels) && !(p->levels & ~levels),
                "property %.*s has a level, and none that is not known", TNI_TEXT(p->name));
    const tn_value *bounds[] = {&p->default_value, &p->minimum, &p->maximum};
    for (uint32_t j = 0; j < 3; j++)
      EXPECT_THAT(bounds[j]->kind == TN_VALUE_NONE || bounds[j]->kind == p->kind,
                  "default and bounds of property %.*s are of its kind", TNI_TEXT(p->name));
    for (uint64_t j = 0; j < p->choice_count; j++)
      EXPECT_THAT(p->choices[j].kind == p->kind, "choices of property %.*s are of its kind",
                  TNI_TEXT(p->name));
    for (uint32_t j = 0; j < i; j++)
      EXPECT_THAT(!(declared.items[j]->levels & p->levels) ||
                      !tn_string_equal(declared.items[j]->name, p->name),
                  "property %.*s is declared once for a level", TNI_TEXT(p->name));
  }
}

static bool is_choice(const tn_property *property, const tn_value *value) {
  for (uint64_t i = 0; i < property->choice_count; i++)
    if (tni_value_equal(&property->choices[i], value)) return true;
  return false;
}

static bool default_is_legal(const tn_property *p) {
  const bool chosen = p->choice_count == 0 || is_choice(p, &p->default_value);
  if (p->kind == TN_VALUE_INT64)
    return chosen &&
           (p->minimum.kind != p->kind || p->default_value.as.int64 >= p->minimum.as.int64) &&
           (p->maximum.kind != p->kind || p->default_value.as.int64 <= p->maximum.as.int64);
  if (p->kind == TN_VALUE_FLOAT64)
    return chosen &&
           (p->minimum.kind != p->kind || p->default_value.as.float64 >= p->minimum.as.float64) &&
           (p->maximum.kind != p->kind || p->default_value.as.float64 <= p->maximum.as.float64);
  return chosen;
}

TN_CHECK(property_defaults_are_legal, PROPERTY, 1, 0,
         "a declared default lies within the declared range and choices") {
  seen_properties declared;
  uint32_t seen = 0;
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  for (uint32_t i = 0; i < declared.count; i++) {
    const tn_property *p = declared.items[i];
    if (p->default_value.kind == TN_VALUE_NONE) continue;
    seen++;
    EXPECT_THAT(default_is_legal(p), "the default %s of property %.*s is legal",
                printed(t, &p->default_value), TNI_TEXT(p->name));
  }
  if (!seen) NOT_APPLICABLE("no property declares a default");
}

/* --- reading */

static bool reads(test *t, const property_place *place, const tn_property *property) {
  seen_value value;
  tn_status status = see_property(t, place, property->name, &value, &t->error);
  EXPECT_THAT(status == TN_OK, "property %.*s of a %s can be read; it gave %s",
              TNI_TEXT(property->name), place->name, tni_status_name(status));
  EXPECT_THAT(status != TN_OK || value.calls == 1, "property %.*s calls its sink once",
              TNI_TEXT(property->name));
  return true;
}

TN_CHECK_WITH(property_reads, PROPERTY, 2, 0, "the declared property can be read",
              .found = find_properties) {
  expect_of(t, reads, "it cannot be read");
}

static bool has_kind(test *t, const property_place *place, const tn_property *property) {
  seen_value value;
  if (see_property(t, place, property->name, &value, &t->error) != TN_OK) return false;
  EXPECT_THAT(value.value.kind == property->kind,
              "property %.*s of a %s has the declared kind; it has %s", TNI_TEXT(property->name),
              place->name, printed(t, &value.value));
  EXPECT_THAT(value.value.reserved == 0, "the reserved word of property %.*s is zero",
              TNI_TEXT(property->name));
  EXPECT_THAT(value.value.kind != TN_VALUE_STRING || is_utf8(value.value.as.string),
              "property %.*s is UTF-8", TNI_TEXT(property->name));
  return true;
}

TN_CHECK_WITH(property_kinds, PROPERTY, 3, 0, "the value that is read has the declared kind",
              .found = find_properties) {
  expect_of(t, has_kind, "it cannot be read");
}

static bool is_default(test *t, const property_place *place, const tn_property *property) {
  seen_value value;
  if (!fixed(property) || property->default_value.kind == TN_VALUE_NONE) return false;
  for (uint32_t i = 0; i < t->setup->property_count; i++)
    if (tn_string_equal(t->setup->properties[i].key, property->name)) return false;
  if (see_property(t, place, property->name, &value, &t->error) != TN_OK) return false;
  EXPECT_THAT(tni_value_equal(&value.value, &property->default_value),
              "property %.*s of a new %s reads its default %s; it reads %s",
              TNI_TEXT(property->name), place->name, printed(t, &property->default_value),
              printed(t, &value.value));
  return true;
}

TN_CHECK_WITH(property_defaults, PROPERTY, 4, 0, "a new engine reads the declared default",
              .found = find_default_properties) {
  expect_of(t, is_default, "it was set by -p");
}

/* Reads at a level for which the property is not declared. */
static bool is_unknown_elsewhere(test *t, const property_place *place,
                                 const tn_property *property) {
  (void)property;
  seen_value value;
  tn_string name = TN_STRING("NO_SUCH_PROPERTY");
  tn_error error;
  memset(&error, 0, sizeof error);
  EXPECT_STATUS(see_property(t, place, name, &value, &error), TN_NOT_FOUND);
  EXPECT_THAT(strstr(error.message, "NO_SUCH_PROPERTY") != NULL,
              "the message names the property: %.200s", error.message);
  return true;
}

TN_CHECK(property_unknown, PROPERTY, 8, 0,
         "an undeclared property is refused with NOT_FOUND on get and set, by name") {
  struct scene scene;
  REQUIRE(prepare(t, &scene));
  for (uint32_t i = 0; i < PLACES; i++) {
    tn_map_entry entry = {TN_STRING("NO_SUCH_PROPERTY"), tn_value_of_bool(1)};
    tn_error error;
    memset(&error, 0, sizeof error);
    is_unknown_elsewhere(t, &scene.places[i], NULL);
    EXPECT_STATUS(set_properties_at(&scene.places[i], &entry, 1, &error), TN_NOT_FOUND);
    EXPECT_THAT(strstr(error.message, "NO_SUCH_PROPERTY") != NULL,
                "the message names the property: %.200s", error.message);
  }
}

TN_CHECK(property_of_other_level, PROPERTY, 8, 0,
         "a property is refused with NOT_FOUND at a level for which it is not declared") {
  struct scene scene;
  uint32_t tried = 0;
  REQUIRE(prepare(t, &scene));
  for (uint32_t i = 0; i < PLACES; i++)
    for (uint32_t j = 0; j < scene.declared.count; j++) {
      const tn_string name = scene.declared.items[j]->name;
      seen_value value;
      if (declaration_of(&scene.declared, name, scene.places[i].level)) continue;
      if (scene.places[i].model && test_is_handed_on(t, scene.places[i].model->maker)) continue;
      tn_status status = see_property(t, &scene.places[i], name, &value, &t->error);
      EXPECT_THAT(status == TN_NOT_FOUND, "property %.*s is not one of a %s; reading it gave %s",
                  TNI_TEXT(name), scene.places[i].name, tni_status_name(status));
      tried++;
    }
  if (!tried) NOT_APPLICABLE("every property is declared for every level");
}

/* A name that is declared nowhere is none of any place. */
static void expect_no_property(test *t, const struct scene *scene, tn_string name) {
  seen_value value;
  for (uint32_t i = 0; i < PLACES; i++)
    if (!declaration_of(&scene->declared, name, scene->places[i].level))
      EXPECT_THAT(see_property(t, &scene->places[i], name, &value, NULL) == TN_NOT_FOUND,
                  "%.*s is no property", TNI_TEXT(name));
}

TN_CHECK_WITH(property_almost_known, PROPERTY, 8, 0,
              "a name that is almost declared is refused: cut, lengthened, in lower case",
              .revision = 2) {
  struct scene scene;
  REQUIRE(prepare(t, &scene));
  if (scene.declared.count == 0) NOT_APPLICABLE("no property is declared");
  for (uint32_t j = 0; j < scene.declared.count; j++) {
    const tn_string declared = scene.declared.items[j]->name;
    char *name = test_alloc(t, declared.length + 1);
    memcpy(name, declared.data, (size_t)declared.length);
    name[declared.length] = 'S';
    if (declared.length > 1)
      expect_no_property(t, &scene, tn_string_make(name, declared.length - 1));
    expect_no_property(t, &scene, tn_string_make(name, declared.length + 1));
    for (uint64_t i = 0; i < declared.length; i++)
      name[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
    expect_no_property(t, &scene, tn_string_make(name, declared.length));
  }
}

/* --- writing */

static bool is_read_only(test *t, const property_place *place, const tn_property *property) {
  seen_value before, after;
  if (declared_is_writable(property, place)) return false;
  if (see_property(t, place, property->name, &before, &t->error) != TN_OK) return false;
  tn_map_entry entry = {property->name, before.value};
  tn_status status = set_properties_at(place, &entry, 1, &t->error);
  EXPECT_THAT(status == TN_READ_ONLY,
              "setting property %.*s of a %s, which is not writable, gives READ_ONLY; it gave %s",
              TNI_TEXT(property->name), place->name, tni_status_name(status));
  if (see_property(t, place, property->name, &after, &t->error) == TN_OK && fixed(property))
    EXPECT_THAT(tni_value_equal(&before.value, &after.value),
                "property %.*s reads as before the refusal", TNI_TEXT(property->name));
  return true;
}

TN_CHECK_WITH(property_read_only, PROPERTY, 7, 0,
              "setting a property that is not writable is refused with READ_ONLY",
              .found = find_fixed_properties) {
  expect_of(t, is_read_only, "it cannot be read");
}

static bool round_trip(test *t, const property_place *place, const tn_property *property) {
  seen_value before, after;
  tn_value other;
  if (!declared_is_writable(property, place)) return false;
  if (see_property(t, place, property->name, &before, &t->error) != TN_OK) return false;
  if (!declared_other_value(property, &before.value, &other)) return false;
  tn_map_entry entry = {property->name, other};
  tn_error error;
  memset(&error, 0, sizeof error);
  tn_status status = set_properties_at(place, &entry, 1, &error);
  EXPECT_THAT(status == TN_OK, "property %.*s of a %s takes the legal value %s; it gave %s: %.200s",
              TNI_TEXT(property->name), place->name, printed(t, &other), tni_status_name(status),
              status == TN_OK ? "" : error.message);
  EXPECT_OK(see_property(t, place, property->name, &after, &t->error));
  if (fixed(property))
    EXPECT_THAT(tni_value_equal(&after.value, &other),
                "property %.*s of a %s reads back %s; it reads %s", TNI_TEXT(property->name),
                place->name, printed(t, &other), printed(t, &after.value));
  entry.value = before.value;
  if (fixed(property)) EXPECT_OK(set_properties_at(place, &entry, 1, &t->error));
  return true;
}

TN_CHECK_WITH(property_round_trip, PROPERTY, 5, 0, "a value that is set is read back",
              .found = find_settable_properties) {
  expect_of(t, round_trip, "it has no second legal value");
}

/* Sets a value that must be refused; the property must read as before. */
static void expect_refused(test *t, const property_place *place, const tn_property *property,
                           const tn_value *value, tn_status asked) {
  seen_value before, after;
  tn_map_entry entry = {property->name, *value};
  tn_error error;
  memset(&error, 0, sizeof error);
  EXPECT_OK(see_property(t, place, property->name, &before, &t->error));
  tn_status status = set_properties_at(place, &entry, 1, &error);
  EXPECT_THAT(status == asked, "property %.*s of a %s refuses %s with %s; it gave %s",
              TNI_TEXT(property->name), place->name, printed(t, value), tni_status_name(asked),
              tni_status_name(status));
  EXPECT_OK(see_property(t, place, property->name, &after, &t->error));
  if (!(property->flags & TN_PROPERTY_VOLATILE))
    EXPECT_THAT(tni_value_equal(&before.value, &after.value),
                "property %.*s of a %s reads as before the refusal", TNI_TEXT(property->name),
                place->name);
}

static bool refuses_other_kinds(test *t, const property_place *place, const tn_property *property) {
  if (!declared_is_writable(property, place)) return false;
  const tn_value values[] = {tn_value_of_bool(1), tn_value_of_int64(1), tn_value_of_float64(1),
                             tn_value_of_string(TN_STRING("1")), tn_value_of_list(NULL, 0)};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    if (values[i].kind != property->kind)
      expect_refused(t, place, property, &values[i], TN_WRONG_TYPE);
  return true;
}

TN_CHECK_WITH(property_wrong_kind, PROPERTY, 9, 0,
              "a value of another kind is refused with WRONG_TYPE and changes nothing",
              .found = find_writable_properties) {
  expect_of(t, refuses_other_kinds, "it is not writable");
}

static bool refuses_out_of_range(test *t, const property_place *place,
                                 const tn_property *property) {
  tn_value beside[DECLARED_MOST_BESIDE];
  if (!declared_is_writable(property, place)) return false;
  const uint32_t count = declared_values_beside(property, beside);
  for (uint32_t i = 0; i < count; i++)
    expect_refused(t, place, property, &beside[i], TN_OUT_OF_RANGE);
  return count > 0;
}

TN_CHECK_WITH(property_out_of_range, PROPERTY, 11, 0,
              "a number beside its declared range, or what is no number, is refused with "
              "OUT_OF_RANGE and changes nothing",
              .found = find_bounded_properties, .revision = 2) {
  expect_of(t, refuses_out_of_range, "no number lies beside its range");
}

static bool refuses_other_choices(test *t, const property_place *place,
                                  const tn_property *property) {
  if (!declared_is_writable(property, place) || property->choice_count == 0) return false;
  if (property->kind != TN_VALUE_STRING) return false;
  tn_string first = property->choices[0].as.string;
  char *longer = test_alloc(t, first.length + 2);
  snprintf(longer, first.length + 2, "%.*sX", TNI_TEXT(first));
  const tn_value values[] = {
      tn_value_of_string(TN_STRING("NO_SUCH_CHOICE")), tn_value_of_string(TN_STRING("")),
      tn_value_of_string(tn_string_from(longer)),
      tn_value_of_string(tn_string_make(first.data, first.length ? first.length - 1 : 0))};
  uint32_t tried = 0;
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    if (is_choice(property, &values[i])) continue; /* choices may begin with each other */
    expect_refused(t, place, property, &values[i], TN_OUT_OF_RANGE);
    tried++;
  }
  return tried > 0;
}

TN_CHECK_WITH(property_bad_choice, PROPERTY, 11, 0,
              "a text that is none of the choices is refused with OUT_OF_RANGE and changes nothing",
              .found = find_choice_properties, .revision = 2) {
  expect_of(t, refuses_other_choices, "every text that is tried is a choice");
}

TN_CHECK(property_nothing_to_set, PROPERTY, 6, 0, "setting no property succeeds") {
  struct scene scene;
  REQUIRE(prepare(t, &scene));
  for (uint32_t i = 0; i < PLACES; i++)
    EXPECT_OK(set_properties_at(&scene.places[i], NULL, 0, &t->error));
}
