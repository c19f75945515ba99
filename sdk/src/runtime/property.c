#include "runtime/property.h"

#include "base/value.h"

#include <math.h>
#include <stdio.h>

typedef struct check {
  tni_property_use use;
  int passes_unknown; /* on to others, who judge it */
  const tn_map_entry *entries;
  uint64_t count;
  tn_error *error;
} check;

static const struct {
  uint32_t level, flag;
  const char *what;
} uses[] = {
    [TNI_PROPERTY_SET_PLUGIN] = {TN_LEVEL_PLUGIN, TN_PROPERTY_WRITABLE, "on the plugin"},
    [TNI_PROPERTY_SET_DEVICE] = {TN_LEVEL_DEVICE, TN_PROPERTY_WRITABLE, "on a device"},
    [TNI_PROPERTY_SET_MODEL] = {TN_LEVEL_MODEL, TN_PROPERTY_MODEL_WRITABLE, "on a compiled model"},
    [TNI_PROPERTY_CALL] = {TN_LEVEL_MODEL, TN_PROPERTY_WRITABLE, "for a compile"},
    [TNI_PROPERTY_CALL_VIRTUAL] = {TN_LEVEL_MODEL, TN_PROPERTY_WRITABLE, "for a compile"},
};

static const tn_property *find(const tn_property *const *properties, uint64_t count, tn_string name,
                               uint32_t level) {
  const tn_property *found = NULL;
  for (uint64_t i = 0; i < count; i++) {
    if (!tn_string_equal(properties[i]->name, name)) continue;
    found = properties[i];
    if (found->levels & level) break;
  }
  return found;
}

static double number_of(const tn_value *value) {
  return value->kind == TN_VALUE_INT64 ? (double)value->as.int64 : value->as.float64;
}

static int below(const tn_value *a, const tn_value *b) {
  if (a->kind == TN_VALUE_INT64 && b->kind == TN_VALUE_INT64) return a->as.int64 < b->as.int64;
  return number_of(a) < number_of(b);
}

static int is_number(const tn_value *value) {
  return value->kind == TN_VALUE_INT64 || value->kind == TN_VALUE_FLOAT64;
}

static tn_status check_range(const tn_property *property, const tn_value *value, tn_error *error) {
  if (!is_number(value)) return TN_OK;
  const int has_minimum = is_number(&property->minimum),
            has_maximum = is_number(&property->maximum);
  const int is_nan = value->kind == TN_VALUE_FLOAT64 && isnan(value->as.float64);
  const int fits = !((has_minimum && below(value, &property->minimum)) ||
                     (has_maximum && below(&property->maximum, value)) ||
                     (is_nan && (has_minimum || has_maximum)));
  if (fits) return TN_OK;
  char came[64], minimum[64] = "no lower bound", maximum[64] = "no upper bound";
  tni_value_print(value, came, sizeof came);
  if (has_minimum) tni_value_print(&property->minimum, minimum, sizeof minimum);
  if (has_maximum) tni_value_print(&property->maximum, maximum, sizeof maximum);
  return tni_fail_clause(error, TN_OUT_OF_RANGE, TNI_CLAUSE(PROPERTY, 11),
                         "property %.*s: %s is out of range, legal is %s to %s",
                         TNI_TEXT(property->name), came, minimum, maximum);
}

static tn_status check_choices(const tn_property *property, const tn_value *value,
                               tn_error *error) {
  if (!property->choices || property->choice_count == 0) return TN_OK;
  char legal[320];
  size_t used = 0;
  for (uint64_t i = 0; i < property->choice_count; i++) {
    if (tni_value_equal(&property->choices[i], value)) return TN_OK;
    char choice[64];
    tni_value_print(&property->choices[i], choice, sizeof choice);
    if (used < sizeof legal)
      used += (size_t)snprintf(legal + used, sizeof legal - used, "%s%s", i ? ", " : "", choice);
  }
  char came[80];
  tni_value_print(value, came, sizeof came);
  return tni_fail_clause(error, TN_OUT_OF_RANGE, TNI_CLAUSE(PROPERTY, 11),
                         "property %.*s: %s is none of %s", TNI_TEXT(property->name), came, legal);
}

static tn_status check_value(const tn_property *property, const tn_value *value, tn_error *error) {
  if (value->kind != property->kind || value->reserved)
    return tni_fail_clause(error, TN_WRONG_TYPE, TNI_CLAUSE(PROPERTY, 9),
                           "property %.*s takes a value of kind %s, %s was given",
                           TNI_TEXT(property->name), tni_value_kind_name(property->kind),
                           value->reserved ? "one with a reserved word that is not 0"
                                           : tni_value_kind_name(value->kind));
  TN_TRY(check_range(property, value, error));
  return check_choices(property, value, error);
}

static tn_status check_entry(const check *self, const tn_map_entry *entry,
                             const tn_property *property) {
  const char *what = uses[self->use].what;
  if (!property && self->passes_unknown) return TN_OK;
  if (!property)
    return tni_fail_clause(self->error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 8),
                           "property %.*s is not known", TNI_TEXT(entry->key));
  const uint32_t any = TN_PROPERTY_WRITABLE | TN_PROPERTY_MODEL_WRITABLE;
  if (!(property->flags & any))
    return tni_fail_clause(self->error, TN_READ_ONLY, TNI_CLAUSE(PROPERTY, 7),
                           "property %.*s can only be read", TNI_TEXT(entry->key));
  if (!(property->levels & uses[self->use].level))
    return tni_fail_clause(self->error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 8),
                           "property %.*s is not one that can be given %s", TNI_TEXT(entry->key),
                           what);
  if (!(property->flags & uses[self->use].flag))
    return tni_fail_clause(self->error, TN_READ_ONLY, TNI_CLAUSE(PROPERTY, 7),
                           "property %.*s cannot be set %s", TNI_TEXT(entry->key), what);
  return check_value(property, &entry->value, self->error);
}

static tn_status check_declarations(const tn_property *const *properties, uint64_t count,
                                    tn_error *error) {
  for (uint64_t i = 0; i < count; i++)
    if (!properties || !properties[i] || properties[i]->size < TN_PROPERTY_FIRST_SIZE ||
        properties[i]->size % 8 != 0)
      return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 8),
                             "declaration %llu of the plugin's properties is NULL, or its size is "
                             "no multiple of 8 from %u on",
                             (unsigned long long)i, TN_PROPERTY_FIRST_SIZE);
  return TN_OK;
}

static tn_status check_entries(void *user, const tn_property *const *properties, uint64_t count) {
  const check *self = user;
  TN_TRY(check_declarations(properties, count, self->error));
  for (uint64_t i = 0; i < self->count; i++) {
    const tn_map_entry *entry = &self->entries[i];
    for (uint64_t j = 0; j < i; j++)
      if (tn_string_equal(entry->key, self->entries[j].key))
        return tni_fail(self->error, TN_INVALID_ARGUMENT, "property %.*s is given twice",
                        TNI_TEXT(entry->key));
    TN_TRY(check_entry(self, entry, find(properties, count, entry->key, uses[self->use].level)));
  }
  return TN_OK;
}

/* What the receiver found wrong says more than what the plugin says about a receiver that failed.
 */
static tn_status keep_problem(tn_status status, const tn_error *problem, tn_error *error) {
  if (error && status != TN_OK && problem->status == status) *error = *problem;
  return status;
}

tn_status tni_property_check(const tni_declarer *declarer, tni_property_use use,
                             const tn_map_entry *entries, uint64_t count, tn_error *error) {
  if (count == 0) return TN_OK;
  if (!entries)
    return tni_fail(error, TN_INVALID_ARGUMENT, "%llu properties at NULL",
                    (unsigned long long)count);
  tn_error problem = {0};
  const int passes_unknown = use == TNI_PROPERTY_CALL_VIRTUAL ||
                             (declarer->engine->is_alias && use != TNI_PROPERTY_SET_MODEL);
  check self = {use, passes_unknown, entries, count, &problem};
  const tn_status status = tni_declarations(declarer, check_entries, &self, error);
  return keep_problem(status, &problem, error);
}

typedef struct parse {
  const tni_allocator *allocator;
  tn_string name, text;
  tn_value_sink sink;
  void *user;
  const tn_property *property;
  tn_error *error;
} parse;

static tn_status check_parsed(void *user, const tn_value *value) {
  const parse *self = user;
  TN_TRY(check_value(self->property, value, self->error));
  return tni_received(self->sink(self->user, value), "a property", self->error);
}

static tn_status parse_by_declaration(void *user, const tn_property *const *properties,
                                      uint64_t count) {
  parse *self = user;
  TN_TRY(check_declarations(properties, count, self->error));
  self->property = find(properties, count, self->name, UINT32_MAX);
  if (!self->property)
    return tni_fail_clause(self->error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 8),
                           "property %.*s is not known", TNI_TEXT(self->name));
  return tni_value_parse(self->allocator, self->name, self->property->kind, self->text,
                         check_parsed, self, self->error);
}

static tn_status TN_CALL ignore(void *user, const tn_value *value) {
  (void)user, (void)value;
  return TN_OK;
}

/* What the plugin behind an alias says of a property that it does not know names both. */
static void ask_plugin_behind(const tni_declarer *declarer, tn_string name, tn_error *problem) {
  tn_error said = {0};
  if (declarer->engine->is_alias && problem->status == TN_NOT_FOUND &&
      tni_declarer_get_property(declarer, name, ignore, NULL, &said) == TN_NOT_FOUND)
    *problem = said;
}

tn_status tni_property_parse(const tni_declarer *declarer, const tni_allocator *allocator,
                             tn_string name, tn_string text, tn_value_sink sink, void *user,
                             tn_error *error) {
  tn_error problem = {0};
  parse self = {allocator, name, text, sink, user, NULL, &problem};
  const tn_status status = tni_declarations(declarer, parse_by_declaration, &self, error);
  ask_plugin_behind(declarer, name, &problem);
  return keep_problem(status, &problem, error);
}
