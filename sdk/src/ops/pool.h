/** @file
 *  What the pooling operators share: a window over each plane (one channel of one image) by itself.
 */
#ifndef TENON_OPS_POOL_H
#define TENON_OPS_POOL_H

#include "ops/window.h"

/** A pooling that is ready to run. */
typedef struct tni_pool {
  tn_tensor *x;      /**< N x C x spatial. *Borrowed.* */
  tn_tensor *y;      /**< N x C x positions. *Borrowed.* */
  tni_window window; /**< Placed over the planes of `x`. */
  int64_t planes;    /**< N times C. */
  int64_t image;     /**< Elements of a plane of `x`. */
  int64_t positions; /**< Elements of a plane of `y`. */
} tni_pool;

/** Shape rule: `Y` of the type of `X`, and indices of int64 of the same shape where they are an
 * output. */
tn_status tni_pool_infer(tni_inference *inference, tn_error *error);

/** Reads the node and places its window. */
tn_status tni_pool_create(tni_evaluation *evaluation, tni_pool *out, tn_error *error);

/** Shape rule of the global poolings: every spatial dimension becomes 1. */
tn_status tni_global_pool_infer(tni_inference *inference, tn_error *error);

#endif
