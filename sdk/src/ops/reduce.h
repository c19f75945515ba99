/** @file
 *  Reductions over any axes: which elements make one element of the result, and walking over them.
 */
#ifndef TENON_OPS_REDUCE_H
#define TENON_OPS_REDUCE_H

#include "ops/operator.h"

/** The walk over all elements that make one element of the result, the same for each but for where
 * it starts. */
typedef struct tni_reduction {
  uint32_t kept_rank;                /**< Dimensions that stay. */
  uint32_t reduced_rank;             /**< Dimensions that go, at least 1; the last is the run. */
  int64_t kept[TN_MAX_RANK];         /**< Their extents. */
  int64_t kept_strides[TN_MAX_RANK]; /**< Their steps in the input. */
  int64_t reduced[TN_MAX_RANK + 1];  /**< Their extents. */
  int64_t reduced_strides[TN_MAX_RANK + 1]; /**< Their steps in the input. */
  int64_t results;                          /**< Number of elements of the result. */
  int64_t elements;                         /**< Number of elements that make one of them. */
} tni_reduction;

/** Shape rule of the Reduce operators: axes from input 1, attributes keepdims and
 * noop_with_empty_axes. */
tn_status tni_reduce_infer(tni_inference *inference, tn_error *error);

/** Reads the axes of a Reduce node and sorts the dimensions of input 0. */
tn_status tni_reduction_read(const tni_evaluation *evaluation, tni_reduction *out, tn_error *error);

/** Receives `count` elements of one result, from `offset` on, `stride` apart. */
typedef void (*tni_reduction_visitor)(void *user, int64_t offset, int64_t stride, size_t count);

/** Hands all elements that make result `index` to `visit`, in runs of at most TNI_CHUNK. */
void tni_reduction_visit(const tni_reduction *self, int64_t index, tni_reduction_visitor visit,
                         void *user);

#endif
