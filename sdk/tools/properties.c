#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

static const char *const kind_names[] = {"none",   "bool",  "int64", "float64",
                                         "string", "bytes", "list",  "map"};

static json_t *json_of(const tn_value *value) {
  json_t *made = NULL;
  switch (value->kind) {
    case TN_VALUE_BOOL:
      return json_boolean(value->as.boolean);
    case TN_VALUE_INT64:
      return json_integer(value->as.int64);
    case TN_VALUE_FLOAT64:
      return json_real(value->as.float64);
    case TN_VALUE_STRING:
      return tool_text(value->as.string);
    case TN_VALUE_LIST:
      made = json_array();
      for (uint64_t i = 0; i < value->as.list.count; i++)
        json_array_append_new(made, json_of(&value->as.list.items[i]));
      return made;
    case TN_VALUE_MAP:
      made = json_object();
      for (uint64_t i = 0; i < value->as.map.count; i++) {
        const tn_map_entry *entry = &value->as.map.entries[i];
        json_object_setn_new(made, entry->key.data, (size_t)entry->key.length,
                             json_of(&entry->value));
      }
      return made;
    case TN_VALUE_BYTES: {
      char hex[130];
      size_t used = 0;
      const unsigned char *bytes = value->as.bytes.data;
      for (uint64_t i = 0; i < value->as.bytes.size && i < 64; i++)
        used += (size_t)snprintf(hex + used, sizeof hex - used, "%02x", bytes[i]);
      return json_stringn(hex, used);
    }
    default:
      return json_null();
  }
}

tn_status tool_keep_json(void *user, const tn_value *value) {
  *(json_t **)user = json_of(value);
  return TN_OK;
}

static json_t *levels_of(const tn_property *property) {
  static const struct {
    uint32_t flag;
    const char *name;
  } rows[] = {{TN_LEVEL_PLUGIN, "plugin"}, {TN_LEVEL_DEVICE, "device"}, {TN_LEVEL_MODEL, "model"}};
  json_t *list = json_array();
  for (int i = 0; i < 3; i++)
    if (property->levels & rows[i].flag) json_array_append_new(list, json_string(rows[i].name));
  return list;
}

static json_t *choices_of(const tn_property *property) {
  json_t *list = json_array();
  for (uint64_t i = 0; i < property->choice_count; i++)
    json_array_append_new(list, json_of(&property->choices[i]));
  return list;
}

struct gathering {
  tool *self;
  json_t *list;
};

static tn_status gather(void *user, const tn_property *const *properties, uint64_t count) {
  struct gathering *all = user;
  for (uint64_t i = 0; i < count; i++) {
    const tn_property *property = properties[i];
    char name[256];
    json_t *value = NULL;
    snprintf(name, sizeof name, "%.*s", TNI_TEXT(property->name));
    if (tn_core_get_property(all->self->core, all->self->argument, name, tool_keep_json, &value,
                             NULL) != TN_OK)
      value = json_null();
    json_array_append_new(
        all->list,
        json_pack("{s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "name", name, "value",
                  value, "default", json_of(&property->default_value), "type",
                  property->kind < 8 ? kind_names[property->kind] : "unknown", "access",
                  property->flags & TN_PROPERTY_WRITABLE ? "read-write" : "read-only", "levels",
                  levels_of(property), "minimum", json_of(&property->minimum), "maximum",
                  json_of(&property->maximum), "choices", choices_of(property), "unit",
                  tool_text(property->unit), "doc", tool_text(property->doc)));
  }
  return TN_OK;
}

/* One JSON value in a line; `label` before it unless it says nothing. */
static void print_value(const char *label, const json_t *value) {
  if (!value || json_is_null(value) || (json_is_array(value) && json_array_size(value) == 0))
    return;
  char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
  tool_print(stdout, "%s%s", label, text ? text : "?");
  free(text);
}

static void print_all(const json_t *list) {
  size_t index;
  json_t *row;
  json_array_foreach(list, index, row) {
    tool_print(stdout, "%s", json_string_value(json_object_get(row, "name")));
    print_value(" = ", json_object_get(row, "value"));
    tool_print(stdout, "\n");
    tool_print(stdout, "    %s, %s", json_string_value(json_object_get(row, "type")),
               json_string_value(json_object_get(row, "access")));
    print_value(", default ", json_object_get(row, "default"));
    print_value(", from ", json_object_get(row, "minimum"));
    print_value(" to ", json_object_get(row, "maximum"));
    print_value(", one of ", json_object_get(row, "choices"));
    print_value(", at ", json_object_get(row, "levels"));
    tool_print(stdout, "\n");
    tool_print(stdout, "    %s\n", json_string_value(json_object_get(row, "doc")));
  }
}

int tool_properties(tool *self) {
  struct gathering all = {self, json_array()};
  if (tn_core_properties(self->core, self->argument, gather, &all, &self->error) != TN_OK) {
    json_decref(all.list);
    return tool_fail(self, self->argument);
  }
  if (self->json)
    return tool_print_json(
        json_pack("{s:s, s:o}", "device", self->argument, "properties", all.list));
  print_all(all.list);
  json_decref(all.list);
  return TOOL_DONE;
}
