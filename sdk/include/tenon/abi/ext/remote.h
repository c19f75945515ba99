/** @file
 *  Extension "tn.remote/1" of a plugin: remote contexts; and "tn.copy/1" of a tensor: its bytes to
 * and from the host. A plugin without remote contexts has no such extension, and refuses device
 * tensors with TN_UNSUPPORTED (TN_REMOTE_010). */
#ifndef TENON_ABI_EXT_REMOTE_H
#define TENON_ABI_EXT_REMOTE_H

#include "tenon/abi/plugin.h"
#include "tenon/abi/remote_context.h"

TN_BEGIN_DECLARATIONS

/** Id of tn_remote_api. */
#define TN_EXTENSION_REMOTE "tn.remote/1"

/** Id of tn_copy_api. */
#define TN_EXTENSION_COPY "tn.copy/1"

/** Id of tn_context_option. */
#define TN_OPTION_CONTEXT "tn.context/1"

/** Compile or import for a remote context. Always critical: who does not know it would compute in
 * the wrong memory. */
typedef struct tn_context_option {
  tn_option option; /**< id TN_OPTION_CONTEXT, flag TN_OPTION_CRITICAL. */
  tn_remote_context
      *context; /**< A context of the same engine and device, else TN_INVALID_ARGUMENT
                 * (TN_REMOTE_004). The compiled model takes a reference of its own. */
} tn_context_option;

/** Smallest legal `size` of tn_context_option. */
#define TN_CONTEXT_OPTION_FIRST_SIZE TN_SIZE_THROUGH(tn_context_option, context)

/** The entry that names `context`, borrowed for the call. */
static inline tn_context_option tn_context_option_make(tn_remote_context *context) {
  tn_context_option made = {
      TN_OPTION_HEADER(tn_context_option, TN_OPTION_CRITICAL, TN_OPTION_CONTEXT), context};
  return made;
}

/** Options of create_context. */
typedef struct tn_create_context_options {
  uint32_t size;                   /**< TN_SIZE(tn_create_context_options) of the caller. */
  uint32_t flags;                  /**< 0. */
  const tn_option *const *entries; /**< See tn_options. */
  uint32_t entry_count;            /**< Number of entries. */
  uint32_t reserved;               /**< 0. */
  const tn_map_entry *properties;  /**< What the plugin documents for its contexts. */
  uint64_t property_count;         /**< Number of properties. */
} tn_create_context_options;

/** Smallest legal `size` of tn_create_context_options. */
#define TN_CREATE_CONTEXT_OPTIONS_FIRST_SIZE \
  TN_SIZE_THROUGH(tn_create_context_options, property_count)

/** A tn_create_context_options with its size and nothing else. */
TN_DEFINE_INIT(tn_create_context_options)

/** Functions of the extension of a plugin. */
typedef struct tn_remote_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Makes a context on a device, on each that declares HAS_REMOTE (TN_REMOTE_001).
   *  @param device id of a device; empty lets the plugin choose
   *  @param options may be NULL
   *  @param out receives one reference
   *  @return TN_OK, TN_NOT_FOUND (device, property), TN_OUT_OF_MEMORY, TN_OUT_OF_DEVICE_MEMORY,
   * TN_DEVICE_LOST */
  tn_status(TN_CALL *create_context)(tn_plugin *plugin, tn_string device,
                                     const tn_create_context_options *options,
                                     tn_remote_context **out,
                                     tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** The context that compiled models of this device use when none is given; always the same one
   * (TN_REMOTE_011).
   *  @param device id of a device; empty lets the plugin choose
   *  @param out receives one reference
   *  @return as create_context */
  tn_status(TN_CALL *default_context)(tn_plugin *plugin, tn_string device, tn_remote_context **out,
                                      tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
} tn_remote_api;

/** Smallest legal `size` of tn_remote_api. */
#define TN_REMOTE_API_FIRST_SIZE TN_SIZE_THROUGH(tn_remote_api, default_context)

/** Functions of the extension of a tensor: copies between it and a host tensor of the same type and
 * shape, both dense. It keeps the bytes that were copied into it (TN_REMOTE_002). */
typedef struct tn_copy_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Fills the device tensor from `source`, a tensor in host memory.
   *  @return TN_OK, TN_WRONG_TYPE, TN_WRONG_SHAPE, TN_INVALID_ARGUMENT, TN_DEVICE_LOST */
  tn_status(TN_CALL *copy_from)(tn_tensor *tensor, tn_tensor *source,
                                tn_error *error) TN_SERIAL TN_MAY_BLOCK;
  /** Fills `target`, a tensor in host memory, from the device tensor.
   *  @return as copy_from */
  tn_status(TN_CALL *copy_to)(tn_tensor *tensor, tn_tensor *target,
                              tn_error *error) TN_SERIAL TN_MAY_BLOCK;
} tn_copy_api;

/** Smallest legal `size` of tn_copy_api. */
#define TN_COPY_API_FIRST_SIZE TN_SIZE_THROUGH(tn_copy_api, copy_to)

TN_END_DECLARATIONS

#endif
