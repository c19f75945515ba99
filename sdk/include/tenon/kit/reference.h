/** @file
 *  The reference kernels: every operator of the registry in plain C, node after node. What a plugin
 * computes with until it has kernels of its own, and for nodes that its device cannot run.
 */
#ifndef TENON_KIT_REFERENCE_H
#define TENON_KIT_REFERENCE_H

#include "tenon/abi/model.h"
#include "tenon/kit/request.h"

TN_BEGIN_DECLARATIONS

struct tn_kit_kernel;

/** A call of a kernel of the author's own. */
typedef struct tn_kit_kernel_call {
  const tn_node *node; /**< The node. */
  tn_tensor *const
      *inputs;           /**< Dense, aligned host tensors, borrowed; NULL where one is left out. */
  uint32_t input_count;  /**< Number of inputs. */
  tn_kit_engine *engine; /**< Its engine. */
  void *kit;             /**< The kit's own. */
} tn_kit_kernel_call;

/** Makes output `index` of a kernel's call, of undefined elements.
 *  @param out borrowed, to be written */
tn_status tn_kit_kernel_output(const tn_kit_kernel_call *call, uint32_t index, uint32_t type,
                               uint32_t rank, const int64_t *shape, tn_tensor **out,
                               tn_error *error);

/** A kernel of the author's own, for a node that a fusion made. Constant. */
typedef struct tn_kit_kernel {
  const char *domain;     /**< Of the node. */
  const char *operation;  /**< Of the node. */
  uint32_t since_version; /**< Of the node. */
  /** Checks what it is given, makes its outputs and computes them. */
  tn_status (*run)(const tn_kit_kernel_call *call, tn_error *error);
} tn_kit_kernel;

/** Whether reference kernels run a node, inner graphs included. Depends on operator, attributes,
 * types alone.
 *  @param reason receives one of tn_query_reason on refusal
 *  @return TN_OK, TN_UNSUPPORTED, TN_MALFORMED, TN_OUT_OF_MEMORY. Thread: any. */
tn_status tn_kit_reference_check(const tn_kit_engine *engine, const tn_node *node, uint32_t *reason,
                                 tn_error *error);

/** A model made ready to run. Any number of threads may run it at the same time. */
typedef struct tn_kit_program tn_kit_program;

/** Makes a model ready to run.
 *  @param model retained
 *  @param kernels `count` kernels besides the reference's, borrowed as long as the program lives
 *  @return TN_OK, TN_UNSUPPORTED (node, named), TN_MALFORMED, TN_OUT_OF_MEMORY */
tn_status tn_kit_program_create(tn_kit_engine *engine, tn_model *model,
                                const tn_kit_kernel *kernels, uint32_t count, tn_kit_program **out,
                                tn_error *error);

/** Destroys a program that nobody is running; NULL is legal. */
void tn_kit_program_destroy(tn_kit_program *program);

/** What is told of nodes while a program runs; functions may be NULL. Nodes of inner graphs are
 * told within the node that holds the graph. A nonzero answer ends the run with TN_CANCELLED. */
typedef struct tn_kit_observer {
  int (*before)(void *user, const tn_node *node); /**< Before a node. */
  /** After a node; `outputs` are borrowed, NULL where one is left out. Those of nodes without inner
   * graphs are the node's alone and may be changed. */
  int (*after)(void *user, const tn_node *node, tn_tensor *const *outputs, uint32_t output_count);
  void *user; /**< Handed to both. */
} tn_kit_observer;

/** Rounds the elements of a dense tensor of floats to what half precision holds: for devices that
 * keep their results in it. Thread: any. */
void tn_kit_round_to_f16(tn_tensor *tensor);

/** Runs a program.
 *  @param request whose variables it reads and sets
 *  @param inputs one host tensor per input, borrowed
 *  @param outputs receives one reference per output; all NULL on failure
 *  @param observer may be NULL
 *  @return TN_OK, TN_CANCELLED, TN_WRONG_SHAPE, TN_OUT_OF_MEMORY, and what kernels return. Thread:
 * any, one at a time per request. */
tn_status tn_kit_program_run(const tn_kit_program *program, tn_kit_request *request,
                             tn_tensor *const *inputs, tn_tensor **outputs,
                             const tn_kit_observer *observer, tn_error *error);

TN_END_DECLARATIONS

#endif
