/** @file
 *  Models that are some of the nodes of another, without a copy: the nodes, values and constants
 * are the other's own.
 */
#ifndef TENON_GRAPH_SELECTION_H
#define TENON_GRAPH_SELECTION_H

#include "base/environment.h"
#include "tenon/abi/model.h"
#include "tenon/abi/status.h"

/** What becomes the ports of a selection. */
typedef struct tni_selection {
  const uint8_t *chosen; /**< Of each node of the main graph, in its order: whether it is part of
                            the selection. */
  /** 1: inputs of the model that nobody uses stay inputs, and what other nodes compute becomes an
   * input also where no chosen node uses it. */
  uint32_t keeps_inputs;
} tni_selection;

/** Makes the model. Its inputs are the values that chosen nodes, and the graphs in them, use and no
 * chosen node computes: first those that are inputs of the whole, then the others, each in the
 * order of the whole. Its outputs are what chosen nodes compute and others use, or the whole gives,
 * in the order in which they are computed. Its constants are those that it uses.
 *  @param environment borrowed, outlives the selection
 *  @param whole retained as long as the selection lives; not changed meanwhile
 *  @param out receives one reference
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_model_select(const tni_environment *environment, tn_model *whole,
                           const tni_selection *selection, tn_model **out, tn_error *error);

/** No part. */
#define TNI_NO_PART UINT32_MAX

/** Makes several models at once, each as tni_model_select makes one that does not keep inputs: the
 * work grows with the whole, not with the number of parts.
 *  @param environment borrowed, outlives the parts
 *  @param whole retained as long as one of the parts lives; not changed meanwhile
 *  @param part_of of each node of the main graph: its part, below `part_count`, or TNI_NO_PART
 *  @param out `part_count` places, each of which receives one reference
 *  @return TN_OK, or TN_OUT_OF_MEMORY, with nothing made */
tn_status tni_model_divide(const tni_environment *environment, tn_model *whole,
                           const uint32_t *part_of, uint32_t part_count, tn_model **out,
                           tn_error *error);

#endif
