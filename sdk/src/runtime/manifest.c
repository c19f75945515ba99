/* Manifests: JSON, read with jansson. */
#include "base/platform/file.h"
#include "base/value.h"
#include "runtime/core.h"
#include "runtime/device_name.h"
#include "runtime/registration.h"

#include <inttypes.h>
#include <jansson.h>

enum { NEWEST_MANIFEST = 1, LARGEST_FILE = 1 << 20 };

/* What jansson sees as `stdin` within a shared library (see cmake/TenonDependencies.cmake); it only
 * compares with it, in a function that is not used here. */
extern void *tni_jansson_stdin;
void *tni_jansson_stdin;

typedef struct reading {
  tni_registration *registration;
  tn_error *error;
} reading;

static tn_status fail_field(const reading *self, const char *field, const char *expected) {
  return tni_fail_clause(self->error, TN_MALFORMED, TNI_CLAUSE(DISCOVERY, 3),
                         "manifest %s: field \"%s\": expected %s",
                         self->registration->manifest.data, field, expected);
}

static tn_status fail_missing(const reading *self, const char *field, const char *expected) {
  return tni_fail_clause(self->error, TN_MALFORMED, TNI_CLAUSE(DISCOVERY, 3),
                         "manifest %s: field \"%s\" is missing: expected %s",
                         self->registration->manifest.data, field, expected);
}

static tn_status no_memory(const reading *self) {
  return tni_fail(self->error, TN_OUT_OF_MEMORY, "no memory for manifest %s",
                  self->registration->manifest.data);
}

static tn_status copy_text(const reading *self, const json_t *text, tn_string *out) {
  const tn_string string = tn_string_make(json_string_value(text), json_string_length(text));
  return tni_arena_copy_string(&self->registration->arena, string, out) ? TN_OK : no_memory(self);
}

/* --- values */

static tn_status read_value(const reading *self, const char *field, const json_t *json, int depth,
                            tn_value *out);

static tn_status read_list(const reading *self, const char *field, const json_t *json, int depth,
                           tn_value *out) {
  const size_t count = json_array_size(json);
  tn_value *items = tni_arena_alloc_array(&self->registration->arena, count, sizeof *items);
  if (!items) return no_memory(self);
  for (size_t i = 0; i < count; i++)
    TN_TRY(read_value(self, field, json_array_get(json, i), depth + 1, &items[i]));
  *out = tn_value_of_list(items, count);
  return TN_OK;
}

static tn_status read_entries(const reading *self, const json_t *json, int depth,
                              const tn_map_entry **out, uint64_t *out_count) {
  const size_t count = json_object_size(json);
  tn_map_entry *entries = tni_arena_alloc_array(&self->registration->arena, count, sizeof *entries);
  if (!entries) return no_memory(self);
  const char *key;
  json_t *value;
  size_t i = 0;
  json_object_foreach((json_t *)json, key, value) {
    if (!tni_arena_copy_string(&self->registration->arena, tn_string_from(key), &entries[i].key))
      return no_memory(self);
    TN_TRY(read_value(self, key, value, depth + 1, &entries[i++].value));
  }
  *out = entries;
  *out_count = count;
  return TN_OK;
}

static tn_status read_value(const reading *self, const char *field, const json_t *json, int depth,
                            tn_value *out) {
  memset(out, 0, sizeof *out);
  if (depth > TNI_MAX_VALUE_DEPTH)
    return fail_field(self, field, "a value that is not nested that deep");
  switch (json_typeof(json)) {
    case JSON_TRUE:
    case JSON_FALSE:
      *out = tn_value_of_bool(json_is_true(json));
      return TN_OK;
    case JSON_INTEGER:
      *out = tn_value_of_int64(json_integer_value(json));
      return TN_OK;
    case JSON_REAL:
      *out = tn_value_of_float64(json_real_value(json));
      return TN_OK;
    case JSON_STRING:
      out->kind = TN_VALUE_STRING;
      return copy_text(self, json, &out->as.string);
    case JSON_ARRAY:
      return read_list(self, field, json, depth, out);
    case JSON_OBJECT:
      out->kind = TN_VALUE_MAP;
      return read_entries(self, json, depth, &out->as.map.entries, &out->as.map.count);
    default:
      return fail_field(self, field, "a value other than null");
  }
}

/* --- fields */

static tn_status read_text(const reading *self, const json_t *root, const char *field, int required,
                           tn_string *out) {
  const json_t *text = json_object_get(root, field);
  if (!text && !required) return TN_OK;
  if (!text) return fail_missing(self, field, "a text that is not empty");
  if (!json_is_string(text) || (required && json_string_length(text) == 0))
    return fail_field(self, field, required ? "a text that is not empty" : "a text");
  return copy_text(self, text, out);
}

static tn_status read_library(const reading *self, const json_t *root) {
  tni_registration *registration = self->registration;
  TN_TRY(read_text(self, root, "library", 1, &registration->library));
  const char *slash = strrchr(registration->manifest.data, '/');
  if (registration->library.data[0] == '/') return TN_OK;
  /* A name without a slash would be searched for along the system's own path. */
  const char *folder = slash ? registration->manifest.data : "./";
  const size_t folder_length = slash ? (size_t)(slash - folder) + 1 : 2;
  const size_t length = folder_length + (size_t)registration->library.length;
  char *path = tni_arena_alloc(&registration->arena, length + 1);
  if (!path) return no_memory(self);
  memcpy(path, folder, folder_length);
  memcpy(path + folder_length, registration->library.data, (size_t)registration->library.length);
  registration->library = tn_string_make(path, length);
  return TN_OK;
}

/* Environments in which something is not there. The runtime has no use for them; the suite has, and
 * a typing error is told here. */
static tn_status check_switch(const reading *self, const json_t *root, const char *name) {
  const json_t *field = json_object_get(root, name);
  if (!field) return TN_OK;
  if (!json_is_object(field)) return fail_field(self, name, "an object");
  char inner[64];
  snprintf(inner, sizeof inner, "%s.environment", name);
  const json_t *environment = json_object_get(field, "environment");
  if (!json_is_object(environment)) return fail_field(self, inner, "an object of texts");
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)environment, key, value) {
    if (!json_is_string(value)) return fail_field(self, inner, "an object of texts");
  }
  return TN_OK;
}

static tn_status check_switches(const reading *self, const json_t *root) {
  static const char *const names[] = {"backend_absent", "backend_version", "device_absent",
                                      "compiler_absent"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    TN_TRY(check_switch(self, root, names[i]));
  return TN_OK;
}

/* `"majors": [oldest, newest]`: without it the library is asked when it is opened. */
static tn_status check_majors(const reading *self, const json_t *root) {
  const json_t *majors = json_object_get(root, "majors");
  if (!majors) return TN_OK;
  const json_t *oldest = json_array_get(majors, 0), *newest = json_array_get(majors, 1);
  if (json_array_size(majors) != 2 || !json_is_integer(oldest) || !json_is_integer(newest) ||
      json_integer_value(oldest) < 1 || json_integer_value(newest) < json_integer_value(oldest))
    return fail_field(self, "majors", "[oldest, newest]");
  if (json_integer_value(oldest) <= TN_MAJOR && json_integer_value(newest) >= TN_MAJOR)
    return TN_OK;
  return tni_fail_clause(
      self->error, TN_UNSUPPORTED, TNI_CLAUSE(DISCOVERY, 2),
      "manifest %s: field \"majors\": the plugin speaks major versions %" JSON_INTEGER_FORMAT
      " to %" JSON_INTEGER_FORMAT ", the host %u",
      self->registration->manifest.data, json_integer_value(oldest), json_integer_value(newest),
      TN_MAJOR);
}

/* --- the name that users see */

/* `"fallback": ["CPU", ...]`, kept as "CPU,...". */
static tn_status read_fallback(const reading *self, const json_t *root) {
  static const char expected[] = "a list of devices";
  const json_t *list = json_object_get(root, "fallback"), *item;
  size_t index, length = 0;
  if (!list) return TN_OK;
  if (!json_is_array(list)) return fail_field(self, "fallback", expected);
  json_array_foreach((json_t *)list, index, item) {
    const char *text = json_string_value(item);
    if (!text || !*text || strpbrk(text, ",: ")) return fail_field(self, "fallback", expected);
    length += json_string_length(item) + 1;
  }
  char *chars = tni_arena_alloc(&self->registration->arena, length + 1), *end = chars;
  if (!chars) return no_memory(self);
  json_array_foreach((json_t *)list, index, item) {
    if (index) *end++ = ',';
    memcpy(end, json_string_value(item), json_string_length(item));
    end += json_string_length(item);
  }
  self->registration->fallback = tn_string_make(chars, (uint64_t)(end - chars));
  return TN_OK;
}

static tn_status read_alias(const reading *self, const json_t *root, tn_string name) {
  static const char *const needing[] = {"priority", "fallback", "hidden"};
  tni_registration *registration = self->registration;
  tn_string alias = {"", 0};
  TN_TRY(read_text(self, root, "alias", 0, &alias));
  for (size_t i = 0; !alias.length && i < sizeof needing / sizeof *needing; i++)
    if (json_object_get(root, needing[i]))
      return fail_field(self, needing[i], "none without the field \"alias\"");
  if (!alias.length) return TN_OK;
  if (!tni_is_device_type(alias) || tn_string_equal(alias, name) || tni_built_in_find(alias))
    return fail_field(
        self, "alias",
        "letters, digits and '_', and another name than the plugin's and those of what "
        "is built in");
  const json_t *priority = json_object_get(root, "priority"),
               *hidden = json_object_get(root, "hidden");
  if (priority && !json_is_integer(priority)) return fail_field(self, "priority", "a whole number");
  if (hidden && !json_is_boolean(hidden)) return fail_field(self, "hidden", "true or false");
  TN_TRY(read_fallback(self, root));
  registration->priority = json_integer_value(priority);
  registration->is_hidden = !json_is_false(hidden);
  registration->alias = alias;
  return TN_OK;
}

static tn_status read_fields(const reading *self, const json_t *root) {
  tni_registration *registration = self->registration;
  if (!json_is_object(root))
    return tni_fail_clause(self->error, TN_MALFORMED, TNI_CLAUSE(DISCOVERY, 3),
                           "manifest %s: expected one object that holds all fields",
                           registration->manifest.data);
  const json_t *kind = json_object_get(root, "tenon_manifest");
  if (!kind) return fail_missing(self, "tenon_manifest", "the number 1");
  if (!json_is_integer(kind) || json_integer_value(kind) < 1)
    return fail_field(self, "tenon_manifest", "the number 1");
  if (json_integer_value(kind) > NEWEST_MANIFEST)
    return tni_fail(self->error, TN_UNSUPPORTED,
                    "manifest %s: field \"tenon_manifest\": version %" JSON_INTEGER_FORMAT
                    " of the format, this library reads up to %d",
                    registration->manifest.data, json_integer_value(kind), NEWEST_MANIFEST);
  tn_string name = {"", 0};
  TN_TRY(read_text(self, root, "name", 1, &name));
  if (!tni_is_device_type(name)) return fail_field(self, "name", "letters, digits and '_'");
  TN_TRY(read_library(self, root));
  TN_TRY(read_text(self, root, "version", 0, &registration->version));
  TN_TRY(read_text(self, root, "description", 0, &registration->description));
  TN_TRY(check_switches(self, root));
  TN_TRY(check_majors(self, root));
  const json_t *properties = json_object_get(root, "properties");
  if (properties && !json_is_object(properties))
    return fail_field(self, "properties", "an object of values");
  if (properties)
    TN_TRY(read_entries(self, properties, 0, &registration->properties,
                        &registration->property_count));
  TN_TRY(read_alias(self, root, name)); /* last: a plugin whose manifest is wrong is not hidden */
  registration->name = name;
  return TN_OK;
}

static tn_status parse(const reading *self, const tni_file *file) {
  if (file->size > LARGEST_FILE)
    return tni_fail(self->error, TN_MALFORMED, "manifest %s: %" PRIu64 " bytes, at most %d",
                    self->registration->manifest.data, file->size, LARGEST_FILE);
  json_error_t problem;
  json_t *root =
      json_loadb((const char *)file->data, (size_t)file->size, JSON_REJECT_DUPLICATES, &problem);
  if (!root && json_error_code(&problem) == json_error_out_of_memory) return no_memory(self);
  if (!root)
    return tni_fail_clause(self->error, TN_MALFORMED, TNI_CLAUSE(DISCOVERY, 3),
                           "manifest %s: line %d, column %d: %s", self->registration->manifest.data,
                           problem.line, problem.column, problem.text);
  const tn_status status = read_fields(self, root);
  json_decref(root);
  return status;
}

tn_status tni_registration_read(tni_registration *registration, tn_string path, tn_error *error) {
  const reading self = {registration, error};
  if (!tni_arena_copy_string(&registration->arena, path, &registration->manifest))
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the description of a plugin");
  tni_file *file = NULL;
  TN_TRY(tni_file_map(registration->arena.allocator, path, &file, error));
  const tn_status status = parse(&self, file);
  tni_file_release(file);
  return status;
}
