#include "devices/hetero/edges.h"

#include <stdint.h>

#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"
#include "devices/hetero/sort.h"

struct making {
  tni_map producers; /* from tn_value_info to 1 + the node's number */
  tni_vector edges;  /* tni_edge, by `to` */
};

static tn_status note_producers(struct making *self, const tn_graph *graph) {
  for (uint32_t i = 0; i < graph->node_count; i++)
    for (uint32_t k = 0; k < graph->nodes[i]->output_count; k++)
      if (graph->nodes[i]->outputs[k])
        TN_TRY(tni_pointer_map_set(&self->producers, graph->nodes[i]->outputs[k],
                                   (void *)(uintptr_t)(i + 1)));
  return TN_OK;
}

static tn_status add_edge(struct making *self, const tn_value_info *value, uint32_t to) {
  const uintptr_t producer = value ? (uintptr_t)tni_pointer_map_find(&self->producers, value) : 0;
  if (!producer) return TN_OK;
  const tni_edge edge = {(uint32_t)producer - 1, to};
  return tni_vector_append(&self->edges, &edge);
}

static tn_status add_edges_of(struct making *self, const tn_node *node, uint32_t to) {
  for (uint32_t i = 0; i < node->input_count; i++)
    TN_TRY(add_edge(self, node->inputs[i], to));
  for (uint32_t i = 0; i < node->attribute_count; i++) {
    const tn_attribute *attribute = node->attributes[i];
    for (uint64_t k = 0; k < tn_attribute_graph_count(attribute); k++) {
      const tn_graph *inner = attribute->as.graphs[k];
      for (uint32_t j = 0; j < inner->node_count; j++)
        TN_TRY(add_edges_of(self, inner->nodes[j], to));
      for (uint32_t j = 0; j < inner->output_count; j++)
        TN_TRY(add_edge(self, inner->outputs[j], to));
    }
  }
  return TN_OK;
}

tn_status tni_edges_make(tni_arena *arena, const tn_graph *graph, tni_split_graph *out) {
  struct making self;
  tni_map_init(&self.producers, arena->allocator);
  tni_vector_init(&self.edges, arena->allocator, sizeof(tni_edge));
  tn_status status = note_producers(&self, graph);
  for (uint32_t i = 0; status == TN_OK && i < graph->node_count; i++)
    status = add_edges_of(&self, graph->nodes[i], i);
  tni_sorted_edges sorted = {NULL, NULL};
  if (status == TN_OK)
    status = tni_edges_sort(arena, self.edges.items, self.edges.count, graph->node_count, &sorted);
  out->node_count = graph->node_count;
  out->edge_begin = sorted.begin;
  out->edge_to = sorted.to;
  tni_vector_destroy(&self.edges);
  tni_map_destroy(&self.producers);
  return status;
}
