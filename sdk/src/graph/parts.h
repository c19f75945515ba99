/** @file
 *  What the files of the mutable graph share among themselves.
 */
#ifndef TENON_GRAPH_PARTS_H
#define TENON_GRAPH_PARTS_H

#include "graph/graph.h"

#include <assert.h>

/** Numbers of the clauses of MODEL that views are checked against. */
enum {
  TNI_MODEL_ORDER = 2,       /**< Producers before users. */
  TNI_MODEL_STRUCTS = 8,     /**< Sizes and arrays. */
  TNI_MODEL_NAMES = 9,       /**< Unique names. */
  TNI_MODEL_OPERATORS = 10,  /**< Operators within the stated sets. */
  TNI_MODEL_DIMENSIONS = 11, /**< Ranks and dimensions. */
  TNI_MODEL_CONSTANTS = 12,  /**< Constants and their tensors. */
  TNI_MODEL_ATTRIBUTES = 13  /**< Attributes of a node. */
};

/** Fills the error of a failed allocation. */
tn_status tni_fail_memory(tn_error *error, const tni_model *model);

/** Asserts that nobody changes a model that others read. */
#define TNI_ASSERT_MUTABLE(model) assert(!(model)->frozen && "a frozen model was changed")

/** Room for `wanted` items in an array of the arena; the earlier array is left to the arena.
 *  @return the array, moved when it had to grow, or NULL without memory */
void *tni_arena_array_grow(tni_arena *arena, void *items, size_t count, size_t *capacity,
                           size_t wanted, size_t item_size);

/** Says that nodes may be out of order in this graph and, as inner nodes count as their owners,
 * those around it. */
void tni_graph_order_changed(tni_graph *graph);

/** A use that belongs to nobody yet, or NULL without memory. */
tni_use *tni_use_take(tni_model *model);

/** Puts a use into the list of a value. */
void tni_use_link(tni_use *use, tni_value *value);

/** Takes a use out of its value's list. */
void tni_use_unlink(tni_use *use);

/** Unlinks a use and keeps it for later; NULL is legal. */
void tni_use_give_back(tni_model *model, tni_use *use);

/** Makes a graph without values. */
tn_status tni_graph_create(tni_model *model, tni_graph *parent, tn_string name, tni_graph **out,
                           tn_error *error);

/** Removes all nodes and values of an inner graph whose attribute is gone, and takes it out of its
 * parent's list. */
void tni_graph_dissolve(tni_graph *graph);

/** Gives back what the graph and the graphs within it hold beyond the arena. */
void tni_graph_destroy(tni_graph *graph);

/** Releases the tensors of an attribute; dissolves its graphs when `dissolve`, else destroys
 * nothing of them. */
void tni_attribute_drop(const tn_attribute *attribute, int dissolve);

/** A name that is free in the model's nodes: `wanted`, or that with a number behind it. */
tn_status tni_name_node(tni_model *model, tn_string wanted, tn_string operation, tn_string *out,
                        tn_error *error);

/** A name that is free for a value of the graph: `wanted` with a number behind it. */
tn_status tni_name_value(tni_graph *graph, tn_string wanted, tn_string *out, tn_error *error);

/** Claims a name, which lies in the arena, for a value: renames values further inside that have it.
 *  @return also TN_MALFORMED when it is taken in the graph or around it */
tn_status tni_name_claim(tni_graph *graph, tn_string name, tni_value *value, tn_error *error);

/** 1 when the name is taken in the graph or around it. */
int tni_name_is_taken(const tni_graph *graph, tn_string name);

/** Sorts one graph; see tni_model_sync. */
tn_status tni_graph_sort(tni_graph *graph, tn_error *error);

#endif
