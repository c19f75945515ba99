/** @file
 *  What is known of the elements of small integer tensors, through the arithmetic that models do
 * with shapes. An element is an interval with an identity (tn_dimension); one whose smallest value
 * is below zero is known only when static.
 */
#ifndef TENON_OPS_ELEMENT_RULES_H
#define TENON_OPS_ELEMENT_RULES_H

#include "ops/shape_rules.h"

/** What is known of the result of an operation on two elements. */
typedef tn_dimension (*tni_element_rule)(tni_inference *inference, tn_dimension a, tn_dimension b);

/** Sets the elements of output 0 from those of inputs 0 and 1, broadcast, where they are known and
 * have rank 0 or 1. */
void tni_follow_binary(tni_inference *inference, tni_element_rule rule);

/** As tni_follow_binary over all inputs in turn. */
void tni_follow_variadic(tni_inference *inference, tni_element_rule rule);

/** @name Rules of operators
 *  @{ */
tn_dimension tni_element_add(tni_inference *inference, tn_dimension a, tn_dimension b);
tn_dimension tni_element_subtract(tni_inference *inference, tn_dimension a, tn_dimension b);
tn_dimension tni_element_multiply(tni_inference *inference, tn_dimension a, tn_dimension b);
tn_dimension tni_element_divide(tni_inference *inference, tn_dimension a, tn_dimension b);
tn_dimension tni_element_min(tni_inference *inference, tn_dimension a, tn_dimension b);
tn_dimension tni_element_max(tni_inference *inference, tn_dimension a, tn_dimension b);
/** @} */

#endif
