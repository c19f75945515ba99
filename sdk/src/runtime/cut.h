/** @file
 *  A view of a model without some of its nodes, for asking about the others.
 */
#ifndef TENON_RUNTIME_CUT_H
#define TENON_RUNTIME_CUT_H

#include "runtime/offer.h"

/** Makes the view: outputs of nodes that were cut out become inputs of the graph, values that only
 * they used become its outputs. It shares everything else with the offer's model, which it retains.
 *  @param out receives one reference
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_cut_model(tni_services *services, const tni_offer *offer, tn_model **out,
                        tn_error *error);

#endif
