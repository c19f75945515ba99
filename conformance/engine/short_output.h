/** @file
 *  A tensor that makes inferences fail: an output without room that cannot be resized.
 */
#ifndef TENON_CONFORMANCE_SHORT_OUTPUT_H
#define TENON_CONFORMANCE_SHORT_OUTPUT_H

#include "engine/check.h"

/** Takes the slot `resize` away from a tensor of the suite. */
void tensor_take_resize_away(test *t, tn_tensor *tensor);

/** A tensor of the right type and shape for an output of the carrier, of which only half may be
 * used. Runs one inference to learn the shape. NULL after recording why. */
tn_tensor *short_output(test *t, tn_infer_request *request, uint32_t output);

/** Sets it, and tells whether an inference will fail for it: a plugin may refuse it at once with
 * INVALID_ARGUMENT. */
bool short_output_set(test *t, tn_infer_request *request, uint32_t output, tn_tensor *tensor);

/** Why a case ends when short_output_set does not hold. */
#define SHORT_OUTPUT_REFUSED "the plugin refuses an output without room before it runs"

#endif
