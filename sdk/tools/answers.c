/* What a device answers of the nodes of a model. */
#include <stdio.h>
#include <string.h>

#include "tool.h"

/* A plugin answers with ids of its own; people know devices by their whole names. */
struct naming {
  const char *plugin;
  json_t *list;
};

static tn_status name_devices(void *user, const tn_device_list *devices) {
  const struct naming *self = user;
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

static tn_status complete(tool *self, const char *device, json_t *list) {
  char plugin[256];
  snprintf(plugin, sizeof plugin, "%.*s", (int)strcspn(device, ".:"), device);
  struct naming naming = {plugin, list};
  return tn_core_devices(self->core, plugin, name_devices, &naming, &self->error);
}

static tn_status gather(void *user, const tn_node_support *const *nodes, uint64_t count) {
  tool_answers *out = user;
  for (uint64_t i = 0; i < count; i++) {
    const tn_node_support *node = nodes[i];
    json_t *answer = json_pack("{s:o, s:b, s:o, s:i, s:o}", "node", tool_text(node->name),
                               "supported", (int)node->supported, "device", tool_text(node->device),
                               "group", (int)node->group, "reason", tool_text(node->reason_text));
    json_array_append(out->list, answer);
    tool_set_by_name(out->by_name, node->name, answer);
    json_decref(answer);
  }
  return TN_OK;
}

void tool_set_by_name(json_t *object, tn_string name, json_t *value) {
  json_object_setn_new_nocheck(object, name.data ? name.data : "", (size_t)name.length,
                               json_incref(value));
}

json_t *tool_get_by_name(const json_t *object, tn_string name) {
  return json_object_getn(object, name.data ? name.data : "", (size_t)name.length);
}

tn_status tool_ask(tool *self, tn_model *model, const char *device, const tn_query_options *options,
                   tool_answers *out) {
  *out = (tool_answers){json_array(), json_object()};
  TN_TRY(tn_core_query(self->core, model, device, options, gather, out, &self->error));
  return complete(self, device, out->list);
}

bool tool_all_supported(const tool_answers *answers) {
  size_t index;
  json_t *node;
  json_array_foreach(answers->list, index,
                     node) if (!json_is_true(json_object_get(node, "supported"))) return false;
  return true;
}

void tool_answers_free(tool_answers *answers) {
  json_decref(answers->list);
  json_decref(answers->by_name);
}
