/** @file
 *  Where the values between parts lie: in the memory of the device that computes one when other
 * parts on it use it, else in the host's; and what is copied for that.
 */
#ifndef TENON_DEVICES_HETERO_MEMORY_H
#define TENON_DEVICES_HETERO_MEMORY_H

#include "devices/hetero/wiring.h"
#include "tenon/abi/remote_context.h"

/** Where the value of a wire lies. */
typedef struct tni_place {
  tn_remote_context *context; /**< The context whose memory it is to be, borrowed; NULL: the host's
                                 memory. */
  uint32_t has_far;  /**< 1: there are ends on other devices, which get a copy in host memory. */
  uint32_t carried;  /**< How often it is copied when it lies there. */
  uint32_t copying;  /**< How often when it lies in the host's memory: by each end on a device with
                        memory of its own. */
  uint32_t is_fixed; /**< 1: its size is known before it is computed. */
  uint64_t bytes;    /**< Its size where that is known, else 0. */
} tni_place;

/** Of all wires. */
typedef struct tni_memory {
  tni_place *places;            /**< One of each wire. */
  tn_remote_context **contexts; /**< Of each device: one reference, or NULL. */
  uint32_t device_count;        /**< Number of devices. */
  uint32_t has_open;            /**< 1: of some that are copied the size is not known before. */
  uint64_t wire_bytes;          /**< What every inference copies of wires whose size is known. */
  uint64_t known_bytes;         /**< The same with outputs that are copied. */
} tni_memory;

/** Decides. A device has memory of its own when it tells how much; where its context cannot be had,
 * values lie in the host's.
 *  @param out destroyed by tni_memory_destroy in any case
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_memory_make(const tn_host *host, tni_plan *plan, const tni_wiring *wiring,
                          tni_memory *out);

/** Gives it back; one that is zero is legal. */
void tni_memory_destroy(tni_memory *memory);

#endif
