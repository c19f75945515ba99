/** @file
 *  A plugin's own mutable copy of a model, and passes on it.
 *
 *  The copy is read as the model is, through const structs; it is changed by the functions here.
 * After a change, take the view anew.
 */
#ifndef TENON_KIT_GRAPH_H
#define TENON_KIT_GRAPH_H

#include "tenon/abi/model.h"
#include "tenon/kit/plugin.h"

TN_BEGIN_DECLARATIONS

/** A mutable copy. One thread at a time. */
typedef struct tn_kit_graph tn_kit_graph;

/** Copies a model; constants are shared.
 *  @param out receives the copy, ended by tn_kit_graph_destroy or tn_kit_graph_freeze
 *  @return TN_OK, TN_MALFORMED, TN_UNSUPPORTED (what the kit does not know of), TN_OUT_OF_MEMORY */
tn_status tn_kit_graph_create(tn_kit_engine *engine, const tn_model *model, tn_kit_graph **out,
                              tn_error *error);

/** Destroys a copy; NULL is legal. */
void tn_kit_graph_destroy(tn_kit_graph *graph);

/** Runs the kit's passes: folding of constants, common subexpressions, dead code.
 *  @return TN_OK, TN_MALFORMED and other refusals by shape rules, TN_OUT_OF_MEMORY */
tn_status tn_kit_graph_optimize(tn_kit_graph *graph, tn_error *error);

/** The main graph as it is now, its nodes in topological order.
 *  @param out borrowed until the next change
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tn_kit_graph_view(tn_kit_graph *graph, const tn_graph **out, tn_error *error);

/** The node of the copy that computes a value of it; NULL for inputs and constants. */
const tn_node *tn_kit_value_producer(const tn_value_info *value);

/** How often a value of the copy is used, by nodes and as output of a graph. */
uint32_t tn_kit_value_use_count(const tn_value_info *value);

/** 1 when a value of the copy is used as output of a graph. */
int tn_kit_value_is_output(const tn_value_info *value);

/** One node in place of several: a node of a private domain, or a simpler one. */
typedef struct tn_kit_fusion {
  const tn_node *const *nodes; /**< Those replaced, the one whose outputs stay last; nobody else
                                * uses outputs of the others. */
  uint32_t node_count;         /**< Number of nodes, at least 1. */
  tn_string domain;            /**< Of the new node. */
  tn_string operation;         /**< Of the new node. */
  uint32_t since_version;      /**< Of the new node. */
  const tn_value_info *const *inputs; /**< Of the new node, values of the copy. */
  uint32_t input_count;               /**< Number of inputs. */
} tn_kit_fusion;

/** Replaces nodes by one, which gives the last one's outputs and has the origins of them all.
 *  @return TN_OK, TN_OUT_OF_MEMORY; after a failure the copy may only be destroyed */
tn_status tn_kit_graph_fuse(tn_kit_graph *graph, const tn_kit_fusion *fusion, tn_error *error);

/** Gives a node of the copy an attribute. @{ */
tn_status tn_kit_node_set_string(const tn_node *node, const char *name, tn_string text,
                                 tn_error *error);
tn_status tn_kit_node_set_int(const tn_node *node, const char *name, int64_t number,
                              tn_error *error);
/** @} */

/** Turns the copy into a model that cannot change.
 *  @param out receives one reference
 *  @return TN_OK, TN_MALFORMED, TN_OUT_OF_MEMORY; on failure the copy is still there */
tn_status tn_kit_graph_freeze(tn_kit_graph *graph, tn_model **out, tn_error *error);

TN_END_DECLARATIONS

#endif
