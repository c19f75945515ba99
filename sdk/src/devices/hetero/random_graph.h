/** @file
 *  Small random graphs for tests of splitting, and the fewest parts that there are, found by trying
 * everything.
 */
#ifndef TENON_DEVICES_HETERO_RANDOM_GRAPH_H
#define TENON_DEVICES_HETERO_RANDOM_GRAPH_H

#include "devices/hetero/split.h"

enum {
  TNI_MOST_RANDOM_NODES = 12,
  TNI_MOST_RANDOM_EDGES = TNI_MOST_RANDOM_NODES * TNI_MOST_RANDOM_NODES
};

/** A graph with room of its own. */
typedef struct tni_random_graph {
  uint32_t begin[TNI_MOST_RANDOM_NODES + 1]; /**< Edges of each node. */
  uint32_t to[TNI_MOST_RANDOM_EDGES];        /**< Where each leads. */
  uint32_t device[TNI_MOST_RANDOM_NODES];    /**< Of each node. */
  uint32_t group[TNI_MOST_RANDOM_NODES];     /**< Of each node, or 0. */
  uint32_t group_count;                      /**< Number of groups. */
  tni_split_graph graph;                     /**< Of all that. */
} tni_random_graph;

/** The next number of a sequence that is the same everywhere. */
uint32_t tni_random_next(uint64_t *state);

/** Draws a graph of 1 to 12 nodes; edges lead to nodes of any number, and never in a circle. */
void tni_random_graph_draw(uint64_t *state, uint32_t device_count, tni_random_graph *out);

/** The fewest parts into which a graph of at most 12 nodes can be split. */
uint32_t tni_fewest_parts(const tni_split_graph *graph);

#endif
