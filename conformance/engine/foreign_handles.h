/** @file
 *  Memory of handle providers for checks: made, written and read without the plugin.
 */
#ifndef TENON_CONFORMANCE_FOREIGN_HANDLES_H
#define TENON_CONFORMANCE_FOREIGN_HANDLES_H

#include "engine/check.h"
#include "tenon/conformance/handle_provider.h"

/** A piece of memory that a provider made. It lives until the check returns. */
typedef struct foreign_memory {
  const tn_handle_provider *provider; /**< Who made it. */
  void *self;                         /**< What the provider's functions are called with. */
  tn_handle handle;                   /**< The handle. */
  bool taken;                         /**< A tensor owns it, or has given it back. */
} foreign_memory;

/** The table of "tn.handles/1" of a context; NULL after recording that it is missing. */
const tn_handles_api *foreign_api(test *t, tn_remote_context *context);

/** What checks do once for every provider whose type the context wraps. The case does not apply
 * when there is none. */
void foreign_for_each(test *t, tn_remote_context *context,
                      void (*check)(test *t, tn_remote_context *context,
                                    const tn_handle_provider *provider));

/** New memory; NULL after recording why. */
foreign_memory *foreign_create(test *t, tn_remote_context *context,
                               const tn_handle_provider *provider, uint64_t byte_count);

/** A dense tensor of the memory, released after the check; NULL after recording why. */
tn_tensor *foreign_wrap(test *t, tn_remote_context *context, const foreign_memory *memory,
                        uint32_t type, uint32_t rank, const int64_t *shape);

/** Writes the elements of a host tensor to the start of the memory. False after recording why. */
bool foreign_write(test *t, const foreign_memory *memory, const tn_tensor *host);

/** Reads them from there. */
bool foreign_read(test *t, const foreign_memory *memory, tn_tensor *host);

/** Whether the handle can be used. */
bool foreign_is_alive(const foreign_memory *memory);

/** Writes and reads once; records whether the bytes are kept. */
void foreign_round_trip(test *t, const foreign_memory *memory, uint64_t seed);

#endif
