/** @file
 *  Models and tensors as ONNX files.
 */
#ifndef TENON_CONFORMANCE_ONNX_WRITER_H
#define TENON_CONFORMANCE_ONNX_WRITER_H

#include "base/status.h"
#include "tenon/abi/model.h"

/** Writes a model with all its graphs and constants.
 *  @return TN_OK, TN_UNSUPPORTED (a constant with strides), TN_IO */
tn_status onnx_write_model(const char *path, const tn_model *model, tn_error *error);

/** Writes a dense tensor as a TensorProto.
 *  @return as onnx_write_model */
tn_status onnx_write_tensor(const char *path, tn_string name, const tn_tensor *tensor,
                            tn_error *error);

#endif
