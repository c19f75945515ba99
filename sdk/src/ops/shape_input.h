/** @file
 *  Shapes that are data: vectors of integers that say how large an output is.
 */
#ifndef TENON_OPS_SHAPE_INPUT_H
#define TENON_OPS_SHAPE_INPUT_H

#include "ops/operator.h"

/** Rule: the shape of `out` is what input `input`, a vector of integers, holds, as far as it is
 * known.
 *  @return TN_OK, TN_WRONG_SHAPE, TN_OUT_OF_RANGE (a negative number) */
tn_status tni_infer_shape_from_input(tni_inference *inference, uint32_t input, tni_facts *out,
                                     tn_error *error);

/** The shape that input `input`, a vector of integers, holds.
 *  @param shape room for TN_MAX_RANK
 *  @return TN_OK, TN_WRONG_SHAPE, TN_OUT_OF_RANGE (a negative number) */
tn_status tni_read_shape(const tni_evaluation *evaluation, uint32_t input, uint32_t *rank,
                         int64_t *shape, tn_error *error);

#endif
