/** @file
 *  Devices that are made of others, which they reach through tn.core/1.
 */
#ifndef TENON_CONFORMANCE_VIRTUAL_DEVICE_H
#define TENON_CONFORMANCE_VIRTUAL_DEVICE_H

#include "engine/check.h"

/** Whether the tested device is made of others. */
bool test_is_virtual(test *t);

/** Why a case does not apply to others. */
#define NOT_VIRTUAL "the device is not made of others"

/** What the engines below hold of their hosts: blocks, tensors and executors. */
long test_held_below(const test *t);

#endif
