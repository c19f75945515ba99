/** @file
 *  What an output should be, and how far each of its elements may be off: the comparison, and the
 * gate that tries the comparison itself.
 */
#ifndef TENON_CONFORMANCE_EXPECTED_H
#define TENON_CONFORMANCE_EXPECTED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "numbers/gate.h"
#include "tenon/abi/tensor.h"

/** What is expected of one output. */
typedef struct expected {
  tn_tensor *tensor; /**< The reference in the output's type, rounded once; dense; owned. */
  double *values;    /**< The reference in f64, or NULL: elements are compared exactly. */
  double *allowed;   /**< Beside `values`: |found - value| at most; INFINITY: anything. */
  tn_tensor *chosen; /**< For indices: what they were chosen from (owned); among equal elements any
                        index will do. Else NULL. */
  bool truncated;    /**< Rounded towards zero: what is beyond the range may come as its end. */
  double largest;    /**< Largest number that the results were computed with, where it is below the
                        type's; else 0. */
  uint32_t axis;     /**< Of `chosen`, along which they count. */
  bool signs;        /**< The sign of zero counts, as do the bits of what is no number. */
} expected;

/** Frees what it owns. */
void expected_clear(expected *self);

/** Whether `found` agrees; else says in `why` what does not, the first element first. */
bool expected_accepts(const expected *self, const tn_tensor *found, char *why, size_t size);

/** Tries the comparison on wrong tensors; see gate_try. */
tn_status expected_try(const expected *self, uint64_t seed, gate_result *out, tn_error *error);

#endif
