/** @file
 *  What every engine does with the options of its creation, also one that the kit does not make.
 */
#ifndef TENON_KIT_CREATION_H
#define TENON_KIT_CREATION_H

#include "base/allocator.h"
#include "tenon/abi/host.h"
#include "tenon/abi/plugin.h"

/** The host's memory. */
tni_allocator tni_kit_host_allocator(const tn_host *host);

/** Checks all but the properties.
 *  @param name of the plugin, for messages
 *  @return TN_OK; TN_INVALID_ARGUMENT; TN_UNSUPPORTED (a major version or an entry that is not
 * known) */
tn_status tni_kit_check_create_options(tn_string name, const tn_create_options *options,
                                       tn_error *error);

#endif
