/** @file
 *  Comparing tensors with a reference, and whether the comparison itself would notice a wrong one.
 */
#ifndef TENON_CONFORMANCE_COMPARE_H
#define TENON_CONFORMANCE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "numbers/gate.h"
#include "tenon/abi/tensor.h"

/** A bound on |found - expected| per element: absolute + relative * |expected|. Integers and truths
 * are exact. */
typedef struct compare_bound {
  double absolute; /**< Absolute part. */
  double relative; /**< Relative part. */
} compare_bound;

/** What API cases allow for an element type: a row of the table of tolerances; exact for what is no
 * real type. */
compare_bound compare_default_bound(uint32_t type);

/** As compare_default_bound for what is computed in a real type of its own, which the plugin tells
 * (INFERENCE_PRECISION_HINT): no sharper than the bound of that. TN_ANY_TYPE: in the element type.
 */
compare_bound compare_bound_in(uint32_t type, uint32_t precision);

/** Whether two dense host tensors agree; writes the first difference into `why`. */
bool compare_tensors(const tn_tensor *expected, const tn_tensor *found, compare_bound bound,
                     char *why, size_t size);

/** Whether an element has the same bytes in two dense host tensors of one type and shape. Of a type
 * below a byte the whole byte is compared. */
bool compare_same_element(const tn_tensor *expected, const tn_tensor *found, uint64_t index);

/** Whether an element that differs holds nothing but `byte`, with which the tensor was filled
 * before: nobody has written it. False for types below four bytes, where a wrong value can look
 * like that. */
bool compare_is_unwritten(const tn_tensor *expected, const tn_tensor *found, unsigned char byte);

/** Whether no element is infinite or no number. */
bool compare_is_finite(const tn_tensor *tensor);

/** Whether two dense host tensors agree bit by bit; writes the first difference into `why`. */
bool compare_bits(const tn_tensor *expected, const tn_tensor *found, char *why, size_t size);

/** Tries compare_tensors on wrong tensors; see gate_try. */
tn_status compare_try(const tn_tensor *expected, compare_bound bound, uint64_t seed,
                      gate_result *out, tn_error *error);

#endif
