#include "ops/interpreter_frame.h"

#include "graph/tensor.h"

#include <string.h>

/* What the callbacks of an evaluation work on. */
struct driver {
  tni_run *run;
  tni_frame *frame;
  const tni_step *step;
};

static void drop(tn_tensor **place) {
  if (*place) tn_tensor_release(*place);
  *place = NULL;
}

static const tni_allocator *allocator_of(const tni_run *run) {
  return run->interpreter->environment->allocator;
}

static tn_status fail_memory(const tni_run *run, tn_error *error) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to run %.*s",
                  TNI_TEXT(run->interpreter->name));
}

tn_status tni_run_prepare(tni_run *run, tn_error *error) {
  const uint64_t inputs = run->interpreter->most_inputs;
  const uint64_t places = inputs + run->interpreter->most_outputs;
  run->facts = tni_alloc_array(allocator_of(run), (size_t)places, sizeof *run->facts);
  run->input_facts = tni_alloc_array(allocator_of(run), (size_t)inputs, sizeof *run->input_facts);
  return run->facts && run->input_facts ? TN_OK : fail_memory(run, error);
}

void tni_run_release(tni_run *run) {
  tni_free(allocator_of(run), run->facts);
  tni_free(allocator_of(run), run->input_facts);
}

tn_tensor *tni_frame_tensor(const tni_frame *frame, tni_slot_reference reference) {
  for (uint32_t i = 0; i < reference.levels; i++)
    frame = frame->around;
  const tni_program *program = frame->program;
  return reference.slot < program->constant_count
             ? program->constants[reference.slot]
             : frame->slots[reference.slot - program->constant_count];
}

static tn_tensor **place_of(const tni_frame *frame, uint32_t slot) {
  return &frame->slots[slot - frame->program->constant_count];
}

static tn_status allocate_output(tni_evaluation *evaluation, uint32_t index, uint32_t type,
                                 uint32_t rank, const int64_t *shape, tn_error *error) {
  if (index >= evaluation->output_count)
    return tni_fail(error, TN_INTERNAL, "node %.*s: output %u of %u",
                    TNI_TEXT(evaluation->node->name), index, evaluation->output_count);
  tn_tensor *tensor;
  const tn_status status =
      tni_tensor_create(evaluation->environment, type, rank, shape, &tensor, error);
  if (status != TN_OK)
    return tni_fail_prefix(error, status, "node %.*s, output %u", TNI_TEXT(evaluation->node->name),
                           index);
  drop(&evaluation->outputs[index]);
  evaluation->outputs[index] = tensor;
  return TN_OK;
}

static tn_status evaluate_graph(tni_evaluation *evaluation, const tn_graph *graph,
                                tn_tensor *const *inputs, uint32_t input_count, tn_tensor **outputs,
                                uint32_t output_count, tn_error *error) {
  const struct driver *driver = evaluation->driver;
  const tni_program *program = driver->step->programs;
  while (program && program->graph != graph)
    program = program->next;
  if (!program || input_count != graph->input_count || output_count != graph->output_count)
    return tni_fail(error, TN_INTERNAL,
                    "node %.*s ran a graph that is not its own, or with a wrong number of values",
                    TNI_TEXT(evaluation->node->name));
  return tni_program_run(driver->run, program, driver->frame, inputs, outputs, error);
}

static tn_status find_variable(tni_evaluation *evaluation, tn_string name, tni_variable **out,
                               tn_error *error) {
  const struct driver *driver = evaluation->driver;
  const tni_variables *variables = driver->run->options->variables;
  for (uint32_t i = 0; variables && i < variables->count; i++) {
    if (!tn_string_equal(variables->names[i], name)) continue;
    *out = &variables->variables[i];
    return TN_OK;
  }
  return tni_fail(error, TN_NOT_FOUND, "node %.*s: the run has no variable %.*s",
                  TNI_TEXT(evaluation->node->name), TNI_TEXT(name));
}

static tn_status fail_cancelled(const tn_node *node, tn_error *error) {
  return tni_fail(error, TN_CANCELLED, "the run was ended at node %.*s", TNI_TEXT(node->name));
}

static tn_status evaluate(tni_run *run, tni_frame *frame, const tni_step *step, tn_error *error) {
  struct driver driver = {run, frame, step};
  tni_evaluation evaluation = {.node = step->node,
                               .op = step->op,
                               .input_count = step->node->input_count,
                               .output_count = step->node->output_count,
                               .inputs = frame->inputs,
                               .outputs = frame->outputs,
                               .allocator = allocator_of(run),
                               .environment = run->interpreter->environment,
                               .allocate_output = allocate_output,
                               .evaluate_graph = evaluate_graph,
                               .find_variable = find_variable,
                               .driver = &driver};
  return step->op->evaluate(&evaluation, error);
}

/* Moves the outputs into their slots. Those that nobody asked for go. */
static tn_status store_outputs(tni_frame *frame, const tni_step *step, tn_error *error) {
  for (uint32_t i = 0; i < step->node->output_count; i++) {
    if (step->outputs[i] == TNI_NO_SLOT) {
      drop(&frame->outputs[i]);
      continue;
    }
    if (!frame->outputs[i])
      return tni_fail(error, TN_INTERNAL, "node %.*s (%.*s): the kernel made no output %u",
                      TNI_TEXT(step->node->name), TNI_TEXT(step->node->operation), i);
    *place_of(frame, step->outputs[i]) = frame->outputs[i];
    frame->outputs[i] = NULL;
  }
  return TN_OK;
}

static tn_status run_step(tni_run *run, tni_frame *frame, const tni_step *step, tn_error *error) {
  const tni_observer *observer = run->options->observer;
  const tn_node *node = step->node;
  if (observer && observer->before && observer->before(observer->user, node))
    return fail_cancelled(node, error);
  for (uint32_t i = 0; i < node->input_count; i++)
    frame->inputs[i] =
        step->inputs[i].slot == TNI_NO_SLOT ? NULL : tni_frame_tensor(frame, step->inputs[i]);
  TN_TRY(tni_step_make_outputs(run, frame, step, error));
  TN_TRY(evaluate(run, frame, step, error));
  if (observer && observer->after &&
      observer->after(observer->user, node, frame->outputs, node->output_count))
    return fail_cancelled(node, error);
  TN_TRY(store_outputs(frame, step, error));
  for (uint32_t i = 0; i < step->dead_count; i++)
    drop(place_of(frame, step->dead[i]));
  return TN_OK;
}

/* Takes the inputs into their slots; those that kernels cannot read as they are are copied. */
static tn_status take_inputs(tni_run *run, tni_frame *frame, tn_tensor *const *inputs,
                             tn_error *error) {
  const tn_graph *graph = frame->program->graph;
  for (uint32_t i = 0; i < graph->input_count; i++) {
    if (tni_tensor_is_plain(inputs[i])) {
      tn_tensor_retain(inputs[i]);
      frame->slots[i] = inputs[i];
      continue;
    }
    const tn_status status =
        tni_tensor_create_dense(run->interpreter->environment, inputs[i], &frame->slots[i], error);
    if (status != TN_OK)
      return tni_fail_prefix(error, status, "input %.*s", TNI_TEXT(graph->inputs[i]->name));
  }
  return TN_OK;
}

static tn_status run_frame(tni_run *run, tni_frame *frame, tn_tensor *const *inputs,
                           tn_tensor **results, tn_error *error) {
  const tni_program *program = frame->program;
  TN_TRY(take_inputs(run, frame, inputs, error));
  for (uint32_t i = 0; i < program->graph->node_count; i++)
    TN_TRY(run_step(run, frame, &program->steps[i], error));
  for (uint32_t i = 0; i < program->graph->output_count; i++) {
    results[i] = tni_frame_tensor(frame, program->outputs[i]);
    tn_tensor_retain(results[i]);
  }
  return TN_OK;
}

tn_status tni_program_run(tni_run *run, const tni_program *program, const tni_frame *around,
                          tn_tensor *const *inputs, tn_tensor **results, tn_error *error) {
  const uint32_t slot_count = program->slot_count - program->constant_count;
  const uint64_t places = (uint64_t)slot_count + program->most_inputs + program->most_outputs;
  tn_tensor **memory = tni_alloc_array(allocator_of(run), (size_t)places, sizeof *memory);
  if (!memory) return fail_memory(run, error);
  tni_frame frame = {.program = program,
                     .around = around,
                     .slots = memory,
                     .inputs = memory + slot_count,
                     .outputs = memory + slot_count + program->most_inputs};
  const tn_status status = run_frame(run, &frame, inputs, results, error);
  for (uint32_t i = 0; i < slot_count; i++)
    drop(&frame.slots[i]);
  for (uint32_t i = 0; i < program->most_outputs; i++)
    drop(&frame.outputs[i]);
  tni_free(allocator_of(run), memory);
  return status;
}
