/** @file
 *  By which name applications know the device of a remote context. A context is the maker's own
 * object; the name under which it was asked for is kept at its `host` word.
 */
#ifndef TENON_RUNTIME_CONTEXT_NAMES_H
#define TENON_RUNTIME_CONTEXT_NAMES_H

#include "runtime/call.h"

/** Keeps the name of the device of a context that is given to the application: by that of the alias
 * or plugin which was called, in place of an earlier one.
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_context_name_keep(const tni_call *call, tn_remote_context *context, tn_error *error);

/** Frees what keep has made; its maker does without the context from now on. */
void tni_context_name_free(tni_services *services, void *record);

#endif
