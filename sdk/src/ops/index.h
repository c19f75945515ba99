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

/** Fails when the ranks of two inputs, both known, are not the same. */
tn_status tni_expect_same_rank(const tni_inference *inference, uint32_t a, uint32_t b,
                               tn_error *error);

/** Fails when a dimension of input `inner`, but for `axis`, is larger than that of input `outer`.
 */
tn_status tni_expect_within(const tni_inference *inference, uint32_t inner, uint32_t outer,
                            uint32_t axis, tn_error *error);

/** A walk over a tensor of indices, of the rank of the tensor they point into: each names an
 * element along one axis, and its own place gives the other coordinates. */
typedef struct tni_axis_walk {
  const tn_node *node;          /**< For messages. *Borrowed.* */
  const tn_tensor *indices;     /**< *Borrowed.* */
  uint32_t axis;                /**< The axis that is named. */
  int64_t extent;               /**< Elements along it. */
  int64_t position;             /**< Place in `indices`, in elements. */
  int64_t base;                 /**< Element that index 0 would name. */
  int64_t total;                /**< Number of indices. */
  int64_t strides[TN_MAX_RANK]; /**< Of the tensor pointed into. */
  int64_t at[TN_MAX_RANK];      /**< The place by coordinates. */
} tni_axis_walk;

/** Begins a walk of a node with the attribute `axis`. Fails when indices lie outside of `data` on
 * another axis. */
tn_status tni_axis_walk_start(tni_axis_walk *walk, const tni_evaluation *evaluation,
                              const tn_tensor *data, const tn_tensor *indices, tn_error *error);

/** Goes to the next index. @return 0 when there is none */
int tni_axis_walk_next(tni_axis_walk *walk);

/** The element that the index names. @return TN_OK, TN_OUT_OF_RANGE */
tn_status tni_axis_walk_target(const tni_axis_walk *walk, int64_t *out, tn_error *error);

/** The element that a tuple of `count` indices, from element `position` of `indices` on, names:
 * counted in blocks that remain behind the first `count` dimensions of `shape`. @return TN_OK,
 * TN_OUT_OF_RANGE */
tn_status tni_index_tuple(const tn_node *node, const tn_tensor *indices, int64_t position,
                          int64_t count, const int64_t *shape, int64_t *out, tn_error *error);

#endif
