/** @file
 *  Models and tensors as ONNX files, weights included. The same content gives the same bytes.
 */
#ifndef TENON_GRAPH_ONNX_WRITER_H
#define TENON_GRAPH_ONNX_WRITER_H

#include "base/environment.h"
#include "base/status.h"
#include "base/text.h"
#include "tenon/abi/model.h"

/** Writes a model with all its graphs and constants. What ONNX has no place for is left out: bounds
 * of dimensions, symbols without a name, origins of nodes.
 *  @param environment of what is made meanwhile
 *  @param out the file is appended
 *  @return TN_OK, TN_OUT_OF_MEMORY; TN_UNSUPPORTED (a constant in device memory) */
tn_status tni_onnx_write_model(const tni_environment *environment, const tn_model *model,
                               tni_text *out, tn_error *error);

/** Writes a host tensor as a TensorProto.
 *  @return as tni_onnx_write_model */
tn_status tni_onnx_write_tensor(const tni_environment *environment, tn_string name,
                                const tn_tensor *tensor, tni_text *out, tn_error *error);

#endif
