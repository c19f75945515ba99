/** @file
 *  What the outputs of an operator case should be, with a bound for each element. Only the
 * supervisor asks.
 */
#ifndef TENON_CONFORMANCE_OPERATOR_REFERENCE_H
#define TENON_CONFORMANCE_OPERATOR_REFERENCE_H

#include "numbers/arithmetic.h"
#include "numbers/expected.h"
#include "numbers/operator_model.h"

/** Computes one output of a case as the table of tolerances asks for.
 *  @param arithmetic how the plugin says that it computes
 *  @param out zeroed; to be given back with expected_clear */
tn_status operator_expect(const operator_spec *spec, uint64_t seed, uint32_t output,
                          const arithmetic *how, expected *out, tn_error *error);

/** Number of elements that the sums of an output have, at most. */
double operator_sum_length(const operator_spec *spec, const operator_data *data,
                           const tn_tensor *output);

#endif
