/** @file
 *  What HETERO tells of how its devices compute.
 */
#ifndef TENON_DEVICES_HETERO_TOLD_H
#define TENON_DEVICES_HETERO_TOLD_H

#include "devices/hetero/plan.h"
#include "tenon/kit/plugin.h"

/** FLOAT_CONTROLS: each departure that one of the devices in the plugin's list tells, since a node
 * may come to any of them. */
tn_status tni_hetero_get_float_controls(const tn_kit_reading *reading, tn_value_sink sink,
                                        void *user, tn_error *error);

/** OPERATOR_PROFILE: that of the first device that has one, since the whole takes what one takes;
 * else empty. */
tn_status tni_hetero_get_operator_profile(const tn_kit_reading *reading, tn_value_sink sink,
                                          void *user, tn_error *error);

/** The part whose device speaks first of a property of the compiled model: of
 * INFERENCE_PRECISION_HINT the one whose type is coarsest, which the results of the whole are no
 * better than; of others the first. */
uint32_t tni_hetero_coarsest_part(const tni_plan *plan, tn_string name);

#endif
