/* How devices made of others split a model, as the compiled model tells it. */
#include <stdio.h>
#include <string.h>

#include "tool.h"

static json_t *told(tn_compiled *compiled, const char *property) {
  json_t *value = NULL;
  const tn_status status =
      tn_compiled_get_property(compiled, property, tool_keep_json, &value, NULL);
  return status == TN_OK ? value : NULL;
}

/* A map of texts, by name. */
static tn_status keep_by_name(void *user, const tn_value *value) {
  json_t *map = json_object();
  for (uint64_t i = 0; value->kind == TN_VALUE_MAP && i < value->as.map.count; i++) {
    const tn_map_entry *entry = &value->as.map.entries[i];
    json_t *text = entry->value.kind == TN_VALUE_STRING ? tool_text(entry->value.as.string) : NULL;
    tool_set_by_name(map, entry->key, text);
    json_decref(text);
  }
  *(json_t **)user = map;
  return TN_OK;
}

static json_t *told_by_name(tn_compiled *compiled, const char *property) {
  json_t *value = NULL;
  tn_compiled_get_property(compiled, property, keep_by_name, &value, NULL);
  return value;
}

/* Of an alias its numbers, each with the names of those that serve it; NULL for another device. */
static json_t *behind(const tool *self, const char *device) {
  char plugin[256];
  json_t *served = NULL;
  snprintf(plugin, sizeof plugin, "%.*s", (int)strcspn(device, ".,"), device);
  tn_core_get_property(self->core, plugin, "PROXY_DEVICES", tool_keep_json, &served, NULL);
  return served;
}

static bool is_made_of_others(const tool *self) {
  if (strchr(self->device, ':')) return true;
  json_t *served = behind(self, self->device);
  json_decref(served);
  return served != NULL;
}

/* The number that a device serves first, or NULL. */
static const char *number_of(json_t *served, const char *device) {
  const char *number;
  json_t *names;
  json_object_foreach(served, number, names) if (strcmp(json_string_value(json_array_get(names, 0)),
                                                        device) == 0) return number;
  return NULL;
}

/* A device as the list behind ':' names it: "GPU.1" where that has the alias. Takes `device`. */
static json_t *as_listed(const tool *self, json_t *device) {
  for (const char *at = strchr(self->device, ':'); at; at = strchr(at, ',')) {
    at += 1 + strspn(at + 1, " ");
    json_t *served = behind(self, at), *name = NULL;
    const char *number = number_of(served, json_string_value(device));
    if (number) name = json_sprintf("%.*s.%s", (int)strcspn(at, ".,"), at, number);
    json_decref(served);
    if (!name) continue;
    json_decref(device);
    return name;
  }
  return device;
}

/* The one device that has all of it. The maker of the compiled model tells the id alone; behind an
 * alias that is the alias's. */
static json_t *name_of_one(const tool *self, tn_compiled *compiled) {
  json_t *ids = told(compiled, "EXECUTION_DEVICES"), *name = NULL;
  const tn_string maker = tn_compiled_object(compiled)->maker->name;
  const char *id = json_string_value(json_array_get(ids, 0));
  const int is_one = id && json_array_size(ids) == 1;
  if (is_one && strchr(id, '.'))
    name = json_string(id);
  else if (is_one && strchr(self->device, ':'))
    name = as_listed(self, json_sprintf("%.*s.%s", TNI_TEXT(maker), id));
  else if (is_one)
    name = json_sprintf("%.*s.%s", (int)strcspn(self->device, "."), self->device, id);
  json_decref(ids);
  return name;
}

static json_t *whole(const tool *self, tn_compiled *compiled, const tn_model *model) {
  json_t *devices = json_object(), *name = name_of_one(self, compiled);
  for (uint32_t i = 0; name && i < model->graph->node_count; i++)
    for (uint64_t k = 0; k < model->graph->nodes[i]->origin_count; k++)
      tool_set_by_name(devices, model->graph->nodes[i]->origins[k], name);
  json_decref(name);
  return json_pack("{s:o}", "devices", devices);
}

bool tool_parts(tool *self, tn_model *model, const tn_compile_options *options, json_t **out) {
  tn_compiled *compiled = NULL;
  *out = NULL;
  if (!is_made_of_others(self)) return true;
  if (tn_core_compile(self->core, model, self->device, options, &compiled, &self->error) != TN_OK)
    return false;
  json_t *devices = told_by_name(compiled, "HETERO_NODE_DEVICES");
  if (devices) {
    *out = json_pack("{s:o}", "devices", devices);
    json_object_set_new(*out, "refusals", told_by_name(compiled, "HETERO_REFUSALS"));
    json_object_set_new(*out, "subgraphs", told(compiled, "HETERO_NUMBER_OF_SUBGRAPHS"));
    json_object_set_new(*out, "copied_bytes", told(compiled, "HETERO_COPIED_BYTES"));
  } else {
    *out = whole(self, compiled, model);
  }
  tn_compiled_destroy(compiled);
  return true;
}
