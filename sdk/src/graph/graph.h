/** @file
 *  The mutable model: what readers build and passes change.
 *
 *  Every struct here starts with the public struct of its kind (`tn_value_info`, `tn_node`,
 * `tn_graph`, `tn_model`), so the model that a plugin reads is this very memory: nothing is
 * converted. `tni_value_of`, `tni_node_of`, `tni_graph_of` lead back from a public pointer of such
 * a model.
 *
 *  While a model changes, `view.nodes`, `view.node_count`, `view.constants` of its graphs are out
 * of date; walk `first_node` and `next` instead, or call tni_model_sync. All other fields of the
 * views always hold.
 *
 *  Strings and arrays handed in are copied. Every struct lives in the model's memory until the
 * model is destroyed, also when it was removed; only tensors are given back at once. One thread at
 * a time.
 *
 *  Unless said otherwise functions return TN_OK or TN_OUT_OF_MEMORY. One that
 *  fails changes nothing; one that sets several things may have set the first of them.
 */
#ifndef TENON_GRAPH_GRAPH_H
#define TENON_GRAPH_GRAPH_H

#include "base/arena.h"
#include "base/environment.h"
#include "base/map.h"
#include "base/status.h"
#include "tenon/abi/model.h"

#include <stdatomic.h>

struct tni_value;
struct tni_node;
struct tni_graph;
struct tni_model;

enum {
  TNI_MAX_GRAPH_DEPTH = 64 /**< Deepest nesting of graphs in attributes. */
};

/** One use of a value: an input of a node, or an output of a graph. */
typedef struct tni_use {
  struct tni_value *value; /**< What is used. */
  struct tni_node *node;   /**< The user, or NULL when `graph` gives the value as an output. */
  struct tni_graph *graph; /**< The graph of the user; it may lie within the value's. */
  uint32_t index;          /**< Number of the input or output. */
  struct tni_use *previous, *next; /**< Other uses of the same value, in no particular order. */
} tni_use;

/** A value. */
typedef struct tni_value {
  tn_value_info view;      /**< As plugins see it. */
  struct tni_graph *graph; /**< Where it is defined. */
  struct tni_node *
      producer; /**< The node that computes it; NULL for inputs, constants and unfinished values. */
  uint32_t producer_output;          /**< Number of the producer's output. */
  uint32_t input_count;              /**< 1 when it is an input of its graph, else 0. */
  uint32_t use_count;                /**< Number of uses, outputs of graphs among them. */
  uint32_t output_count;             /**< How many of the uses are outputs of its own graph. */
  uint32_t dimension_capacity;       /**< Room at view.dimensions. */
  tni_use *first_use;                /**< The uses. */
  struct tni_value *previous, *next; /**< Other values of the graph, in order of creation. */
} tni_value;

/** A node. */
typedef struct tni_node {
  tn_node view;                     /**< As plugins see it. */
  struct tni_graph *graph;          /**< Where it stands; NULL once it was removed. */
  struct tni_node *previous, *next; /**< Neighbours in the graph's present order. */
  const tn_value_info **inputs;     /**< What view.inputs shows. */
  const tn_value_info **outputs;    /**< What view.outputs shows. */
  const tn_attribute **attributes;  /**< What view.attributes shows. */
  tn_string *origins;               /**< What view.origins shows. */
  tni_use **input_uses;             /**< The use of each input; NULL where it is left out. */
  size_t input_capacity, input_use_capacity, output_capacity, attribute_capacity,
      origin_capacity; /**< Room in the arrays. */
  /** For the use of one algorithm at a time; undefined otherwise. */
  struct {
    uint32_t state, output;
    tni_use *use;
    struct tni_node *link;
  } scratch;
} tni_node;

/** A graph. */
typedef struct tni_graph {
  tn_graph view;            /**< As plugins see it. */
  struct tni_model *model;  /**< Its model. */
  struct tni_graph *parent; /**< The graph around it, or NULL for the main graph. */
  struct tni_node *owner; /**< The node whose attribute holds it; NULL for the main graph and before
                             it is set. */
  uint32_t depth;         /**< 0 for the main graph. */
  uint32_t node_count;    /**< Nodes at present. */
  tni_node *first_node, *last_node;    /**< The nodes, in topological order after tni_model_sync. */
  tni_value *first_value, *last_value; /**< The values defined here. */
  const tn_value_info **inputs;        /**< What view.inputs shows. */
  const tn_value_info **outputs;       /**< What view.outputs shows. */
  tni_use **output_uses;               /**< The use of each output. */
  size_t input_capacity, output_capacity, output_use_capacity; /**< Room in the arrays. */
  const tn_node **nodes;           /**< What view.nodes shows; of the allocator, not the arena. */
  const tn_value_info **constants; /**< What view.constants shows; likewise. */
  size_t node_capacity, constant_capacity; /**< Room in them. */
  uint32_t order_changed;                  /**< 1: the nodes may be out of topological order. */
  uint32_t lists_changed;                  /**< 1: view.nodes and view.constants are out of date. */
  tni_map values_by_name;                  /**< Of this graph only. */
  struct tni_graph *first_child;           /**< One of the graphs whose parent this is. */
  struct tni_graph *next_sibling, *previous_sibling; /**< Others of the same parent. */
} tni_graph;

/** A model. */
typedef struct tni_model {
  tn_model view;                         /**< As plugins see it. */
  const tni_environment *environment;    /**< Borrowed. */
  atomic_size_t references;              /**< Count of references. */
  uint32_t frozen;                       /**< 1: nothing may change any more. */
  uint32_t name_counter;                 /**< For invented names. */
  tni_graph *graph;                      /**< The main graph. */
  tni_arena arena;                       /**< All structs, arrays and strings. */
  tni_map nodes_by_name;                 /**< Of all graphs. */
  tni_map symbols_by_name;               /**< Symbols with a name. */
  tni_map inner_names;                   /**< Names that a value of some inner graph has or had. */
  const tn_operator_set **operator_sets; /**< What view.operator_sets shows. */
  size_t operator_set_capacity;          /**< Room in it. */
  tni_use *free_uses;                    /**< Uses to be used again. */
} tni_model;

/** The value behind a public struct of a model of ours; NULL for NULL. */
static inline tni_value *tni_value_of(const tn_value_info *info) {
  return (tni_value *)info;
}

/** The node behind a public struct of a model of ours; NULL for NULL. */
static inline tni_node *tni_node_of(const tn_node *node) {
  return (tni_node *)node;
}

/** The graph behind a public struct of a model of ours; NULL for NULL. */
static inline tni_graph *tni_graph_of(const tn_graph *graph) {
  return (tni_graph *)graph;
}

/* --- models */

/** Makes a model with an empty main graph.
 *  @param environment borrowed, outlives the model
 *  @param out receives the model, owned: tni_model_destroy or tni_model_freeze ends that */
tn_status tni_model_create(const tni_environment *environment, tn_string name, tni_model **out,
                           tn_error *error);

/** Destroys a model that was not frozen; NULL is legal. */
void tni_model_destroy(tni_model *model);

/** Says of which version the operators of a domain are; a later call for the same domain replaces
 * the version. */
tn_status tni_model_set_operator_set(tni_model *model, tn_string domain, uint32_t version,
                                     tn_error *error);

/** The symbol of that name; an empty name gives a new symbol every time. */
tn_status tni_model_symbol(tni_model *model, tn_string name, const tn_symbol **out,
                           tn_error *error);

/** Brings all graphs reached from the main one into topological order, keeping the present order
 * where it is one, and their lists up to date, so that `model->view` is a proper view until the
 * next change. Costs nothing when nothing changed.
 *  @return TN_OK; TN_MALFORMED when nodes form a cycle (the message names them); TN_OUT_OF_MEMORY
 */
tn_status tni_model_sync(tni_model *model, tn_error *error);

/** Syncs and checks the model and forbids changes from then on.
 *  @param out receives the reference that the caller owned; on failure the model stays the
 * caller's, and mutable
 *  @return as tni_model_sync and tni_model_check */
tn_status tni_model_freeze(tni_model *model, tn_model **out, tn_error *error);

/** Makes a mutable copy of anybody's view. Constants are shared: their tensors are retained.
 *  @return TN_OK; TN_MALFORMED, TN_UNSUPPORTED (see tni_model_check); TN_OUT_OF_MEMORY */
tn_status tni_model_clone(const tn_model *view, const tni_environment *environment, tni_model **out,
                          tn_error *error);

/** Checks that anybody's view is well formed: sizes, pointers, ranks and dimensions, unique names,
 * operators known by a set, attributes, constants, producers before users (which also excludes
 * cycles). Never follows a pointer twice, so it ends for any view. Messages name the node or value,
 * and cite a clause of MODEL.
 *  @return TN_OK; TN_MALFORMED; TN_UNSUPPORTED (an attribute of an unknown kind, a flag that is not
 * known); TN_OUT_OF_MEMORY */
tn_status tni_model_check(const tn_model *view, const tni_allocator *allocator, tn_error *error);

/* --- graphs */

/** Makes a graph inside another, to be held by an attribute of a node of `parent`: fill it, then
 * hand it to tni_node_set_graphs.
 *  @return also TN_UNSUPPORTED when graphs are nested deeper than TNI_MAX_GRAPH_DEPTH */
tn_status tni_graph_create_inner(tni_graph *parent, tn_string name, tni_graph **out,
                                 tn_error *error);

/** Appends a value to the graph's inputs. The value is of this graph, no constant, no input yet,
 * produced by no node. */
tn_status tni_graph_add_input(tni_graph *graph, tni_value *value, tn_error *error);

/** Takes an input away; the value stays, without a source. */
void tni_graph_remove_input(tni_graph *graph, uint32_t index);

/** Appends a value to the graph's outputs. */
tn_status tni_graph_add_output(tni_graph *graph, tni_value *value, tn_error *error);

/** Gives another value as output `index`. Ports of a model carry the name of their value. */
void tni_graph_set_output(tni_graph *graph, uint32_t index, tni_value *value);

/** Takes an output away. */
void tni_graph_remove_output(tni_graph *graph, uint32_t index);

/** The value of that name, seen from this graph: its own or one of the graphs around it. NULL when
 * there is none. */
tni_value *tni_graph_find_value(const tni_graph *graph, tn_string name);

/** The node of that name anywhere in the model, or NULL. */
tni_node *tni_model_find_node(const tni_model *model, tn_string name);

/* --- values */

/** Makes a value of unknown type and shape. It becomes an input, a constant or a node's output
 * next.
 *  @param name unique here and in all graphs around; empty: a name is invented. A value of a graph
 * further inside that has this name already is renamed.
 *  @return also TN_MALFORMED when the name is taken */
tn_status tni_graph_add_value(tni_graph *graph, tn_string name, tni_value **out, tn_error *error);

/** As tni_graph_add_value, but a name that is taken gets a number behind it. */
tn_status tni_graph_add_value_named_like(tni_graph *graph, tn_string name, tni_value **out,
                                         tn_error *error);

/** Makes a constant: type and shape are the tensor's.
 *  @param name as in tni_graph_add_value_named_like
 *  @param tensor retained */
tn_status tni_graph_add_constant(tni_graph *graph, tn_string name, tn_tensor *tensor,
                                 tni_value **out, tn_error *error);

/** Makes a constant of a value that has a producer or nothing; its producer then leaves that output
 * out.
 *  @param tensor retained; a constant's earlier tensor is released */
tn_status tni_value_set_constant(tni_value *value, tn_tensor *tensor, tn_error *error);

/** Sets the element type. */
void tni_value_set_type(tni_value *value, uint32_t type);

/** Sets rank (at most TN_MAX_RANK) and dimensions; symbols are of this model. */
tn_status tni_value_set_shape(tni_value *value, uint32_t rank, const tn_dimension *dimensions,
                              tn_error *error);

/** Forgets the shape. */
void tni_value_clear_shape(tni_value *value);

/** Gives another name, under the conditions of tni_graph_add_value. */
tn_status tni_value_rename(tni_value *value, tn_string name, tn_error *error);

/** 1 when the value is an input or output of the main graph: a port, whose name callers know. */
int tni_value_is_port(const tni_value *value);

/** Lets all users take `replacement`, users in inner graphs and outputs of inner graphs among them.
 * Outputs of the main graph stay, as their names are ports'; to replace the source of a port, give
 * it another producer (tni_node_set_output). Costs as much as there are uses. */
void tni_value_replace_uses(tni_value *value, tni_value *replacement);

/** Removes a value without uses that is no input; its producer then leaves that output out. */
void tni_value_remove(tni_value *value);

/* --- nodes */

/** Appends a node without inputs and outputs to the graph; the order is tni_model_sync's business.
 *  @param name made unique in the model by a number behind it; empty: invented from the operation
 */
tn_status tni_graph_add_node(tni_graph *graph, tn_string name, tn_string domain,
                             tn_string operation, uint32_t since_version, tni_node **out,
                             tn_error *error);

/** Sets all inputs; NULL where one is left out. Trailing ones that are left out may stay. */
tn_status tni_node_set_inputs(tni_node *node, uint32_t count, tni_value *const *values,
                              tn_error *error);

/** Sets one input, or leaves it out (NULL); inputs between the present ones and `index` are left
 * out. */
tn_status tni_node_set_input(tni_node *node, uint32_t index, tni_value *value, tn_error *error);

/** Input `index`, or NULL when it is left out or there are fewer. */
tni_value *tni_node_input(const tni_node *node, uint32_t index);

/** Sets all outputs; NULL where one is left out. See tni_node_set_output. */
tn_status tni_node_set_outputs(tni_node *node, uint32_t count, tni_value *const *values,
                               tn_error *error);

/** Makes the node the producer of a value of its graph that is neither input nor constant, or
 * leaves the output out (NULL). A value's earlier producer then leaves its output out; an earlier
 * value of this output has no producer. */
tn_status tni_node_set_output(tni_node *node, uint32_t index, tni_value *value, tn_error *error);

/** Output `index`, or NULL when it is left out or there are fewer. */
tni_value *tni_node_output(const tni_node *node, uint32_t index);

/** Changes the operator. */
tn_status tni_node_set_operator(tni_node *node, tn_string domain, tn_string operation,
                                uint32_t since_version, tn_error *error);

/** Sets the device that the application asked for; empty: none. */
tn_status tni_node_set_affinity(tni_node *node, tn_string device, tn_error *error);

/** Adds the name of a node of the original model, unless it is there. */
tn_status tni_node_add_origin(tni_node *node, tn_string name, tn_error *error);

/** Adds all origins of another node that are not there yet; who fuses nodes calls this for each of
 * them. */
tn_status tni_node_add_origins_of(tni_node *node, const tn_node *other, tn_error *error);

/** Removes a node with its inner graphs, and those of its outputs that nobody uses; used ones stay,
 * without a producer, for another node to produce. */
void tni_node_remove(tni_node *node);

/* --- attributes: an earlier attribute of that name is replaced */

/** Copies an attribute of any kind but graphs; tensors are retained.
 *  @return also TN_UNSUPPORTED for graphs and unknown kinds */
tn_status tni_node_set_attribute(tni_node *node, const tn_attribute *attribute, tn_error *error);

/** An INT. */
tn_status tni_node_set_int(tni_node *node, tn_string name, int64_t number, tn_error *error);

/** INTS. */
tn_status tni_node_set_ints(tni_node *node, tn_string name, uint64_t count, const int64_t *numbers,
                            tn_error *error);

/** A FLOAT. */
tn_status tni_node_set_float(tni_node *node, tn_string name, float number, tn_error *error);

/** A STRING. */
tn_status tni_node_set_string(tni_node *node, tn_string name, tn_string text, tn_error *error);

/** A TENSOR, retained. */
tn_status tni_node_set_tensor(tni_node *node, tn_string name, tn_tensor *tensor, tn_error *error);

/** A GRAPH (`kind` TN_ATTRIBUTE_GRAPH, `count` 1) or GRAPHS made by tni_graph_create_inner of the
 * node's graph; each belongs to one attribute. */
tn_status tni_node_set_graphs(tni_node *node, tn_string name, uint32_t kind, uint64_t count,
                              tni_graph *const *graphs, tn_error *error);

/** Takes an attribute away, with its inner graphs; nothing happens when there is none. */
void tni_node_remove_attribute(tni_node *node, tn_string name);

#endif
