/** @file
 *  Devices are data: what a plugin says of each of them.
 */
#ifndef TENON_ABI_DEVICE_H
#define TENON_ABI_DEVICE_H

#include "tenon/abi/status.h"
#include "tenon/abi/string.h"

TN_BEGIN_DECLARATIONS

/** Kinds of devices. Open. */
enum tn_device_type {
  TN_DEVICE_TYPE_OTHER = 0,      /**< None of the others. */
  TN_DEVICE_TYPE_CPU = 1,        /**< A general-purpose processor. */
  TN_DEVICE_TYPE_INTEGRATED = 2, /**< An accelerator that shares the host's memory. */
  TN_DEVICE_TYPE_DISCRETE = 3,   /**< An accelerator with memory of its own. */
  TN_DEVICE_TYPE_VIRTUAL = 4     /**< Made of other devices. */
};

/** Every capability: X(name without TN_DEVICE_, bit, name in reports, meaning). The flag reads as a
 * statement about the device (it HAS states, it CANCELS early); the name in reports, in lines of
 * JSON and in the clauses' table is that of the thing itself. This table is the only place where
 * the two meet. */
#define TN_DEVICE_CAPABILITY_MAP(X)                                                      \
  X(HAS_UUID, 0, "UUID", "`uuid` holds")                                                 \
  X(HAS_IMPORT, 1, "IMPORT_EXPORT", "compiled models can be exported and imported")      \
  X(HAS_REMOTE, 2, "REMOTE", "remote contexts and tensors")                              \
  X(HAS_STATES, 3, "STATES", "models with variables")                                    \
  X(HAS_DYNAMIC, 4, "DYNAMIC", "dynamic shapes")                                         \
  X(HAS_PROFILING, 5, "PROFILING", "per-node times of an inference")                     \
  X(CANCELS_EARLY, 6, "CANCEL_EARLY", "cancel stops an inference before its end")        \
  X(DETERMINISTIC, 7, "DETERMINISTIC", "equal inputs give equal bits, in every process") \
  X(HAS_HANDLES, 8, "HANDLES", "foreign handles wrapped as tensors")                     \
  X(HAS_BATCHES, 9, "BATCHES", "inputs made of several tensors")                         \
  X(COMPILES_ABSENT, 10, "COMPILE_ABSENT", "can be compiled for where it is absent")     \
  X(IMPORTS_ALONE, 11, "IMPORT_ALONE", "imports where the compiler is not installed")

/** Capability flags of tn_device. */
enum {
#define TN_DEVICE_CAPABILITY_ENUMERATOR(name, bit, text, meaning) TN_DEVICE_##name = 1u << (bit),
  TN_DEVICE_CAPABILITY_MAP(TN_DEVICE_CAPABILITY_ENUMERATOR)
#undef TN_DEVICE_CAPABILITY_ENUMERATOR
};

/** One device, as of the moment of the snapshot. */
typedef struct tn_device {
  uint32_t size;         /**< TN_SIZE(tn_device) of the maker. */
  uint32_t type;         /**< One of tn_device_type. */
  uint64_t capabilities; /**< Flags of TN_DEVICE_CAPABILITY_MAP (TN_DEVICE_HAS_STATES, ...); a
                          * reader ignores bits that it does not know. What is declared works, what
                          * is not declared refuses with TN_UNSUPPORTED (TN_DEVICE_005). */
  /** Public spelling, value of DEVICE_ID: "0", "1", ... Not empty, and told once for one device
   * (TN_DEVICE_003). Stable while the device is there, and the same in every process of the machine
   * (TN_DEVICE_002). Calls that take a device refuse any other id, an almost right one too, with
   * TN_NOT_FOUND (TN_DEVICE_007). */
  tn_string id;
  tn_string name; /**< For people, with the vendor's name: FULL_DEVICE_NAME. */
  /** The same for the same physical device, whichever plugin reports it in whatever process, and
   * another one for every other device (TN_DEVICE_008). */
  uint8_t uuid[16];
  /** Memory of the device in all, or 0 when it has none of its own. Its tensors never take more
   * together: one that does not fit is refused (TN_REMOTE_014). */
  uint64_t memory_bytes;
} tn_device;

/** Smallest legal `size` of tn_device. */
#define TN_DEVICE_FIRST_SIZE TN_SIZE_THROUGH(tn_device, memory_bytes)

/** A tn_device with its size and nothing else. */
TN_DEFINE_INIT(tn_device)

/** A snapshot of all devices of a plugin. */
typedef struct tn_device_list {
  uint32_t size;                   /**< TN_SIZE(tn_device_list) of the maker. */
  uint32_t count;                  /**< Number of devices; 0 is legal (TN_DEVICE_001). */
  uint64_t generation;             /**< Grows whenever the list changes or a lost device is back. */
  const tn_device *const *devices; /**< `count` devices, in the plugin's order of preference. */
} tn_device_list;

/** Smallest legal `size` of tn_device_list. */
#define TN_DEVICE_LIST_FIRST_SIZE TN_SIZE_THROUGH(tn_device_list, devices)

/** A tn_device_list with its size and nothing else. */
TN_DEFINE_INIT(tn_device_list)

/** Receives a snapshot, once, borrowed for the call. Returns TN_OK, or a failure that the giving
 * call passes on (TN_QUERY_011). */
typedef tn_status(TN_CALL *tn_device_sink)(void *user, const tn_device_list *list);

TN_END_DECLARATIONS

#endif
