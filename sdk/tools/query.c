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

/* Where the model was split: the device of each node, and what others say against it. Nodes without
 * one are in no part. */
static void add_parts(json_t *list, const json_t *parts) {
  size_t index;
  json_t *node;
  json_array_foreach(list, index, node) {
    const char *name = json_string_value(json_object_get(node, "node"));
    json_t *device = json_object_get(json_object_get(parts, "devices"), name),
           *refusal = json_object_get(json_object_get(parts, "refusals"), name);
    if (device) json_object_set(node, "device", device);
    if (!device && json_object_get(parts, "subgraphs"))
      json_object_set_new(node, "runs_nowhere", json_true());
    if (refusal) json_object_set(node, "refused_by", refusal);
  }
}

static void print_all(const json_t *list) {
  size_t index, refused = 0;
  json_t *node;
  json_array_foreach(list, index, node) {
    bool supported = json_is_true(json_object_get(node, "supported"));
    refused += !supported;
    tool_print(stdout, "%s: %s\n", json_string_value(json_object_get(node, "node")),
               json_string_value(json_object_get(node, supported ? "device" : "reason")));
    const char *refused_by = json_string_value(json_object_get(node, "refused_by"));
    if (supported && refused_by) tool_print(stdout, "    not %s\n", refused_by);
  }
  tool_print(stdout, "%zu nodes, %zu not supported\n", index, refused);
}

static int show(tool *self, const tn_model *model, json_t *list, json_t *parts) {
  json_t *subgraphs = json_object_get(parts, "subgraphs");
  json_t *copied = json_object_get(parts, "copied_bytes");
  if (self->json) {
    json_t *all = json_pack("{s:s, s:s, s:O}", "model", self->argument, "device", self->device,
                            "nodes", list);
    if (subgraphs) json_object_set(all, "subgraphs", subgraphs);
    if (copied) json_object_set(all, "copied_bytes", copied);
    return tool_print_json(all);
  }
  if (self->dot) {
    tool_print_dot(model, list);
    return TOOL_DONE;
  }
  print_all(list);
  if (subgraphs) tool_print(stdout, "split into %d parts\n", (int)json_integer_value(subgraphs));
  if (copied)
    tool_print(stdout, "known to be copied in an inference: %lld bytes\n",
               (long long)json_integer_value(copied));
  return TOOL_DONE;
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
  json_t *parts = status == TN_OK ? tool_parts(self, model, &options) : NULL;
  add_parts(list, parts);
  const int done =
      status == TN_OK ? show(self, model, list, parts) : tool_fail(self, self->argument);
  tool_values_free(&values);
  if (model) tn_model_release(model);
  json_decref(parts);
  json_decref(list);
  return done;
}
