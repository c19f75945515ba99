/** @file
 *  Reading ONNX files: models of IR versions 3 to 14 and operator sets 7 to 28, and single tensors.
 *
 *  Weights stay in the mapped file: raw elements are used where they lie, in the model's file or in
 *  files of external data below its folder. Elements in typed fields are unpacked.
 *
 *  What is not read yet is TN_UNSUPPORTED: functions, sparse tensors, values that are no tensors.
 *  What is no inference is ignored: training information, hints for devices and quantization,
 *  documentation, metadata. An initializer that is also an input counts as a constant, not as an
 *  input.
 *
 *  Any other trouble with the file is TN_MALFORMED, and the message names the node or value.
 */
#ifndef TENON_FRONTENDS_ONNX_ONNX_H
#define TENON_FRONTENDS_ONNX_ONNX_H

#include "graph/graph.h"

/** The operator sets and file versions that are read. */
enum {
  TNI_ONNX_FIRST_SET = 7,
  TNI_ONNX_LAST_SET = TN_ONNX_OPERATOR_SET,
  TNI_ONNX_FIRST_IR = 3,
  TNI_ONNX_LAST_IR = 14
};

/** Reads a model. Every node keeps the version of its operator that the file's operator set has.
 *  @param path of the file; files of external data are looked for below its folder
 *  @param out receives the model, owned and mutable
 *  @return TN_OK, TN_NOT_FOUND, TN_IO, TN_MALFORMED, TN_UNSUPPORTED, TN_OUT_OF_MEMORY */
tn_status tni_onnx_read_file(const tni_environment *environment, tn_string path, tni_model **out,
                             tn_error *error);

/** Reads a model from memory; elements are copied.
 *  @param data `size` bytes, borrowed for the call
 *  @param folder of files of external data, zero-ended ("" is the working folder); NULL: the model
 *  may have none
 *  @return as tni_onnx_read_file */
tn_status tni_onnx_read_memory(const tni_environment *environment, const void *data, size_t size,
                               const char *folder, tni_model **out, tn_error *error);

/** Reads a file that holds one TensorProto.
 *  @param name copied from the message with a zero byte behind, cut to `name_size` bytes; NULL: not
 *  asked for
 *  @param out receives one reference
 *  @return as tni_onnx_read_file */
tn_status tni_onnx_read_tensor(const tni_environment *environment, tn_string path, char *name,
                               size_t name_size, tn_tensor **out, tn_error *error);

#endif
