/** @file
 *  Normalization of rows: what the layer, group and instance normalizations share.
 */
#ifndef TENON_OPS_NORMALIZE_H
#define TENON_OPS_NORMALIZE_H

#include "ops/operator.h"

/** Mean and spread of a row. */
typedef struct tni_moments {
  double mean;    /**< Of the elements; 0 where it is not asked for. */
  double inverse; /**< 1 / sqrt(variance + epsilon), or of the mean square when there is no mean. */
} tni_moments;

/** Moments of `count` dense elements from `offset` on.
 *  @param centered 0: about zero, as the root mean square asks for */
tni_moments tni_row_moments(const tn_tensor *tensor, int64_t offset, int64_t count, int centered,
                            double epsilon);

/** Writes (x - mean) * inverse * scale + shift of `count` dense elements, at the same offset in
 * `y`. */
void tni_normalize_row(const tn_tensor *x, tn_tensor *y, int64_t offset, int64_t count,
                       tni_moments moments, double scale, double shift);

#endif
