#include "devices/hetero/edges.h"

#include <stdint.h>

#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"

struct edge {
  uint32_t from, to;
};

struct making {
  tni_map producers; /* from tn_value_info to 1 + the node's number */
  tni_vector edges;  /* struct edge, by `to` */
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
  const struct edge edge = {(uint32_t)producer - 1, to};
  return tni_vector_append(&self->edges, &edge);
}

static tn_status add_edges_of(struct making *self, const tn_node *node, uint32_t to) {
  for (uint32_t i = 0; i < node->input_count; i++)
    TN_TRY(add_edge(self, node->inputs[i], to));
  for (uint32_t i = 0; i < node->attribute_count; i++) {
    const tn_attribute *attribute = node->attributes[i];
    if (attribute->kind != TN_ATTRIBUTE_GRAPH && attribute->kind != TN_ATTRIBUTE_GRAPHS) continue;
    for (uint64_t k = 0; k < attribute->count; k++) {
      const tn_graph *inner = attribute->as.graphs[k];
      for (uint32_t j = 0; j < inner->node_count; j++)
        TN_TRY(add_edges_of(self, inner->nodes[j], to));
      for (uint32_t j = 0; j < inner->output_count; j++)
        TN_TRY(add_edge(self, inner->outputs[j], to));
    }
  }
  return TN_OK;
}

/* Sorts the edges by where they begin; within one node they stay in their order. */
static tn_status sort_edges(tni_arena *arena, const tni_vector *edges, uint32_t nodes,
                            tni_split_graph *out) {
  const struct edge *all = edges->items;
  uint32_t *begin = tni_arena_alloc_array(arena, (size_t)nodes + 2, sizeof *begin);
  uint32_t *to = tni_arena_alloc_array(arena, edges->count, sizeof *to);
  if (!begin || !to) return TN_OUT_OF_MEMORY;
  for (size_t i = 0; i < edges->count; i++)
    begin[all[i].from + 2]++;
  for (uint32_t node = 0; node < nodes; node++)
    begin[node + 2] += begin[node + 1];
  for (size_t i = 0; i < edges->count; i++)
    to[begin[all[i].from + 1]++] = all[i].to;
  out->node_count = nodes;
  out->edge_begin = begin;
  out->edge_to = to;
  return TN_OK;
}

tn_status tni_edges_make(tni_arena *arena, const tn_graph *graph, tni_split_graph *out) {
  struct making self;
  tni_map_init(&self.producers, arena->allocator);
  tni_vector_init(&self.edges, arena->allocator, sizeof(struct edge));
  tn_status status = note_producers(&self, graph);
  for (uint32_t i = 0; status == TN_OK && i < graph->node_count; i++)
    status = add_edges_of(&self, graph->nodes[i], i);
  if (status == TN_OK) status = sort_edges(arena, &self.edges, graph->node_count, out);
  tni_vector_destroy(&self.edges);
  tni_map_destroy(&self.producers);
  return status;
}
