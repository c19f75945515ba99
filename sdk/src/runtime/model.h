/** @file
 *  Models that the runtime has read: the view that applications and plugins get, and what was made
 *  of it for other operator sets.
 */
#ifndef TENON_RUNTIME_MODEL_H
#define TENON_RUNTIME_MODEL_H

#include "graph/graph.h"
#include "runtime/services.h"

/** Finishes a model that was read: infers types and shapes, forbids changes.
 *  @param model taken over in any case
 *  @param out receives one reference
 *  @return TN_OK, TN_MALFORMED, TN_OUT_OF_MEMORY */
tn_status tni_model_finish(tni_services *services, tni_model *model, tn_model **out,
                           tn_error *error);

#endif
