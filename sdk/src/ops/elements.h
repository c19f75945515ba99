/** @file
 *  Reading and writing elements of any basic type, and of integers below a byte, as one of the
 * three classes that kernels compute with.
 *
 *  `data` is the first element of a tensor; `offset` and `stride` count elements. A stride of 0
 * repeats one element. What is read may have any alignment.
 */
#ifndef TENON_OPS_ELEMENTS_H
#define TENON_OPS_ELEMENTS_H

#include <stddef.h>
#include "ops/types.h"

enum {
  TNI_CHUNK = 256 /**< Elements that kernels load, compute and store at a time. */
};

/** How elements of a type are computed with. */
typedef enum tni_class {
  TNI_NO_CLASS, /**< None of them. */
  TNI_REAL,     /**< double: f16, bf16, f32, f64. */
  TNI_SIGNED,   /**< int64_t: i2 to i64. */
  TNI_UNSIGNED  /**< uint64_t: u2 to u64, and bool as 0 or 1. */
} tni_class;

/** The class of an element type. */
tni_class tni_type_class(uint32_t type);

/** Reads elements of any of these types as doubles; exact but for integers beyond 2^53. */
void tni_load_reals(uint32_t type, const void *data, int64_t offset, int64_t stride, size_t count,
                    double *out);

/** Reads elements of an integer type or bool; u64 wraps around. */
void tni_load_signed(uint32_t type, const void *data, int64_t offset, int64_t stride, size_t count,
                     int64_t *out);

/** Reads elements of an integer type or bool; negative ones wrap around. */
void tni_load_unsigned(uint32_t type, const void *data, int64_t offset, int64_t stride,
                       size_t count, uint64_t *out);

/** Writes doubles as dense elements of any of these types: rounded once to nearest even; integers
 * are truncated towards zero and saturate, NaN gives 0; anything but 0 is true. */
void tni_store_reals(uint32_t type, void *data, int64_t offset, size_t count, const double *values);

/** Writes integers as dense elements of any of these types: wrapped around, rounded once, or
 * compared with 0. */
void tni_store_signed(uint32_t type, void *data, int64_t offset, size_t count,
                      const int64_t *values);

/** As tni_store_signed, of unsigned integers. */
void tni_store_unsigned(uint32_t type, void *data, int64_t offset, size_t count,
                        const uint64_t *values);

/** Makes the bits behind the last element zero, of a tensor of integers below a byte whose elements
 * are about to be written. Nothing happens with other types. */
void tni_end_packed(tn_tensor *tensor);

/** `value` truncated towards zero and saturated to a signed integer of `bits` bits; 0 for NaN. */
int64_t tni_saturate_signed(double value, int bits);

/** `value` truncated towards zero and saturated to an unsigned integer of `bits` bits; 0 for NaN.
 */
uint64_t tni_saturate_unsigned(double value, int bits);

#endif
