#include "devices/hetero/groups.h"

#include <string.h>

#include "base/status.h"
#include "devices/hetero/sort.h"

/* --- the graph of groups */

/* The graph in which `node` says what each node becomes part of; edges within one are left out. */
static tn_status join(tni_arena *arena, const tni_split_graph *graph, const uint32_t *node,
                      uint32_t count, tni_split_graph *out) {
  tni_edge *edges =
      tni_arena_alloc_array(arena, graph->edge_begin[graph->node_count], sizeof *edges);
  uint32_t *device = tni_arena_alloc_array(arena, count, sizeof *device);
  tni_sorted_edges sorted;
  size_t edge_count = 0;
  if (!edges || !device) return TN_OUT_OF_MEMORY;
  for (uint32_t from = 0; from < graph->node_count; from++) {
    device[node[from]] = graph->device[from];
    for (uint32_t edge = graph->edge_begin[from]; edge < graph->edge_begin[from + 1]; edge++) {
      const tni_edge joined = {node[from], node[graph->edge_to[edge]]};
      if (joined.from != joined.to) edges[edge_count++] = joined;
    }
  }
  TN_TRY(tni_edges_sort(arena, edges, edge_count, count, &sorted));
  *out = (tni_split_graph){count, graph->device_count, sorted.begin, sorted.to, device};
  return TN_OK;
}

/* --- circles: strongly connected components (Tarjan 1972), without recursion */

/* The component of a node that is not complete. */
#define COMPONENT_OPEN UINT32_MAX

struct circles {
  const tni_split_graph *graph;
  uint32_t *found;  /* of each node: 1 + when it was met; 0 before */
  uint32_t *low;    /* of each node: the earliest met node that it leads back to */
  uint32_t *edge;   /* of each node: which edge comes next */
  uint32_t *path;   /* the nodes that are being looked at, each one led to by the one before */
  uint32_t *open;   /* nodes met whose component is not complete */
  uint32_t *number; /* of each node: its component, COMPONENT_OPEN before that is complete */
  uint32_t path_count, open_count, met, count;
};

static void meet(struct circles *self, uint32_t node) {
  self->found[node] = self->low[node] = ++self->met;
  self->edge[node] = self->graph->edge_begin[node];
  self->path[self->path_count++] = node;
  self->open[self->open_count++] = node;
}

static void close_component(struct circles *self, uint32_t node) {
  uint32_t member;
  do {
    member = self->open[--self->open_count];
    self->number[member] = self->count;
  } while (member != node);
  self->count++;
}

/* All of a node's edges were followed. */
static void leave(struct circles *self, uint32_t node) {
  self->path_count--;
  if (self->low[node] == self->found[node]) close_component(self, node);
  if (self->path_count == 0) return;
  const uint32_t before = self->path[self->path_count - 1];
  if (self->low[node] < self->low[before]) self->low[before] = self->low[node];
}

static void follow(struct circles *self, uint32_t node, uint32_t to) {
  if (!self->found[to])
    meet(self, to);
  else if (self->number[to] == COMPONENT_OPEN && self->found[to] < self->low[node])
    self->low[node] = self->found[to];
}

static tn_status find_circles(tni_arena *arena, const tni_split_graph *graph,
                              struct circles *self) {
  uint32_t **const lists[] = {&self->found, &self->low,  &self->edge,
                              &self->path,  &self->open, &self->number};
  self->graph = graph;
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    if (!(*lists[i] = tni_arena_alloc_array(arena, graph->node_count, sizeof **lists[i])))
      return TN_OUT_OF_MEMORY;
  memset(self->number, 0xff, graph->node_count * sizeof *self->number);
  for (uint32_t start = 0; start < graph->node_count; start++) {
    if (!self->found[start]) meet(self, start);
    while (self->path_count) {
      const uint32_t node = self->path[self->path_count - 1];
      if (self->edge[node] < graph->edge_begin[node + 1])
        follow(self, node, graph->edge_to[self->edge[node]++]);
      else
        leave(self, node);
    }
  }
  return TN_OK;
}

/* --- both together */

/* The groups in components of several devices. */
static tn_status find_entangled(tni_arena *arena, const struct circles *circles,
                                const tni_groups *groups, tni_joined *out) {
  const tni_split_graph *graph = circles->graph;
  uint32_t *device = tni_arena_alloc_array(arena, circles->count, sizeof *device);
  uint8_t *mixed = tni_arena_alloc_array(arena, circles->count, sizeof *mixed);
  out->entangled = tni_arena_alloc_array(arena, groups->count, sizeof *out->entangled);
  if (!device || !mixed || !out->entangled) return TN_OUT_OF_MEMORY;
  for (uint32_t node = 0; node < graph->node_count; node++) {
    const uint32_t number = circles->number[node];
    if (device[number] && device[number] != graph->device[node] + 1) mixed[number] = 1;
    device[number] = graph->device[node] + 1;
  }
  out->entangled_count = 0;
  for (uint32_t group = 0; group < groups->count; group++) {
    out->entangled[group] = mixed[circles->number[group]];
    out->entangled_count += out->entangled[group];
  }
  return TN_OK;
}

tn_status tni_join_groups(tni_arena *arena, const tni_split_graph *graph, const tni_groups *groups,
                          tni_joined *out) {
  out->node = tni_arena_alloc_array(arena, graph->node_count, sizeof *out->node);
  out->circle = tni_arena_alloc_array(arena, graph->node_count, sizeof *out->circle);
  if (!out->node || !out->circle) return TN_OUT_OF_MEMORY;
  uint32_t count = groups->count;
  for (uint32_t node = 0; node < graph->node_count; node++)
    out->node[node] = groups->group[node] ? groups->group[node] - 1 : count++;
  tni_split_graph whole = {0};
  struct circles circles = {0};
  tn_status status = join(arena, graph, out->node, count, &whole);
  if (status == TN_OK) status = find_circles(arena, &whole, &circles);
  if (status == TN_OK) status = find_entangled(arena, &circles, groups, out);
  for (uint32_t node = 0; status == TN_OK && node < graph->node_count; node++)
    out->circle[node] = circles.number[out->node[node]];
  if (status != TN_OK || out->entangled_count) return status;
  memcpy(out->node, out->circle, graph->node_count * sizeof *out->node);
  return join(arena, graph, out->node, circles.count, &out->graph);
}
