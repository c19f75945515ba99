/** @file
 *  Multidirectional broadcasting: the shape rule, and walking over operands of different shapes at
 * run time.
 */
#ifndef TENON_OPS_BROADCAST_H
#define TENON_OPS_BROADCAST_H

#include "ops/operator.h"

enum {
  TNI_MAX_OPERANDS = 3 /**< Most operands that are walked over together. */
};

/** The shape that the shapes of `count` inputs, from input `first` on, give together; left-out
 * inputs do not count. Without the rank of one of them, nothing is known. Elements and type of
 * `out` stay as they are.
 *  @return TN_OK, TN_WRONG_SHAPE */
tn_status tni_broadcast_shapes(tni_inference *inference, uint32_t first, uint32_t count,
                               tni_facts *out, tn_error *error);

/** One dimension of the result of broadcasting.
 *  @return 1, or 0 when the two can never fit together */
int tni_broadcast_dimension(tni_inference *inference, tn_dimension a, tn_dimension b,
                            tn_dimension *out);

/** Rule: output 0 has the type of input 0 and the shape that all inputs give together. */
tn_status tni_infer_broadcast(tni_inference *inference, tn_error *error);

/** Rule: as tni_infer_broadcast, with output 0 bool. */
tn_status tni_infer_broadcast_bool(tni_inference *inference, tn_error *error);

/** A walk over operands that are broadcast to one dense shape, run by run: within a run every
 * operand advances by a constant stride. Use:
 *  @code
 *  tni_broadcast walk;
 *  tni_broadcast_start(&walk, output, inputs, 2);
 *  while (tni_broadcast_next(&walk))
 *    ... walk.count elements: output from walk.position, operand k from walk.offset[k], step
 * walk.stride[k] ...
 *  @endcode */
typedef struct tni_broadcast {
  int64_t position;                 /**< Offset of the run in the dense shape, in elements. */
  size_t count;                     /**< Elements of the run, at most TNI_CHUNK. */
  int64_t offset[TNI_MAX_OPERANDS]; /**< Where each operand's part of the run begins. */
  int64_t stride[TNI_MAX_OPERANDS]; /**< Each operand's step within the run: 0 or 1. */
  uint32_t operand_count;           /**< Number of operands. */
  uint32_t rank;                    /**< Dimensions left after joining neighbours, at least 1. */
  int64_t shape[TN_MAX_RANK + 1];   /**< The shape walked over. */
  int64_t strides[TNI_MAX_OPERANDS][TN_MAX_RANK + 1]; /**< Steps of each operand per dimension. */
  int64_t index[TN_MAX_RANK + 1];                     /**< Where the next run begins. */
  int64_t next_position;                              /**< Its offset in the dense shape. */
  int64_t total;                                      /**< Elements in all. */
} tni_broadcast;

/** Begins a walk over `operand_count` dense operands whose shapes broadcast to that of `output`
 * (checked by the shape rule). Nothing is held. */
void tni_broadcast_start(tni_broadcast *walk, const tn_tensor *output, tn_tensor *const *operands,
                         uint32_t operand_count);

/** Goes to the next run. @return 0 when there is none */
int tni_broadcast_next(tni_broadcast *walk);

#endif
