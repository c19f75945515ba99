/** @file
 *  Remote contexts: a device's memory, and the tensors that lie in it.
 */
#ifndef TENON_ABI_REMOTE_CONTEXT_H
#define TENON_ABI_REMOTE_CONTEXT_H

#include "tenon/abi/tensor.h"
#include "tenon/abi/value.h"

TN_BEGIN_DECLARATIONS

struct tn_remote_context;

/** Functions of a remote context. */
typedef struct tn_remote_context_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** See tn_object_api. */
  const void *(TN_CALL *get_extension)(struct tn_remote_context *context,
                                       tn_string id)TN_ANY_THREAD;
  /** Takes one more reference. */
  void(TN_CALL *retain)(struct tn_remote_context *context) TN_ANY_THREAD;
  /** Gives back one reference. Tensors of the context keep it alive (TN_REMOTE_006). */
  void(TN_CALL *release)(struct tn_remote_context *context) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Id of the device as its maker knows it, borrowed as long as the context lives. (The name that
   * an application has used may be an alias: tn_core_context_device.) */
  tn_string(TN_CALL *device)(struct tn_remote_context *context) TN_ANY_THREAD;
  /** Gives all properties of the context (handles, sizes) to the sink as one value of kind MAP.
   *  @return TN_OK, or what the sink returned */
  tn_status(TN_CALL *properties)(struct tn_remote_context *context, tn_value_sink sink, void *user,
                                 tn_error *error) TN_ANY_THREAD;
  /** Makes a dense tensor in the device's memory: TN_TENSOR_DEVICE is set unless the host may touch
   * `data` as well. Inferences on it give the results of host tensors (TN_REMOTE_003), also where a
   * request has both (TN_REMOTE_005).
   *  @param properties what the plugin documents for its tensors; may be NULL when property_count
   * is 0
   *  @param out receives one reference
   *  @return TN_OK, TN_INVALID_ARGUMENT, TN_NOT_FOUND (property), TN_UNSUPPORTED (type),
   * TN_OUT_OF_DEVICE_MEMORY or TN_OUT_OF_MEMORY (which costs nothing, TN_REMOTE_014; what was
   * released is there again, TN_REMOTE_015), TN_DEVICE_LOST */
  tn_status(TN_CALL *create_tensor)(struct tn_remote_context *context, uint32_t type, uint32_t rank,
                                    const int64_t *shape, const tn_map_entry *properties,
                                    uint64_t property_count, tn_tensor **out,
                                    tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Makes a dense tensor in host memory that the device reaches fastest (pinned, for instance).
   * `data` is a host address; alignment as TN_TENSOR_ALIGNMENT.
   *  @param out receives one reference
   *  @return as create_tensor */
  tn_status(TN_CALL *create_host_tensor)(struct tn_remote_context *context, uint32_t type,
                                         uint32_t rank, const int64_t *shape, tn_tensor **out,
                                         tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
} tn_remote_context_api;

/** Smallest legal `size` of tn_remote_context_api. */
#define TN_REMOTE_CONTEXT_API_FIRST_SIZE TN_SIZE_THROUGH(tn_remote_context_api, create_host_tensor)

/** A remote context. Counted. */
typedef struct tn_remote_context {
  const tn_remote_context_api *api; /**< The maker's table. */
  const tn_maker *maker;            /**< Who made it. */
  void *host;                       /**< The host's. */
} tn_remote_context;

/** Takes one more reference. */
static inline void tn_remote_context_retain(tn_remote_context *context) {
  context->api->retain(context);
}

/** Gives back one reference. */
static inline void tn_remote_context_release(tn_remote_context *context) {
  context->api->release(context);
}

/** See tn_remote_context_api::device. */
static inline tn_string tn_remote_context_device(tn_remote_context *context) {
  return context->api->device(context);
}

/** See tn_remote_context_api::create_tensor. */
static inline tn_status tn_remote_context_create_tensor(tn_remote_context *context, uint32_t type,
                                                        uint32_t rank, const int64_t *shape,
                                                        tn_tensor **out, tn_error *error) {
  return context->api->create_tensor(context, type, rank, shape, NULL, 0, out, error);
}

TN_END_DECLARATIONS

#endif
