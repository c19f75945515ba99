/** @file
 *  Infer requests: one inference at a time, on the caller's thread or in the background.
 */
#ifndef TENON_ABI_INFER_REQUEST_H
#define TENON_ABI_INFER_REQUEST_H

#include "tenon/abi/option.h"
#include "tenon/abi/tensor.h"

TN_BEGIN_DECLARATIONS

struct tn_infer_request;

/** Options of start. */
typedef struct tn_start_options {
  uint32_t size;                   /**< TN_SIZE(tn_start_options) of the caller. */
  uint32_t flags;                  /**< 0. */
  const tn_option *const *entries; /**< See tn_options. */
  uint32_t entry_count;            /**< Number of entries. */
  uint32_t reserved;               /**< 0. */
} tn_start_options;

/** Smallest legal `size` of tn_start_options. */
#define TN_START_OPTIONS_FIRST_SIZE TN_SIZE_THROUGH(tn_start_options, reserved)

/** A tn_start_options with its size and nothing else. */
TN_DEFINE_INIT(tn_start_options)

/** Called once for each successful start, when that inference has ended (TN_ASYNC_001) and its
 * outputs are complete (TN_ASYNC_007). Callbacks of one request never overlap (TN_ASYNC_005), and
 * none is called after destroy has returned (TN_ASYNC_004).
 *  @param user as given with the callback
 *  @param request the request; legal here are set_tensor, get_tensor, set_callback, start
 * (TN_ASYNC_016) and cancel, and the slots of its extensions (states, profiling); after a start
 * here, as in any flight, though the work begins when the callback has returned (TN_ASYNC_006).
 * infer and wait give TN_WRONG_STATE (TN_ASYNC_017), destroy is undefined. On other threads
 * TN_SERIAL slots answer TN_BUSY meanwhile, and wait and cancel are legal (TN_ASYNC_018)
 *  @param status how the inference ended (TN_ASYNC_008); what fails in any stage comes here and to
 * wait (TN_ASYNC_024)
 *  @param error the record when status is a failure, else NULL; borrowed for the call */
typedef void(TN_CALL *tn_infer_callback)(void *user, struct tn_infer_request *request,
                                         tn_status status, const tn_error *error);

/** Functions of an infer request. Ports are numbered: inputs from 0, then outputs (tn_port_list).
 */
typedef struct tn_infer_request_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** See tn_object_api. */
  const void *(TN_CALL *get_extension)(struct tn_infer_request *request, tn_string id)TN_ANY_THREAD;
  /** Ends what is in flight and frees the request. In flight it cancels, makes `start` in the
   * callback fail with TN_WRONG_STATE and waits for the callback (TN_ASYNC_012). Undefined inside
   * the callback. */
  void(TN_CALL *destroy)(struct tn_infer_request *request) TN_SETUP TN_MAY_BLOCK;
  /** Gives a tensor to a port. The request takes one reference (TN_LIFE_011), on failure none
   * (TN_LIFE_012). NULL gives the port back to the request's own tensor. After success the tensor
   * that was set before has been released and is not touched again (TN_REQUEST_004). One tensor may
   * be given to two inputs (TN_REQUEST_010); to an input and an output it gives right results, or
   * the call that would need it twice refuses it (TN_TENSOR_017).
   *  @return TN_OK, TN_OUT_OF_RANGE (no such port, TN_REQUEST_016), TN_WRONG_TYPE (another element
   * type, TN_REQUEST_008), TN_WRONG_SHAPE (it contradicts the port, TN_REQUEST_009; outside the
   * bounds of a dynamic dimension, TN_INFER_011; marked TN_TENSOR_UNSHAPED, TN_INFER_015),
   * TN_INVALID_ARGUMENT (an input whose capacity does not hold its shape, TN_TENSOR_010; a negative
   * extent, or more bytes than can be counted, TN_TENSOR_011; read-only as output, TN_TENSOR_016),
   * TN_UNSUPPORTED (device memory, strides, alignment or an element type that the plugin cannot
   * use), TN_BUSY (an inference is in flight, or its callback runs on another thread,
   * TN_REQUEST_011) */
  tn_status(TN_CALL *set_tensor)(struct tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                                 tn_error *error) TN_SERIAL;
  /** The tensor of a port: the very one that was set, else the request's own (TN_REQUEST_007), the
   * same one until the next set_tensor (TN_REQUEST_006). The request's own has the port's type and
   * shape, or is marked TN_TENSOR_UNSHAPED while the shape is not known (TN_REQUEST_005). For an
   * output whose tensor was too small (TN_TOO_SMALL), one that tells the shape needed, until the
   * next set_tensor.
   *  @param out borrowed until the next set_tensor on that port or destroy, no reference to give
   * back (TN_LIFE_010); its shape is undefined while the shape of a dynamic port is not known yet
   *  @return TN_OK, TN_OUT_OF_RANGE (no such port, TN_REQUEST_016), TN_OUT_OF_MEMORY, TN_BUSY */
  tn_status(TN_CALL *get_tensor)(struct tn_infer_request *request, uint32_t port, tn_tensor **out,
                                 tn_error *error) TN_SERIAL;
  /** Runs one inference on the calling thread; calls no callback (TN_INFER_006). The outputs are
   * the model's, within the tolerance (TN_INFER_001): when this returns TN_OK every output holds
   * the result of this call's inputs (TN_INFER_002), whatever was computed before (TN_INFER_005);
   * on a device that is DETERMINISTIC equal inputs give equal bits, in every request and process
   * and of every model that was compiled alike or imported (TN_INFER_016). Inputs stay as they are
   * (TN_INFER_003), and nothing before or behind the bytes of a tensor is written (TN_INFER_004). A
   * dimension of 0 gives empty outputs, or those that the operators define (TN_INFER_012).
   *
   *  An output whose tensor has `resize` gets the shape of the result (TN_INFER_009); when inputs
   * have grown or shrunk it has its right shape and no elements of an earlier run (TN_INFER_010).
   * Inputs within their bounds that an operator cannot combine make the inference fail, and the
   * request works afterwards (TN_INFER_014).
   *  @return TN_OK, TN_BUSY (one is in flight, TN_INFER_007), TN_WRONG_STATE (inside the callback),
   * TN_WRONG_SHAPE (an input is marked TN_TENSOR_UNSHAPED, TN_INFER_015), TN_TOO_SMALL (get_tensor
   * then tells the shape needed, TN_INFER_008), TN_CANCELLED, TN_DEVICE_LOST, TN_OUT_OF_MEMORY and
   * others; after a failure the elements of outputs are undefined */
  tn_status(TN_CALL *infer)(struct tn_infer_request *request,
                            tn_error *error) TN_SERIAL TN_MAY_BLOCK;
  /** Begins one inference, a new generation, and returns before long work is done (TN_ASYNC_025).
   * The outputs are then those of infer (TN_ASYNC_002). The callback is never called inside `start`
   * (TN_ASYNC_003).
   *  @param options may be NULL
   *  @return TN_OK, TN_BUSY (one is in flight, which goes on, and this is not its callback,
   * TN_ASYNC_015), TN_WRONG_STATE (being destroyed), and what infer checks before it runs; a start
   * that fails calls no callback */
  tn_status(TN_CALL *start)(struct tn_infer_request *request, const tn_start_options *options,
                            tn_error *error) TN_SERIAL;
  /** Waits until the generation that is the latest at the call has ended and its callback has
   * returned (TN_ASYNC_009), and returns how that one ended (TN_ASYNC_010), to each of several
   * waiters for its own (TN_ASYNC_011). Before any start TN_OK at once, and after the end the same
   * status each time (TN_ASYNC_013).
   *  @param timeout_ns limit in nanoseconds; 0 only looks, negative means no limit
   *  @return the status of that generation, TN_TIMEOUT when the limit passed first (not before, and
   * the inference goes on, TN_ASYNC_014), or TN_WRONG_STATE inside the callback of this request */
  tn_status(TN_CALL *wait)(struct tn_infer_request *request, int64_t timeout_ns,
                           tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Asks the generation in flight, and no later one (TN_ASYNC_023), to end early, and does not
   * wait for the end (TN_ASYNC_021). It ends with TN_CANCELLED, or as if nothing had been asked,
   * and the next start works (TN_ASYNC_020); where the device CANCELS_EARLY, a long one ends well
   * before its time (TN_ASYNC_022). With nothing in flight TN_OK without effect, also on the next
   * start (TN_ASYNC_019). */
  tn_status(TN_CALL *cancel)(struct tn_infer_request *request, tn_error *error) TN_ANY_THREAD;
  /** Sets the one callback; NULL takes it away. Takes effect for the next start (TN_ASYNC_026);
   * legal inside the callback.
   *  @return TN_OK, TN_BUSY */
  tn_status(TN_CALL *set_callback)(struct tn_infer_request *request, tn_infer_callback callback,
                                   void *user, tn_error *error) TN_SERIAL;
} tn_infer_request_api;

/** Smallest legal `size` of tn_infer_request_api. */
#define TN_INFER_REQUEST_API_FIRST_SIZE TN_SIZE_THROUGH(tn_infer_request_api, set_callback)

/** An infer request. Owned: destroyed before its compiled model. */
typedef struct tn_infer_request {
  const tn_infer_request_api *api; /**< The maker's table. */
  const tn_maker *maker;           /**< Who made it. */
  void *host;                      /**< The host's. */
} tn_infer_request;

/** See tn_object_api::get_extension. */
static inline const void *tn_infer_request_get_extension(tn_infer_request *request, tn_string id) {
  return request->api->get_extension(request, id);
}

/** See tn_infer_request_api::destroy. */
static inline void tn_infer_request_destroy(tn_infer_request *request) {
  request->api->destroy(request);
}

/** See tn_infer_request_api::set_tensor. */
static inline tn_status tn_infer_request_set_tensor(tn_infer_request *request, uint32_t port,
                                                    tn_tensor *tensor, tn_error *error) {
  return request->api->set_tensor(request, port, tensor, error);
}

/** See tn_infer_request_api::get_tensor. */
static inline tn_status tn_infer_request_get_tensor(tn_infer_request *request, uint32_t port,
                                                    tn_tensor **out, tn_error *error) {
  return request->api->get_tensor(request, port, out, error);
}

/** See tn_infer_request_api::infer. */
static inline tn_status tn_infer_request_infer(tn_infer_request *request, tn_error *error) {
  return request->api->infer(request, error);
}

/** See tn_infer_request_api::start. */
static inline tn_status tn_infer_request_start(tn_infer_request *request,
                                               const tn_start_options *options, tn_error *error) {
  return request->api->start(request, options, error);
}

/** See tn_infer_request_api::wait. */
static inline tn_status tn_infer_request_wait(tn_infer_request *request, int64_t timeout_ns,
                                              tn_error *error) {
  return request->api->wait(request, timeout_ns, error);
}

/** See tn_infer_request_api::cancel. */
static inline tn_status tn_infer_request_cancel(tn_infer_request *request, tn_error *error) {
  return request->api->cancel(request, error);
}

/** See tn_infer_request_api::set_callback. */
static inline tn_status tn_infer_request_set_callback(tn_infer_request *request,
                                                      tn_infer_callback callback, void *user,
                                                      tn_error *error) {
  return request->api->set_callback(request, callback, user, error);
}

TN_END_DECLARATIONS

#endif
