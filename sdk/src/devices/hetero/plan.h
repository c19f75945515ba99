/** @file
 *  A model split over devices, and each part compiled.
 */
#ifndef TENON_DEVICES_HETERO_PLAN_H
#define TENON_DEVICES_HETERO_PLAN_H

#include "base/vector.h"
#include "devices/hetero/assign.h"
#include "devices/hetero/below.h"
#include "devices/hetero/split.h"

/** A subgraph. */
typedef struct tni_part {
  uint32_t device;             /**< Number of its device. */
  tn_model *model;             /**< One reference: a view of the plan's model; NULL: imported. */
  tn_port_list ports;          /**< Its ports, values of the plan's model. */
  tn_compiled_model *compiled; /**< The device's, owned; NULL before it was compiled. */
} tni_part;

/** A node that computes a constant, or nothing that anybody uses. */
typedef struct tni_removed {
  tn_string name;      /**< Of the original node. */
  tn_string operation; /**< Its operator. */
} tni_removed;

/** A model and its parts. */
typedef struct tni_plan {
  const tni_environment *environment; /**< Borrowed. */
  tni_arena arena;                    /**< Holds lists and texts. */
  tn_model *model;             /**< One reference: the model with types and shapes at its values and
                                  without what is constant. */
  tni_devices devices;         /**< By priority. */
  tni_assignment assigned;     /**< Who runs what. */
  uint32_t *part_of;           /**< Of each node of the model; not of one that was imported. */
  struct tni_told_node *told;  /**< What an import tells of nodes (tni_plan_node); or NULL. */
  uint32_t told_count;         /**< Number of these. */
  struct tni_removed *removed; /**< Nodes of the given model that run nowhere. */
  uint32_t removed_count;      /**< Number of these. */
  tni_part *parts;             /**< In the order in which they run. */
  uint32_t part_count;         /**< Number of parts. */
  tn_compiled_model *whole; /**< What one device has made of the whole model, owned; then there are
                               no parts. Or NULL. */
} tni_plan;

/** Splits a model over the devices of a call and compiles each part. What a device fails to compile
 * goes to those behind it in the list.
 *  @param out receives the plan, for tni_plan_destroy
 *  @return TN_OK; what tni_assign returns; what compiling returned where nobody else takes it;
 * TN_OUT_OF_MEMORY */
tn_status tni_plan_make(const tni_below *below, tn_model *model, tni_plan **out, tn_error *error);

/** Asks the devices of a call about a model: a plan without parts, in which a node that no device
 * takes has TNI_NO_DEVICE.
 *  @return as tni_plan_make */
tn_status tni_plan_ask(const tni_below *below, tn_model *model, tni_plan **out, tn_error *error);

/** Makes a plan whose parts come from elsewhere: `model`, `devices` and `parts` are the caller's to
 * fill.
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_plan_begin(const tni_environment *environment, tni_plan **out, tn_error *error);

/** Gives a plan back, with the compiled parts that it still has; NULL is legal. */
void tni_plan_destroy(tni_plan *plan);

#endif
