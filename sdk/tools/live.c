/* Which nodes of a model compute what is not known before it runs. */
#include <stdio.h>

#include "tool.h"

/* Values by their addresses: names may be those of others in inner graphs. */
static void note(json_t *values, const tn_value_info *value) {
  char key[32];
  if (!value) return;
  snprintf(key, sizeof key, "%p", (const void *)value);
  json_object_set_new(values, key, json_true());
}

static bool holds(const json_t *values, const tn_value_info *value) {
  char key[32];
  snprintf(key, sizeof key, "%p", (const void *)value);
  return value && json_object_get(values, key);
}

static bool any_of(const json_t *values, const tn_value_info *const *list, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (holds(values, list[i])) return true;
  return false;
}

/* Whether it uses one of the values, itself or in a graph within. */
static bool uses_any(const json_t *values, const tn_node *node) {
  if (any_of(values, node->inputs, node->input_count)) return true;
  for (uint32_t i = 0; i < node->attribute_count; i++)
    for (uint64_t k = 0; k < tn_attribute_graph_count(node->attributes[i]); k++) {
      const tn_graph *inner = node->attributes[i]->as.graphs[k];
      if (any_of(values, inner->outputs, inner->output_count)) return true;
      for (uint32_t j = 0; j < inner->node_count; j++)
        if (uses_any(values, inner->nodes[j])) return true;
    }
  return false;
}

json_t *tool_find_live(const tn_model *model) {
  const tn_graph *graph = model->graph;
  json_t *values = json_object(), *names = json_object(), *yes = json_true();
  for (uint32_t i = 0; i < graph->input_count; i++)
    note(values, graph->inputs[i]);
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i];
    if (!uses_any(values, node)) continue;
    for (uint32_t k = 0; k < node->output_count; k++)
      note(values, node->outputs[k]);
    for (uint64_t k = 0; k < node->origin_count; k++)
      tool_set_by_name(names, node->origins[k], yes);
  }
  json_decref(values);
  json_decref(yes);
  return names;
}
