#include "kit/settings.h"

#include "base/platform/thread.h"
#include "base/status.h"
#include "base/value.h"
#include "tenon/kit/plugin.h"

#include <assert.h>
#include <string.h>

struct cell {
  tn_value value;  /* kind NONE: not set */
  tni_arena arena; /* what it points to */
};

struct tn_kit_settings {
  const tn_kit_plugin *plugin;
  const tni_allocator *allocator;
  tn_kit_settings *fallback;
  tni_mutex mutex; /* guards the cells */
  struct cell *cells;
};

uint64_t tni_kit_property_index(const tn_kit_plugin *plugin, tn_string name) {
  uint64_t i = 0;
  while (i < plugin->properties->count &&
         !tn_string_equal(plugin->properties->rows[i]->declaration.name, name))
    i++;
  return i;
}

tn_status tni_kit_settings_create(const tn_kit_plugin *plugin, const tni_allocator *allocator,
                                  tn_kit_settings *fallback, tn_kit_settings **out,
                                  tn_error *error) {
  tn_kit_settings *self = tni_alloc(allocator, sizeof *self);
  struct cell *cells = TNI_ALLOC_ITEMS(allocator, cells, plugin->properties->count);
  if (!self || !cells || tni_mutex_init(&self->mutex) != TN_OK) {
    tni_free(allocator, cells);
    tni_free(allocator, self);
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for %llu properties",
                    (unsigned long long)plugin->properties->count);
  }
  self->plugin = plugin;
  self->allocator = allocator;
  self->fallback = fallback;
  self->cells = cells;
  *out = self;
  return TN_OK;
}

static void free_cells(const tn_kit_settings *settings, struct cell *cells) {
  for (uint64_t i = 0; cells && i < settings->plugin->properties->count; i++)
    tni_arena_destroy(&cells[i].arena);
  tni_free(settings->allocator, cells);
}

void tni_kit_settings_destroy(tn_kit_settings *settings) {
  if (!settings) return;
  free_cells(settings, settings->cells);
  tni_mutex_destroy(&settings->mutex);
  tni_free(settings->allocator, settings);
}

/* Fills a cell that holds nothing. After a failure it is to be emptied like any other. */
static tn_status copy_into(const tni_allocator *allocator, const tn_value *value, struct cell *out,
                           tn_error *error) {
  tni_arena_init(&out->arena, allocator);
  return tni_value_copy(&out->arena, value, &out->value, error);
}

/* --- setting */

static const char *level_name(uint32_t level) {
  return level == TN_LEVEL_PLUGIN   ? "the plugin"
         : level == TN_LEVEL_DEVICE ? "a device"
                                    : "a compiled model";
}

static tn_status check_bounds(const tn_property *declared, const tn_value *value, const char *shown,
                              tn_error *error) {
  int inside = 1;
  if (value->kind == TN_VALUE_INT64) {
    if (declared->minimum.kind == TN_VALUE_INT64)
      inside &= value->as.int64 >= declared->minimum.as.int64;
    if (declared->maximum.kind == TN_VALUE_INT64)
      inside &= value->as.int64 <= declared->maximum.as.int64;
  } else if (value->kind == TN_VALUE_FLOAT64) { /* NaN lies in no range */
    if (declared->minimum.kind == TN_VALUE_FLOAT64)
      inside &= value->as.float64 >= declared->minimum.as.float64;
    if (declared->maximum.kind == TN_VALUE_FLOAT64)
      inside &= value->as.float64 <= declared->maximum.as.float64;
  }
  if (inside) return TN_OK;
  char low[64], high[64];
  tni_value_print(&declared->minimum, low, sizeof low);
  tni_value_print(&declared->maximum, high, sizeof high);
  return tni_fail_clause(error, TN_OUT_OF_RANGE, TNI_CLAUSE(PROPERTY, 11),
                         "property %.*s: %s lies outside %s to %s", TNI_TEXT(declared->name), shown,
                         low, high);
}

static tn_status check_choices(const tn_property *declared, const tn_value *value,
                               const char *shown, tn_error *error) {
  if (!declared->choice_count) return TN_OK;
  for (uint64_t i = 0; i < declared->choice_count; i++)
    if (tni_value_equal(&declared->choices[i], value)) return TN_OK;
  char list[256];
  tni_value_print_all(declared->choices, declared->choice_count, list, sizeof list);
  return tni_fail_clause(error, TN_OUT_OF_RANGE, TNI_CLAUSE(PROPERTY, 11),
                         "property %.*s: %s is none of %s", TNI_TEXT(declared->name), shown, list);
}

static tn_status check_content(const tn_property *declared, const tn_value *value,
                               tn_error *error) {
  const char *problem = NULL;
  if (value->reserved != 0)
    problem = "the value's reserved field is not 0";
  else if (value->kind == TN_VALUE_BOOL && value->as.boolean > 1)
    problem = "a truth value is neither 0 nor 1";
  else if ((value->kind == TN_VALUE_STRING || value->kind == TN_VALUE_BYTES) &&
           value->as.bytes.size && !value->as.bytes.data)
    problem = "bytes at NULL";
  if (!problem) return TN_OK;
  return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 13), "property %.*s: %s",
                         TNI_TEXT(declared->name), problem);
}

tn_status tni_kit_check_value(const tn_kit_property *row, struct tn_kit_engine *engine,
                              const tn_value *value, tn_error *error) {
  const tn_property *declared = &row->declaration;
  if (value->kind != declared->kind)
    return tni_fail_clause(error, TN_WRONG_TYPE, TNI_CLAUSE(PROPERTY, 9),
                           "property %.*s: expected %s, got %s", TNI_TEXT(declared->name),
                           tni_value_kind_name(declared->kind), tni_value_kind_name(value->kind));
  TN_TRY(check_content(declared, value, error));
  char shown[240];
  tni_value_print(value, shown, sizeof shown);
  TN_TRY(check_bounds(declared, value, shown, error));
  TN_TRY(check_choices(declared, value, shown, error));
  return row->check ? row->check(engine, value, error) : TN_OK;
}

static tn_status check_writable(const tn_property *declared, const tni_kit_setting *how,
                                tn_error *error) {
  const uint32_t any = TN_PROPERTY_WRITABLE | TN_PROPERTY_MODEL_WRITABLE | TN_PROPERTY_INITIAL;
  if ((declared->levels & how->level) == 0 && (declared->flags & any))
    return tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 8),
                           "property %.*s is none of %s", TNI_TEXT(declared->name),
                           level_name(how->level));
  if (!(declared->flags & how->flags))
    return tni_fail_clause(error, TN_READ_ONLY, TNI_CLAUSE(PROPERTY, 7),
                           "property %.*s cannot be set on %s", TNI_TEXT(declared->name),
                           level_name(how->level));
  return TN_OK;
}

/* Checks one entry and puts a copy of its value into `cells`. */
static tn_status stage(const tn_kit_settings *self, const tni_kit_setting *how,
                       const tn_map_entry *entry, struct cell *cells, tn_error *error) {
  if (entry->key.length && !entry->key.data)
    return tni_fail(error, TN_INVALID_ARGUMENT, "the name of a property is NULL");
  const uint64_t index = tni_kit_property_index(self->plugin, entry->key);
  if (index == self->plugin->properties->count)
    return tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 8),
                           "property '%.*s' is not known", TNI_TEXT(entry->key));
  const tn_kit_property *row = self->plugin->properties->rows[index];
  TN_TRY(check_writable(&row->declaration, how, error));
  TN_TRY(tni_kit_check_value(row, how->engine, &entry->value, error));
  tni_arena_destroy(&cells[index].arena); /* the last of several holds */
  return copy_into(self->allocator, &entry->value, &cells[index], error);
}

static void swap_cells(tn_kit_settings *self, struct cell *cells) {
  tni_mutex_lock(&self->mutex);
  for (uint64_t i = 0; i < self->plugin->properties->count; i++) {
    if (cells[i].value.kind == TN_VALUE_NONE) continue;
    const struct cell old = self->cells[i];
    self->cells[i] = cells[i];
    cells[i] = old;
  }
  tni_mutex_unlock(&self->mutex);
}

tn_status tni_kit_settings_set(tn_kit_settings *self, const tni_kit_setting *how,
                               const tn_map_entry *entries, uint64_t count, tn_error *error) {
  if (count == 0) return TN_OK;
  if (!entries) return tni_fail(error, TN_INVALID_ARGUMENT, "properties at NULL");
  struct cell *cells = TNI_ALLOC_ITEMS(self->allocator, cells, self->plugin->properties->count);
  if (!cells) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for properties");
  tn_status status = TN_OK;
  for (uint64_t i = 0; status == TN_OK && i < count; i++)
    status = stage(self, how, &entries[i], cells, error);
  if (status == TN_OK) swap_cells(self, cells);
  free_cells(self, cells);
  return status;
}

/* --- reading */

/* The value that holds here; with the mutex held. */
static const tn_value *held_value(const tn_kit_settings *self, uint64_t index) {
  const tn_value *value = &self->cells[index].value;
  return value->kind == TN_VALUE_NONE ? NULL : value;
}

/* A copy of the value that somebody has set, here or in the fallback; kind NONE when nobody has. */
static tn_status copy_value(tn_kit_settings *self, uint64_t index, struct cell *out,
                            tn_error *error) {
  *out = (struct cell){.value = {.kind = TN_VALUE_NONE}};
  for (; self; self = self->fallback) {
    tni_mutex_lock(&self->mutex);
    const tn_value *value = held_value(self, index);
    const tn_status status = value ? copy_into(self->allocator, value, out, error) : TN_OK;
    tni_mutex_unlock(&self->mutex);
    if (value) return status;
  }
  return TN_OK;
}

tn_status tni_kit_settings_read(tn_kit_settings *self, const tn_kit_reading *reading,
                                tn_string name, tn_value_sink sink, void *user, tn_error *error) {
  const uint64_t index = tni_kit_property_index(self->plugin, name);
  if (index == self->plugin->properties->count)
    return tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 8),
                           "property '%.*s' is not known", TNI_TEXT(name));
  const tn_kit_property *row = self->plugin->properties->rows[index];
  if (!(row->declaration.levels & reading->level))
    return tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 8),
                           "property %.*s is none of %s", TNI_TEXT(name),
                           level_name(reading->level));
  if (row->get) return row->get(reading, sink, user, error);
  struct cell cell;
  tn_status status = copy_value(self, index, &cell, error);
  if (status != TN_OK) {
    tni_arena_destroy(&cell.arena);
    return status;
  }
  const tn_value *value =
      cell.value.kind == TN_VALUE_NONE ? &row->declaration.default_value : &cell.value;
  status = sink(user, value);
  tni_arena_destroy(&cell.arena);
  return status == TN_OK
             ? TN_OK
             : tni_fail(error, status, "property %.*s: its receiver failed", TNI_TEXT(name));
}

tn_status tni_kit_settings_snapshot(tn_kit_settings *from, tn_kit_settings **out, tn_error *error) {
  tn_kit_settings *copy;
  TN_TRY(tni_kit_settings_create(from->plugin, from->allocator, NULL, &copy, error));
  for (uint64_t i = 0; i < from->plugin->properties->count; i++) {
    const tn_status status = copy_value(from, i, &copy->cells[i], error);
    if (status != TN_OK) {
      tni_kit_settings_destroy(copy);
      return status;
    }
  }
  *out = copy;
  return TN_OK;
}

/* The value that holds in settings without a fallback. */
static const tn_value *value_of(const tn_kit_settings *self, const char *name, uint32_t kind) {
  const uint64_t index = tni_kit_property_index(self->plugin, tn_string_from(name));
  assert(index < self->plugin->properties->count && !self->fallback);
  const tn_value *value = held_value(self, index);
  if (!value) value = &self->plugin->properties->rows[index]->declaration.default_value;
  assert(value->kind == kind);
  (void)kind;
  return value;
}

int tn_kit_settings_bool(const tn_kit_settings *settings, const char *name) {
  return value_of(settings, name, TN_VALUE_BOOL)->as.boolean != 0;
}

int64_t tn_kit_settings_int64(const tn_kit_settings *settings, const char *name) {
  return value_of(settings, name, TN_VALUE_INT64)->as.int64;
}

double tn_kit_settings_float64(const tn_kit_settings *settings, const char *name) {
  return value_of(settings, name, TN_VALUE_FLOAT64)->as.float64;
}

tn_string tn_kit_settings_string(const tn_kit_settings *settings, const char *name) {
  return value_of(settings, name, TN_VALUE_STRING)->as.string;
}

int tn_kit_settings_is_set(const tn_kit_settings *settings, const char *name) {
  const uint64_t index = tni_kit_property_index(settings->plugin, tn_string_from(name));
  return index < settings->plugin->properties->count && held_value(settings, index) != NULL;
}

tn_status tn_kit_settings_decide(tn_kit_settings *settings, const char *name, tn_value value,
                                 tn_error *error) {
  const uint64_t index = tni_kit_property_index(settings->plugin, tn_string_from(name));
  assert(index < settings->plugin->properties->count);
  struct cell cell, *place = &settings->cells[index];
  const tn_status status = copy_into(settings->allocator, &value, &cell, error);
  tni_mutex_lock(&settings->mutex);
  if (status == TN_OK) {
    const struct cell old = *place;
    *place = cell;
    cell = old;
  }
  tni_mutex_unlock(&settings->mutex);
  tni_arena_destroy(&cell.arena);
  return status;
}
