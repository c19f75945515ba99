/** @file
 *  Working memory of kernels.
 */
#ifndef TENON_OPS_SCRATCH_H
#define TENON_OPS_SCRATCH_H

#include "ops/operator.h"

/** `count` elements of `size` bytes, zeroed, for the length of an evaluation; the caller gives them
 * back to `evaluation->allocator`. NULL with the error filled in (TN_OUT_OF_MEMORY, naming the
 * node) when there are none. */
void *tni_scratch(const tni_evaluation *evaluation, size_t count, size_t size, tn_error *error);

#endif
