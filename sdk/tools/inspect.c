#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

static json_t *dimension_of(const tn_dimension *dimension) {
  if (dimension->min == dimension->max) return json_integer(dimension->min);
  char text[96];
  const tn_string name = dimension->symbol ? dimension->symbol->name : TN_STRING("");
  int used = name.length ? snprintf(text, sizeof text, "%.*s ",
                                    name.length > 40 ? 40 : (int)name.length, name.data)
                         : 0;
  if (dimension->max == TN_UNBOUNDED)
    snprintf(text + used, sizeof text - (size_t)used, "%lld..", (long long)dimension->min);
  else
    snprintf(text + used, sizeof text - (size_t)used, "%lld..%lld", (long long)dimension->min,
             (long long)dimension->max);
  return json_string(text);
}

static json_t *ports_of(const tn_value_info *const *values, uint32_t count) {
  json_t *list = json_array();
  for (uint32_t i = 0; i < count; i++) {
    json_t *shape = values[i]->flags & TN_VALUE_HAS_RANK ? json_array() : json_null();
    for (uint32_t j = 0; j < values[i]->rank; j++)
      json_array_append_new(shape, dimension_of(&values[i]->dimensions[j]));
    json_array_append_new(list, json_pack("{s:o, s:s, s:o}", "name", tool_text(values[i]->name),
                                          "type", tool_type_name(values[i]->type), "shape", shape));
  }
  return list;
}

struct totals {
  json_t *operators; /* count by name */
  uint64_t constants, bytes;
};

static void count_graph(const tn_graph *graph, struct totals *totals);

static void count_node(const tn_node *node, struct totals *totals) {
  char name[256];
  if (node->domain.length)
    snprintf(name, sizeof name, "%.*s:%.*s", TNI_TEXT(node->domain), TNI_TEXT(node->operation));
  else
    snprintf(name, sizeof name, "%.*s", TNI_TEXT(node->operation));
  json_int_t before = json_integer_value(json_object_get(totals->operators, name));
  json_object_set_new(totals->operators, name, json_integer(before + 1));
  for (uint32_t i = 0; i < node->attribute_count; i++) {
    const tn_attribute *attribute = node->attributes[i];
    for (uint64_t j = 0; j < tn_attribute_graph_count(attribute); j++)
      count_graph(attribute->as.graphs[j], totals);
  }
}

static void count_graph(const tn_graph *graph, struct totals *totals) {
  for (uint32_t i = 0; i < graph->node_count; i++)
    count_node(graph->nodes[i], totals);
  totals->constants += graph->constant_count;
  for (uint32_t i = 0; i < graph->constant_count; i++) {
    const tn_tensor *constant = graph->constants[i]->constant;
    totals->bytes += tn_dense_bytes(constant->type, tn_tensor_element_count(constant));
  }
}

static json_t *sets_of(const tn_model *model) {
  json_t *sets = json_object();
  for (uint32_t i = 0; i < model->operator_set_count; i++) {
    const tn_operator_set *set = model->operator_sets[i];
    json_t *version = json_integer(set->version);
    if (set->domain.length)
      json_object_setn_new(sets, set->domain.data, (size_t)set->domain.length, version);
    else
      json_object_set_new(sets, "ai.onnx", version);
  }
  return sets;
}

static void print_ports(const char *title, const json_t *ports) {
  size_t index;
  json_t *port;
  json_array_foreach(ports, index, port) {
    char *shape = json_dumps(json_object_get(port, "shape"), JSON_ENCODE_ANY | JSON_COMPACT);
    tool_print(stdout, "%s %zu  %s: %s %s\n", title, index,
               json_string_value(json_object_get(port, "name")),
               json_string_value(json_object_get(port, "type")), shape ? shape : "?");
    free(shape);
  }
}

static void print_counts(const char *title, json_t *counts) {
  const char *name;
  json_t *count;
  tool_print(stdout, "%s:", title);
  json_object_foreach(counts, name, count)
      tool_print(stdout, " %s %lld", name, (long long)json_integer_value(count));
  tool_print(stdout, "\n");
}

int tool_inspect(tool *self) {
  tn_model *model = NULL;
  if (tool_read_model(self, &model) != TN_OK) return tool_fail(self, self->argument);
  struct totals totals = {.operators = json_object()};
  count_graph(model->graph, &totals);
  json_t *all =
      json_pack("{s:s, s:o, s:o, s:o, s:o, s:I, s:I}", "model", self->argument, "operator_sets",
                sets_of(model), "inputs", ports_of(model->graph->inputs, model->graph->input_count),
                "outputs", ports_of(model->graph->outputs, model->graph->output_count), "operators",
                totals.operators, "constants", (json_int_t)totals.constants, "constant_bytes",
                (json_int_t)totals.bytes);
  tn_model_release(model);
  if (self->json) return tool_print_json(all);
  print_ports("input", json_object_get(all, "inputs"));
  print_ports("output", json_object_get(all, "outputs"));
  print_counts("operator sets", json_object_get(all, "operator_sets"));
  print_counts("operators", json_object_get(all, "operators"));
  tool_print(stdout, "constants: %llu, %llu bytes\n", (unsigned long long)totals.constants,
             (unsigned long long)totals.bytes);
  json_decref(all);
  return TOOL_DONE;
}
