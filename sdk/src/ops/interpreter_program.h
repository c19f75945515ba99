/** @file
 *  The interpreter's compiled form of a graph.
 */
#ifndef TENON_OPS_INTERPRETER_PROGRAM_H
#define TENON_OPS_INTERPRETER_PROGRAM_H

#include "base/arena.h"
#include "ops/interpreter.h"

/** In place of a slot: an input or output that is left out. */
#define TNI_NO_SLOT UINT32_MAX

/** Where a step finds a value: a slot of the frame that lies `levels` graphs outward. */
typedef struct tni_slot_reference {
  uint32_t levels; /**< 0: the graph itself. */
  uint32_t slot;   /**< Slot, or TNI_NO_SLOT. */
} tni_slot_reference;

/** One node. */
typedef struct tni_step {
  const tn_node *node;          /**< The node. */
  const tni_operator *op;       /**< Its operator. */
  tni_slot_reference *inputs;   /**< node->input_count places. */
  uint32_t *outputs;            /**< node->output_count slots. */
  struct tni_program *programs; /**< Compiled inner graphs, linked by `next`. */
  uint32_t *dead;               /**< Slots that nobody needs once the node has run. */
  uint32_t dead_count;          /**< Number of `dead`. */
} tni_step;

/** A graph. Slots are numbered: constants first, then inputs, then the outputs of nodes. */
typedef struct tni_program {
  const tn_graph *graph;       /**< The graph. */
  struct tni_program *around;  /**< The program of the graph around it, or NULL. */
  struct tni_program *next;    /**< Next inner graph of the same node. */
  uint32_t depth;              /**< 0 for the main graph. */
  uint32_t slot_count;         /**< Slots, constants included. */
  uint32_t constant_count;     /**< Slots of constants: the first ones. */
  uint32_t most_inputs;        /**< Most inputs of a node. */
  uint32_t most_outputs;       /**< Most outputs of a node. */
  tn_tensor **constants;       /**< Plain tensors, one reference each. */
  tni_step *steps;             /**< One for each node. */
  tni_slot_reference *outputs; /**< Where the graph's outputs are. */
  uint32_t *last_use;          /**< While compiling: number of the last step that needs a slot. */
  uint32_t steps_compiled;     /**< While compiling: the step under way. */
} tni_program;

/** See interpreter.h. */
struct tni_interpreter {
  tn_model *model;                    /**< One reference; NULL when it runs a single node. */
  tn_string name;                     /**< Of the model or node, for messages. */
  const tn_graph *graph;              /**< What it runs. */
  const tni_environment *environment; /**< Borrowed. */
  const tni_operator *const *extra;   /**< Operators besides those of the registry, borrowed. */
  uint32_t extra_count;               /**< Number of `extra`. */
  tni_arena arena;                    /**< All programs. */
  tni_program *program;               /**< Of the main graph. */
  uint32_t most_inputs;               /**< Most inputs of a node of any graph. */
  uint32_t most_outputs;              /**< Most outputs of a node of any graph. */
};

/** Compiles the interpreter's graph and all graphs in it. What was compiled before a failure is
 * left to tni_program_release. */
tn_status tni_program_compile(tni_interpreter *interpreter, tn_error *error);

/** Gives back the constants of a program and of those within it; NULL is legal. */
void tni_program_release(tni_program *program);

#endif
