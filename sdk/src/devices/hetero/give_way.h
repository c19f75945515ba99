/** @file
 *  Groups that cannot be kept whole, since what lies between their nodes runs elsewhere: which of
 * those on such a circle gives way.
 */
#ifndef TENON_DEVICES_HETERO_GIVE_WAY_H
#define TENON_DEVICES_HETERO_GIVE_WAY_H

#include "devices/hetero/assign.h"

struct tni_circle;

/** What gave way, and for whom. */
typedef struct tni_ways {
  uint8_t *tied;     /**< Of each node: whether its group is that of a variable. */
  uint8_t *rivals;   /**< Of each node, for each device: whether a node of that device gave way to
                        it. */
  uint32_t *cluster; /**< Of each node, by tni_cluster_of: what has lain on one circle. */
  uint32_t openings; /**< How often circles were opened. */
  struct tni_circle *circles; /**< Room for opening: of each circle. */
  uint8_t *givers;            /**< Room: of each circle, for each device: whether it gives way. */
  uint8_t *leaving;           /**< Room: of each node: whether it gives way, and why. */
  uint8_t *given;             /**< Room: of each group: whether it is given up. */
  uint8_t *dropped;           /**< Room: of each cluster. */
} tni_ways;

/** Makes room. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_ways_make(tni_arena *arena, const tni_assignment *assignment, tni_ways *out);

/** Opens each circle through several devices: of the entangled groups on it one of the device which
 * comes last gives way (several, when that has happened often), since those before it were asked
 * first; if it is that of a variable, what lies between gives way instead, since the variable
 * cannot be divided. What gives way has no device then, and a refusal. */
void tni_ways_open(tni_assignment *assignment, tni_ways *ways);

/** Finds what one device would have to take so that what gave way there need not: that, and those
 * which it gave way to. Clusters are found by themselves: those in which nothing is without a
 * device, and those in which the device has refused a node, are left out.
 *  @param set receives 1 for each such node, else 0
 *  @return 1 when there are any */
int tni_ways_around(const tni_assignment *assignment, const tni_ways *ways, uint32_t device,
                    uint8_t *set);

/** Takes a set of nodes from the devices that they have, and all that a device takes with one of
 * them alone, since what gave way to them could run nowhere else. */
void tni_ways_leave(const tni_assignment *assignment, const tni_ways *ways, const uint8_t *set);

/** Clusters: nodes that stand for the node that they lead to. What a node is part of, and making
 * one of two. @{ */
uint32_t tni_cluster_of(uint32_t *clusters, uint32_t node);
void tni_clusters_join(uint32_t *clusters, uint32_t a, uint32_t b);
/** @} */

/** Takes out of a set what is part of clusters that are dropped.
 *  @param dropped of each cluster, by its tni_cluster_of
 *  @return 1 when any is left */
int tni_clusters_keep(uint32_t *clusters, const uint8_t *dropped, uint32_t count, uint8_t *set);

#endif
