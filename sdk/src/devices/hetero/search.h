/** @file
 *  Looks for the shortest sequence of devices that takes a whole graph in turns.
 */
#ifndef TENON_DEVICES_HETERO_SEARCH_H
#define TENON_DEVICES_HETERO_SEARCH_H

#include "devices/hetero/walk.h"

/** Whose turn it is, one turn after the other. */
typedef struct tni_sequence {
  uint32_t *devices; /**< `count` of them. */
  uint32_t count;    /**< Number of turns. */
} tni_sequence;

/** The best of a few walks, each of which costs as much as looking at every edge once. With two
 * devices it is the shortest that there is.
 *  @param walk is used, and at no particular place afterwards
 *  @return TN_OK, or TN_OUT_OF_MEMORY */
tn_status tni_search_greedily(tni_arena *arena, tni_walk *walk, tni_sequence *out);

/** Tries all sequences that are shorter than what is known, as long as that costs no more than a
 * fixed number of steps, so that the same graph is always split in the same way.
 *  @param known length of another sequence that is known
 *  @param best in: one that is known; out: a shorter one, where there is one
 *  @return TN_OK, or TN_OUT_OF_MEMORY */
tn_status tni_search_all(tni_arena *arena, tni_walk *walk, uint32_t known, tni_sequence *best);

#endif
