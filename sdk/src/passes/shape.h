/** @file
 *  Inference of element types and shapes over a whole model, inner graphs included.
 *
 *  Nodes are taken in topological order; each operator's rule says what is known of its outputs,
 * and the driver keeps unknown dimensions apart by symbols. What the file itself says of a value
 * counts where a rule says less; where the two contradict each other, the rule's shape wins, and
 * contradicting element types are an error. In inner graphs the file's shapes do not count, as they
 * may differ from one run of the graph to the next.
 *
 *  A node whose operator has no rule here (another domain, an older version) leaves its outputs as
 * they are.
 */
#ifndef TENON_PASSES_SHAPE_H
#define TENON_PASSES_SHAPE_H

#include "graph/graph.h"
#include "ops/operator.h"

/** The inference at work. */
typedef struct tni_shape_driver tni_shape_driver;

enum {
  TNI_MAX_REPLACEMENTS = 8 /**< Most nodes that one node may become in a hook. */
};

/** Nodes in the order in which they are to be inferred. */
typedef struct tni_node_list {
  tni_node *nodes[TNI_MAX_REPLACEMENTS]; /**< The first `count` hold. */
  uint32_t count;                        /**< Number of nodes. */
} tni_node_list;

/** What somebody does to every node while shapes are inferred, so that what is known of the inputs
 * is at hand. Either function may be NULL. */
typedef struct tni_shape_hook {
  /** Before the node is inferred. May change it and add nodes; `list` holds the node itself, and is
   * to hold what stands in its place, producers before users. */
  tn_status (*before)(void *user, tni_node *node, tni_node_list *list, tn_error *error);
  /** After the node was inferred for good: rules of loops infer their graphs several times, and
   * only what holds in every round counts. May turn all outputs into constants (then it calls
   * tni_shape_driver_forget for them) and remove the node. */
  tn_status (*after)(void *user, tni_shape_driver *driver, tni_node *node, tn_error *error);
  void *user; /**< Handed to both. */
} tni_shape_hook;

/** Infers everything and writes types and shapes into the values.
 *  @param hook may be NULL
 *  @return TN_OK; TN_MALFORMED and other statuses of rules, the message naming the node;
 * TN_OUT_OF_MEMORY */
tn_status tni_infer_shapes(tni_model *model, const tni_shape_hook *hook, tn_error *error);

/** For hooks: what is known of a value, valid until the inference ends or the value is forgotten.
 * NULL without memory. */
const tni_facts *tni_shape_driver_facts(tni_shape_driver *driver, tni_value *value);

/** For hooks: reads the facts of a value anew when they are asked for next. */
void tni_shape_driver_forget(tni_shape_driver *driver, tni_value *value);

/** Forgets the shapes of all values but inputs of the main graph and constants, for another
 * inference after shapes of inputs were changed. */
void tni_forget_shapes(tni_model *model);

/** Gives the values of `to` the types and shapes that values of the same name have in `from`, a
 * copy of it that was upgraded and inferred. Constants of `to` stay as they are.
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_copy_shapes(const tni_model *from, tni_model *to, tn_error *error);

#endif
