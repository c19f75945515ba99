#include "engine/manifest_switch.h"

#include <jansson.h>
#include <stdlib.h>

#include "engine/observe.h"

static json_t *load(const test *t, const char *field, json_t **root) {
  json_error_t error;
  *root = t->setup->manifest ? json_load_file(t->setup->manifest, 0, &error) : NULL;
  return json_object_get(json_object_get(*root, field), "environment");
}

bool manifest_switch_exists(const test *t, const char *field) {
  json_t *root = NULL;
  const bool exists = json_object_size(load(t, field, &root)) > 0;
  json_decref(root);
  return exists;
}

const char *manifest_switch_text(test *t, const char *field, const char *name) {
  json_t *root = NULL;
  load(t, field, &root);
  const json_t *text = json_object_get(json_object_get(root, field), name);
  const char *copy =
      json_is_string(text) ? copy_string(t, tn_string_from(json_string_value(text))).data : NULL;
  json_decref(root);
  return copy;
}

void manifest_switch_set(const test *t, const char *field) {
  json_t *root = NULL, *value, *environment = load(t, field, &root);
  const char *key;
  json_object_foreach(environment, key, value) {
    if (json_is_string(value)) setenv(key, json_string_value(value), 1);
  }
  json_decref(root);
}

void manifest_switch_unset(const test *t, const char *field) {
  json_t *root = NULL, *value, *environment = load(t, field, &root);
  const char *key;
  json_object_foreach(environment, key, value) {
    unsetenv(key);
  }
  json_decref(root);
}
