/** @file
 *  The one device that a name in a list stands for.
 */
#ifndef TENON_DEVICES_HETERO_WHOLE_H
#define TENON_DEVICES_HETERO_WHOLE_H

#include "devices/hetero/below.h"

/** Finds the device that a name stands for: "A" for that of A's DEVICE_ID (of the call, or as A has
 * it), or for A's first. Any other name, and one that is not there, stands for itself.
 *  @param out the arena's, or the name
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tni_below_whole(const tni_below *below, tni_arena *arena, tn_string name, tn_string *out,
                          tn_error *error);

/** Finds for each name of a list the one device that it stands for, where that is not known: a
 * plugin's name for the device of its DEVICE_ID, or its first. Of one that is not there it is not
 * found.
 *  @param arena holds the names
 *  @return TN_OK; TN_INVALID_ARGUMENT (two names of one device); TN_OUT_OF_MEMORY */
tn_status tni_below_resolve(const tni_below *below, tni_arena *arena, tni_devices *devices,
                            tn_error *error);

#endif
