/** @file
 *  What a device answers about nodes that were offered to it, and which of them it takes by that.
 */
#ifndef TENON_DEVICES_HETERO_CLAIMS_H
#define TENON_DEVICES_HETERO_CLAIMS_H

#include "base/arena.h"
#include "base/map.h"
#include "tenon/abi/plugin.h"

/** Why a device does not run a node. */
typedef struct tni_refusal {
  uint32_t reason; /**< One of tn_query_reason; TN_REASON_NONE while the device was not asked. */
  tn_string text;  /**< For people. */
} tni_refusal;

/** Why nothing of a claim is taken; bits. @{ */
#define TNI_CLAIM_REFUSED 1u /**< The device refuses a part of it. */
#define TNI_CLAIM_APART   2u /**< A part of it is not offered to the device. */
/** @} */

/** Nodes that are taken together or not at all. */
typedef struct tni_claim {
  struct tni_claim *joined; /**< The claim that this one became part of, or NULL. */
  uint32_t number;          /**< For whoever numbers them; 0 at first. */
  uint32_t holder;          /**< 1 + a node of it, for whoever looks for that; 0 at first. */
  uint32_t broken;          /**< TNI_CLAIM_...: why nothing of it is taken; 0: all of it is. */
  uint32_t tied;            /**< 1: the model asks for it (tni_claims_tie), whoever takes it. */
} tni_claim;

/** The answers to one query. */
typedef struct tni_claims {
  tni_arena arena;   /**< Holds the answers. */
  tni_map by_name;   /**< By name of an original node. */
  tni_map by_number; /**< Claims by tn_node_support::group. */
} tni_claims;

/** Makes an empty set of answers. */
void tni_claims_init(tni_claims *claims, const tni_allocator *allocator);

/** Gives everything back. */
void tni_claims_destroy(tni_claims *claims);

/** A tn_query_sink whose `user` is a tni_claims: copies the answers. @return TN_OK or
 * TN_OUT_OF_MEMORY */
tn_status tni_claims_take(void *user, const tn_node_support *const *nodes, uint64_t count);

/** Joins the claims that a node's originals are part of, and breaks them when one of its originals
 * is refused. To be called for each node that was offered, before tni_claims_of. */
void tni_claims_look_at(tni_claims *claims, const tn_node *node);

/** Has two nodes that were offered taken together or not at all, as one claim.
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_claims_tie(tni_claims *claims, const tn_node *a, const tn_node *b);

/** Has a node that was offered not taken, since another that uses its variable is not offered.
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_claims_part(tni_claims *claims, const tn_node *node);

/** Whether a node is taken.
 *  @param claim receives the claim that the node is part of, or NULL
 *  @return NULL when it is taken, else why it is not; borrowed from the claims */
const tni_refusal *tni_claims_of(const tni_claims *claims, const tn_node *node, tni_claim **claim);

#endif
