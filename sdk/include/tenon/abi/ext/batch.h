/** @file
 *  Extension "tn.batch/1" of an infer request: one input made of several tensors. A request of a
 * device that does not declare HAS_BATCHES has none, or refuses with TN_UNSUPPORTED
 * (TN_REQUEST_015). */
#ifndef TENON_ABI_EXT_BATCH_H
#define TENON_ABI_EXT_BATCH_H

#include "tenon/abi/infer_request.h"

TN_BEGIN_DECLARATIONS

/** Id of tn_batch_api. */
#define TN_EXTENSION_BATCH "tn.batch/1"

/** Functions of the extension. */
typedef struct tn_batch_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Gives tensors to an input: item i of the batch, along the port's first dimension, is tensor i,
   * with the elements that it has when the inference begins (TN_REQUEST_012). The request takes one
   * reference of each, on failure none. What does not fit is refused, and the port keeps what it
   * had (TN_REQUEST_013). The batch stays until the next set_tensor or set_tensors on that port,
   * and while it is there get_tensor of the port answers TN_WRONG_STATE (TN_REQUEST_014).
   *  @param port an input whose first dimension may be `count`
   *  @param tensors `count` of them, whose first dimension is 1 and whose others are the port's;
   * the array is borrowed for the call
   *  @param count at least 1
   *  @return TN_OK, TN_INVALID_ARGUMENT (no tensor, or NULL among them), TN_OUT_OF_RANGE (no such
   * port), TN_UNSUPPORTED (an output; memory that the plugin cannot gather from), TN_WRONG_TYPE,
   * TN_WRONG_SHAPE (a port without dimensions, a count that its first one does not allow, or a
   * tensor that does not fit), TN_OUT_OF_MEMORY, TN_BUSY */
  tn_status(TN_CALL *set_tensors)(tn_infer_request *request, uint32_t port,
                                  tn_tensor *const *tensors, uint64_t count,
                                  tn_error *error) TN_SERIAL;
  /** Tensor `index` of the batch of a port.
   *  @param out borrowed until the next set_tensor or set_tensors on that port or destroy
   *  @return TN_OK, TN_INVALID_ARGUMENT, TN_OUT_OF_RANGE (no such port; the port has no batch, or
   * one of fewer tensors), TN_BUSY */
  tn_status(TN_CALL *get_tensor)(tn_infer_request *request, uint32_t port, uint64_t index,
                                 tn_tensor **out, tn_error *error) TN_SERIAL;
} tn_batch_api;

/** Smallest legal `size` of tn_batch_api. */
#define TN_BATCH_API_FIRST_SIZE TN_SIZE_THROUGH(tn_batch_api, get_tensor)

TN_END_DECLARATIONS

#endif
