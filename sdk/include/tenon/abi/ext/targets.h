/** @file
 *  Extension "tn.targets/1" of a plugin: devices that models are compiled for although they are not
 * there.
 */
#ifndef TENON_ABI_EXT_TARGETS_H
#define TENON_ABI_EXT_TARGETS_H

#include "tenon/abi/plugin.h"

TN_BEGIN_DECLARATIONS

/** Id of tn_targets_api. */
#define TN_EXTENSION_TARGETS "tn.targets/1"

/** Functions of the extension. A target is told as a device is, where a device declares
 * COMPILES_ABSENT and nowhere else (TN_COMPILE_019), under an id of its own that no device has and
 * that is the same everywhere (TN_COMPILE_020), such as the name of an architecture. The plugin's
 * query, compile, get_property and set_properties take it as a device; all other calls answer
 * TN_NOT_FOUND. A model that was compiled for a target can be exported, and is imported where such
 * a device is and gives right results there (TN_COMPILE_017); its create_request answers
 * TN_NOT_FOUND (TN_COMPILE_018). */
typedef struct tn_targets_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Gives all targets to the sink, exactly once; the same ones whichever devices are there.
   *  @return TN_OK, or what the sink returned */
  tn_status(TN_CALL *targets)(tn_plugin *plugin, tn_device_sink sink, void *user,
                              tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
} tn_targets_api;

/** Smallest legal `size` of tn_targets_api. */
#define TN_TARGETS_API_FIRST_SIZE TN_SIZE_THROUGH(tn_targets_api, targets)

TN_END_DECLARATIONS

#endif
