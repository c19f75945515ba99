/** @file
 *  Which parts of a plan wait for which.
 */
#ifndef TENON_DEVICES_HETERO_DEPENDENCIES_H
#define TENON_DEVICES_HETERO_DEPENDENCIES_H

#include "devices/hetero/wiring.h"

/** A graph of parts. A part that takes several values of another is counted, and listed, as often.
 */
typedef struct tni_dependencies {
  uint32_t *wait_count; /**< Of each part: how many values of other parts it takes. */
  uint32_t *begin;      /**< part_count + 1: those that take values of part i are next[begin[i]] up
                           to next[begin[i+1]]. */
  uint32_t *next;       /**< Numbers of parts. */
  uint32_t is_chain;    /**< 1: each part waits for the one before it, so no two can run at once. */
} tni_dependencies;

/** Finds them. All memory is the arena's. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_dependencies_make(tni_arena *arena, const tni_plan *plan, const tni_wiring *wiring,
                                tni_dependencies *out);

#endif
