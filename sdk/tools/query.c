#include <stdio.h>

#include "tool.h"

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
    printf("%s: %s\n", json_string_value(json_object_get(node, "node")),
           json_string_value(json_object_get(node, supported ? "device" : "reason")));
  }
  printf("%zu nodes, %zu not supported\n", index, refused);
}

int tool_query(tool *self) {
  tn_model *model = NULL;
  json_t *list = json_array();
  tn_status status = tn_core_read_model(self->core, self->argument, &model, &self->error);
  if (status == TN_OK)
    status = tn_core_query(self->core, model, self->device, NULL, gather, list, &self->error);
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
