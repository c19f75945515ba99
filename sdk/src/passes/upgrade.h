/** @file
 *  Upgrading nodes from the versions of the file to those of a newer operator set, so that the
 * meaning stays. Values keep their names; a node that becomes several gives its origins to all of
 * them.
 *
 *  One step leads from a version of an operator to the next. Most steps only admit more types or
 * add attributes whose default is the old meaning; the others have a rule (upgrade_rules.h).
 */
#ifndef TENON_PASSES_UPGRADE_H
#define TENON_PASSES_UPGRADE_H

#include "graph/graph.h"

/** Told of a node that cannot be upgraded, which then stays as it was; `why` is borrowed. */
typedef struct tni_upgrade_refusal {
  void (*refused)(void *user, const tn_node *node, const tn_error *why); /**< What to call. */
  void *user;                                                            /**< Handed to it. */
} tni_upgrade_refusal;

/** Upgrades all nodes of the ai.onnx domain to operator set `version`; a node that is newer stays.
 * Rules that need an element type or a rank take it from the values: see tni_copy_shapes.
 *  @param version at most TN_ONNX_OPERATOR_SET
 *  @param refusal NULL: a node that cannot be upgraded is an error
 *  @return TN_OK; TN_UNSUPPORTED, TN_MALFORMED with the node's name; TN_OUT_OF_MEMORY */
tn_status tni_upgrade(tni_model *model, uint32_t version, const tni_upgrade_refusal *refusal,
                      tn_error *error);

/** Upgrades to the newest set and infers types and shapes on the way, each from the other.
 *  @return as tni_upgrade and tni_infer_shapes */
tn_status tni_upgrade_and_infer(tni_model *model, const tni_upgrade_refusal *refusal,
                                tn_error *error);

#endif
