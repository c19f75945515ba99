/** @file
 *  Tensors in host memory.
 */
#ifndef TENON_GRAPH_TENSOR_H
#define TENON_GRAPH_TENSOR_H

#include "base/environment.h"
#include "base/status.h"
#include "tenon/abi/model.h"

/** Makes a dense tensor with memory of its own, aligned to TN_TENSOR_ALIGNMENT. Numbers are
 * undefined, strings empty. It has all slots: it can be resized, and strings can be set.
 *  @param environment borrowed, outlives the tensor
 *  @param shape `rank` numbers >= 0, copied
 *  @param out receives one reference
 *  @return TN_OK; TN_INVALID_ARGUMENT (rank, shape), TN_UNSUPPORTED (element type),
 * TN_OUT_OF_MEMORY */
tn_status tni_tensor_create(const tni_environment *environment, uint32_t type, uint32_t rank,
                            const int64_t *shape, tn_tensor **out, tn_error *error);

/** As tni_tensor_create, filled with zeros. */
tn_status tni_tensor_create_zeros(const tni_environment *environment, uint32_t type, uint32_t rank,
                                  const int64_t *shape, tn_tensor **out, tn_error *error);

/** Makes a tensor for a value: zeros of its shape, or without a shape where that is not known
 * whole.
 *  @return as tni_tensor_create */
tn_status tni_tensor_create_for(const tni_environment *environment, const tn_value_info *value,
                                tn_tensor **out, tn_error *error);

/** Makes a tensor whose shape is not known yet: TN_TENSOR_UNSHAPED, until it is resized.
 *  @return TN_OK; TN_UNSUPPORTED (element type), TN_OUT_OF_MEMORY */
tn_status tni_tensor_create_unshaped(const tni_environment *environment, uint32_t type,
                                     tn_tensor **out, tn_error *error);

/** As tni_tensor_create, filled with a copy of dense elements at `data` (for strings: tn_string
 * elements). */
tn_status tni_tensor_create_copy(const tni_environment *environment, uint32_t type, uint32_t rank,
                                 const int64_t *shape, const void *data, tn_tensor **out,
                                 tn_error *error);

/** What keeps borrowed memory alive: `release` gives back one reference of `owner`. */
typedef struct tni_keeper {
  void (*release)(void *owner); /**< May be NULL when there is nothing to give back. */
  void *owner;                  /**< Handed to it. */
} tni_keeper;

/** Makes a dense tensor of memory that belongs to somebody else, such as a mapped file. It cannot
 * be resized. Sets TN_TENSOR_UNALIGNED when the address asks for it. Element types other than
 * strings.
 *  @param data borrowed until `keeper` is released; written to by nobody when `flags` has
 * TN_TENSOR_READ_ONLY
 *  @param bytes at `data`; at least what the shape needs
 *  @param flags TN_TENSOR_READ_ONLY or 0
 *  @param keeper its one reference is taken over on success only
 *  @return as tni_tensor_create; TN_TOO_SMALL */
tn_status tni_tensor_create_borrowed(const tni_environment *environment, uint32_t type,
                                     uint32_t rank, const int64_t *shape, const void *data,
                                     uint64_t bytes, uint32_t flags, tni_keeper keeper,
                                     tn_tensor **out, tn_error *error);

/** Makes a tensor that shows part of another host tensor, which it retains.
 *  @param offset in elements, from the base's first; for types below a byte it must fall on a byte
 *  @param strides `rank` distances in elements, copied; NULL: dense
 *  @return as tni_tensor_create; TN_OUT_OF_RANGE when part of it lies outside the base */
tn_status tni_tensor_create_view(const tni_environment *environment, tn_tensor *base,
                                 uint64_t offset, uint32_t rank, const int64_t *shape,
                                 const int64_t *strides, tn_tensor **out, tn_error *error);

/** Makes a dense, aligned copy of any host tensor. @return as tni_tensor_create; TN_UNSUPPORTED for
 * device memory */
tn_status tni_tensor_create_dense(const tni_environment *environment, const tn_tensor *source,
                                  tn_tensor **out, tn_error *error);

/** Copies elements between host tensors of the same type and shape, whatever their strides and
 * alignment. Strings are copied through the target's set_string.
 *  @return TN_OK; TN_WRONG_TYPE, TN_WRONG_SHAPE, TN_UNSUPPORTED (device memory), TN_OUT_OF_MEMORY
 */
tn_status tni_tensor_copy(const tn_tensor *source, tn_tensor *target, tn_error *error);

/** Forbids writing to a tensor of tni_tensor_create... that nobody else has seen yet: it becomes a
 * constant. */
void tni_tensor_make_read_only(tn_tensor *tensor);

/** 1 when the elements lie in row-major order without gaps. */
int tni_tensor_is_dense(const tn_tensor *tensor);

/** 1 when kernels can read it as it is: host memory, dense, aligned to its element type. */
int tni_tensor_is_plain(const tn_tensor *tensor);

/** 1 when type and shape are the same. */
int tni_tensor_same_shape(const tn_tensor *tensor, uint32_t rank, const int64_t *shape);

/** Whether a tensor of anybody's is well formed: sizes, table, type, rank, shape, strides,
 * capacity.
 *  @param what how messages name it, such as "input 2" */
tn_status tni_tensor_check(const tn_tensor *tensor, const char *what, tn_error *error);

/** Number of elements of a shape, or UINT64_MAX when a number is negative or the product does not
 * fit. */
uint64_t tni_shape_element_count(uint32_t rank, const int64_t *shape);

/** Bytes of the dense elements of a shape, or UINT64_MAX when they do not fit. */
uint64_t tni_shape_bytes(uint32_t type, uint32_t rank, const int64_t *shape);

#endif
