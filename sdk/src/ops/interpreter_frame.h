/** @file
 *  A run of the interpreter under way.
 */
#ifndef TENON_OPS_INTERPRETER_FRAME_H
#define TENON_OPS_INTERPRETER_FRAME_H

#include "ops/interpreter_program.h"

/** The tensors of one graph while it runs. */
typedef struct tni_frame {
  const tni_program *program;     /**< The graph. */
  const struct tni_frame *around; /**< The frame of the graph around it, or NULL. */
  tn_tensor *
      *slots; /**< Slots behind the constants, one reference each; NULL: not there yet, or dead. */
  tn_tensor **inputs;  /**< Inputs of the present node, borrowed. */
  tn_tensor **outputs; /**< Outputs of the present node, one reference each. */
} tni_frame;

/** One run. */
typedef struct tni_run {
  const tni_interpreter *interpreter; /**< What runs. */
  const tni_run_options *options;     /**< What it works on. */
  tni_facts *facts;                   /**< Room for the inputs and outputs of one node. */
  const tni_facts **input_facts;      /**< Room for the inputs of one node. */
} tni_run;

/** Takes what a run needs; tni_run_release gives it back, also after a failure. */
tn_status tni_run_prepare(tni_run *run, tn_error *error);

/** See tni_run_prepare. */
void tni_run_release(tni_run *run);

/** Runs a graph.
 *  @param around frame of the graph around it, or NULL
 *  @param inputs one for each input of the graph, borrowed
 *  @param results receives one reference for each output; untouched on failure */
tn_status tni_program_run(tni_run *run, const tni_program *program, const tni_frame *around,
                          tn_tensor *const *inputs, tn_tensor **results, tn_error *error);

/** The present tensor of a slot. */
tn_tensor *tni_frame_tensor(const tni_frame *frame, tni_slot_reference reference);

/** Infers the shapes of the step's outputs from its inputs, and makes a tensor for each output
 * whose shape is then known; the others stay NULL, for the kernel to make. */
tn_status tni_step_make_outputs(tni_run *run, tni_frame *frame, const tni_step *step,
                                tn_error *error);

#endif
