/** @file
 *  Arithmetic of shapes and strides.
 */
#ifndef TENON_GRAPH_TENSOR_LAYOUT_H
#define TENON_GRAPH_TENSOR_LAYOUT_H

#include "base/status.h"
#include "tenon/abi/model.h"

/** Checks a type and shape and gives the bytes of its dense elements.
 *  @return TN_OK; TN_UNSUPPORTED (unknown type); TN_INVALID_ARGUMENT (rank, a negative number, too
 * many bytes) */
tn_status tni_shape_measure(uint32_t type, uint32_t rank, const int64_t *shape, uint64_t *out_bytes,
                            tn_error *error);

/** Elements from the first to the last, gaps among them; strides NULL: dense. 0 when a stride leads
 * before the first element or the number does not fit; then `*out` is untouched. */
int tni_shape_extent(uint32_t rank, const int64_t *shape, const int64_t *strides, uint64_t *out);

/** 1 when the shape of a value is known whole, which then stands in `shape`, of TN_MAX_RANK. */
int tni_fixed_shape(const tn_value_info *value, int64_t *shape);

/** Alignment in bytes that kernels need for elements of a type. */
uint32_t tni_element_alignment(uint32_t type);

/** Strides of dense elements, in elements. */
void tni_dense_strides(uint32_t rank, const int64_t *shape, int64_t *strides);

#endif
