/** @file
 *  The element types that kernels compute with, as tables from which typed code is made, and sets
 * of them for schemas.
 *
 *  A kernel meets three classes of numbers: reals, computed in f64 and rounded once when they are
 * stored; signed integers, computed in int64_t; and unsigned integers and bool, computed in
 * uint64_t. See ops/elements.h.
 */
#ifndef TENON_OPS_TYPES_H
#define TENON_OPS_TYPES_H

#include <stdint.h>
#include "base/half.h"
#include "ops/operator.h"

/** Floating-point types: X(name without TN_, type in memory, conversion to double, conversion from
 * double). */
#define TNI_FLOAT_TYPE_MAP(X)                           \
  X(F16, uint16_t, tni_f16_to_f32, tni_f16_from_f64)    \
  X(BF16, uint16_t, tni_bf16_to_f32, tni_bf16_from_f64) \
  X(F32, float, (double), (float))                      \
  X(F64, double, (double), (double))

/** Signed integers: X(name without TN_, type in memory, bits). */
#define TNI_SIGNED_TYPE_MAP(X) \
  X(I8, int8_t, 8) X(I16, int16_t, 16) X(I32, int32_t, 32) X(I64, int64_t, 64)

/** Unsigned integers: X(name without TN_, type in memory, bits). */
#define TNI_UNSIGNED_TYPE_MAP(X) \
  X(U8, uint8_t, 8) X(U16, uint16_t, 16) X(U32, uint32_t, 32) X(U64, uint64_t, 64)

/** Set of the floating-point types. */
#define TNI_FLOAT_TYPES (TNI_TYPE(TN_F16) | TNI_TYPE(TN_BF16) | TNI_TYPE(TN_F32) | TNI_TYPE(TN_F64))

/** Set of the signed integers. */
#define TNI_SIGNED_TYPES (TNI_TYPE(TN_I8) | TNI_TYPE(TN_I16) | TNI_TYPE(TN_I32) | TNI_TYPE(TN_I64))

/** Set of the unsigned integers. */
#define TNI_UNSIGNED_TYPES \
  (TNI_TYPE(TN_U8) | TNI_TYPE(TN_U16) | TNI_TYPE(TN_U32) | TNI_TYPE(TN_U64))

/** Set of all integers. */
#define TNI_INTEGER_TYPES (TNI_SIGNED_TYPES | TNI_UNSIGNED_TYPES)

/** Set of the integers below a byte, which are packed low bits first. */
#define TNI_PACKED_TYPES (TNI_TYPE(TN_U4) | TNI_TYPE(TN_I4) | TNI_TYPE(TN_U2) | TNI_TYPE(TN_I2))

/** Set of the integers that indices and shapes are given in. */
#define TNI_INDEX_TYPES (TNI_TYPE(TN_I32) | TNI_TYPE(TN_I64))

/** Set of all integers and floating-point types. */
#define TNI_REAL_TYPES (TNI_INTEGER_TYPES | TNI_FLOAT_TYPES)

/** Set of the types that are computed with: bool, integers, floating-point types. */
#define TNI_BASIC_TYPES (TNI_REAL_TYPES | TNI_TYPE(TN_BOOL))

/** Set of the types whose elements fill whole bytes and own nothing: what operators that only move
 * elements take. */
#define TNI_MOVABLE_TYPES                                                           \
  (TNI_BASIC_TYPES | TNI_TYPE(TN_C64) | TNI_TYPE(TN_C128) | TNI_TYPE(TN_F8E4M3FN) | \
   TNI_TYPE(TN_F8E4M3FNUZ) | TNI_TYPE(TN_F8E5M2) | TNI_TYPE(TN_F8E5M2FNUZ) | TNI_TYPE(TN_F8E8M0))

/** Set of every element type. */
#define TNI_ALL_TYPES UINT64_MAX

/** 1 when `type` is in the set `types`. */
static inline int tni_type_in(uint32_t type, uint64_t types) {
  return type < 64 && (types >> type & 1);
}

/** Name of an element type as ONNX spells it ("float16"), "any type" for TN_ANY_TYPE, or "an
 * unknown type". Static. */
const char *tni_type_name(uint32_t type);

#endif
