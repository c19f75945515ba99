/** @file
 *  What of a model is offered to a plugin: the model at most at the operator sets that the plugin
 *  states, and the nodes that have no equal there (TN_CORE_003).
 */
#ifndef TENON_RUNTIME_OFFER_H
#define TENON_RUNTIME_OFFER_H

#include "runtime/engine.h"

/** A node that is not offered. */
typedef struct tni_rejection {
  const tn_node *node;   /**< Of the upgraded model. */
  const tn_node *within; /**< The node of the main graph that it is, or lies within. */
  uint32_t version;      /**< Version of the set that the plugin states. */
  int has_set;           /**< 0: the plugin states no set of that domain. */
} tni_rejection;

/** An offer. Lies on the stack between make and destroy. */
typedef struct tni_offer {
  tn_model *model;       /**< The model at the plugin's sets; one reference. */
  tni_vector rejections; /**< tni_rejection, at most one within each node of the main graph and in
                            their order; empty when the whole model can be offered. */
} tni_offer;

/** Upgrades a model for a plugin and finds the nodes that it does not know by its sets.
 *  @return TN_OK, TN_INVALID_ARGUMENT (no model), TN_MALFORMED, TN_OUT_OF_MEMORY; then there is
 * nothing to destroy */
tn_status tni_offer_make(const tni_engine *engine, tn_model *model, tni_offer *out,
                         tn_error *error);

/** Gives back what make took. */
void tni_offer_destroy(tni_offer *offer);

/** TN_OK when nothing is rejected, else TN_UNSUPPORTED naming the first such node. */
tn_status tni_offer_check_complete(const tni_offer *offer, tn_error *error);

/** Writes why a node is rejected, cut at `capacity`. */
void tni_rejection_print(const tni_rejection *rejection, char *text, size_t capacity);

#endif
