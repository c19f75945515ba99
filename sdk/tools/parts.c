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

static bool is_made_of_others(tool *self) {
  char plugin[256];
  json_t *behind = NULL;
  if (strchr(self->device, ':')) return true;
  snprintf(plugin, sizeof plugin, "%.*s", (int)strcspn(self->device, "."), self->device);
  tn_core_get_property(self->core, plugin, "PROXY_DEVICES", tool_keep_json, &behind, NULL);
  json_decref(behind);
  return behind != NULL;
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
    name = json_sprintf("%.*s.%s", TNI_TEXT(maker), id);
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
