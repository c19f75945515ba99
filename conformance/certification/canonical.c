#include "certification/canonical.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const json_int_t most = (json_int_t)((UINT64_C(1) << 53) - 1);

enum { DEEPEST = 32 /* values in values, so that no text exhausts the stack */ };

static bool is_plain(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 && !strchr("\n\r\t\b\f", *text)) return false;
  return true;
}

static bool has_text(const json_t *value, int depth);

static bool members_have_text(const json_t *value, int depth) {
  const char *key;
  json_t *member;
  json_object_foreach((json_t *)(uintptr_t)value, key, member) {
    if (!is_plain(key) || !has_text(member, depth)) return false;
  }
  return true;
}

static bool entries_have_text(const json_t *value, int depth) {
  size_t index;
  json_t *entry;
  json_array_foreach(value, index, entry) {
    if (!has_text(entry, depth)) return false;
  }
  return true;
}

static bool has_text(const json_t *value, int depth) {
  if (depth == DEEPEST) return false;
  switch (json_typeof(value)) {
    case JSON_OBJECT:
      return members_have_text(value, depth + 1);
    case JSON_ARRAY:
      return entries_have_text(value, depth + 1);
    case JSON_STRING:
      return strlen(json_string_value(value)) == json_string_length(value) &&
             is_plain(json_string_value(value));
    case JSON_INTEGER:
      return json_integer_value(value) >= -most && json_integer_value(value) <= most;
    case JSON_REAL:
      return false;
    default:
      return true;
  }
}

/* A text that grows. jansson goes on after some failures to grow its own, and leaves out what did
 * not fit: here a failure stays. */
struct growing {
  char *text;
  size_t size, capacity;
  bool has_failed;
};

static int grow(const char *bytes, size_t size, void *user) {
  struct growing *self = user;
  if (self->size + size >= self->capacity && !self->has_failed) {
    const size_t capacity = 2 * (self->size + size) + 256;
    char *text = realloc(self->text, capacity);
    self->has_failed = text == NULL;
    self->text = text ? text : self->text;
    self->capacity = text ? capacity : self->capacity;
  }
  if (self->has_failed) return -1;
  memcpy(self->text + self->size, bytes, size);
  self->size += size;
  self->text[self->size] = 0;
  return 0;
}

char *canonical_text(const json_t *value) {
  struct growing out = {.text = NULL};
  if (!value || !has_text(value, 0)) return NULL;
  const int status =
      json_dump_callback(value, grow, &out, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
  if (status == 0 && !out.has_failed) return out.text;
  free(out.text);
  return NULL;
}

json_t *canonical_read(const char *bytes, size_t size, const char **why) {
  *why = "is no JSON";
  json_t *value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
  if (!value) return NULL;
  char *text = canonical_text(value);
  const bool same = text && strlen(text) == size && memcmp(text, bytes, size) == 0;
  free(text);
  if (same) return value;
  json_decref(value);
  *why = "is not written in canonical JSON";
  return NULL;
}

/* --- copies */

static json_t *copy_of(const json_t *value, int depth);

static json_t *copy_object(const json_t *value, int depth) {
  json_t *copy = json_object(), *member;
  const char *key;
  json_object_foreach((json_t *)(uintptr_t)value, key, member) {
    if (json_object_set_new(copy, key, copy_of(member, depth)) == 0) continue;
    json_decref(copy);
    return NULL;
  }
  return copy;
}

static json_t *copy_array(const json_t *value, int depth) {
  json_t *copy = json_array(), *entry;
  size_t index;
  json_array_foreach(value, index, entry) {
    if (json_array_append_new(copy, copy_of(entry, depth)) == 0) continue;
    json_decref(copy);
    return NULL;
  }
  return copy;
}

static json_t *copy_string(const char *text) {
  char *plain = strdup(text);
  if (!plain) return NULL;
  for (char *at = plain; *at; at++)
    if ((unsigned char)*at < 0x20 && !strchr("\n\r\t\b\f", *at)) *at = '?';
  json_t *copy = json_string(plain);
  free(plain);
  return copy;
}

static json_t *copy_integer(json_int_t number) {
  char text[32];
  if (number >= -most && number <= most) return json_integer(number);
  snprintf(text, sizeof text, "%lld", (long long)number);
  return json_string(text);
}

static json_t *copy_of(const json_t *value, int depth) {
  char text[40];
  if (depth == DEEPEST) return NULL;
  switch (json_typeof(value)) {
    case JSON_OBJECT:
      return copy_object(value, depth + 1);
    case JSON_ARRAY:
      return copy_array(value, depth + 1);
    case JSON_STRING:
      return copy_string(json_string_value(value));
    case JSON_INTEGER:
      return copy_integer(json_integer_value(value));
    case JSON_REAL:
      snprintf(text, sizeof text, "%.17g", json_real_value(value));
      return json_string(text);
    default:
      return json_copy((json_t *)(uintptr_t)value);
  }
}

json_t *canonical_copy(const json_t *value) {
  return value ? copy_of(value, 0) : NULL;
}
