/** @file
 *  What outputs should be: the suite's own models on the reference kernels. Only the supervisor
 * asks.
 */
#ifndef TENON_CONFORMANCE_REFERENCE_H
#define TENON_CONFORMANCE_REFERENCE_H

#include "base/status.h"
#include "engine/record.h"

/** Computes one output.
 *  @param out receives one reference */
tn_status reference_output(const record_reference *reference, tn_tensor **out, tn_error *error);

#endif
