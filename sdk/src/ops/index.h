/** @file
 *  Indices that are data: read from an integer tensor and brought into range.
 */
#ifndef TENON_OPS_INDEX_H
#define TENON_OPS_INDEX_H

#include "ops/operator.h"

/** Element `position` of `indices` (int32 or int64) as an index of an axis of `extent` elements;
 * negative ones count from the end.
 *  @return TN_OK, TN_OUT_OF_RANGE (named with the node) */
tn_status tni_index_at(const tn_node *node, const tn_tensor *indices, int64_t position,
                       int64_t extent, int64_t *out, tn_error *error);

#endif
