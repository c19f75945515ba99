#include "engine/declared.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/value.h"
#include "engine/virtual_device.h"

enum { PLACES = 3, FLOATING = TN_PROPERTY_RESOLVED | TN_PROPERTY_VOLATILE };

static const char *const place_names[PLACES] = {"plugin", "device", "model"};

typedef char parameter_name[TEST_PARAMETER_SIZE];

/* A name as it stands in the ids of cases: what they cannot have is '_', what has no room is cut.
 * `place` may be NULL. */
static void write_name(const char *place, tn_string name, uint32_t number, parameter_name out) {
  static const char plain[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:,=+-";
  char end[16] = "";
  if (number > 1) snprintf(end, sizeof end, "+%u", number);
  size_t used =
      (size_t)snprintf(out, TEST_PARAMETER_SIZE, "%s%s", place ? place : "", place ? "." : "");
  for (uint64_t i = 0; i < name.length && used + strlen(end) + 1 < TEST_PARAMETER_SIZE; i++)
    out[used++] = name.data[i] && strchr(plain, name.data[i]) ? name.data[i] : '_';
  memcpy(out + used, end, strlen(end) + 1);
}

/* Adds a name to those of `count` others. Names that differ only in what ids cannot have are
 * counted: "gpu_0", "gpu_0+2". */
static void add_name(parameter_name *names, uint32_t count, const char *place, tn_string name) {
  for (uint32_t number = 1, same = 1; same; number++) {
    write_name(place, name, number, names[count]);
    same = 0;
    for (uint32_t i = 0; i < count; i++)
      same |= strcmp(names[i], names[count]) == 0;
  }
}

/* Names of all properties that are declared for a level; empty for others. */
static parameter_name *name_properties(test *t, const seen_properties *all, const char *place,
                                       uint32_t level) {
  parameter_name *names = test_alloc(t, (all->count + 1) * sizeof *names);
  for (uint32_t i = 0; i < all->count; i++) {
    names[i][0] = 0;
    if (all->items[i]->levels & level) add_name(names, i, place, all->items[i]->name);
  }
  return names;
}

static parameter_name *name_devices(test *t, const seen_devices *all) {
  parameter_name *names = test_alloc(t, (all->count + 1) * sizeof *names);
  for (uint32_t i = 0; i < all->count; i++)
    add_name(names, i, NULL, all->items[i]->id);
  return names;
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

static bool in_range(const tn_property *p, const tn_value *value) {
  if (value->kind == TN_VALUE_INT64)
    return (p->minimum.kind != TN_VALUE_INT64 || value->as.int64 >= p->minimum.as.int64) &&
           (p->maximum.kind != TN_VALUE_INT64 || value->as.int64 <= p->maximum.as.int64);
  if (value->kind == TN_VALUE_FLOAT64)
    return (p->minimum.kind != TN_VALUE_FLOAT64 || value->as.float64 >= p->minimum.as.float64) &&
           (p->maximum.kind != TN_VALUE_FLOAT64 || value->as.float64 <= p->maximum.as.float64);
  return true;
}

struct values {
  const tn_property *property;
  const tn_value *now;
  tn_value *out;
  uint32_t count;
};

static void add_value(struct values *self, tn_value value) {
  if (self->count == DECLARED_MOST_VALUES || value.kind != self->property->kind ||
      tni_value_equal(&value, self->now) || !in_range(self->property, &value))
    return;
  for (uint32_t i = 0; i < self->count; i++)
    if (tni_value_equal(&value, &self->out[i])) return;
  self->out[self->count++] = value;
}

/* Near what it is: a device may have much to do at the ends of a range. */
static void add_numbers(struct values *self) {
  const tn_property *p = self->property;
  if (p->kind == TN_VALUE_INT64) {
    const int64_t now = self->now->kind == p->kind ? self->now->as.int64 : 0;
    if (now < INT64_MAX) add_value(self, tn_value_of_int64(now + 1));
    if (now > INT64_MIN) add_value(self, tn_value_of_int64(now - 1));
  } else {
    const double now = self->now->kind == p->kind ? self->now->as.float64 : 0;
    const double high = p->maximum.kind == p->kind ? p->maximum.as.float64 : now + 2;
    const double low = p->minimum.kind == p->kind ? p->minimum.as.float64 : now - 2;
    add_value(self, tn_value_of_float64(now + (high - now) / 2));
    add_value(self, tn_value_of_float64(now - (now - low) / 2));
  }
  add_value(self, p->minimum);
}

/* Without its last item, and without any. */
static void add_lists(struct values *self) {
  const bool has_items = self->now->kind == TN_VALUE_LIST && self->now->as.list.count > 0;
  tn_value list = has_items ? *self->now : tn_value_of_list(NULL, 0);
  if (has_items) list.as.list.count--;
  add_value(self, list);
  add_value(self, tn_value_of_list(NULL, 0));
}

uint32_t declared_other_values(const tn_property *property, const tn_value *now,
                               tn_value out[DECLARED_MOST_VALUES]) {
  struct values self = {property, now, out, 0};
  for (uint64_t i = 0; i < property->choice_count; i++)
    add_value(&self, property->choices[i]);
  if (property->choice_count) return self.count;
  switch (property->kind) {
    case TN_VALUE_BOOL:
      add_value(&self, tn_value_of_bool(now->kind != TN_VALUE_BOOL || !now->as.boolean));
      break;
    case TN_VALUE_INT64:
    case TN_VALUE_FLOAT64:
      add_numbers(&self);
      break;
    case TN_VALUE_LIST:
      add_lists(&self);
      break;
    default: /* free text may name what the plugin then opens */
      break;
  }
  return self.count;
}

/* There may be none: a bound may be the last number of all. */
static uint32_t beside_whole(const tn_property *p, tn_value out[]) {
  uint32_t count = 0;
  if (p->minimum.kind == p->kind && p->minimum.as.int64 > INT64_MIN)
    out[count++] = tn_value_of_int64(p->minimum.as.int64 - 1);
  if (p->maximum.kind == p->kind && p->maximum.as.int64 < INT64_MAX)
    out[count++] = tn_value_of_int64(p->maximum.as.int64 + 1);
  return count;
}

/* What is no number lies in no range. */
static uint32_t beside_real(const tn_property *p, tn_value out[]) {
  uint32_t count = 0;
  const bool low = p->minimum.kind == p->kind, high = p->maximum.kind == p->kind;
  if (low && p->minimum.as.float64 > -INFINITY)
    out[count++] = tn_value_of_float64(nextafter(p->minimum.as.float64, -INFINITY));
  if (high && p->maximum.as.float64 < INFINITY)
    out[count++] = tn_value_of_float64(nextafter(p->maximum.as.float64, INFINITY));
  if (low || high) out[count++] = tn_value_of_float64(NAN);
  return count;
}

uint32_t declared_values_beside(const tn_property *property, tn_value out[DECLARED_MOST_BESIDE]) {
  if (property->kind == TN_VALUE_INT64) return beside_whole(property, out);
  return property->kind == TN_VALUE_FLOAT64 ? beside_real(property, out) : 0;
}

typedef bool (*wanted)(const tn_property *property, uint32_t level);

/* What is declared; false after saying that nothing can be found. */
static bool see_declared(test *t, test_parameters *found, seen_properties *out) {
  const tn_status status = see_properties(t, t->plugin, out, &t->error);
  if (status != TN_OK) test_miss_parameters(found, "the list of properties", status);
  return status == TN_OK;
}

static void find(test *t, test_parameters *found, wanted is_wanted) {
  seen_properties declared;
  if (!see_declared(t, found, &declared)) return;
  parameter_name *names[PLACES];
  for (uint32_t place = 0; place < PLACES; place++)
    names[place] = name_properties(t, &declared, place_names[place], 1u << place);
  for (uint32_t i = 0; i < declared.count; i++)
    for (uint32_t place = 0; place < PLACES; place++)
      if (declared.items[i]->levels & 1u << place && is_wanted(declared.items[i], 1u << place))
        test_add_parameter(found, tn_string_from(names[place][i]));
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

/* The device is part of what an export is for, whatever property names it. */
static bool is_uncached(const tn_property *p, uint32_t level) {
  (void)level;
  tn_value other[DECLARED_MOST_VALUES];
  return p->flags & TN_PROPERTY_WRITABLE && !(p->flags & TN_PROPERTY_CACHING) &&
         !tn_string_equal(p->name, TN_STRING("DEVICE_ID")) &&
         declared_other_values(p, &p->default_value, other) > 0;
}

void find_uncached_properties(test *t, test_parameters *found) {
  find(t, found, is_uncached);
}

static bool is_compile_setting(const tn_property *p) {
  const uint32_t levels = TN_LEVEL_PLUGIN | TN_LEVEL_MODEL;
  return (p->levels & levels) == levels && is_settable(p, TN_LEVEL_PLUGIN) &&
         !(p->flags & FLOATING);
}

static void find_of_plugin(test *t, test_parameters *found,
                           bool (*is_wanted)(const tn_property *p)) {
  seen_properties declared;
  if (!see_declared(t, found, &declared)) return;
  parameter_name *names = name_properties(t, &declared, NULL, TN_LEVEL_PLUGIN);
  for (uint32_t i = 0; i < declared.count; i++)
    if (is_wanted(declared.items[i])) test_add_parameter(found, tn_string_from(names[i]));
}

void find_compile_settings(test *t, test_parameters *found) {
  find_of_plugin(t, found, is_compile_setting);
}

static bool is_of_plugin(const tn_property *p) {
  return p->levels & TN_LEVEL_PLUGIN;
}

void find_plugin_properties(test *t, test_parameters *found) {
  find_of_plugin(t, found, is_of_plugin);
}

const tn_property *declared_of_plugin_find(test *t) {
  seen_properties declared;
  EXPECT_OK(see_properties(t, t->plugin, &declared, &t->error));
  parameter_name *names = name_properties(t, &declared, NULL, TN_LEVEL_PLUGIN);
  for (uint32_t i = 0; i < declared.count; i++)
    if (strcmp(names[i], t->parameter) == 0) return declared.items[i];
  EXPECT_THAT(false, "property %s is declared as in the engine before", t->parameter);
  return NULL;
}

static void set_place(test *t, uint32_t place, declared_property *out) {
  out->place = (property_place){place_names[place], 1u << place, t->plugin, TN_STRING(""), NULL};
  if (out->place.level == TN_LEVEL_DEVICE) out->place.device = t->device;
}

bool declared_property_look_up(test *t, declared_property *out) {
  memset(out, 0, sizeof *out);
  EXPECT_OK(see_properties(t, t->plugin, &out->all, &t->error));
  for (uint32_t place = 0; place < PLACES; place++) {
    parameter_name *names = name_properties(t, &out->all, place_names[place], 1u << place);
    for (uint32_t i = 0; i < out->all.count; i++) {
      out->property = out->all.items[i];
      if (strcmp(names[i], t->parameter) == 0) return set_place(t, place, out), true;
    }
  }
  EXPECT_THAT(false, "property %s is declared as in the engine before", t->parameter);
  return false;
}

bool declared_property_find(test *t, declared_property *out) {
  if (!declared_property_look_up(t, out)) return false;
  if (out->place.level != TN_LEVEL_MODEL) return true;
  out->place.model = test_compile(t, "carrier");
  if (!out->place.model) return false;
  if (!test_is_handed_on(t, out->place.model->maker)) return true;
  test_record_not_applicable(t, HANDED_ON);
  return false;
}

/* --- devices and ports ---------------------------------------------------------------------------
 */

void find_devices(test *t, test_parameters *found) {
  seen_devices devices;
  const tn_status status = see_devices(t, t->plugin, &devices, &t->error);
  if (status != TN_OK) {
    test_miss_parameters(found, "the list of devices", status);
    return;
  }
  parameter_name *names = name_devices(t, &devices);
  for (uint32_t i = 0; i < devices.count; i++)
    test_add_parameter(found, tn_string_from(names[i]));
}

tn_string declared_device_find(test *t) {
  seen_devices devices;
  EXPECT_OK(see_devices(t, t->plugin, &devices, &t->error));
  parameter_name *names = name_devices(t, &devices);
  for (uint32_t i = 0; i < devices.count; i++)
    if (strcmp(names[i], t->parameter) == 0) return devices.items[i]->id;
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
