/** @file
 *  Which device runs which node: each device in turn is asked about what is left, and takes what it
 * claims. A claim of a group that cannot be kept whole, since what lies between its nodes runs
 * elsewhere, is given up and goes to the next; if that does not take it, what lies between goes to
 * the device that gave it up.
 */
#ifndef TENON_DEVICES_HETERO_ASSIGN_H
#define TENON_DEVICES_HETERO_ASSIGN_H

#include "base/arena.h"
#include "base/environment.h"
#include "base/text.h"
#include "devices/hetero/claims.h"
#include "devices/hetero/groups.h"
#include "devices/shared/device_list.h"
#include "tenon/abi/plugin.h"

/** Asks a device about a model: tn_core_api::query with what stays the same. */
typedef struct tni_asking {
  tn_status (*ask)(void *user, tn_string device, tn_model *model, tn_query_sink sink,
                   void *sink_user, tn_error *error); /**< As tn_core_api::query. */
  void *user;                                         /**< Handed to it. */
  const uint32_t
      *shares;        /**< Of each node the device that is to have it if it takes it; or NULL. */
  uint32_t may_leave; /**< 1: a node that no device takes is no failure; its device is then
                         TNI_NO_DEVICE. */
} tni_asking;

/** Who runs what. All memory is the arena's. */
typedef struct tni_assignment {
  const tn_graph *graph; /**< The main graph, borrowed. */
  tni_devices devices;   /**< By priority; their names are borrowed. */
  uint32_t group_count;  /**< Number of groups. */
  uint32_t *device;      /**< Of each node of the graph. */
  uint32_t *group;       /**< Of each node: 0, or 1 to group_count. */
  tni_refusal *refusals; /**< node_count times device_count: of each node by each device. */
  tni_split_graph edges; /**< Nodes, edges and devices. */
  tni_joined joined;     /**< Groups made one node each. */
} tni_assignment;

/** Assigns every node.
 *  @param environment borrowed, outlives the call
 *  @param devices by priority; a node whose affinity is one of them is offered to no other, and
 * neither is any that uses the same variable; borrowed
 *  @return TN_OK; TN_NOT_FOUND (an affinity that is none of the devices), TN_INVALID_ARGUMENT
 * (affinities that put a variable in two places), TN_UNSUPPORTED (a node
 * that no device takes, with the reason of each), TN_OUT_OF_MEMORY, and what asking returned */
tn_status tni_assign(const tni_environment *environment, tni_arena *arena, tn_model *model,
                     const tni_devices *devices, const tni_asking *asking, tni_assignment *out,
                     tn_error *error);

/** Why `device` does not run node `node`; its reason is TN_REASON_NONE when it was not asked, or
 * runs it. */
tni_refusal *tni_refusal_of(const tni_assignment *assignment, uint32_t node, uint32_t device);

/** Appends what the devices that were asked say against a node: "A: why; B: why". */
void tni_assignment_reasons(const tni_assignment *assignment, uint32_t node, tni_text *out);

#endif
