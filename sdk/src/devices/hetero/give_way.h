/** @file
 *  Groups that cannot be kept whole, since what lies between their nodes runs elsewhere: which of
 * those on such a circle gives way.
 */
#ifndef TENON_DEVICES_HETERO_GIVE_WAY_H
#define TENON_DEVICES_HETERO_GIVE_WAY_H

#include "devices/hetero/assign.h"

/** What gave way, and for whom. */
typedef struct tni_ways {
  uint8_t *tied;   /**< Of each node: whether its group is that of a variable. */
  uint8_t *rivals; /**< Of each node, for each device: whether a node of that device gave way to
                      it. */
} tni_ways;

/** Makes room. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_ways_make(tni_arena *arena, const tni_assignment *assignment, tni_ways *out);

/** Opens one circle through several devices: of the entangled groups that of the device which comes
 * last gives way, since those before it were asked first; if it is that of a variable, what lies
 * between gives way instead, since the variable cannot be divided. What gives way has no device
 * then, and a refusal. */
void tni_ways_open(tni_assignment *assignment, tni_ways *ways);

/** Finds what one device would have to take so that what gave way there need not: that, and those
 * which it gave way to.
 *  @param set receives 1 for each such node, else 0
 *  @return 1 when there are any */
int tni_ways_around(const tni_assignment *assignment, const tni_ways *ways, uint32_t device,
                    uint8_t *set);

/** Whether a refusal is none of the device, but comes from a circle that was opened. */
int tni_ways_caused(const tni_refusal *refusal);

/** Takes a node from its device, if it has one, and all that the device takes with it alone, since
 * what gave way to it could run nowhere else. */
void tni_ways_leave(const tni_assignment *assignment, uint32_t node);

#endif
