/** @file
 *  Walks over a graph in which each node has a device, in turns: a turn takes every node of one
 * device that can be reached without waiting for another device. The nodes of a turn may run as
 * one, and turns depend on earlier turns only; so a walk is a split without cycles, and to find the
 * fewest subgraphs is to find the shortest sequence of devices.
 */
#ifndef TENON_DEVICES_HETERO_WALK_H
#define TENON_DEVICES_HETERO_WALK_H

#include "base/arena.h"
#include "devices/hetero/split.h"

/** No device. */
#define TNI_NO_DEVICE UINT32_MAX

/** What a walk needs to know of the graph. */
typedef struct tni_walk_plan {
  const tni_split_graph *graph; /**< Borrowed. Without cycles. */
  uint32_t *inputs;             /**< Of each node: number of edges that lead to it. */
  uint32_t
      *tail; /**< Of each node: turns that have to follow the one in which it is taken, at least. */
  uint32_t *first_place; /**< Of each device: where its nodes' places in `ready` begin. */
} tni_walk_plan;

/** A walk at some point. */
typedef struct tni_walk {
  const tni_walk_plan *plan; /**< Borrowed. */
  uint32_t *waits_for;       /**< Of each node: inputs that were not taken yet. */
  uint32_t *ready; /**< Nodes that wait for nothing but their device's turn, the places of each
                      device apart. */
  uint32_t *ready_count; /**< Of each device. */
  uint32_t *urgency; /**< Of each device: 1 + the greatest tail among its ready nodes; 0 when none
                        is ready. */
  uint32_t *taken;   /**< Nodes in the order in which they were taken. */
  uint32_t taken_count; /**< Number of them. */
} tni_walk;

/** What one turn changed, to be taken back. */
typedef struct tni_turn {
  uint32_t device;       /**< Whose turn it was. */
  uint32_t taken_before; /**< Nodes taken before it. */
  uint32_t *counts;      /**< ready_count and urgency of each device as they were before. */
} tni_turn;

/** Looks at the graph. @return TN_OK, or TN_OUT_OF_MEMORY */
tn_status tni_walk_plan_make(tni_arena *arena, const tni_split_graph *graph, tni_walk_plan *out);

/** Makes room for a walk. @return TN_OK, or TN_OUT_OF_MEMORY */
tn_status tni_walk_make(tni_arena *arena, const tni_walk_plan *plan, tni_walk *out);

/** Goes back to the start. */
void tni_walk_restart(tni_walk *walk);

/** Whether every node was taken. */
int tni_walk_is_over(const tni_walk *walk);

/** Takes a turn of a device that has ready nodes.
 *  @param part of each node taken: `number` is written there; may be NULL */
void tni_walk_take(tni_walk *walk, uint32_t device, uint32_t *part, uint32_t number);

/** Takes a turn that can be taken back. @param turn its `counts` has room for twice as many as
 * there are devices */
void tni_walk_try(tni_walk *walk, uint32_t device, tni_turn *turn);

/** Takes back the last turn that was not taken back yet. */
void tni_walk_take_back(tni_walk *walk, const tni_turn *turn);

/** Turns that are still needed, at least. */
uint32_t tni_walk_needs(const tni_walk *walk);

#endif
