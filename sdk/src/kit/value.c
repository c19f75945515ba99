#include "kit/value.h"

#include <stdio.h>
#include <string.h>

static tn_status check(const tn_value *value, uint32_t depth, tn_error *error) {
  if (value->reserved != 0)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 13),
                           "a value's reserved field is %u instead of 0", value->reserved);
  switch (value->kind) {
    case TN_VALUE_BOOL:
      if (value->as.boolean <= 1) return TN_OK;
      return tni_fail(error, TN_INVALID_ARGUMENT, "a truth value is %llu instead of 0 or 1",
                      (unsigned long long)value->as.boolean);
    case TN_VALUE_INT64:
    case TN_VALUE_FLOAT64:
      return TN_OK;
    case TN_VALUE_STRING:
    case TN_VALUE_BYTES:
    case TN_VALUE_LIST:
    case TN_VALUE_MAP:
      break; /* all of them a pointer and a count */
    default:
      return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(ABI, 15),
                             "a value of kind %u is not known", value->kind);
  }
  const uint64_t count = value->as.list.count;
  if (count && !value->as.list.items)
    return tni_fail(error, TN_INVALID_ARGUMENT, "a value has %llu items or bytes at NULL",
                    (unsigned long long)count);
  if (value->kind == TN_VALUE_STRING || value->kind == TN_VALUE_BYTES) return TN_OK;
  if (depth == TNI_KIT_VALUE_DEPTH)
    return tni_fail(error, TN_UNSUPPORTED, "a value is nested deeper than %d levels",
                    TNI_KIT_VALUE_DEPTH);
  for (uint64_t i = 0; i < count; i++)
    TN_TRY(check(
        value->kind == TN_VALUE_LIST ? &value->as.list.items[i] : &value->as.map.entries[i].value,
        depth + 1, error));
  return TN_OK;
}

tn_status tni_kit_value_check(const tn_value *value, tn_error *error) {
  return check(value, 0, error);
}

static size_t round_up(size_t size) {
  return (size + 7) / 8 * 8;
}

/* Bytes behind a value, all that it points to included. */
static size_t measure(const tn_value *value) {
  size_t size = 0;
  switch (value->kind) {
    case TN_VALUE_STRING:
    case TN_VALUE_BYTES:
      return round_up((size_t)value->as.bytes.size);
    case TN_VALUE_LIST:
      size = (size_t)value->as.list.count * sizeof(tn_value);
      for (uint64_t i = 0; i < value->as.list.count; i++)
        size += measure(&value->as.list.items[i]);
      return size;
    case TN_VALUE_MAP:
      size = (size_t)value->as.map.count * sizeof(tn_map_entry);
      for (uint64_t i = 0; i < value->as.map.count; i++)
        size += round_up((size_t)value->as.map.entries[i].key.length) +
                measure(&value->as.map.entries[i].value);
      return size;
    default:
      return 0;
  }
}

static void *take(unsigned char **room, const void *data, size_t size) {
  void *copy = *room;
  if (size) memcpy(copy, data, size);
  *room += round_up(size);
  return copy;
}

static void place(tn_value *value, unsigned char **room) {
  switch (value->kind) {
    case TN_VALUE_STRING:
    case TN_VALUE_BYTES:
      value->as.bytes.data = take(room, value->as.bytes.data, (size_t)value->as.bytes.size);
      break;
    case TN_VALUE_LIST: {
      tn_value *items =
          take(room, value->as.list.items, (size_t)value->as.list.count * sizeof *items);
      for (uint64_t i = 0; i < value->as.list.count; i++)
        place(&items[i], room);
      value->as.list.items = items;
      break;
    }
    case TN_VALUE_MAP: {
      tn_map_entry *entries =
          take(room, value->as.map.entries, (size_t)value->as.map.count * sizeof *entries);
      for (uint64_t i = 0; i < value->as.map.count; i++) {
        entries[i].key.data = take(room, entries[i].key.data, (size_t)entries[i].key.length);
        place(&entries[i].value, room);
      }
      value->as.map.entries = entries;
      break;
    }
    default:
      break;
  }
}

tn_status tni_kit_value_copy(const tni_allocator *allocator, const tn_value *value, tn_value *out,
                             void **block, tn_error *error) {
  const size_t size = measure(value);
  unsigned char *memory = NULL;
  if (size) {
    memory = tni_alloc(allocator, size);
    if (!memory)
      return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a value of %zu bytes", size);
  }
  *out = *value;
  *block = memory;
  place(out, &memory);
  return TN_OK;
}

const char *tni_kit_value_kind_name(uint32_t kind) {
  static const char *const names[] = {"nothing", "a truth value", "a whole number", "a number",
                                      "a text",  "bytes",         "a list",         "a map"};
  return kind < sizeof names / sizeof *names ? names[kind] : "a value of an unknown kind";
}

void tni_kit_value_print(const tn_value *value, char *text, size_t capacity) {
  switch (value->kind) {
    case TN_VALUE_BOOL:
      snprintf(text, capacity, "%s", value->as.boolean ? "true" : "false");
      break;
    case TN_VALUE_INT64:
      snprintf(text, capacity, "%lld", (long long)value->as.int64);
      break;
    case TN_VALUE_FLOAT64:
      snprintf(text, capacity, "%g", value->as.float64);
      break;
    case TN_VALUE_STRING:
      snprintf(text, capacity, "'%.*s'", TNI_TEXT(value->as.string));
      break;
    default:
      snprintf(text, capacity, "%s", tni_kit_value_kind_name(value->kind));
  }
}

int tni_kit_value_equal(const tn_value *a, const tn_value *b) {
  if (a->kind != b->kind) return 0;
  switch (a->kind) {
    case TN_VALUE_BOOL:
      return a->as.boolean == b->as.boolean;
    case TN_VALUE_INT64:
      return a->as.int64 == b->as.int64;
    case TN_VALUE_FLOAT64:
      return a->as.float64 >= b->as.float64 && a->as.float64 <= b->as.float64;
    case TN_VALUE_STRING:
      return tn_string_equal(a->as.string, b->as.string);
    default:
      return 0;
  }
}
