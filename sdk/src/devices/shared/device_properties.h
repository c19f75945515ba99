/** @file
 *  DEVICE_PROPERTIES: what a call says of single devices, a map of devices, each with a map of
 * properties.
 */
#ifndef TENON_DEVICES_SHARED_DEVICE_PROPERTIES_H
#define TENON_DEVICES_SHARED_DEVICE_PROPERTIES_H

#include "devices/shared/device_list.h"
#include "tenon/abi/value.h"

/** Name of the property. */
#define TNI_DEVICE_PROPERTIES "DEVICE_PROPERTIES"

/** The entry among others, or NULL. */
const tn_map_entry *tni_device_properties_find(const tn_map_entry *entries, uint64_t count);

/** Checks that it speaks of some of the devices and of no others. "CPU" is said of "CPU.0" as well.
 *  @param said as find has given it
 *  @param error names `whose` devices they are
 *  @return TN_OK, TN_WRONG_TYPE (no map of maps), TN_NOT_FOUND (another device) */
tn_status tni_device_properties_check(const tn_map_entry *said, const tni_devices *devices,
                                      const char *whose, tn_error *error);

/** How many properties of devices there are in all; of no entry none. It has been checked. */
uint64_t tni_device_properties_count(const tn_map_entry *said);

/** Adds an entry, in place of one of the same key. */
void tni_entries_put(tn_map_entry *entries, uint64_t *count, const tn_map_entry *added);

/** Adds what is said of a device.
 *  @param whole what the name stands for (tni_devices) */
void tni_device_properties_put(tn_map_entry *entries, uint64_t *count, const tn_map_entry *said,
                               tn_string device, tn_string whole);

#endif
