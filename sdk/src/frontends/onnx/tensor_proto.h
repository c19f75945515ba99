/** @file
 *  What a TensorProto says, checked, with its elements left where they lie.
 */
#ifndef TENON_FRONTENDS_ONNX_TENSOR_PROTO_H
#define TENON_FRONTENDS_ONNX_TENSOR_PROTO_H

#include "frontends/onnx/wire.h"
#include "tenon/abi/tensor.h"

/** Where the elements of a tensor stand. */
enum tni_onnx_elements {
  TNI_ONNX_NOWHERE, /**< There are none. */
  TNI_ONNX_RAW,     /**< In `raw`, as they lie in memory. */
  TNI_ONNX_TYPED,   /**< In the field `typed_tag`, to be unpacked. */
  TNI_ONNX_EXTERNAL /**< In another file. */
};

/** A TensorProto. Everything is borrowed from the message. */
typedef struct tni_onnx_tensor {
  tni_bytes message;          /**< All of the TensorProto. */
  tn_string name;             /**< May be empty. */
  uint32_t type;              /**< Element type. */
  uint32_t rank;              /**< Number of dimensions. */
  int64_t shape[TN_MAX_RANK]; /**< The first `rank` hold, >= 0. */
  uint64_t count;             /**< Number of elements. */
  uint64_t size;              /**< Bytes of the dense elements. */
  uint32_t place;             /**< One of tni_onnx_elements. */
  uint32_t typed_tag;         /**< Number of the typed field that has numbers. */
  uint64_t typed_count;       /**< Numbers in it. */
  tni_bytes raw;              /**< Elements, of exactly `size` bytes once checked. */
  tn_string location;         /**< Path of the other file. */
  uint64_t offset;            /**< Of the first byte in the other file. */
  uint64_t length;            /**< Bytes there; UINT64_MAX when the file does not say. */
} tni_onnx_tensor;

/** Reads and checks a TensorProto: its type, its shape, and that as many elements are present as
 * the shape asks for (for elements in another file, as many as the message claims).
 *  @return TN_OK, TN_MALFORMED, TN_UNSUPPORTED for types that are not read */
tn_status tni_onnx_tensor_parse(tni_bytes message, tni_onnx_tensor *out, tn_error *error);

/** Writes the elements of typed fields, dense, to `out` of tensor->size bytes (numbers only, not
 * strings).
 *  @return TN_OK, TN_MALFORMED when a number does not fit the element type */
tn_status tni_onnx_tensor_unpack(const tni_onnx_tensor *tensor, void *out, tn_error *error);

#endif
