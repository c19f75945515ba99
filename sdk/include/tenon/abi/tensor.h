/** @file
 *  Tensors: counted objects whose shape and data are read as fields.
 */
#ifndef TENON_ABI_TENSOR_H
#define TENON_ABI_TENSOR_H

#include "tenon/abi/element_type.h"
#include "tenon/abi/object.h"

TN_BEGIN_DECLARATIONS

struct tn_tensor;
struct tn_remote_context;

/** Largest rank of a tensor. */
enum { TN_MAX_RANK = 16 };

/** Flags of tn_tensor. */
enum {
  /** `data` is not an address that the host may touch, nor a plugin as host memory: one that cannot
   * use it goes through "tn.copy/1" or refuses the tensor with TN_UNSUPPORTED (TN_TENSOR_004). */
  TN_TENSOR_DEVICE = 1u << 0,
  /** `data` need not be aligned to its element type. A constant that is not (in a mapped file) has
   * this flag (TN_MODEL_004). */
  TN_TENSOR_UNALIGNED = 1u << 1,
  /** The elements must not be written (constants): good as input, TN_INVALID_ARGUMENT as output
   * (TN_TENSOR_016). */
  TN_TENSOR_READ_ONLY = 1u << 2,
  TN_TENSOR_UNSHAPED =
      1u << 3 /**< Shape and data are not known yet: the output of a dynamic model before its first
               *   inference. `rank` is 0, `data` NULL, `capacity_bytes` 0. */
};

/** Alignment in bytes of the data of tensors that requests and the host make (TN_TENSOR_002). */
enum { TN_TENSOR_ALIGNMENT = 64 };

/** Functions of a tensor. */
typedef struct tn_tensor_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** See tn_object_api. */
  const void *(TN_CALL *get_extension)(struct tn_tensor *tensor, tn_string id)TN_ANY_THREAD;
  /** Takes one more reference. */
  void(TN_CALL *retain)(struct tn_tensor *tensor) TN_ANY_THREAD;
  /** Gives back one reference; the last one frees the tensor and what only it kept alive. */
  void(TN_CALL *release)(struct tn_tensor *tensor) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Changes the shape, and the memory when `capacity_bytes` is too small; the elements are
   * undefined afterwards. NULL: the tensor cannot change. Afterwards `capacity_bytes` is no less
   * than the shape takes; on failure the tensor is as before (TN_TENSOR_012).
   *  @param rank at most TN_MAX_RANK
   *  @param shape `rank` numbers >= 0, copied
   *  @return TN_OK, TN_INVALID_ARGUMENT, TN_OUT_OF_MEMORY */
  tn_status(TN_CALL *resize)(struct tn_tensor *tensor, uint32_t rank, const int64_t *shape,
                             struct tn_error *error) TN_SERIAL;
  /** Stores a copy of `text` as element `index` (counted in row-major order) of a string tensor.
   * NULL where no tensor of strings is made.
   *  @return TN_OK, TN_OUT_OF_RANGE, TN_WRONG_TYPE, TN_OUT_OF_MEMORY */
  tn_status(TN_CALL *set_string)(struct tn_tensor *tensor, uint64_t index, tn_string text,
                                 struct tn_error *error) TN_SERIAL;
} tn_tensor_api;

/** Smallest legal `size` of tn_tensor_api. */
#define TN_TENSOR_API_FIRST_SIZE TN_SIZE_THROUGH(tn_tensor_api, set_string)

/** A tensor. Its fields change only in a call on the tensor, or between start and completion of an
 * inference that writes it (TN_TENSOR_003). Without TN_TENSOR_DEVICE it can be input and output,
 * whoever made it (TN_TENSOR_001). Counted: `retain` and `release`. */
typedef struct tn_tensor {
  const tn_tensor_api *api; /**< The maker's table. */
  const tn_maker *maker;    /**< Who made it. */
  void *host;               /**< The host's. */
  uint32_t size;            /**< Bytes of this struct from its start, as its maker was compiled. */
  uint32_t type;            /**< Element type (TN_F32, ...). */
  uint32_t rank;            /**< Number of dimensions, at most TN_MAX_RANK. */
  uint32_t flags;           /**< TN_TENSOR_...; unknown bits are an error. */
  const int64_t *shape;     /**< `rank` dimensions, outermost first; may be NULL when rank is 0. */
  /** `rank` distances between neighbours, in elements; NULL: dense, row-major. 0 is legal for what
   * is read: every index along it is the same element. A negative one is not; where the extent is 0
   * or 1 the number is not looked at. Types below a byte are always dense, and strides for them
   * TN_INVALID_ARGUMENT (TN_TENSOR_008); their first element lies in the low bits (TN_TENSOR_015).
   * A strided input gives the results of its dense copy, or is refused with TN_UNSUPPORTED
   * (TN_TENSOR_006); in a strided output the bytes between elements stay as they are
   * (TN_TENSOR_007). */
  const int64_t *strides;
  /** First element; any pointer when there is no element, NULL too (TN_TENSOR_009). Where it is not
   * aligned to the element type, results are right or the tensor is refused with TN_UNSUPPORTED
   * (TN_TENSOR_005). */
  void *data;
  uint64_t capacity_bytes; /**< Bytes that may be used from `data` on. */
  struct tn_remote_context
      *context; /**< The context whose memory it is, borrowed; NULL for host memory. */
} tn_tensor;

/** Smallest legal `size` of tn_tensor. */
#define TN_TENSOR_FIRST_SIZE TN_SIZE_THROUGH(tn_tensor, context)

/** Takes one more reference. */
static inline void tn_tensor_retain(tn_tensor *tensor) {
  tensor->api->retain(tensor);
}

/** Gives back one reference. */
static inline void tn_tensor_release(tn_tensor *tensor) {
  tensor->api->release(tensor);
}

/** The table of an extension of the tensor, or NULL. */
static inline const void *tn_tensor_get_extension(tn_tensor *tensor, tn_string id) {
  return tensor->api->get_extension(tensor, id);
}

/** Number of elements: the product of the shape, 1 for rank 0. */
static inline uint64_t tn_tensor_element_count(const tn_tensor *tensor) {
  uint64_t count = 1;
  for (uint32_t i = 0; i < tensor->rank; i++)
    count *= (uint64_t)tensor->shape[i];
  return count;
}

/** Bytes that `count` dense elements of `type` take; `count` is at most 2^60. */
static inline uint64_t tn_dense_bytes(uint32_t type, uint64_t count) {
  const uint64_t bits = tn_element_type_bits(type);
  return count / 8 * bits + (count % 8 * bits + 7) / 8; /* the sum of bits might not fit */
}

TN_END_DECLARATIONS

#endif
