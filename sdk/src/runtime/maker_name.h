/** @file
 *  By which name the application has registered the maker of an object; the maker's record holds
 * the name that the plugin gives itself.
 */
#ifndef TENON_RUNTIME_MAKER_NAME_H
#define TENON_RUNTIME_MAKER_NAME_H

#include "runtime/core.h"

/** The name; of one that is none of the core's plugins that which its record holds.
 *  @param out in the arena
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_maker_name(tn_core *core, const tn_maker *maker, tni_arena *arena, tn_string *out);

/** Puts the name before the message of a failure; returns `status`. */
tn_status tni_maker_fail(tn_core *core, const tn_maker *maker, tn_status status, tn_error *error);

#endif
