/** @file
 *  Nodes that compute shapes go where their results are used, so that none are cut off on a device
 * of their own. Such a node is never worth a part: in every walk over the graph (walk.h) it can be
 * taken in the turn of its first user instead of an earlier one of another device, so moving it
 * makes no sequence of devices longer.
 */
#ifndef TENON_DEVICES_HETERO_FOLLOWERS_H
#define TENON_DEVICES_HETERO_FOLLOWERS_H

#include "devices/hetero/assign.h"

/** Which nodes could go elsewhere. */
typedef struct tni_followers {
  uint32_t *target; /**< Of each node: the device of all its users, or TNI_NO_DEVICE: it stays. */
  uint32_t count;   /**< How many have one. */
} tni_followers;

/** Finds nodes whose results, of rank 0 or 1, follow from shapes alone, and are used by another
 * device alone. What is shaped goes to no device for that that it would not go to otherwise. All
 * memory is the arena's.
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_followers_find(tni_arena *arena, const tni_assignment *assignment,
                             tni_followers *out);

/** Moves those that were accepted and whose users were not left behind, and notes why.
 *  @param accepted of each node: whether its target takes it */
void tni_followers_move(const tni_followers *followers, const uint8_t *accepted,
                        tni_assignment *assignment);

#endif
