/** @file
 *  The devices below: which they are, and what is handed to them with a call.
 */
#ifndef TENON_DEVICES_HETERO_BELOW_H
#define TENON_DEVICES_HETERO_BELOW_H

#include "base/arena.h"
#include "base/environment.h"
#include "devices/shared/device_list.h"
#include "tenon/abi/ext/core.h"
#include "tenon/kit/plugin.h"

/** What a call hands to each of them. */
typedef struct tni_below {
  const tn_kit_call *call; /**< The call, borrowed. */
  const tn_core_api *core; /**< The host's service. */
  double begin, end;       /**< What of the whole work the next call is, 0 to 1. */
  double *highest;         /**< The most that was reported, which never falls; or NULL. */
} tni_below;

/** Finds the host's service.
 *  @return TN_OK, TN_UNSUPPORTED */
tn_status tni_below_find(const tn_kit_call *call, tni_below *out, tn_error *error);

/** The same for piece `index` of `count` equal ones of the work. */
static inline tni_below tni_below_piece(const tni_below *below, uint32_t index, uint32_t count) {
  tni_below piece = *below;
  piece.begin = below->begin + (below->end - below->begin) * index / count;
  piece.end = below->begin + (below->end - below->begin) * (index + 1) / count;
  return piece;
}

/** Devices of a call, by DEVICE_PRIORITIES, and whether each of its properties is known to HETERO
 * or one of them.
 *  @return as tni_devices_parse and tni_below_check */
tn_status tni_below_devices(const tni_below *below, tni_arena *arena, tni_devices *out,
                            tn_error *error);

/** Finds the device that a blob is of, by its beginning.
 *  @param out receives the number of the first that takes it
 *  @return TN_OK; TN_UNSUPPORTED where one of them imports nothing, else what the last one says
 * against it; TN_OUT_OF_MEMORY */
tn_status tni_below_find_maker(const tni_below *below, const tni_devices *devices, const void *head,
                               uint64_t head_size, uint32_t *out, tn_error *error);

/** TN_OK when each property that HETERO has not is one of a device below, or may be one of a device
 * that is not there; else TN_NOT_FOUND. */
tn_status tni_below_check(const tni_below *below, const tni_devices *devices, tn_error *error);

/** tn_core_api::query, compile and import_model with the entries of the call, and with those of its
 * properties that are for the device.
 *  @{ */
tn_status tni_below_query(const tni_below *below, tn_string device, tn_model *model,
                          tn_query_sink sink, void *user, tn_error *error);
tn_status tni_below_compile(const tni_below *below, tn_string device, tn_model *model,
                            tn_compiled_model **out, tn_error *error);
tn_status tni_below_import(const tni_below *below, tn_string device, const tn_source *source,
                           tn_compiled_model **out, tn_error *error);
/** @} */

/** tn_core_api::check_blob likewise. */
tn_status tni_below_check_blob(const tni_below *below, tn_string device, const void *head,
                               uint64_t head_size, tn_error *error);

#endif
