#include "certification/shape.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "certification/key.h"
#include "certification/moment.h"
#include "engine/plain_text.h"

static const char *const expected[] = {
    [SHAPE_TEXT] = "a text that is not empty, in one line without control characters",
    [SHAPE_ANY] = "a text",
    [SHAPE_MOMENT] = "a moment such as 2030-01-31T23:59:59Z",
    [SHAPE_DIGEST] = "a SHA-256 of 64 digits",
    [SHAPE_KEY] = "a public key, ed25519: and 64 digits",
    [SHAPE_COUNT] = "a whole number from 0 on",
    [SHAPE_OBJECT] = "an object",
    [SHAPE_OBJECTS] = "an array of objects",
    [SHAPE_TEXTS] = "an array of texts that are not empty, each in one line"};

bool shape_is_digest(const char *text) {
  return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static bool is_text(enum shape_kind kind, const json_t *value) {
  const char *text = json_string_value(value);
  if (!text) return false;
  switch (kind) {
    case SHAPE_TEXT:
      return *text != 0 && plain_text_is_line(text);
    case SHAPE_MOMENT:
      return moment_is_valid(text);
    case SHAPE_DIGEST:
      return shape_is_digest(text);
    case SHAPE_KEY:
      return key_is_public(text);
    default:
      return true;
  }
}

static bool are_texts(const json_t *value) {
  size_t index;
  json_t *entry;
  json_array_foreach(value, index, entry) {
    if (!is_text(SHAPE_TEXT, entry)) return false;
  }
  return json_is_array(value);
}

static bool refuse(char *why, size_t size, const char *name, const char *what) {
  snprintf(why, size, "%s: %s", name, what);
  return false;
}

static bool check_object(const shape_member *self, const json_t *value, char *why, size_t size) {
  char inner[200];
  if (!json_is_object(value)) return refuse(why, size, self->name, expected[SHAPE_OBJECT]);
  if (!self->of || shape_check(self->of, value, inner, sizeof inner)) return true;
  return refuse(why, size, self->name, inner);
}

static bool check_objects(const shape_member *self, const json_t *value, char *why, size_t size) {
  size_t index;
  json_t *entry;
  if (!json_is_array(value)) return refuse(why, size, self->name, expected[SHAPE_OBJECTS]);
  json_array_foreach(value, index, entry) {
    if (!check_object(self, entry, why, size)) return false;
  }
  return true;
}

static bool check_member(const shape_member *self, const json_t *value, char *why, size_t size) {
  if (!value) return self->is_optional || refuse(why, size, self->name, "is missing");
  bool good = false;
  switch (self->kind) {
    case SHAPE_OBJECT:
      return check_object(self, value, why, size);
    case SHAPE_OBJECTS:
      return check_objects(self, value, why, size);
    case SHAPE_TEXTS:
      good = are_texts(value);
      break;
    case SHAPE_COUNT:
      good = json_is_integer(value) && json_integer_value(value) >= 0;
      break;
    default:
      good = is_text(self->kind, value);
  }
  return good || refuse(why, size, self->name, expected[self->kind]);
}

static bool is_member(const json_shape *self, const char *name) {
  for (size_t i = 0; i < self->count; i++)
    if (strcmp(self->members[i].name, name) == 0) return true;
  return false;
}

bool shape_check(const json_shape *self, const json_t *value, char *why, size_t size) {
  const char *name;
  json_t *member;
  if (!json_is_object(value)) return refuse(why, size, "the value", expected[SHAPE_OBJECT]);
  json_object_foreach((json_t *)(uintptr_t)value, name, member) {
    if (!is_member(self, name)) return refuse(why, size, name, "is no member");
  }
  for (size_t i = 0; i < self->count; i++)
    if (!check_member(&self->members[i], json_object_get(value, self->members[i].name), why, size))
      return false;
  return true;
}
