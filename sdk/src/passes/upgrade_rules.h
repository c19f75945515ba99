/** @file
 *  The steps of an upgrade that change a node.
 */
#ifndef TENON_PASSES_UPGRADE_RULES_H
#define TENON_PASSES_UPGRADE_RULES_H

#include "passes/shape.h"

/** An upgrade at work on one node. */
typedef struct tni_upgrade_step {
  uint32_t version; /**< Operator set that the whole upgrade leads to: added nodes are of it. */
  tni_node *node;   /**< The node, of the step's first version. */
  tni_node_list
      *list; /**< What stands in the node's place, producers before users; holds the node itself. */
} tni_upgrade_step;

/** Changes a node from one version of its operator to the next, all but the version itself. Fails
 * before anything is changed. */
typedef tn_status (*tni_upgrade_function)(tni_upgrade_step *step, tn_error *error);

/** One step. */
typedef struct tni_upgrade_rule {
  const char *operation;         /**< Operator before. */
  uint32_t from;                 /**< Its version, */
  uint32_t to;                   /**< and the next one. */
  const char *becomes;           /**< Operator afterwards; NULL: the same. */
  tni_upgrade_function function; /**< NULL: nothing else changes. */
} tni_upgrade_rule;

/** The rule for a step, or NULL. */
const tni_upgrade_rule *tni_upgrade_find_rule(tn_string operation, uint32_t from, uint32_t to);

/** 1 when every step of the operator that has no rule leaves the node's meaning as it is. */
int tni_upgrade_is_reviewed(tn_string operation);

/* --- what rules are made of */

/** As tni_fail with TN_UNSUPPORTED. Rules need not name the node: the upgrade does. */
#define TNI_UPGRADE_REFUSE(error, ...) tni_fail(error, TN_UNSUPPORTED, __VA_ARGS__)

/** Makes input `index` of the node a new constant, a vector of int64. */
tn_status tni_upgrade_add_ints(tni_upgrade_step *step, uint32_t index, const char *what,
                               uint64_t count, const int64_t *numbers, tn_error *error);

/** Makes input `index` a new constant of f32. `rank` is 0 (one number) or 1. */
tn_status tni_upgrade_add_floats(tni_upgrade_step *step, uint32_t index, const char *what,
                                 uint32_t rank, uint64_t count, const float *numbers,
                                 tn_error *error);

/** Makes input `index` a new constant: one number of element type `type` (a float type). */
tn_status tni_upgrade_add_scalar(tni_upgrade_step *step, uint32_t index, const char *what,
                                 uint32_t type, double number, tn_error *error);

/** Turns an INTS attribute into a constant input; nothing happens when the node does not have it.
 */
tn_status tni_upgrade_ints_to_input(tni_upgrade_step *step, const char *attribute, uint32_t index,
                                    tn_error *error);

/** Element type of input `index`, which must be a float type that scalars can be made of.
 *  @return TN_OK; TN_UNSUPPORTED when it is another or not known */
tn_status tni_upgrade_float_type(const tni_upgrade_step *step, uint32_t index, uint32_t *out,
                                 tn_error *error);

/** The elements of an input that is constant, or NULL. */
tn_tensor *tni_upgrade_constant_input(const tni_upgrade_step *step, uint32_t index);

/** Adds a node of the ai.onnx domain beside the node, with its origins, named after it.
 *  @param before 1: stands before the node in the list, 0: behind it
 *  @param out the node, without inputs and outputs */
tn_status tni_upgrade_add_node(tni_upgrade_step *step, const char *operation, int before,
                               tni_node **out, tn_error *error);

/* --- the rules that have a file of their own */

/** Softmax, LogSoftmax, Hardmax 11 to 13: the input is no longer coerced to two dimensions. */
tn_status tni_upgrade_softmax(tni_upgrade_step *step, tn_error *error);

/** Resize 10 to 11: what was left open is said. */
tn_status tni_upgrade_resize(tni_upgrade_step *step, tn_error *error);

/** BatchNormalization 7 to 9: per-activation statistics are gone. */
tn_status tni_upgrade_batch_spatial(tni_upgrade_step *step, tn_error *error);

/** BatchNormalization 9 to 14: training is told by an attribute. */
tn_status tni_upgrade_batch_training(tni_upgrade_step *step, tn_error *error);

#endif
