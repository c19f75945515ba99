/** @file
 *  Which nodes of a graph read or write the same variable, and so have to run in one place.
 */
#ifndef TENON_DEVICES_HETERO_VARIABLES_H
#define TENON_DEVICES_HETERO_VARIABLES_H

#include "base/arena.h"
#include "tenon/abi/model.h"

/** No variable. */
#define TNI_NO_VARIABLE UINT32_MAX

/** Nodes by their variables; what an inner graph uses counts for the node that has the graph. */
typedef struct tni_variables {
  uint32_t *first; /**< Of each node: the first node that is tied to it, by one variable or by
                      several; TNI_NO_VARIABLE where it uses none. */
  tn_string *name; /**< Of each node: the id of the first variable that it uses, borrowed. */
} tni_variables;

/** Finds them. All memory is the arena's. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_variables_find(tni_arena *arena, const tn_graph *graph, tni_variables *out);

#endif
