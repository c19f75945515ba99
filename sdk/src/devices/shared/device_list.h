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
  tn_string *whole; /**< Of each the one device that it stands for, "A.0" for "A"; the name itself
                       where that was not looked for. */
  uint32_t count;   /**< At least one. */
} tni_devices;

/** Whether a name means a device: "A" each device of A, "A.1" that one. */
int tni_device_is_meant(tn_string device, tn_string name);

/** The same for a device of a list, by what it is called there or by what that stands for. */
int tni_devices_is_meant(const tni_devices *devices, uint32_t index, tn_string name);

/** Whether a name is that of a plugin, which stands for one of its devices: "A", not "A.1" or
 * "A:B". */
int tni_device_is_plugin(tn_string device);

/** Checks that no two names of a list stand for one device.
 *  @param property what holds the list, for messages
 *  @return TN_OK, TN_INVALID_ARGUMENT */
tn_status tni_devices_check(const tni_devices *devices, const char *property, tn_error *error);

/** The plugin that a device is of: "A" of "A.1" and of "A"; borrowed from the name. */
tn_string tni_device_plugin(tn_string device);

/** Whether a call failed since the device, or what it needs, is not there: then others may do. */
static inline int tni_device_is_out_of_order(tn_status status) {
  return status == TN_BACKEND_MISSING || status == TN_BACKEND_VERSION || status == TN_DEVICE_LOST;
}

/** Takes a list "A,B.1,C" apart.
 *  @param property what holds the list, for messages
 *  @return TN_OK; TN_INVALID_ARGUMENT (nothing, or the same twice); TN_OUT_OF_MEMORY */
tn_status tni_devices_parse(tni_arena *arena, const char *property, tn_string list,
                            tni_devices *out, tn_error *error);

#endif
