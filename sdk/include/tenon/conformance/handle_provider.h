/** @file
 *  Handle providers: small libraries that make foreign handles for the conformance suite.
 *
 *  A plugin wraps handles that other interfaces made ("tn.handles/1"). The suite knows none of
 * those interfaces, so for each type of handle somebody writes a library that makes, writes, reads
 * and gives back handles of that type; it exports one function, `tn_get_handle_provider`, and is
 * handed in by `tenon-conformance PLUGIN.so --handle-provider LIBRARY.so`, where the process that
 * tests the plugin opens it. It must not go through the plugin: what it writes and reads proves
 * that the plugin uses the memory in place.
 *
 *  The suite calls it from one thread at a time.
 */
#ifndef TENON_CONFORMANCE_HANDLE_PROVIDER_H
#define TENON_CONFORMANCE_HANDLE_PROVIDER_H

#include "tenon/abi/ext/handles.h"

TN_BEGIN_DECLARATIONS

/** A provider. */
typedef struct tn_handle_provider {
  uint32_t size;     /**< TN_SIZE(tn_handle_provider) of the provider. */
  uint32_t reserved; /**< 0. */
  tn_string type;    /**< The one type of handles that it makes, such as TN_HANDLE_DMA_BUF. */
  tn_string name;    /**< For reports, with its version. */
  /** Prepares making handles for one remote context.
   *  @param properties those of the context (tn_remote_context_api::properties), borrowed for the
   * call; an interface whose handles belong to a context of its own finds that there
   *  @param out receives what the other functions get as `self`
   *  @return TN_OK, TN_BACKEND_MISSING (the interface is not there: cases that need it do not
   * apply), TN_OUT_OF_MEMORY and others */
  tn_status(TN_CALL *open)(const tn_map_entry *properties, uint64_t property_count, void **out,
                           tn_error *error);
  /** Undoes `open`. All its handles have been given back or taken. */
  void(TN_CALL *close)(void *self);
  /** Makes memory and a handle of it.
   *  @param byte_count at least 1
   *  @param out its size is set, all else 0; receives type, value, byte_count and properties, which
   * hold until the handle is gone
   *  @return TN_OK, TN_OUT_OF_DEVICE_MEMORY, TN_OUT_OF_MEMORY and others */
  tn_status(TN_CALL *create)(void *self, uint64_t byte_count, tn_handle *out, tn_error *error);
  /** Gives the handle back. Not called for one that a tensor has taken. */
  void(TN_CALL *destroy)(void *self, const tn_handle *handle);
  /** Writes bytes of the memory; they are visible to the device when it returns. Counts from the
   * memory's start: `handle->offset` is not looked at. */
  tn_status(TN_CALL *write)(void *self, const tn_handle *handle, uint64_t offset, const void *bytes,
                            uint64_t byte_count, tn_error *error);
  /** Reads bytes of the memory, as the device left them. */
  tn_status(TN_CALL *read)(void *self, const tn_handle *handle, uint64_t offset, void *bytes,
                           uint64_t byte_count, tn_error *error);
  /** 1 while a handle that `create` made can be used, 0 once its owner has given it back. */
  uint32_t(TN_CALL *is_alive)(void *self, const tn_handle *handle);
  /** Gives a handle of the type whose value is none, in a way that the interface can tell without
   * crashing; asked again it may give one that is none for another reason. `out` as for `create`;
   * nothing is to be given back before `close`. */
  void(TN_CALL *invalid)(void *self, tn_handle *out);
} tn_handle_provider;

/** Smallest legal `size` of tn_handle_provider. */
#define TN_HANDLE_PROVIDER_FIRST_SIZE TN_SIZE_THROUGH(tn_handle_provider, invalid)

/** The one function that the library exports. Never NULL; constant. */
TN_EXPORT const tn_handle_provider *TN_CALL tn_get_handle_provider(void);

/** Type of tn_get_handle_provider, for the suite, which looks it up. */
typedef const tn_handle_provider *(TN_CALL *tn_get_handle_provider_function)(void);

TN_END_DECLARATIONS

#endif
