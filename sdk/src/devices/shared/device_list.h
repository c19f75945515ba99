/** @file
 *  Lists of devices as text, for devices made of others.
 */
#ifndef TENON_DEVICES_SHARED_DEVICE_LIST_H
#define TENON_DEVICES_SHARED_DEVICE_LIST_H

#include "base/arena.h"
#include "tenon/abi/status.h"

/** Names of devices, by priority. */
typedef struct tni_devices {
  tn_string *names; /**< As applications name them. */
  uint32_t count;   /**< At least one. */
} tni_devices;

/** Takes a list "A,B.1,C" apart.
 *  @param property what holds the list, for messages
 *  @return TN_OK; TN_INVALID_ARGUMENT (nothing, or the same twice); TN_OUT_OF_MEMORY */
tn_status tni_devices_parse(tni_arena *arena, const char *property, tn_string list,
                            tni_devices *out, tn_error *error);

#endif
