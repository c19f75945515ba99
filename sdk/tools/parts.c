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
    for (uint64_t k = 0; k < model->graph->nodes[i]->origin_count; k++) {
      const tn_string origin = model->graph->nodes[i]->origins[k];
      json_object_setn(devices, origin.data, (size_t)origin.length, name);
    }
  json_decref(name);
  return json_pack("{s:o}", "devices", devices);
}

json_t *tool_parts(tool *self, tn_model *model, const tn_compile_options *options) {
  tn_compiled *compiled = NULL;
  json_t *parts = NULL;
  if (!is_made_of_others(self)) return NULL;
  if (tn_core_compile(self->core, model, self->device, options, &compiled, NULL) != TN_OK)
    return NULL; /* the answers say why */
  json_t *devices = told(compiled, "HETERO_NODE_DEVICES");
  if (devices) {
    parts = json_pack("{s:o}", "devices", devices);
    json_object_set_new(parts, "refusals", told(compiled, "HETERO_REFUSALS"));
    json_object_set_new(parts, "subgraphs", told(compiled, "HETERO_NUMBER_OF_SUBGRAPHS"));
    json_object_set_new(parts, "copied_bytes", told(compiled, "HETERO_COPIED_BYTES"));
  } else {
    parts = whole(self, compiled, model);
  }
  tn_compiled_destroy(compiled);
  return parts;
}
