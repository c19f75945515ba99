/** @file
 *  The gate of every comparison: it is tried on wrong tensors before it counts.
 */
#ifndef TENON_CONFORMANCE_GATE_H
#define TENON_CONFORMANCE_GATE_H

#include <stdbool.h>

#include "base/status.h"
#include "tenon/abi/tensor.h"

/** A comparison, and what it asks for. */
typedef struct gate_subject {
  const tn_tensor *right; /**< What passes: dense, host memory. */
  const void *judge;      /**< Of the functions. */
  /** Whether the comparison takes `wrong` for right. */
  bool (*accepts)(const struct gate_subject *self, const tn_tensor *wrong);
  /** Whether the comparison has to tell this element of `wrong` from the right one; NULL: where
   * their numbers differ (gate_numbers_differ). */
  bool (*differs)(const struct gate_subject *self, const tn_tensor *wrong, uint64_t index);
  /** How far a real element may be off; 0: not at all, INFINITY: it may be anything. */
  double (*allowed)(const struct gate_subject *self, uint64_t index);
} gate_subject;

/** What trying the comparison came to. */
typedef struct gate_result {
  uint32_t applicable; /**< Corruptions that changed something. */
  uint32_t accepted;   /**< Of those, the ones that the comparison took for right. */
  const char *first;   /**< Name of the first that was accepted, or NULL. */
} gate_result;

/** Tries the comparison on wrong tensors: zeros; everything shifted by one; the last two dimensions
 * swapped; one element, drawn by `seed`, off by eight times its bound, or by 1 where it is exact.
 * What equals the original is not applicable. Texts are compared byte by byte and not tried.
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status gate_try(const gate_subject *self, uint64_t seed, gate_result *out, tn_error *error);

/** Whether two elements are other numbers: zeros of either sign are the same, and so is all that is
 * no number. */
bool gate_numbers_differ(const tn_tensor *right, const tn_tensor *wrong, uint64_t index);

#endif
