/** @file
 *  Copies of elements of any type from one dense tensor to another: the core of the operators that
 * only move data.
 */
#ifndef TENON_OPS_MOVE_H
#define TENON_OPS_MOVE_H

#include "graph/tensor_layout.h"
#include "ops/types.h"

/** Set of the types that most operators which only move elements take: basic types, bf16, complex
 * numbers, strings. */
#define TNI_PLAIN_TYPES                                                         \
  (TNI_BASIC_TYPES | TNI_TYPE(TN_BF16) | TNI_TYPE(TN_C64) | TNI_TYPE(TN_C128) | \
   TNI_TYPE(TN_STRING_ELEMENT))

/** Set of all types that can be moved: those of whole bytes, and strings. */
#define TNI_MOVED_TYPES (TNI_MOVABLE_TYPES | TNI_TYPE(TN_STRING_ELEMENT))

/** A box of elements that is copied: position `index` comes from offset + sum(index * stride) on
 * either side. Offsets and strides count elements; strides may be zero (the source repeats) or
 * negative. */
typedef struct tni_move {
  uint32_t rank;              /**< Dimensions of the box. */
  int64_t shape[TN_MAX_RANK]; /**< Extents of the box; with a zero among them nothing is copied. */
  int64_t from_offset;        /**< First element in the source. */
  int64_t from_strides[TN_MAX_RANK]; /**< Steps in the source. */
  int64_t to_offset;                 /**< First element in the target. */
  int64_t to_strides[TN_MAX_RANK];   /**< Steps in the target. */
} tni_move;

/** Copies the box. Both tensors are dense, of one element type of whole bytes, strings among them.
 *  @return TN_OK, TN_OUT_OF_MEMORY (strings), TN_UNSUPPORTED (a type below a byte) */
tn_status tni_move_box(tn_tensor *to, tn_tensor *from, const tni_move *move, tn_error *error);

/** Copies `count` elements that follow each other on both sides. */
tn_status tni_move_run(tn_tensor *to, int64_t to_offset, tn_tensor *from, int64_t from_offset,
                       int64_t count, tn_error *error);

/** Copies `count` elements that lie at `from_offset` + `picks[i]` to neighbours from `to_offset`
 * on; a negative pick leaves its place as it is. */
tn_status tni_move_picked(tn_tensor *to, int64_t to_offset, tn_tensor *from, int64_t from_offset,
                          const int64_t *picks, int64_t count, tn_error *error);

/** Copies all elements, of any type: the shapes may differ, the number of elements does not. */
tn_status tni_move_all(tn_tensor *to, tn_tensor *from, tn_error *error);

#endif
