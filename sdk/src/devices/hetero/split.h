/** @file
 *  Splits a graph, each node of which has a device, into as few subgraphs as possible: all nodes of
 * one are of one device, and no two depend on each other in a circle. A subgraph may consist of
 * parts that nothing connects.
 *
 *  For two devices the number is the smallest there is. For more the problem is that of the
 * shortest common supersequence, which is NP-hard: small graphs are searched through, others get
 * the best of several walks that favour the longest chain of changes that is left (critical path
 * scheduling).
 */
#ifndef TENON_DEVICES_HETERO_SPLIT_H
#define TENON_DEVICES_HETERO_SPLIT_H

#include "base/allocator.h"
#include "tenon/abi/status.h"

#include <stdint.h>

/** A directed graph without cycles whose nodes have devices. */
typedef struct tni_split_graph {
  uint32_t node_count;        /**< Number of nodes. */
  uint32_t device_count;      /**< Number of devices. */
  const uint32_t *edge_begin; /**< node_count + 1: the edges of node i are edge_to[edge_begin[i]] up
                                 to edge_begin[i+1]. */
  const uint32_t *edge_to;    /**< The node that each edge leads to. */
  const uint32_t *device;     /**< Of each node, below device_count. */
} tni_split_graph;

/** A split. */
typedef struct tni_split {
  uint32_t
      *part; /**< Of each node, below part_count. Edges lead to the same part or to a later one. */
  uint32_t *device;    /**< Of each part. */
  uint32_t part_count; /**< Number of parts. */
} tni_split;

/** Splits.
 *  @param out the caller's; tni_split_destroy gives it back
 *  @return TN_OK, or TN_OUT_OF_MEMORY, with an empty split */
tn_status tni_split_make(const tni_allocator *allocator, const tni_split_graph *graph,
                         tni_split *out);

/** Gives a split back; one that is zero is legal. */
void tni_split_destroy(const tni_allocator *allocator, tni_split *split);

#endif
