/** @file
 *  What an operator is: names, schema, shape rule, reference kernel. One file per operator or
 * family defines them with TNI_OPERATOR; the registry is generated from those files when the build
 * is configured.
 *
 *  Shape rules and kernels exist for the newest version of an operator only; models of older sets
 * are upgraded first.
 */
#ifndef TENON_OPS_OPERATOR_H
#define TENON_OPS_OPERATOR_H

#include "base/environment.h"
#include "base/status.h"
#include "tenon/abi/model.h"

/** Bit of one element type in a set of types. */
#define TNI_TYPE(type) (UINT64_C(1) << (type))

enum {
  TNI_MAX_FORMALS = 12 /**< Most formal inputs or outputs of an operator. */
};

/** Flags of tni_formal. */
enum {
  TNI_OPTIONAL = 1u << 0, /**< May be left out. */
  TNI_VARIADIC = 1u << 1  /**< The last formal may repeat, at least once. */
};

/** A formal input or output. */
typedef struct tni_formal {
  const char *name; /**< As in the operator's definition; NULL ends the list. */
  uint64_t types;   /**< Set of legal element types, of TNI_TYPE bits. */
  const char
      *variable;  /**< Formals with the same type variable ("T") have the same type; NULL: on its
                   * own. For  variadic formals NULL lets every actual have a type of its own. */
  uint32_t flags; /**< TNI_OPTIONAL, TNI_VARIADIC. */
} tni_formal;

/** A formal attribute. */
typedef struct tni_formal_attribute {
  const char *name;  /**< NULL ends the list. */
  uint32_t kind;     /**< One of tn_attribute_kind. */
  uint32_t required; /**< 1: an error when it is missing. */
} tni_formal_attribute;

/** What is known of one value: before an inference (bounds, symbols) or during one (all static,
 * with elements). */
typedef struct tni_facts {
  uint32_t type;                        /**< Element type or TN_ANY_TYPE. */
  uint32_t has_rank;                    /**< 0: nothing is known of the shape. */
  uint32_t rank;                        /**< Number of dimensions. */
  uint32_t element_count;               /**< Number of `elements`. */
  tn_dimension dimensions[TN_MAX_RANK]; /**< The first `rank` hold. */
  tn_tensor *constant; /**< The elements when all are known, borrowed; else NULL. */
  const tn_dimension
      *elements; /**< For small integer tensors: what is known of each element (values that
                  *   shapes are computed with; negative ones only when static), else NULL. */
} tni_facts;

struct tni_inference;
struct tni_evaluation;

/** Shape inference of one node. The same rule serves before and during an inference. */
typedef struct tni_inference {
  const tn_node *node;            /**< The node, of the newest version. */
  uint32_t input_count;           /**< Number of `inputs`. */
  uint32_t output_count;          /**< Number of `outputs`. */
  const tni_facts *const *inputs; /**< NULL where an optional input is left out. */
  tni_facts *outputs; /**< Filled by the rule: type and shape; preset to "nothing known". */
  const tni_allocator *allocator; /**< For scratch memory. */
  /** A new unknown dimension within [min, max], with a symbol of its own where the driver keeps
   * symbols. */
  tn_dimension (*new_dimension)(struct tni_inference *inference, int64_t min, int64_t max);
  /** Room for `count` elements of an output that stays valid as long as the facts do; NULL when
   * there is none left (then simply say nothing about the elements). */
  tn_dimension *(*new_elements)(struct tni_inference *inference, uint32_t count);
  /** Infers a subgraph: facts of its inputs in, facts of its outputs out. */
  tn_status (*infer_graph)(struct tni_inference *inference, const tn_graph *graph,
                           const tni_facts *const *inputs, tni_facts *outputs, tn_error *error);
  void *driver; /**< The driver's own. */
} tni_inference;

/** A named variable of a request, for ReadValue and Assign. */
typedef struct tni_variable {
  tn_tensor *
      tensor; /**< Its present value; NULL after a reset: ReadValue then takes its initial value. */
} tni_variable;

/** Evaluation of one node. Inputs are host tensors, dense and aligned; constants among them too. */
typedef struct tni_evaluation {
  const tn_node *node; /**< The node, of the newest version. */
  const struct tni_operator
      *op; /**< The operator, where the driver says it: for kernels that serve several. */
  uint32_t input_count;     /**< Number of `inputs`. */
  uint32_t output_count;    /**< Number of `outputs`. */
  tn_tensor *const *inputs; /**< Borrowed; NULL where an optional input is left out. */
  tn_tensor *
      *outputs; /**< Dense tensors of the inferred shape, ready to be written. NULL where an output
                 *   is left out, and where the shape depends on data: see `allocate_output`. */
  const tni_allocator *allocator; /**< For scratch memory. */
  const tni_environment
      *environment; /**< For tensors that a kernel makes: those of a loop's rounds,
                     * and values of variables, which outlive the evaluation. */
  /** Makes `outputs[index]` a dense tensor of this shape (kernels whose shapes depend on data). */
  tn_status (*allocate_output)(struct tni_evaluation *evaluation, uint32_t index, uint32_t type,
                               uint32_t rank, const int64_t *shape, tn_error *error);
  /** Runs a subgraph. `inputs` are borrowed; each of `outputs` receives one reference that the
   * caller releases. */
  tn_status (*evaluate_graph)(struct tni_evaluation *evaluation, const tn_graph *graph,
                              tn_tensor *const *inputs, uint32_t input_count, tn_tensor **outputs,
                              uint32_t output_count, tn_error *error);
  /** The variable of that name of the running request. */
  tn_status (*find_variable)(struct tni_evaluation *evaluation, tn_string name, tni_variable **out,
                             tn_error *error);
  void *driver; /**< The driver's own. */
} tni_evaluation;

/** An operator of one version. Constant. */
typedef struct tni_operator {
  const char *name;   /**< "Relu". */
  const char *domain; /**< "" (NULL means "" too) or "tenon". */
  uint32_t since;     /**< The newest version: the one that rule and kernel implement. */
  tni_formal inputs[TNI_MAX_FORMALS];     /**< Ended by a NULL name (or full). */
  tni_formal outputs[TNI_MAX_FORMALS];    /**< Likewise. */
  const tni_formal_attribute *attributes; /**< Ended by a NULL name; NULL: none. */
  /** Sets type and shape of every output; says what is wrong with the inputs. */
  tn_status (*infer)(tni_inference *inference, tn_error *error);
  /** Computes the outputs in f64 or integers where the tolerance model asks for it. */
  tn_status (*evaluate)(tni_evaluation *evaluation, tn_error *error);
  uint32_t flags; /**< TNI_OPERATOR_... */
} tni_operator;

/** Flags of tni_operator. */
enum {
  TNI_OPERATOR_NOT_FOLDABLE =
      1u << 0, /**< Random or stateful: never folded, never merged with an equal node. */
  TNI_OPERATOR_SIDE_EFFECT = 1u << 1, /**< Kept although nobody uses its outputs (Assign). */
  TNI_OPERATOR_COSTLY =
      1u << 2 /**< Takes longer than in proportion to its tensors: folded only when it is small. */
};

/** Defines an operator; stands at the beginning of a line. `identifier` is the operator's name as
 * its definition spells it, with "tenon_" before it in the domain "tenon": the generated registry
 * is sorted by it. Example:
 *  @code
 *  TNI_OPERATOR(Relu) = {.name = "Relu", .since = 14, .inputs = {{"X", TNI_REAL_TYPES, "T", 0}},
 * ...};
 *  @endcode */
#define TNI_OPERATOR(identifier) const tni_operator tni_operator_##identifier

/** The operator of that domain, name and version of its definition, or NULL. */
const tni_operator *tni_operator_find(tn_string domain, tn_string name, uint32_t since_version);

/** Number of operators in the registry. */
uint32_t tni_operator_count(void);

/** The operator at `index`, in order of domain and name. */
const tni_operator *tni_operator_at(uint32_t index);

/** Version of the definition of an ai.onnx operator that holds in set `version` (the newest
 * since_version that is not above it), or 0 when the set has no such operator. Covers every
 * operator of ONNX, not only the registry's. */
uint32_t tni_onnx_since_version(tn_string name, uint32_t version);

/** Checks counts, types and attributes of a node of the newest version against the schema; names
 * the node and what is wrong with it. `types[i]` is the element type of input i or TN_ANY_TYPE. */
tn_status tni_operator_check(const tni_operator *op, const tn_node *node, const uint32_t *types,
                             tn_error *error);

#endif
