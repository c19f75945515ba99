/** @file
 *  For tests: operators, their inputs and what they must give, written as text.
 *
 *  An input is "f32[batch,3,1..8,4..,?]{1,2,3}" or "-" (left out): element type; dimensions, which
 *  are numbers, intervals, symbols by name, or "?" for unknown ones, without brackets when not even
 *  the rank is known; elements. Attributes are "axis=1 perm=[1,0] alpha=0.5 mode=reflect": whole
 *  numbers, lists of them, numbers with a point, and text.
 */
#ifndef TENON_OPS_OPERATOR_CASES_H
#define TENON_OPS_OPERATOR_CASES_H

#include <stddef.h>

/** One case. */
typedef struct tni_operator_case {
  const char *operation;  /**< Name of the operator. */
  const char *inputs;     /**< Separated by spaces. */
  const char *attributes; /**< Separated by spaces; NULL: none. */
  /** For every output its shape, such as "[batch,?]" or "?" without a rank, and, where they count,
   * its elements: "[2]{3,4}". Or "!" and a part of the message with which the case fails;
   * "!!" for a node of two outputs. */
  const char *expected;
} tni_operator_case;

/** Checks what the rule says of the outputs. */
void tni_expect_rules(const tni_operator_case *cases, size_t count);

/** Checks what the kernel computes; elements must be equal. All inputs have elements. */
void tni_expect_results(const tni_operator_case *cases, size_t count);

/** Runs the kernel with every allocation failing in turn: an error each time, nothing leaked, and
 * the result at last. */
void tni_expect_no_leak(const tni_operator_case *cases, size_t count);

/** The functions above on cases that are written in place. */
#define TNI_CASES(function, ...)                        \
  do {                                                  \
    const tni_operator_case cases_[] = {__VA_ARGS__};   \
    function(cases_, sizeof cases_ / sizeof cases_[0]); \
  } while (0)

#endif
