#include "engine/manifest_fields.h"

#include <string.h>

#include "base/value.h"
#include "tenon/abi.h"

/* --- types of fields ---------------------------------------------------------------------------
 */

static bool is_kind(const json_t *value) {
  return json_is_integer(value) && json_integer_value(value) == 1;
}

static bool is_whole_number(const json_t *value) {
  return json_is_integer(value);
}

static bool is_boolean(const json_t *value) {
  return json_is_boolean(value);
}

static bool is_text(const json_t *value) {
  return json_is_string(value);
}

static bool is_some_text(const json_t *value) {
  return json_string_length(value) > 0;
}

static bool is_name(const json_t *value) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  return is_some_text(value) &&
         strspn(json_string_value(value), plain) == json_string_length(value);
}

/* `"": ` no alias at all. */
static bool is_alias(const json_t *value) {
  return is_name(value) || (json_is_string(value) && json_string_length(value) == 0);
}

/* No host has a value for null. */
static bool is_value(const json_t *value, int depth) {
  const char *key;
  const json_t *item;
  size_t index;
  if (json_is_null(value) || depth > TNI_MAX_VALUE_DEPTH) return false;
  json_array_foreach((json_t *)value, index, item) {
    if (!is_value(item, depth + 1)) return false;
  }
  json_object_foreach((json_t *)value, key, item) {
    if (!is_value(item, depth + 1)) return false;
  }
  return true;
}

static bool is_properties(const json_t *value) {
  return json_is_object(value) && is_value(value, 0);
}

/* The environment in which something is not there; and the versions that are told then. */
static bool is_switch(const json_t *value) {
  static const char *const versions[] = {"found", "needed"};
  for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
    const json_t *version = json_object_get(value, versions[i]);
    if (version && !is_some_text(version)) return false;
  }
  const json_t *environment = json_object_get(value, "environment"), *item;
  const char *key;
  if (!json_is_object(environment)) return false;
  json_object_foreach((json_t *)environment, key, item) {
    if (!json_is_string(item)) return false;
  }
  return true;
}

/* A plugin that was opened speaks TN_MAJOR. */
static bool is_majors(const json_t *value) {
  const json_t *oldest = json_array_get(value, 0), *newest = json_array_get(value, 1);
  return json_array_size(value) == 2 && json_is_integer(oldest) && json_is_integer(newest) &&
         json_integer_value(oldest) >= 1 && json_integer_value(oldest) <= TN_MAJOR &&
         json_integer_value(newest) >= TN_MAJOR;
}

static bool is_devices(const json_t *value) {
  const json_t *item;
  size_t index;
  json_array_foreach((json_t *)value, index, item) {
    if (!is_some_text(item) || strpbrk(json_string_value(item), ",: ")) return false;
  }
  return json_is_array(value);
}

/* --- fields ------------------------------------------------------------------------------------
 */

#define SWITCH_TEXT                                                                            \
  "an object whose field \"environment\" is an object of texts (and \"found\" and \"needed\" " \
  "texts)"

static const struct {
  const char *name;
  bool required, needs_alias;
  bool (*is)(const json_t *value);
  const char *expected;
} fields[] = {
    {"tenon_manifest", true, false, is_kind, "the number 1"},
    {"name", true, false, is_name, "letters, digits and '_'"},
    {"library", true, false, is_some_text, "a text that is not empty"},
    {"version", false, false, is_text, "a text"},
    {"description", false, false, is_text, "a text"},
    {"backend_absent", false, false, is_switch, SWITCH_TEXT},
    {"backend_version", false, false, is_switch, SWITCH_TEXT},
    {"device_absent", false, false, is_switch, SWITCH_TEXT},
    {"compiler_absent", false, false, is_switch, SWITCH_TEXT},
    {"majors", false, false, is_majors, "[oldest, newest], with that of the library between them"},
    {"properties", false, false, is_properties, "an object of values other than null"},
    {"alias", false, false, is_alias, "letters, digits and '_'"},
    {"priority", false, true, is_whole_number, "a whole number beside an alias"},
    {"fallback", false, true, is_devices, "a list of devices beside an alias"},
    {"hidden", false, true, is_boolean, "true or false beside an alias"},
};

static bool has_alias(const json_t *root) {
  return is_some_text(json_object_get(root, "alias"));
}

/* What hosts have of their own: no manifest gives its name to something else. */
static bool is_built_in(const json_t *alias) {
  static const char *const names[] = {"HETERO", "PROXY"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (is_some_text(alias) && strcmp(json_string_value(alias), names[i]) == 0) return true;
  return false;
}

bool manifest_find_problem(const json_t *root, manifest_problem *out) {
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    const json_t *value = json_object_get(root, fields[i].name);
    *out = (manifest_problem){fields[i].name, fields[i].expected};
    if (value ? !fields[i].is(value) : fields[i].required) return true;
    if (value && fields[i].needs_alias && !has_alias(root)) return true;
  }
  const json_t *alias = json_object_get(root, "alias");
  *out =
      (manifest_problem){"alias", "another name than the plugin's and those of what is built in"};
  return is_some_text(alias) &&
         (is_built_in(alias) || json_equal(alias, json_object_get(root, "name")));
}
