/** @file
 *  Which values go where between the parts of a plan: what one part computes, others take, and
 * ports of the whole show.
 */
#ifndef TENON_DEVICES_HETERO_WIRING_H
#define TENON_DEVICES_HETERO_WIRING_H

#include "devices/hetero/plan.h"

/** No wire. */
#define TNI_NO_WIRE UINT32_MAX

/** A port of a part. */
typedef struct tni_end {
  uint32_t part; /**< Number of the part. */
  uint32_t port; /**< Inputs first, then outputs. */
} tni_end;

/** A value that parts have ports for. */
typedef struct tni_wire {
  const tn_value_info *value; /**< The value, of the plan's model. */
  tni_vector ends;            /**< Of tni_end: whoever computes it comes first. */
  uint32_t is_computed;       /**< 1: the first end is an output; 0: an input of the whole. */
  uint32_t is_shown;          /**< 1: a port of the whole shows it. */
  uint32_t is_copied;         /**< 1: outputs of the whole are copied from it. */
} tni_wire;

/** An output of the whole that no port of a part shows: it is copied. */
typedef struct tni_copy {
  uint32_t output;            /**< Number among the outputs of the whole. */
  const tn_value_info *value; /**< An input of the whole, a constant, or a value of a wire. */
  uint32_t wire;              /**< Number of its wire, or TNI_NO_WIRE. */
  uint32_t input; /**< Its number among the inputs of the whole, where it has no wire and
                     is no constant. */
} tni_copy;

/** All of them. */
typedef struct tni_wiring {
  const tn_graph *whole;  /**< The graph, borrowed. */
  tni_vector wires;       /**< Of tni_wire. */
  uint32_t *port_wire;    /**< Of each port of the whole: number of its wire, or TNI_NO_WIRE. */
  uint32_t *first_output; /**< Of each part: number of the first wire that it computes; the others
                             follow, in the order of its outputs. */
  tni_vector copies;      /**< Of tni_copy. */
  tni_arena arena;        /**< Holds `port_wire` and `first_output`. */
} tni_wiring;

/** Finds the wires. @param out destroyed by tni_wiring_destroy in any case
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_wiring_make(const tni_plan *plan, tni_wiring *out, tn_error *error);

/** Gives them back. */
void tni_wiring_destroy(tni_wiring *wiring);

#endif
