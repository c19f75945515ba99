/** @file
 *  The interpreter: runs a model on the reference kernels of the operators, node after node. It is
 *  what results are compared with, what folds constants, and what stands in where a device has no
 *  kernel.
 */
#ifndef TENON_OPS_INTERPRETER_H
#define TENON_OPS_INTERPRETER_H

#include "base/environment.h"
#include "ops/operator.h"

/** A model made ready to run. Constant after its creation: any number of threads may run it at the
 * same time. */
typedef struct tni_interpreter tni_interpreter;

/** What an observer is told. Functions may be NULL. They are called on the running thread, also for
 * nodes of inner graphs, within the call for the node that holds the graph. A nonzero answer ends
 * the run with TN_CANCELLED. */
typedef struct tni_observer {
  int (*before)(void *user, const tn_node *node); /**< Before a node. */
  /** After a node; `outputs` are borrowed, NULL where one is left out. */
  int (*after)(void *user, const tn_node *node, tn_tensor *const *outputs, uint32_t output_count);
  void *user; /**< Handed to both. */
} tni_observer;

/** The variables of a request, by name. A run reads and changes their tensors; one run at a time.
 */
typedef struct tni_variables {
  const tn_string *names;  /**< `count` names. */
  tni_variable *variables; /**< `count` variables. */
  uint32_t count;          /**< Number of variables. */
} tni_variables;

/** What one run works on. */
typedef struct tni_run_options {
  /** One host tensor for each input of the main graph, borrowed; of any strides and alignment. */
  tn_tensor *const *inputs;
  /** One for each output: a tensor of the caller's that is written (and resized when it has another
   * shape), or NULL, which receives a new tensor, one reference. On failure what came as NULL is
   * NULL again, and the elements of the others are undefined. */
  tn_tensor **outputs;
  const tni_variables *variables; /**< NULL: the model has none. */
  const tni_observer *observer;   /**< NULL: nobody watches. */
} tni_run_options;

/** Makes a model ready to run: finds an operator for every node, checks the nodes, compiles inner
 * graphs, plans when tensors are freed, and makes aligned copies of those constants that need one.
 *  @param model well formed (tni_model_freeze, or tni_model_check for those of others); retained
 *  @param environment borrowed, outlives the interpreter and all tensors that runs give
 *  @param out receives the interpreter; end it with tni_interpreter_destroy
 *  @return TN_OK; TN_UNSUPPORTED (the message names node, domain, operator and version);
 * TN_MALFORMED and what tni_operator_check returns; TN_OUT_OF_MEMORY */
tn_status tni_interpreter_create(tn_model *model, const tni_environment *environment,
                                 tni_interpreter **out, tn_error *error);

/** As tni_interpreter_create, with operators besides those of the registry, which their own kernels
 * check; they are taken before the registry's.
 *  @param extra borrowed, outlives the interpreter */
tn_status tni_interpreter_create_with(tn_model *model, const tni_operator *const *extra,
                                      uint32_t extra_count, const tni_environment *environment,
                                      tni_interpreter **out, tn_error *error);

/** Makes a single node ready to run, for folding constants. Its runs take one tensor for each input
 * that is not left out, and give one for each output that is not left out, both in order.
 *  @param node borrowed, stays as it is while the interpreter lives; if it holds graphs, they reach
 * no value around them but the node's inputs
 *  @return as tni_interpreter_create; TN_MALFORMED also when its graphs reach other values */
tn_status tni_interpreter_create_for_node(const tn_node *node, const tni_environment *environment,
                                          tni_interpreter **out, tn_error *error);

/** Destroys an interpreter that nobody is running; NULL is legal. */
void tni_interpreter_destroy(tni_interpreter *interpreter);

/** Runs the model once.
 *  @return TN_OK; TN_WRONG_TYPE, TN_WRONG_SHAPE (an input does not fit); TN_TOO_SMALL (an output of
 * another shape that cannot be resized); TN_CANCELLED; TN_UNSUPPORTED (device memory);
 * TN_OUT_OF_MEMORY; what kernels return */
tn_status tni_interpreter_run(const tni_interpreter *interpreter, const tni_run_options *options,
                              tn_error *error);

#endif
