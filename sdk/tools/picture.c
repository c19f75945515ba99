/* A model as a picture for Graphviz: which device has which node. */
#include <stdio.h>
#include <string.h>

#include "tool.h"

static const char *const colours[] = {"#a6cee3", "#fdbf6f", "#b2df8a", "#fb9a99",
                                      "#cab2d6", "#ffff99", "#1f78b4", "#33a02c"};

/* In quotes: what would end them, or a line, does not. */
static void print_quoted(tn_string text) {
  json_t *kept = tool_text(text); /* Graphviz reads UTF-8 alone */
  const char *at = json_string_value(kept);
  for (size_t left = json_string_length(kept); left; left--, at++) {
    if (*at == '"' || *at == '\\') putchar('\\');
    putchar((unsigned char)*at < ' ' ? ' ' : *at);
  }
  json_decref(kept);
}

struct picture {
  const tn_graph *graph;
  const json_t *answers; /* by the node's name: they come in any order */
  json_t *makers; /* from a value, by its address, to the number of the node that computes it */
  json_t *seen;   /* devices, numbered as they are met */
};

/* Names of values may be those of others in inner graphs. */
static const char *key_of(const tn_value_info *value, char room[32]) {
  snprintf(room, 32, "%p", (const void *)value);
  return room;
}

static void note_makers(const struct picture *self) {
  char key[32];
  for (uint32_t i = 0; i < self->graph->node_count; i++)
    for (uint32_t k = 0; k < self->graph->nodes[i]->output_count; k++)
      if (self->graph->nodes[i]->outputs[k])
        json_object_set_new(self->makers, key_of(self->graph->nodes[i]->outputs[k], key),
                            json_integer(i));
}

static const json_t *answer_of(const struct picture *self, long long node) {
  return tool_get_by_name(self->answers, self->graph->nodes[node]->name);
}

static const char *device_of(const struct picture *self, long long node) {
  const json_t *answer = answer_of(self, node);
  const char *device = json_string_value(json_object_get(answer, "device"));
  return json_is_true(json_object_get(answer, "supported")) && device ? device : "";
}

/* What it computes is known before anything runs, or used by nobody. */
static bool runs_nowhere(const struct picture *self, long long node) {
  return json_is_true(json_object_get(answer_of(self, node), "runs_nowhere"));
}

static const char *colour_of(json_t *seen, const char *device) {
  if (!json_object_get(seen, device))
    json_object_set_new(seen, device, json_integer((json_int_t)json_object_size(seen)));
  const size_t index = (size_t)json_integer_value(json_object_get(seen, device));
  return colours[index % (sizeof colours / sizeof *colours)];
}

/* What is said against the node, which pictures on a page show to who points at it. */
static void print_why(const struct picture *self, long long node) {
  const json_t *answer = answer_of(self, node);
  const bool supported = json_is_true(json_object_get(answer, "supported"));
  const json_t *why = json_object_get(answer, supported ? "refused_by" : "reason");
  if (!json_string_length(why)) return;
  printf("\", tooltip=\"%s", supported ? "not " : "");
  print_quoted(tn_string_make(json_string_value(why), json_string_length(why)));
}

static void print_node(const struct picture *self, uint32_t index) {
  const tn_node *node = self->graph->nodes[index];
  const char *device = device_of(self, index);
  const bool nowhere = runs_nowhere(self, index);
  const char *place = nowhere ? "runs nowhere" : *device ? device : "not supported";
  printf("  n%u [fillcolor=\"%s\", %slabel=\"", index,
         nowhere || !*device ? "white" : colour_of(self->seen, device),
         nowhere ? "style=\"filled,dashed\", " : "");
  print_quoted(node->name);
  printf("\\n");
  print_quoted(node->operation);
  printf("\\n");
  print_quoted(tn_string_from(place));
  print_why(self, index);
  printf("\"];\n");
}

/* -1: not known before it runs. */
static long long bytes_of(const tn_value_info *value) {
  uint64_t count = 1;
  if (!(value->flags & TN_VALUE_HAS_RANK)) return -1;
  for (uint32_t i = 0; i < value->rank; i++) {
    if (value->dimensions[i].min != value->dimensions[i].max) return -1;
    count *= (uint64_t)value->dimensions[i].max;
  }
  return (long long)tn_dense_bytes(value->type, count);
}

static void print_edge(const struct picture *self, const tn_value_info *value, long long from,
                       uint32_t to) {
  const bool nowhere = runs_nowhere(self, from) || runs_nowhere(self, to);
  const bool crosses = !nowhere && strcmp(device_of(self, from), device_of(self, to)) != 0;
  const long long bytes = bytes_of(value);
  printf("  n%lld -> n%u", from, to);
  if (nowhere) printf(" [style=dashed]");
  if (crosses && bytes >= 0) printf(" [label=\"%lld bytes\", penwidth=2]", bytes);
  if (crosses && bytes < 0) printf(" [label=\"? bytes\", penwidth=2]");
  printf(";\n");
}

/* @param drawn values that the node uses elsewhere, which are drawn once */
static void print_use(const struct picture *self, const tn_value_info *value, uint32_t user,
                      json_t *drawn) {
  char key[32];
  const json_t *maker = value ? json_object_get(self->makers, key_of(value, key)) : NULL;
  if (!maker || json_object_get(drawn, key)) return;
  json_object_set_new(drawn, key, json_true());
  print_edge(self, value, json_integer_value(maker), user);
}

/* What the graphs within a node use of those around, the node uses. */
static void print_uses(const struct picture *self, const tn_node *node, uint32_t user,
                       json_t *drawn) {
  for (uint32_t i = 0; i < node->input_count; i++)
    print_use(self, node->inputs[i], user, drawn);
  for (uint32_t i = 0; i < node->attribute_count; i++)
    for (uint64_t k = 0; k < tn_attribute_graph_count(node->attributes[i]); k++) {
      const tn_graph *inner = node->attributes[i]->as.graphs[k];
      for (uint32_t j = 0; j < inner->node_count; j++)
        print_uses(self, inner->nodes[j], user, drawn);
      for (uint32_t j = 0; j < inner->output_count; j++)
        print_use(self, inner->outputs[j], user, drawn);
    }
}

void tool_print_dot(const tn_model *model, const tool_answers *answers) {
  const struct picture self = {model->graph, answers->by_name, json_object(), json_object()};
  note_makers(&self);
  printf("digraph model {\n  node [shape=box, style=filled];\n");
  for (uint32_t i = 0; i < model->graph->node_count; i++) {
    json_t *drawn = json_object();
    print_node(&self, i);
    print_uses(&self, model->graph->nodes[i], i, drawn);
    json_decref(drawn);
  }
  printf("}\n");
  json_decref(self.makers);
  json_decref(self.seen);
}
