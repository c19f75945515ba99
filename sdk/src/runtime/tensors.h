/** @file
 *  Tensors that the runtime makes.
 */
#ifndef TENON_RUNTIME_TENSORS_H
#define TENON_RUNTIME_TENSORS_H

#include "graph/tensor.h"

/** As tni_tensor_create, with numbers set to 0. */
tn_status tni_tensor_create_zeroed(const tni_environment *environment, uint32_t type, uint32_t rank,
                                   const int64_t *shape, tn_tensor **out, tn_error *error);

#endif
