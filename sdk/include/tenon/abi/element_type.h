/** @file
 *  Element types of tensors.
 */
#ifndef TENON_ABI_ELEMENT_TYPE_H
#define TENON_ABI_ELEMENT_TYPE_H

#include "tenon/abi/platform.h"

TN_BEGIN_DECLARATIONS

/** Every element type: X(name without TN_, number, bits of one element, ONNX's name). The numbers
 * are those of ONNX's TensorProto.DataType. A string element takes 128 bits: a tn_string whose
 * bytes the tensor owns, read by pointer and length and written by tn_tensor_api::set_string
 * (TN_TENSOR_013). */
#define TN_ELEMENT_TYPE_MAP(X)           \
  X(F32, 1, 32, "float")                 \
  X(U8, 2, 8, "uint8")                   \
  X(I8, 3, 8, "int8")                    \
  X(U16, 4, 16, "uint16")                \
  X(I16, 5, 16, "int16")                 \
  X(I32, 6, 32, "int32")                 \
  X(I64, 7, 64, "int64")                 \
  X(STRING_ELEMENT, 8, 128, "string")    \
  X(BOOL, 9, 8, "bool")                  \
  X(F16, 10, 16, "float16")              \
  X(F64, 11, 64, "double")               \
  X(U32, 12, 32, "uint32")               \
  X(U64, 13, 64, "uint64")               \
  X(C64, 14, 64, "complex64")            \
  X(C128, 15, 128, "complex128")         \
  X(BF16, 16, 16, "bfloat16")            \
  X(F8E4M3FN, 17, 8, "float8e4m3fn")     \
  X(F8E4M3FNUZ, 18, 8, "float8e4m3fnuz") \
  X(F8E5M2, 19, 8, "float8e5m2")         \
  X(F8E5M2FNUZ, 20, 8, "float8e5m2fnuz") \
  X(U4, 21, 4, "uint4")                  \
  X(I4, 22, 4, "int4")                   \
  X(F4E2M1, 23, 4, "float4e2m1")         \
  X(F8E8M0, 24, 8, "float8e8m0")         \
  X(U2, 25, 2, "uint2")                  \
  X(I2, 26, 2, "int2")

/** The known element types. Open: a reader answers UNSUPPORTED to a code that it does not know
 * (TN_TENSOR_014), as with every open set (TN_ABI_015). */
enum {
  TN_ANY_TYPE = 0, /**< The type is not known (yet); never the type of a tensor. */
#define TN_ELEMENT_TYPE_ENUMERATOR(name, number, bits, onnx) TN_##name = number,
  TN_ELEMENT_TYPE_MAP(TN_ELEMENT_TYPE_ENUMERATOR)
#undef TN_ELEMENT_TYPE_ENUMERATOR
};

/** Bits that one element takes, or 0 for a type that is not known here. */
static inline uint32_t tn_element_type_bits(uint32_t type) {
  switch (type) {
#define TN_ELEMENT_TYPE_BITS(name, number, bits, onnx) \
  case number:                                         \
    return bits;
    TN_ELEMENT_TYPE_MAP(TN_ELEMENT_TYPE_BITS)
#undef TN_ELEMENT_TYPE_BITS
    default:
      return 0;
  }
}

TN_END_DECLARATIONS

#endif
