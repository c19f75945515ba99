/** @file
 *  What a device made of several can, by what each of them can.
 */
#ifndef TENON_DEVICES_SHARED_CAPABILITIES_H
#define TENON_DEVICES_SHARED_CAPABILITIES_H

#include "tenon/abi/device.h"

/** Capabilities that lie in a node: the device that has them runs it, so one is enough. */
#define TNI_HETERO_BY_ONE (TN_DEVICE_HAS_STATES | TN_DEVICE_HAS_DYNAMIC)

/** Capabilities that are asked of a whole model, and so of the device of each part. */
#define TNI_HETERO_BY_ALL                                                     \
  (TN_DEVICE_HAS_IMPORT | TN_DEVICE_HAS_PROFILING | TN_DEVICE_CANCELS_EARLY | \
   TN_DEVICE_DETERMINISTIC)

#endif
