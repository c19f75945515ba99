/** @file
 *  Comparing the outputs of whole models: mean error, largest error and order of the largest, all
 * three.
 */
#ifndef TENON_CONFORMANCE_WHOLE_MODEL_H
#define TENON_CONFORMANCE_WHOLE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "numbers/gate.h"
#include "tenon/abi/tensor.h"

/** Whether two dense tensors of one type and shape agree as outputs of a whole model; what is no
 * real number has to be equal.
 *  @param precision element type that the device computes in, or TN_ANY_TYPE
 *  @param why receives what does not hold */
bool whole_model_agrees(const tn_tensor *asked, const tn_tensor *found, uint32_t precision,
                        char *why, size_t size);

/** Tries whole_model_agrees on wrong tensors; see gate_try. */
tn_status whole_model_try(const tn_tensor *asked, uint32_t precision, uint64_t seed,
                          gate_result *out, tn_error *error);

#endif
