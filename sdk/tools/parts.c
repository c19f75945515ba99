/* How devices made of others split a model, as the compiled model tells it. */
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

static json_t *whole(tool *self, tn_model *model, const tn_compile_options *options,
                     tn_compiled *compiled) {
  json_t *name = tool_find_whole(self, model, options, compiled);
  if (!name) return NULL;
  json_t *devices = json_object();
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    for (uint64_t k = 0; k < model->graph->nodes[i]->origin_count; k++)
      tool_set_by_name(devices, model->graph->nodes[i]->origins[k], name);
  json_t *refusals = tool_find_refusals(self, model, options, json_string_value(name));
  json_decref(name);
  return json_pack("{s:o, s:o}", "devices", devices, "refusals", refusals);
}

bool tool_parts(tool *self, tn_model *model, const tn_compile_options *options, json_t **out) {
  tn_compiled *compiled = NULL;
  *out = NULL;
  if (!tool_is_made_of_others(self)) return true;
  if (tn_core_compile(self->core, model, self->device, options, &compiled, &self->error) != TN_OK)
    return false;
  json_t *devices = told_by_name(compiled, "HETERO_NODE_DEVICES");
  if (devices) {
    *out = json_pack("{s:o}", "devices", devices);
    json_object_set_new(*out, "refusals", told_by_name(compiled, "HETERO_REFUSALS"));
    json_object_set_new(*out, "subgraphs", told(compiled, "HETERO_NUMBER_OF_SUBGRAPHS"));
    json_object_set_new(*out, "copied_bytes", told(compiled, "HETERO_COPIED_BYTES"));
  } else {
    *out = whole(self, model, options, compiled);
  }
  tn_compiled_destroy(compiled);
  return true;
}
