/** @file
 *  The nodes of a model's main graph as a plain graph of numbers.
 */
#ifndef TENON_DEVICES_HETERO_EDGES_H
#define TENON_DEVICES_HETERO_EDGES_H

#include "base/arena.h"
#include "devices/hetero/split.h"
#include "tenon/abi/model.h"

/** Makes an edge from the node that computes a value to each that uses it, itself or in the graphs
 * that it holds.
 *  @param out `device` is left as it is; all memory is the arena's
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_edges_make(tni_arena *arena, const tn_graph *graph, tni_split_graph *out);

#endif
