#include <stdio.h>
#include <string.h>

#include "tool.h"

/* Answers that the runtime gives, by the asked device's plugin. */
struct answers {
  const char *plugin;
  json_t *list;
};

/* A plugin answers with ids of its own; people know devices by their whole names. */
static tn_status name_devices(void *user, const tn_device_list *devices) {
  const struct answers *self = user;
  const size_t length = strlen(self->plugin);
  for (uint32_t i = 0; i < devices->count; i++) {
    size_t index;
    json_t *node, *whole = tool_text(devices->devices[i]->id);
    const char *text = json_string_value(whole);
    const bool own = text && strncmp(text, self->plugin, length) == 0 && text[length] == '.';
    json_array_foreach(self->list, index, node) {
      const char *id = json_string_value(json_object_get(node, "device"));
      if (own && id && strcmp(id, text + length + 1) == 0) json_object_set(node, "device", whole);
    }
    json_decref(whole);
  }
  return TN_OK;
}

static tn_status complete(tool *self, json_t *list) {
  char plugin[256];
  snprintf(plugin, sizeof plugin, "%.*s", (int)strcspn(self->device, ".:"), self->device);
  struct answers answers = {plugin, list};
  return tn_core_devices(self->core, plugin, name_devices, &answers, &self->error);
}

static tn_status gather(void *user, const tn_node_support *const *nodes, uint64_t count) {
  json_t *list = user;
  for (uint64_t i = 0; i < count; i++) {
    const tn_node_support *node = nodes[i];
    json_array_append_new(
        list, json_pack("{s:o, s:b, s:o, s:i, s:o}", "node", tool_text(node->name), "supported",
                        (int)node->supported, "device", tool_text(node->device), "group",
                        (int)node->group, "reason", tool_text(node->reason_text)));
  }
  return TN_OK;
}

static void print_all(const json_t *list) {
  size_t index, refused = 0;
  json_t *node;
  json_array_foreach(list, index, node) {
    bool supported = json_is_true(json_object_get(node, "supported"));
    refused += !supported;
    tool_print(stdout, "%s: %s\n", json_string_value(json_object_get(node, "node")),
               json_string_value(json_object_get(node, supported ? "device" : "reason")));
  }
  tool_print(stdout, "%zu nodes, %zu not supported\n", index, refused);
}

int tool_query(tool *self) {
  tn_model *model = NULL;
  json_t *list = json_array();
  static tool_values values;
  tn_query_options options = tn_compile_options_init();
  tn_status status = tool_values_parse(self, &values);
  options.properties = values.entries;
  options.property_count = values.count;
  if (status == TN_OK) status = tool_read_model(self, &model);
  if (status == TN_OK)
    status = tn_core_query(self->core, model, self->device, &options, gather, list, &self->error);
  if (status == TN_OK) status = complete(self, list);
  tool_values_free(&values);
  if (model) tn_model_release(model);
  if (status != TN_OK) {
    json_decref(list);
    return tool_fail(self, self->argument);
  }
  if (self->json)
    return tool_print_json(json_pack("{s:s, s:s, s:o}", "model", self->argument, "device",
                                     self->device, "nodes", list));
  print_all(list);
  json_decref(list);
  return TOOL_DONE;
}
