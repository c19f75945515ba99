/** @file
 *  What the files of tni_model_check share.
 */
#ifndef TENON_GRAPH_CHECK_PARTS_H
#define TENON_GRAPH_CHECK_PARTS_H

#include "graph/parts.h"

/** Where values are defined. Kept after its graph was left, to tell names that lie further inside.
 */
typedef struct tni_scope {
  const struct tni_scope *around; /**< NULL for the main graph. */
  const tn_graph *graph;          /**< The graph. */
  uint32_t depth;                 /**< 0 for the main graph. */
  uint32_t closed;                /**< 1 once the graph was left: its values are out of reach. */
} tni_scope;

/** A check under way. */
typedef struct tni_check {
  const tn_model *model; /**< What is checked. */
  tn_error *error;       /**< The caller's record, may be NULL. */
  tni_arena arena;       /**< Scopes. */
  tni_map domains;       /**< Domains with an operator set. */
  tni_map graphs;        /**< Graphs seen. */
  tni_map values;        /**< From a value to the scope that defines it. */
  tni_map value_names;   /**< From a name to the scope that defined it last. */
  tni_map node_names;    /**< Names of nodes seen. */
  tni_map names;         /**< Names of attributes of the present node. */
} tni_check;

/** Fails with MALFORMED and clause MODEL `number`. */
#define TNI_BROKEN(check, number, ...) \
  tni_fail_clause((check)->error, TN_MALFORMED, TNI_CLAUSE(MODEL, number), __VA_ARGS__)

/** Fails for want of memory. */
tn_status tni_check_memory(tni_check *check);

/** A text has bytes when it has a length. */
tn_status tni_check_text(tni_check *check, tn_string text, const char *what, tn_string of);

/** Checks a value and defines it in the scope. `is_constant`: it must, or must not, have a
 * constant. */
tn_status tni_check_define(tni_check *check, tni_scope *scope, const tn_value_info *value,
                           int is_constant, const char *what, tn_string of);

/** Checks a node against what is defined so far, and defines its outputs. */
tn_status tni_check_node(tni_check *check, tni_scope *scope, const tn_node *node);

/** Checks a graph within a scope (NULL: the main graph). */
tn_status tni_check_graph(tni_check *check, const tn_graph *graph, const tni_scope *around);

#endif
