/** @file
 *  Groups: nodes that a device takes together or not at all. Each becomes one node of a smaller
 * graph, in which what runs in a circle within one device becomes one node as well; a circle
 * through several devices shows groups that cannot be kept whole.
 */
#ifndef TENON_DEVICES_HETERO_GROUPS_H
#define TENON_DEVICES_HETERO_GROUPS_H

#include "base/arena.h"
#include "devices/hetero/split.h"

/** Which nodes belong together. */
typedef struct tni_groups {
  const uint32_t *
      group; /**< Of each node: 0, or its group, 1 to `count`; each has nodes, all of one device. */
  uint32_t count; /**< Number of groups. */
} tni_groups;

/** A smaller graph. */
typedef struct tni_joined {
  tni_split_graph graph; /**< Without cycles, unless groups are entangled. */
  uint32_t *node; /**< Of each node of the greater graph: that of the smaller one which it became
                     part of. */
  uint8_t *entangled; /**< Of each group, by its number less 1: whether it lies on a circle through
                         several devices. */
  uint32_t entangled_count; /**< Number of those; while there are any, `graph` is not made. */
  uint32_t *circle; /**< Of each node of the greater graph: the number that it shares with all it
                       lies on a circle with. */
} tni_joined;

/** Joins. All memory is the arena's. @return TN_OK, or TN_OUT_OF_MEMORY */
tn_status tni_join_groups(tni_arena *arena, const tni_split_graph *graph, const tni_groups *groups,
                          tni_joined *out);

#endif
