/** @file
 *  Edges of a graph, sorted by the nodes at which they begin.
 */
#ifndef TENON_DEVICES_HETERO_SORT_H
#define TENON_DEVICES_HETERO_SORT_H

#include "base/arena.h"
#include "tenon/abi/status.h"

/** An edge between two numbered nodes. */
typedef struct tni_edge {
  uint32_t from; /**< Where it begins. */
  uint32_t to;   /**< Where it leads. */
} tni_edge;

/** Edges by node. */
typedef struct tni_sorted_edges {
  uint32_t
      *begin;   /**< node_count + 1: the edges of node i are to[begin[i]] up to to[begin[i+1]]. */
  uint32_t *to; /**< The node that each leads to. */
} tni_sorted_edges;

/** Sorts; edges of one node stay in their order. All memory is the arena's.
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_edges_sort(tni_arena *arena, const tni_edge *edges, size_t count, uint32_t node_count,
                         tni_sorted_edges *out);

#endif
