/** @file
 *  Models at other operator sets than the one of their file.
 */
#ifndef TENON_RUNTIME_UPGRADE_CACHE_H
#define TENON_RUNTIME_UPGRADE_CACHE_H

#include "runtime/services.h"

/** The model with its ai.onnx nodes upgraded at most to a set; nodes without a way there stay. The
 * result of a model that this runtime has read is kept as long as the model lives.
 *  @param version of the set; 0 leaves all as it is
 *  @param out receives one reference; it may be the model itself
 *  @return TN_OK, TN_MALFORMED, TN_OUT_OF_MEMORY */
tn_status tni_upgraded_model(tni_services *services, tn_model *model, uint32_t version,
                             tn_model **out, tn_error *error);

#endif
