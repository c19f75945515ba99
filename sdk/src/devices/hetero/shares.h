/** @file
 *  MODEL_DISTRIBUTION_POLICY: how a model is dealt out to devices of which each could take more.
 */
#ifndef TENON_DEVICES_HETERO_SHARES_H
#define TENON_DEVICES_HETERO_SHARES_H

#include "devices/hetero/below.h"

/** Deals out the nodes of a graph by PIPELINE_PARALLEL, in their order: each device gets as much of
 * the constants as it has of the memory of all; where one does not tell its memory, all get the
 * same.
 *  @param out receives the device of each node, in the arena; NULL where the policy is NONE: each
 * device is offered everything
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tni_shares_make(const tni_below *below, const tni_devices *devices, const tn_graph *graph,
                          tni_arena *arena, uint32_t **out, tn_error *error);

#endif
