#include "base/value.h"

#include <inttypes.h>
#include <stdio.h>

static tn_status no_memory(tn_error *error) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a copy of a property's value");
}

static tn_status copy_value(tni_arena *arena, const tn_value *value, int depth, tn_value *out,
                            tn_error *error);

static tn_status copy_entries(tni_arena *arena, const tn_map_entry *entries, uint64_t count,
                              int depth, const tn_map_entry **out, tn_error *error) {
  *out = NULL;
  if (count == 0) return TN_OK;
  if (!entries) return tni_fail(error, TN_INVALID_ARGUMENT, "a map of entries at NULL");
  tn_map_entry *copies = tni_arena_alloc_array(arena, count, sizeof *copies);
  if (!copies) return no_memory(error);
  for (uint64_t i = 0; i < count; i++) {
    if (!tni_arena_copy_string(arena, entries[i].key, &copies[i].key)) return no_memory(error);
    TN_TRY(copy_value(arena, &entries[i].value, depth + 1, &copies[i].value, error));
  }
  *out = copies;
  return TN_OK;
}

static tn_status copy_list(tni_arena *arena, tn_list list, int depth, tn_list *out,
                           tn_error *error) {
  out->items = NULL;
  out->count = list.count;
  if (list.count == 0) return TN_OK;
  if (!list.items) return tni_fail(error, TN_INVALID_ARGUMENT, "a list of values at NULL");
  tn_value *copies = tni_arena_alloc_array(arena, list.count, sizeof *copies);
  if (!copies) return no_memory(error);
  for (uint64_t i = 0; i < list.count; i++)
    TN_TRY(copy_value(arena, &list.items[i], depth + 1, &copies[i], error));
  out->items = copies;
  return TN_OK;
}

static tn_status copy_value(tni_arena *arena, const tn_value *value, int depth, tn_value *out,
                            tn_error *error) {
  if (depth > TNI_MAX_VALUE_DEPTH)
    return tni_fail(error, TN_INVALID_ARGUMENT, "a value is nested deeper than %d",
                    TNI_MAX_VALUE_DEPTH);
  *out = *value;
  tn_string bytes;
  switch (value->kind) {
    case TN_VALUE_NONE:
    case TN_VALUE_BOOL:
    case TN_VALUE_INT64:
    case TN_VALUE_FLOAT64:
      return TN_OK;
    case TN_VALUE_STRING:
      return tni_arena_copy_string(arena, value->as.string, &out->as.string) ? TN_OK
                                                                             : no_memory(error);
    case TN_VALUE_BYTES:
      if (!tni_arena_copy_string(arena, tn_string_make(value->as.bytes.data, value->as.bytes.size),
                                 &bytes))
        return no_memory(error);
      out->as.bytes.data = bytes.data;
      return TN_OK;
    case TN_VALUE_LIST:
      return copy_list(arena, value->as.list, depth, &out->as.list, error);
    case TN_VALUE_MAP:
      return copy_entries(arena, value->as.map.entries, value->as.map.count, depth,
                          &out->as.map.entries, error);
    default:
      return tni_fail(error, TN_INVALID_ARGUMENT, "a value of kind %u, which is not known",
                      value->kind);
  }
}

tn_status tni_value_copy(tni_arena *arena, const tn_value *value, tn_value *out, tn_error *error) {
  return copy_value(arena, value, 0, out, error);
}

tn_status tni_entries_copy(tni_arena *arena, const tn_map_entry *entries, uint64_t count,
                           const tn_map_entry **out, tn_error *error) {
  return copy_entries(arena, entries, count, 0, out, error);
}

const char *tni_value_kind_name(uint32_t kind) {
  static const char *const names[] = {"NONE",   "BOOL",  "INT64", "FLOAT64",
                                      "STRING", "BYTES", "LIST",  "MAP"};
  return kind < sizeof names / sizeof names[0] ? names[kind] : "a kind that is not known";
}

static int lists_equal(tn_list a, tn_list b) {
  if (a.count != b.count) return 0;
  for (uint64_t i = 0; i < a.count; i++)
    if (!tni_value_equal(&a.items[i], &b.items[i])) return 0;
  return 1;
}

static int maps_equal(tn_map a, tn_map b) {
  if (a.count != b.count) return 0;
  for (uint64_t i = 0; i < a.count; i++)
    if (!tn_string_equal(a.entries[i].key, b.entries[i].key) ||
        !tni_value_equal(&a.entries[i].value, &b.entries[i].value))
      return 0;
  return 1;
}

int tni_value_equal(const tn_value *a, const tn_value *b) {
  if (a->kind != b->kind) return 0;
  switch (a->kind) {
    case TN_VALUE_NONE:
      return 1;
    case TN_VALUE_BOOL:
      return !a->as.boolean == !b->as.boolean;
    case TN_VALUE_INT64:
      return a->as.int64 == b->as.int64;
    case TN_VALUE_FLOAT64:
      return a->as.float64 == b->as.float64;
    case TN_VALUE_STRING:
      return tn_string_equal(a->as.string, b->as.string);
    case TN_VALUE_BYTES:
      return tn_string_equal(tn_string_make(a->as.bytes.data, a->as.bytes.size),
                             tn_string_make(b->as.bytes.data, b->as.bytes.size));
    case TN_VALUE_LIST:
      return lists_equal(a->as.list, b->as.list);
    case TN_VALUE_MAP:
      return maps_equal(a->as.map, b->as.map);
    default:
      return 0;
  }
}

void tni_value_print(const tn_value *value, char *text, size_t capacity) {
  switch (value->kind) {
    case TN_VALUE_BOOL:
      snprintf(text, capacity, "%s", value->as.boolean ? "YES" : "NO");
      return;
    case TN_VALUE_INT64:
      snprintf(text, capacity, "%" PRId64, value->as.int64);
      return;
    case TN_VALUE_FLOAT64:
      snprintf(text, capacity, "%g", value->as.float64);
      return;
    case TN_VALUE_STRING:
      snprintf(text, capacity, "\"%.*s\"", TNI_TEXT(value->as.string));
      return;
    case TN_VALUE_BYTES:
      snprintf(text, capacity, "%" PRIu64 " bytes", value->as.bytes.size);
      return;
    case TN_VALUE_LIST:
      snprintf(text, capacity, "a list of %" PRIu64, value->as.list.count);
      return;
    default:
      snprintf(text, capacity, "a value of kind %s", tni_value_kind_name(value->kind));
  }
}

void tni_value_print_all(const tn_value *values, uint64_t count, char *text, size_t capacity) {
  size_t used = 0;
  text[0] = '\0';
  for (uint64_t i = 0; i < count && used < capacity; i++) {
    char one[64];
    tni_value_print(&values[i], one, sizeof one);
    used += (size_t)snprintf(text + used, capacity - used, "%s%s", i ? ", " : "", one);
  }
}
