/** @file
 *  Operator cases as files: what a case computes, in a form that any other runtime reads.
 */
#ifndef TENON_CONFORMANCE_WRITTEN_CASE_H
#define TENON_CONFORMANCE_WRITTEN_CASE_H

#include "numbers/arithmetic.h"
#include "numbers/operator_spec.h"

/** Writes a case into a folder of its own below `folder`, as a node test in the layout of the ONNX
 * project: model.onnx, test_data_set_0/input_M.pb and output_M.pb, tolerance.json. Beside each
 * output whose elements may be off lie exact_M.pb, the reference in f64, and allowed_M.pb, how far
 * each element may be off it. Nothing is written of outputs of which a file cannot tell what is
 * right: indices with ties, elements that may be anything.
 *  @param how how the plugin says that it computes: bounds depend on it
 *  @return TN_OK, TN_IO or what the reference came to */
tn_status written_case_put(const char *folder, const operator_spec *spec, uint64_t seed,
                           const arithmetic *how, tn_error *error);

#endif
