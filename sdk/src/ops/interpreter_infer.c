#include "ops/interpreter_frame.h"

#include "graph/tensor.h"
#include "ops/shape_rules.h"

#include <string.h>

static tn_dimension new_dimension(tni_inference *inference, int64_t min, int64_t max) {
  (void)inference;
  return (tn_dimension){min, max, NULL};
}

/* Elements are not followed: every node's inputs are there, so rules read them from the tensors. */
static tn_dimension *new_elements(tni_inference *inference, uint32_t count) {
  (void)inference;
  (void)count;
  return NULL;
}

/* What an inner graph makes is known once it has run: kernels take the shapes from there. */
static tn_status infer_graph(tni_inference *inference, const tn_graph *graph,
                             const tni_facts *const *inputs, tni_facts *outputs, tn_error *error) {
  (void)inference;
  (void)inputs;
  (void)error;
  memset(outputs, 0, graph->output_count * sizeof *outputs);
  for (uint32_t i = 0; i < graph->output_count; i++)
    outputs[i].type = graph->outputs[i]->type;
  return TN_OK;
}

static void facts_of_tensor(tn_tensor *tensor, tni_facts *facts) {
  memset(facts, 0, sizeof *facts);
  facts->type = tensor->type;
  facts->has_rank = 1;
  facts->rank = tensor->rank;
  for (uint32_t i = 0; i < tensor->rank; i++)
    facts->dimensions[i] = tni_dimension_of(tensor->shape[i]);
  facts->constant = tensor;
}

static tn_status check_facts(const tn_node *node, uint32_t index, const tni_facts *facts,
                             tn_error *error) {
  int sound = facts->rank <= TN_MAX_RANK;
  for (uint32_t i = 0; sound && facts->has_rank && i < facts->rank; i++)
    sound = facts->dimensions[i].min >= 0 && facts->dimensions[i].min <= facts->dimensions[i].max;
  if (sound) return TN_OK;
  return tni_fail(error, TN_INTERNAL, "node %.*s (%.*s): the shape rule gave output %u no shape",
                  TNI_TEXT(node->name), TNI_TEXT(node->operation), index);
}

static tn_status make_output(const tni_environment *environment, const tn_node *node,
                             uint32_t index, const tni_facts *facts, tn_tensor **out,
                             tn_error *error) {
  TN_TRY(check_facts(node, index, facts, error));
  if (facts->type == TN_ANY_TYPE || !tni_facts_are_static(facts)) return TN_OK;
  int64_t shape[TN_MAX_RANK];
  for (uint32_t i = 0; i < facts->rank; i++)
    shape[i] = facts->dimensions[i].min;
  const tn_status status =
      tni_tensor_create(environment, facts->type, facts->rank, shape, out, error);
  if (status == TN_OK) return TN_OK;
  return tni_fail_prefix(error, status, "node %.*s, output %u", TNI_TEXT(node->name), index);
}

/* The types that a node was checked with when the model was compiled are those of its values. Where
 * a tensor has another one, as the value's was not known or not true, the node is checked again:
 * kernels rely on their operator's schema. */
static tn_status check_types(const tni_run *run, const tni_frame *frame, const tni_step *step,
                             tn_error *error) {
  const tn_node *node = step->node;
  const tni_allocator *allocator = run->interpreter->environment->allocator;
  int as_checked = 1;
  for (uint32_t i = 0; i < node->input_count; i++)
    if (frame->inputs[i])
      as_checked = as_checked && frame->inputs[i]->type == node->inputs[i]->type;
  if (as_checked) return TN_OK;
  uint32_t *types = tni_alloc_array(allocator, node->input_count, sizeof *types);
  if (!types)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to check node %.*s", TNI_TEXT(node->name));
  for (uint32_t i = 0; i < node->input_count; i++)
    types[i] = frame->inputs[i] ? frame->inputs[i]->type : TN_ANY_TYPE;
  const tn_status status = tni_operator_check(step->op, node, types, error);
  tni_free(allocator, types);
  return status;
}

tn_status tni_step_make_outputs(tni_run *run, tni_frame *frame, const tni_step *step,
                                tn_error *error) {
  const tn_node *node = step->node;
  tni_facts *outputs = run->facts + node->input_count;
  TN_TRY(check_types(run, frame, step, error));
  for (uint32_t i = 0; i < node->input_count; i++) {
    run->input_facts[i] = frame->inputs[i] ? &run->facts[i] : NULL;
    if (frame->inputs[i]) facts_of_tensor(frame->inputs[i], &run->facts[i]);
  }
  memset(outputs, 0, node->output_count * sizeof *outputs);
  tni_inference inference = {.node = node,
                             .input_count = node->input_count,
                             .output_count = node->output_count,
                             .inputs = run->input_facts,
                             .outputs = outputs,
                             .allocator = run->interpreter->environment->allocator,
                             .new_dimension = new_dimension,
                             .new_elements = new_elements,
                             .infer_graph = infer_graph};
  TN_TRY(step->op->infer(&inference, error));
  for (uint32_t i = 0; i < node->output_count; i++)
    if (step->outputs[i] != TNI_NO_SLOT)
      TN_TRY(make_output(run->interpreter->environment, node, i, &outputs[i], &frame->outputs[i],
                         error));
  return TN_OK;
}
