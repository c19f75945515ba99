/** @file
 *  The model as a plugin reads it: constant structs with pointers, valid while the model is
 * retained.
 *
 *  Nobody may write through any pointer reached from a model (TN_MODEL_001). Its structs state a
 * size of at least their first version's, and an array with a count is not NULL (TN_MODEL_008).
 * Names may be any UTF-8 of any length, also the same for a node and a value (TN_MODEL_006); they
 * have no effect on results or support (TN_COMPILE_012). Operators are ONNX's; the domain "tenon"
 * holds what ONNX lacks. A plugin knows a node by exactly (domain, operation, since_version) and
 * treats any other as unsupported (TN_OPERATOR_001).
 *
 *  Of the operators that a device supports, it gives
 *
 *  - results within the tolerance of type and attributes (TN_OPERATOR_002), of functions such as
 * Exp within the number of ULPs that stands for them (TN_OPERATOR_010);
 *  - exact results where elements are moved, compared or indexed, and of integers
 * (TN_OPERATOR_003);
 *  - right results of broadcasting and at the edges of attributes, or it does not support the node
 * (TN_OPERATOR_005);
 *  - quantised results that saturate and round as the operator says (TN_OPERATOR_008);
 *  - results of one item of a batch that do not depend on the others beyond the tolerance
 * (TN_OPERATOR_009);
 *  - the same results from and into tensors with strides as with dense ones, unless they were
 * refused (TN_OPERATOR_015). */
#ifndef TENON_ABI_MODEL_H
#define TENON_ABI_MODEL_H

#include "tenon/abi/tensor.h"

TN_BEGIN_DECLARATIONS

struct tn_graph;
struct tn_model;

/** Upper bound of a dimension that has none. */
#define TN_UNBOUNDED INT64_MAX

/** An unknown dimension by identity: two dimensions of one model with the same symbol are equal in
 * every inference. */
typedef struct tn_symbol {
  uint32_t size;     /**< TN_SIZE(tn_symbol) of the maker. */
  uint32_t reserved; /**< 0. */
  tn_string name;    /**< As in the file ("batch"), or empty for a symbol that inference found. */
} tn_symbol;

/** Smallest legal `size` of tn_symbol. */
#define TN_SYMBOL_FIRST_SIZE TN_SIZE_THROUGH(tn_symbol, name)

/** A tn_symbol with its size and nothing else. */
TN_DEFINE_INIT(tn_symbol)

/** One dimension. Static when min equals max. Frozen. */
typedef struct tn_dimension {
  int64_t min; /**< Smallest value, >= 0. */
  int64_t max; /**< Largest value, no less than `min` (TN_MODEL_011), or TN_UNBOUNDED. */
  const tn_symbol *symbol; /**< Identity of an unknown dimension, or NULL. */
} tn_dimension;

/** Flags of tn_value_info. */
enum {
  TN_VALUE_HAS_RANK =
      1u << 0 /**< `rank` and `dimensions` hold; without it not even the rank is known. */
};

/** A value that flows through a graph: an input, an output, a constant or a result of a node. The
 * same struct describes the ports of a compiled model. */
typedef struct tn_value_info {
  uint32_t size;  /**< TN_SIZE(tn_value_info) of the maker. */
  uint32_t flags; /**< TN_VALUE_... */
  /** Unique within its graph and all graphs around it; never empty (TN_MODEL_009). */
  tn_string name;
  uint32_t type; /**< Element type, or TN_ANY_TYPE when it is not known. */
  /** Number of dimensions, at most TN_MAX_RANK, when TN_VALUE_HAS_RANK is set, else 0. */
  uint32_t rank;
  const tn_dimension *dimensions; /**< `rank` dimensions. */
  /** The elements when the value is a constant, borrowed; else NULL. They may lie at any address,
   * and are read right there (TN_COMPILE_014). */
  tn_tensor *constant;
} tn_value_info;

/** Smallest legal `size` of tn_value_info. */
#define TN_VALUE_INFO_FIRST_SIZE TN_SIZE_THROUGH(tn_value_info, constant)

/** A tn_value_info with its size and nothing else. */
TN_DEFINE_INIT(tn_value_info)

/** Kinds of attributes. Open. A single number is a list of one: the kind says what the operator's
 * author wrote. */
enum tn_attribute_kind {
  TN_ATTRIBUTE_INT = 1,     /**< One int64: `as.ints[0]`. */
  TN_ATTRIBUTE_FLOAT = 2,   /**< One float: `as.floats[0]`. */
  TN_ATTRIBUTE_STRING = 3,  /**< One string: `as.strings[0]`. */
  TN_ATTRIBUTE_TENSOR = 4,  /**< One tensor: `as.tensors[0]`. */
  TN_ATTRIBUTE_GRAPH = 5,   /**< One graph: `as.graphs[0]`. */
  TN_ATTRIBUTE_INTS = 6,    /**< `count` int64 values. */
  TN_ATTRIBUTE_FLOATS = 7,  /**< `count` floats. */
  TN_ATTRIBUTE_STRINGS = 8, /**< `count` strings. */
  TN_ATTRIBUTE_TENSORS = 9, /**< `count` tensors. */
  TN_ATTRIBUTE_GRAPHS = 10  /**< `count` graphs. */
};

/** A named constant of a node. */
typedef struct tn_attribute {
  uint32_t size;  /**< TN_SIZE(tn_attribute) of the maker. */
  uint32_t kind;  /**< One of tn_attribute_kind. */
  tn_string name; /**< As the operator's definition spells it. */
  uint64_t count; /**< Number of elements; 1 for the kinds of one (TN_MODEL_013). */
  union {
    const int64_t *ints;
    const float *floats;
    const tn_string *strings;
    tn_tensor *const *tensors;
    const struct tn_graph *const *graphs;
  } as; /**< The elements, by kind. */
} tn_attribute;

/** Smallest legal `size` of tn_attribute. */
#define TN_ATTRIBUTE_FIRST_SIZE TN_SIZE_THROUGH(tn_attribute, as)

/** A tn_attribute with its size and nothing else. */
TN_DEFINE_INIT(tn_attribute)

/** One operation. */
typedef struct tn_node {
  uint32_t size;            /**< TN_SIZE(tn_node) of the maker. */
  uint32_t flags;           /**< 0: no flag is defined yet. */
  tn_string name;           /**< Unique within the model; never empty (TN_MODEL_009). */
  tn_string domain;         /**< "" for ai.onnx, "tenon" for Tenon's own, else a vendor's. */
  tn_string operation;      /**< Operator, such as "Conv". */
  uint32_t since_version;   /**< Version of the operator's definition whose meaning holds. */
  uint32_t input_count;     /**< Number of inputs. */
  uint32_t output_count;    /**< Number of outputs. */
  uint32_t attribute_count; /**< Number of attributes. */
  /** An optional input that is left out is NULL, and the others keep their place (TN_MODEL_003).
   * Nodes of a subgraph may take values of the graphs around it; a plugin reads these right or does
   * not support the node (TN_MODEL_007). */
  const tn_value_info *const *inputs;
  const tn_value_info *const *outputs; /**< An optional output that is left out is NULL. */
  /** In no particular order; names are unique (TN_MODEL_013). */
  const tn_attribute *const *attributes;
  const tn_string
      *origins;          /**< Names of the nodes of the original model that this one stands for. */
  uint64_t origin_count; /**< Number of origins; at least 1 unless the node was invented. */
  tn_string affinity;    /**< Device that the application asked for, or empty. */
} tn_node;

/** Smallest legal `size` of tn_node. */
#define TN_NODE_FIRST_SIZE TN_SIZE_THROUGH(tn_node, affinity)

/** A tn_node with its size and nothing else. */
TN_DEFINE_INIT(tn_node)

/** A graph: the model's own, or one that an attribute of a node holds (the body of If, Loop, Scan).
 */
typedef struct tn_graph {
  uint32_t size;               /**< TN_SIZE(tn_graph) of the maker. */
  uint32_t flags;              /**< 0: no flag is defined yet. */
  tn_string name;              /**< As in the file. */
  uint32_t node_count;         /**< Number of nodes. */
  uint32_t input_count;        /**< Number of inputs. */
  uint32_t output_count;       /**< Number of outputs. */
  uint32_t constant_count;     /**< Number of constants. */
  const tn_node *const *nodes; /**< In topological order: producers before users (TN_MODEL_002). */
  const tn_value_info *const *inputs;  /**< What the caller gives, in order. */
  const tn_value_info *const *outputs; /**< What the caller gets, in order. */
  /** All values of this graph whose `constant` is set, with the type and shape of that tensor; no
   * input, and no result of a node, is one (TN_MODEL_012). */
  const tn_value_info *const *constants;
} tn_graph;

/** Smallest legal `size` of tn_graph. */
#define TN_GRAPH_FIRST_SIZE TN_SIZE_THROUGH(tn_graph, constants)

/** A tn_graph with its size and nothing else. */
TN_DEFINE_INIT(tn_graph)

/** A version of the operators of one domain. */
typedef struct tn_operator_set {
  uint32_t size;    /**< TN_SIZE(tn_operator_set) of the maker. */
  uint32_t version; /**< Version of the set. A plugin's statement of 0 means: nodes as they are
                       (virtual devices). */
  tn_string domain; /**< "" for ai.onnx. */
} tn_operator_set;

/** Smallest legal `size` of tn_operator_set. */
#define TN_OPERATOR_SET_FIRST_SIZE TN_SIZE_THROUGH(tn_operator_set, domain)

/** A tn_operator_set with its size and nothing else. */
TN_DEFINE_INIT(tn_operator_set)

/** Version of the ai.onnx set that these headers were written against. */
#define TN_ONNX_OPERATOR_SET 28u

/** Version of the set of the domain "tenon". */
#define TN_TENON_OPERATOR_SET 1u

/** Functions of a model. */
typedef struct tn_model_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** See tn_object_api. */
  const void *(TN_CALL *get_extension)(struct tn_model *model, tn_string id)TN_ANY_THREAD;
  /** Takes one more reference: the model and all that is reached from it stay as they are until it
   * is given back, before the engine ends (TN_MODEL_005). */
  void(TN_CALL *retain)(struct tn_model *model) TN_ANY_THREAD;
  /** Gives back one reference. */
  void(TN_CALL *release)(struct tn_model *model) TN_ANY_THREAD TN_MAY_BLOCK;
} tn_model_api;

/** Smallest legal `size` of tn_model_api. */
#define TN_MODEL_API_FIRST_SIZE TN_SIZE_THROUGH(tn_model_api, release)

/** A model that cannot change. Counted. */
typedef struct tn_model {
  const tn_model_api *api; /**< The maker's table. */
  const tn_maker *maker;   /**< Who made it. */
  void *host;              /**< The host's. */
  uint32_t size;           /**< Bytes of this struct, as its maker was compiled. */
  uint32_t flags;          /**< 0: no flag is defined yet. */
  tn_string name;          /**< Name of the model, for messages. */
  const tn_graph *graph;   /**< The main graph. */
  /** The sets that its nodes are of, one per domain; versions of nodes run from 1 to that of the
   * set (TN_MODEL_010). */
  const tn_operator_set *const *operator_sets;
  uint32_t operator_set_count; /**< Number of operator sets. */
  uint32_t reserved;           /**< 0. */
} tn_model;

/** Smallest legal `size` of tn_model. */
#define TN_MODEL_FIRST_SIZE TN_SIZE_THROUGH(tn_model, reserved)

/** Takes one more reference. */
static inline void tn_model_retain(tn_model *model) {
  model->api->retain(model);
}

/** Gives back one reference. */
static inline void tn_model_release(tn_model *model) {
  model->api->release(model);
}

/** 1 when `node` is exactly this operator. */
static inline int tn_node_is(const tn_node *node, tn_string domain, tn_string operation,
                             uint32_t since_version) {
  return node->since_version == since_version && tn_string_equal(node->operation, operation) &&
         tn_string_equal(node->domain, domain);
}

/** The attribute of that name, or NULL. */
static inline const tn_attribute *tn_node_attribute(const tn_node *node, tn_string name) {
  for (uint32_t i = 0; i < node->attribute_count; i++)
    if (tn_string_equal(node->attributes[i]->name, name)) return node->attributes[i];
  return NULL;
}

/** How many graphs stand in `as.graphs`: none unless the attribute is of kind GRAPH or GRAPHS. */
static inline uint64_t tn_attribute_graph_count(const tn_attribute *attribute) {
  return attribute->kind == TN_ATTRIBUTE_GRAPH || attribute->kind == TN_ATTRIBUTE_GRAPHS
             ? attribute->count
             : 0;
}

/** 1 when an attribute of the node holds a graph. */
static inline int tn_node_has_graphs(const tn_node *node) {
  for (uint32_t i = 0; i < node->attribute_count; i++)
    if (tn_attribute_graph_count(node->attributes[i])) return 1;
  return 0;
}

TN_END_DECLARATIONS

#endif
