/** @file
 *  Devices as the host lists them, and those of the plugin's list among them.
 */
#ifndef TENON_DEVICES_HETERO_LISTED_H
#define TENON_DEVICES_HETERO_LISTED_H

#include "base/arena.h"
#include "base/environment.h"
#include "tenon/abi/ext/core.h"
#include "tenon/kit/plugin.h"

/** Finds a device; no other plugin is opened where the host can tell one alone.
 *  @param name as applications name it; "A" stands for the first device of A
 *  @param arena receives the id, which is the whole name ("A.0"); NULL: it is left out
 *  @param out receives what the first version has of it, without its other texts
 *  @return TN_OK, TN_NOT_FOUND (no such device), what keeps its plugin from working,
 * TN_OUT_OF_MEMORY */
tn_status tni_listed_find(const tn_host *host, const tn_core_api *core, tn_string name,
                          tni_arena *arena, tn_device *out);

/** Whether a call failed since the device, or what it needs, is not there: others may do then. A
 * device of a plugin that has none at present is not there either; one that the plugin does not
 * have beside others is a wrong name. */
int tni_listed_is_absent(const tn_host *host, const tn_core_api *core, tn_string name,
                         tn_status status);

/** Receives one device, with its id.
 *  @return TN_OK; another status ends the visit */
typedef tn_status tni_listed_visitor(void *user, const tn_core_api *core, const tn_device *device);

/** Visits the devices of DEVICE_PRIORITIES as the plugin has it, in their order. A device that is
 * not there is passed over; where the list is wrong or the host knows no other devices, there is
 * none.
 *  @param is_set receives whether there is a list at all; without one each call names its devices
 *  @return TN_OK, what the visitor returned, TN_OUT_OF_MEMORY */
tn_status tni_listed_visit(tn_kit_engine *engine, tni_listed_visitor *visitor, void *user,
                           int *is_set, tn_error *error);

#endif
