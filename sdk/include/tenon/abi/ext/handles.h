/** @file
 *  Extension "tn.handles/1" of a remote context: memory that the application got from another
 * interface, wrapped as tensors and used where it lies. Where a device does not declare
 * HAS_HANDLES, its contexts have none, or refuse every handle with TN_UNSUPPORTED
 * (TN_REMOTE_012). */
#ifndef TENON_ABI_EXT_HANDLES_H
#define TENON_ABI_EXT_HANDLES_H

#include "tenon/abi/remote_context.h"

TN_BEGIN_DECLARATIONS

/** Id of tn_handles_api. */
#define TN_EXTENSION_HANDLES "tn.handles/1"

/** @name Types of handles
 *  The set is open: a type is known by its id alone, and a vendor's own begins with "x-". Each says
 * what `value` of a tn_handle is, and how its owner gives it back.
 *  @{ */
/** A file descriptor of a Linux dma-buf; given back by close. */
#define TN_HANDLE_DMA_BUF "dma_buf/1"
/** A cl_mem of a buffer, made in the OpenCL context that the remote context tells as its property
 * "OPENCL_CONTEXT"; given back by clReleaseMemObject. */
#define TN_HANDLE_OPENCL_MEMORY "opencl.mem/1"
/** A VkDeviceMemory of the VkDevice that the remote context tells as its property "VULKAN_DEVICE";
 * given back by vkFreeMemory. */
#define TN_HANDLE_VULKAN_MEMORY "vulkan.memory/1"
/** @} */

/** Flags of tn_handle. */
enum {
  /** The tensor becomes the handle's owner, and gives it back with its last reference. Without this
   * flag the handle stays the application's, which keeps it as long as the tensor lives and can use
   * it afterwards (TN_REMOTE_008). */
  TN_HANDLE_TAKE = 1u << 0
};

/** A handle, and the part of its memory that is meant. */
typedef struct tn_handle {
  uint32_t size;       /**< TN_SIZE(tn_handle) of the caller. */
  uint32_t flags;      /**< TN_HANDLE_...; unknown bits are an error. */
  tn_string type;      /**< Id of the type, such as TN_HANDLE_DMA_BUF. */
  uint64_t value;      /**< The handle: a descriptor, or the bits of a pointer. */
  uint64_t offset;     /**< Bytes from the start of the memory to the first element. */
  uint64_t byte_count; /**< Bytes of the memory, `offset` among them; 0: whatever it has. */
  const tn_map_entry *properties; /**< What the type needs besides; unknown ones are an error. */
  uint64_t property_count;        /**< Number of properties. */
} tn_handle;

/** Smallest legal `size` of tn_handle. */
#define TN_HANDLE_FIRST_SIZE TN_SIZE_THROUGH(tn_handle, property_count)

/** A tn_handle with its size and nothing else. */
TN_DEFINE_INIT(tn_handle)

/** Functions of the extension. */
typedef struct tn_handles_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Gives the ids of the types that the context wraps, each once (TN_REMOTE_013), to the sink, as
   * one LIST of STRINGs.
   *  @return TN_OK, TN_INVALID_ARGUMENT, or what the sink returned */
  tn_status(TN_CALL *types)(tn_remote_context *context, tn_value_sink sink, void *user,
                            tn_error *error) TN_ANY_THREAD;
  /** Makes a dense tensor of the memory behind a handle. Inferences use that memory itself, and
   * what is written through the handle before `start` or `infer` is what they read (TN_REMOTE_007).
   *  @param handle borrowed for the call
   *  @param out receives one reference; the tensor cannot be resized, and is of this context
   *  @return TN_OK, TN_INVALID_ARGUMENT (shape; flags; a value that is no handle of that type,
   * TN_REMOTE_009), TN_UNSUPPORTED (type of the handle, or of the elements; an offset that the
   * device cannot use), TN_NOT_FOUND (property), TN_TOO_SMALL (the memory ends before the tensor),
   * TN_OUT_OF_MEMORY, TN_DEVICE_LOST; after a failure the handle is the caller's, whatever its
   * flags */
  tn_status(TN_CALL *wrap)(tn_remote_context *context, const tn_handle *handle, uint32_t type,
                           uint32_t rank, const int64_t *shape, tn_tensor **out,
                           tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
} tn_handles_api;

/** Smallest legal `size` of tn_handles_api. */
#define TN_HANDLES_API_FIRST_SIZE TN_SIZE_THROUGH(tn_handles_api, wrap)

TN_END_DECLARATIONS

#endif
