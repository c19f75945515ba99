/** @file
 *  Nodes that the application means for devices of an alias. Behind it devices go by their makers'
 * names.
 */
#ifndef TENON_RUNTIME_ALIAS_AFFINITY_H
#define TENON_RUNTIME_ALIAS_AFFINITY_H

#include "runtime/call.h"

/** Puts in place of the alias's devices ("GPU.1") those that serve them first ("VENDOR.0"); the
 * name of the alias alone stands for the device of the call. What is not among those that serve it
 * stays.
 *  @param options of the call, checked; may be NULL
 *  @param out receives one reference: of a copy, or of the model itself where no node names the
 * alias or the call is for none
 *  @return TN_OK, TN_OUT_OF_MEMORY, and what keeps the alias from choosing a device */
tn_status tni_alias_affinity(const tni_call *call, const tn_compile_options *options,
                             tn_model *model, tn_model **out, tn_error *error);

#endif
