/** @file
 *  How a plugin says that it computes: read by the worker from the compiled model, handed to the
 * supervisor beside the outputs, and printed.
 */
#ifndef TENON_CONFORMANCE_ARITHMETIC_H
#define TENON_CONFORMANCE_ARITHMETIC_H

#include <stdbool.h>
#include <stdint.h>

#include "tenon/abi/value.h"

/** Departures from IEEE 754 that a plugin declares for a real type: bits of arithmetic.controls. */
enum {
  ARITHMETIC_FLUSHES = 1u << 0,      /**< "flush": denormal numbers are taken and given as zero. */
  ARITHMETIC_NO_SPECIALS = 1u << 1,  /**< "no_nan_inf": NaN and infinities are not preserved. */
  ARITHMETIC_NO_ZERO_SIGN = 1u << 2, /**< "no_signed_zero": the sign of zero is not preserved. */
  ARITHMETIC_TRUNCATES = 1u << 3,    /**< "round_to_zero": results are rounded towards zero. */
  ARITHMETIC_NORMWISE = 1u << 4 /**< "normwise": in PERFORMANCE mode sums keep a normwise bound. */
};

/** Modes of EXECUTION_MODE_HINT that a case ran in. */
enum { ARITHMETIC_DEFAULT, ARITHMETIC_ACCURACY, ARITHMETIC_PERFORMANCE };

/** How outputs were computed. Travels in a record: fixed layout. */
typedef struct arithmetic {
  uint32_t precision;   /**< Element type of INFERENCE_PRECISION_HINT, or TN_ANY_TYPE. */
  uint32_t mode;        /**< ARITHMETIC_... */
  uint32_t controls[4]; /**< Of f16, bf16, f32, f64. */
} arithmetic;

/** The controls of a real type; 0 for others. */
uint32_t arithmetic_controls(const arithmetic *self, uint32_t type);

/** The real type that INFERENCE_PRECISION_HINT names, or TN_ANY_TYPE. */
uint32_t arithmetic_precision(const tn_value *value);

/** Takes one entry of FLOAT_CONTROLS, such as "f32:flush". Returns false for what is none. */
bool arithmetic_take(arithmetic *self, tn_string entry);

#endif
