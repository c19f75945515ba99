#include "devices/hetero/split.h"

#include <string.h>

#include "base/status.h"
#include "devices/hetero/search.h"
#include "devices/hetero/sort.h"
#include "devices/hetero/walk.h"

/* The same graph with every edge turned round. */
static tn_status turn_round(tni_arena *arena, const tni_split_graph *graph, tni_split_graph *out) {
  const uint32_t nodes = graph->node_count, count = graph->edge_begin[nodes];
  tni_edge *edges = tni_arena_alloc_array(arena, count, sizeof *edges);
  tni_sorted_edges sorted;
  if (!edges) return TN_OUT_OF_MEMORY;
  for (uint32_t node = 0; node < nodes; node++)
    for (uint32_t edge = graph->edge_begin[node]; edge < graph->edge_begin[node + 1]; edge++)
      edges[edge] = (tni_edge){graph->edge_to[edge], node};
  TN_TRY(tni_edges_sort(arena, edges, count, nodes, &sorted));
  *out = *graph;
  out->edge_begin = sorted.begin;
  out->edge_to = sorted.to;
  return TN_OK;
}

/* The sequence of devices, with the direction in which it was walked, becomes parts. */
static tn_status keep_parts(const tni_allocator *allocator, tni_walk *walk,
                            const tni_sequence *best, int backwards, tni_split *out) {
  out->part = TNI_ALLOC_ITEMS(allocator, out->part, walk->plan->graph->node_count);
  out->device = TNI_ALLOC_ITEMS(allocator, out->device, best->count);
  if (!out->part || !out->device) {
    tni_split_destroy(allocator, out);
    return TN_OUT_OF_MEMORY;
  }
  out->part_count = best->count;
  tni_walk_restart(walk);
  for (uint32_t turn = 0; turn < best->count; turn++) {
    const uint32_t part = backwards ? best->count - 1 - turn : turn;
    out->device[part] = best->devices[turn];
    tni_walk_take(walk, best->devices[turn], out->part, part);
  }
  return TN_OK;
}

static tn_status split(const tni_allocator *allocator, tni_arena *arena,
                       const tni_split_graph *graph, tni_split *out) {
  tni_split_graph graphs[2] = {*graph};
  tni_walk_plan plans[2];
  tni_walk walks[2];
  tni_sequence sequences[2];
  tn_status status = turn_round(arena, graph, &graphs[1]);
  for (uint32_t way = 0; way < 2 && status == TN_OK; way++) {
    status = tni_walk_plan_make(arena, &graphs[way], &plans[way]);
    if (status == TN_OK) status = tni_walk_make(arena, &plans[way], &walks[way]);
    if (status == TN_OK) status = tni_search_greedily(arena, &walks[way], &sequences[way]);
  }
  if (status == TN_OK && graph->device_count > 2)
    status = tni_search_all(arena, &walks[0], sequences[1].count, &sequences[0]);
  if (status != TN_OK) return status;
  const int backwards = sequences[1].count < sequences[0].count;
  return keep_parts(allocator, &walks[backwards], &sequences[backwards], backwards, out);
}

tn_status tni_split_make(const tni_allocator *allocator, const tni_split_graph *graph,
                         tni_split *out) {
  memset(out, 0, sizeof *out);
  tni_arena arena;
  tni_arena_init(&arena, allocator);
  tn_status status = split(allocator, &arena, graph, out);
  tni_arena_destroy(&arena);
  return status;
}

void tni_split_destroy(const tni_allocator *allocator, tni_split *split) {
  tni_free(allocator, split->part);
  tni_free(allocator, split->device);
  memset(split, 0, sizeof *split);
}
