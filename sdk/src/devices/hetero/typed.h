/** @file
 *  A model as devices are asked about it: its own nodes, with types and shapes at the values and
 * without those that compute constants.
 */
#ifndef TENON_DEVICES_HETERO_TYPED_H
#define TENON_DEVICES_HETERO_TYPED_H

#include "base/environment.h"
#include "tenon/abi/model.h"
#include "tenon/abi/status.h"

/** Makes it. Operators stay at the versions that they have: each device is offered them at its own.
 *  @param out receives one reference
 *  @return TN_OK; TN_MALFORMED and what else upgrades and shape rules find; TN_OUT_OF_MEMORY */
tn_status tni_typed_make(const tni_environment *environment, const tn_model *model, tn_model **out,
                         tn_error *error);

#endif
