/** @file
 *  Comparing a tensor with the expected one.
 */
#ifndef TENON_TESTS_ONNX_COMPARE_H
#define TENON_TESTS_ONNX_COMPARE_H

#include "base/status.h"
#include "tenon/abi/tensor.h"

/** How far floats may lie apart: |got - expected| <= absolute + relative * |expected|. */
typedef struct test_tolerance {
  double absolute;
  double relative;
} test_tolerance;

/** Compares dense host tensors: type, shape, and elements, exactly but for float types.
 *  @return TN_OK; TN_WRONG_TYPE, TN_WRONG_SHAPE, TN_OUT_OF_RANGE with the first element that is off
 */
tn_status test_compare(const tn_tensor *got, const tn_tensor *expected, test_tolerance tolerance,
                       tn_error *error);

#endif
