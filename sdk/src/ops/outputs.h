/** @file
 *  Outputs of kernels whose shapes may depend on data, and copies of whole tensors.
 */
#ifndef TENON_OPS_OUTPUTS_H
#define TENON_OPS_OUTPUTS_H

#include "ops/operator.h"

/** Makes output `index` ready to be written: where the driver could not (its shape depends on
 * data), allocates it; where it did, checks that the shape is this one.
 *  @return TN_OK; TN_WRONG_SHAPE when it is another one than inferred; TN_OUT_OF_MEMORY */
tn_status tni_prepare_output(tni_evaluation *evaluation, uint32_t index, uint32_t type,
                             uint32_t rank, const int64_t *shape, tn_error *error);

/** Gives a copy of `tensor` as output `index`, prepared as by tni_prepare_output. */
tn_status tni_copy_output(tni_evaluation *evaluation, uint32_t index, tn_tensor *tensor,
                          tn_error *error);

#endif
