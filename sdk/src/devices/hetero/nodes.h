/** @file
 *  What a plan tells of the nodes of the model, also after it was read from a blob, which does not
 * hold the nodes themselves.
 */
#ifndef TENON_DEVICES_HETERO_NODES_H
#define TENON_DEVICES_HETERO_NODES_H

#include "devices/hetero/plan.h"

/** A node. */
typedef struct tni_told_node {
  tn_string name;     /**< Its name. */
  tn_string refusals; /**< Why devices do not run it, as tni_assignment_reasons has it. */
  uint32_t part;      /**< Number of the part that runs it. */
} tni_told_node;

/** Number of nodes that run in a part. */
uint32_t tni_plan_node_count(const tni_plan *plan);

/** Tells of one.
 *  @param arena holds what has to be made for it
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_plan_node(const tni_plan *plan, uint32_t index, tni_arena *arena, tni_told_node *out);

#endif
