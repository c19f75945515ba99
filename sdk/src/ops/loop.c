/* Loop: a graph that is run for a number of rounds, or until it says that it is enough. Values that
 * it carries from round to round may change their shape; scan outputs, one element a round, may
 * not. */
#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/move.h"
#include "ops/outputs.h"
#include "ops/shape_rules.h"
#include "ops/subgraph.h"

#include "base/vector.h"
#include "graph/tensor.h"

#include <string.h>

/* The body's inputs are the round, the condition and the carried values; its outputs are the
 * condition, the carried values and the scan outputs. */
enum { ROUND = 0, CONDITION = 1, CARRIED_IN = 2, CARRIED_OUT = 1 };

/* The body of a Loop node and how many values it carries and scans. */
typedef struct loop_body {
  const tn_graph *graph;
  uint32_t carried;
  uint32_t scanned;
} loop_body;

static tn_status read_body(const tn_node *node, loop_body *out, tn_error *error) {
  out->carried = node->input_count > CARRIED_IN ? node->input_count - CARRIED_IN : 0;
  if (node->output_count < out->carried)
    return tni_node_fail(node, error, TN_MALFORMED,
                         "%u values are carried, but there are %u outputs", out->carried,
                         node->output_count);
  for (uint32_t i = CARRIED_IN; i < node->input_count; i++)
    if (!node->inputs[i])
      return tni_node_fail(node, error, TN_MALFORMED, "input %u, a carried value, is left out", i);
  out->scanned = node->output_count - out->carried;
  return tni_subgraph(node, "body", CARRIED_IN + out->carried, CARRIED_OUT + node->output_count,
                      &out->graph, error);
}

/* --- shapes --- */

/* What is known of the body's inputs and outputs while the shapes of the carried values are sought.
 */
typedef struct loop_facts {
  const loop_body *body;
  tni_facts *inputs;
  tni_facts *outputs;
  const tni_facts **input_pointers;
} loop_facts;

/* Widens what is known of a carried value to what the body made of it. Dimensions that changed once
 * may change in every round. @return 1 when anything had to be widened */
static int widen(tni_facts *carried, const tni_facts *made) {
  if (!carried->has_rank) return 0;
  if (!made->has_rank || made->rank != carried->rank) {
    carried->has_rank = carried->rank = 0;
    return 1;
  }
  int widened = 0;
  for (uint32_t i = 0; i < carried->rank; i++) {
    const tn_dimension now = carried->dimensions[i];
    if (tni_dimension_same(now, made->dimensions[i])) continue;
    if (now.min == 0 && now.max == TN_UNBOUNDED && !tni_dimension_is_static(now) &&
        now.symbol == NULL)
      continue;
    carried->dimensions[i] = (tn_dimension){0, TN_UNBOUNDED, NULL};
    widened = 1;
  }
  return widened;
}

/* Infers the body until the carried values have the same facts before and after it. Each turn but
 * the last forgets at least one dimension or rank, so it ends. */
static tn_status settle(tni_inference *inference, loop_facts *facts, tn_error *error) {
  for (int again = 1; again;) {
    again = 0;
    memset(facts->outputs, 0, facts->body->graph->output_count * sizeof *facts->outputs);
    TN_TRY(inference->infer_graph(inference, facts->body->graph, facts->input_pointers,
                                  facts->outputs, error));
    for (uint32_t i = 0; i < facts->body->carried; i++) {
      tni_facts *carried = &facts->inputs[CARRIED_IN + i];
      const tni_facts *made = &facts->outputs[CARRIED_OUT + i];
      if (carried->type != made->type && carried->type != TN_ANY_TYPE && made->type != TN_ANY_TYPE)
        return tni_node_fail(inference->node, error, TN_WRONG_TYPE,
                             "carried value %u is %s before and %s after a round", i,
                             tni_type_name(carried->type), tni_type_name(made->type));
      if (carried->type == TN_ANY_TYPE) carried->type = made->type;
      again |= widen(carried, made);
    }
  }
  return TN_OK;
}

/* How many rounds are made. */
static tn_dimension infer_rounds(tni_inference *inference) {
  const tni_facts *limit = inference->inputs[0];
  const int may_stop = inference->input_count > 1 && inference->inputs[1];
  tn_dimension elements[TNI_MAX_ELEMENTS];
  uint32_t count;
  if (!limit || !tni_facts_elements(limit, elements, &count) || count != 1)
    return tni_dimension_between(inference, 0, TN_UNBOUNDED);
  if (elements[0].max < 0) return tni_dimension_of(0);
  if (!may_stop && elements[0].min >= 0) return elements[0];
  return tni_dimension_between(inference, 0, elements[0].max);
}

/* Dimensions that the body invented are equal within a round only: outside they need an identity of
 * their own. */
static tn_dimension outside(tni_inference *inference, tn_dimension dimension) {
  return tni_dimension_between(inference, dimension.min, dimension.max);
}

static tn_status infer_scanned(tni_inference *inference, const tni_facts *element,
                               tn_dimension rounds, tni_facts *out, tn_error *error) {
  out->type = element->type;
  if (!element->has_rank) return TN_OK;
  if (element->rank >= TN_MAX_RANK)
    return tni_node_fail(inference->node, error, TN_UNSUPPORTED, "a scan output would have rank %u",
                         element->rank + 1);
  tn_dimension dimensions[TN_MAX_RANK];
  dimensions[0] = rounds;
  for (uint32_t i = 0; i < element->rank; i++)
    dimensions[i + 1] = outside(inference, element->dimensions[i]);
  tni_facts_set_shape(out, element->rank + 1, dimensions);
  return TN_OK;
}

static tn_status infer_with(tni_inference *inference, loop_facts *facts, tn_error *error) {
  const loop_body *body = facts->body;
  facts->inputs[ROUND].type = TN_I64;
  facts->inputs[ROUND].has_rank = 1;
  facts->inputs[CONDITION].type = TN_BOOL;
  facts->inputs[CONDITION].has_rank = 1;
  for (uint32_t i = 0; i < body->graph->input_count; i++)
    facts->input_pointers[i] = &facts->inputs[i];
  for (uint32_t i = CARRIED_IN; i < body->graph->input_count; i++)
    tni_facts_copy_type(&facts->inputs[i], inference->inputs[i]);
  TN_TRY(settle(inference, facts, error));
  for (uint32_t i = 0; i < body->carried; i++) {
    tni_facts *out = &inference->outputs[i];
    tni_facts_copy_type(out, &facts->inputs[CARRIED_IN + i]);
    for (uint32_t d = 0; d < out->rank; d++)
      if (!out->dimensions[d].symbol) out->dimensions[d] = outside(inference, out->dimensions[d]);
  }
  const tn_dimension rounds = infer_rounds(inference);
  for (uint32_t i = 0; i < body->scanned; i++)
    TN_TRY(infer_scanned(inference, &facts->outputs[CARRIED_OUT + body->carried + i], rounds,
                         &inference->outputs[body->carried + i], error));
  return TN_OK;
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  loop_body body;
  TN_TRY(read_body(inference->node, &body, error));
  for (uint32_t i = 0; i < inference->input_count && i < CARRIED_IN; i++)
    if (inference->inputs[i]) TN_TRY(tni_expect_scalar(inference, i, error));
  loop_facts facts = {.body = &body};
  tn_status status = TN_OUT_OF_MEMORY;
  facts.inputs = tni_facts_array(inference, body.graph->input_count, error);
  facts.outputs = tni_facts_array(inference, body.graph->output_count, error);
  facts.input_pointers =
      tni_alloc_array(inference->allocator, body.graph->input_count, sizeof *facts.input_pointers);
  if (facts.inputs && facts.outputs && facts.input_pointers)
    status = infer_with(inference, &facts, error);
  else
    tni_node_fail(inference->node, error, status, "no memory to infer the body");
  tni_free(inference->allocator, (void *)facts.input_pointers);
  tni_free(inference->allocator, facts.outputs);
  tni_free(inference->allocator, facts.inputs);
  return status;
}

/* --- values --- */

/* A Loop that runs. */
typedef struct loop_run {
  tni_evaluation *evaluation;
  loop_body body;
  int64_t rounds;      /* Made so far. */
  tn_tensor **inputs;  /* Of the body, each one reference. */
  tn_tensor **outputs; /* Likewise. */
  tni_vector scanned;  /* tn_tensor *: the scan outputs of the first round, of the second, ... */
} loop_run;

static tn_status make_scalar(const tni_evaluation *evaluation, uint32_t type, int64_t value,
                             tn_tensor **out, tn_error *error) {
  TN_TRY(tni_tensor_create(evaluation->environment, type, 0, NULL, out, error));
  tni_store_signed(type, (*out)->data, 0, 1, &value);
  return TN_OK;
}

/* The carried values before the first round. */
static tn_status begin(loop_run *run, tn_error *error) {
  const tni_evaluation *evaluation = run->evaluation;
  tn_tensor *condition = evaluation->input_count > 1 ? evaluation->inputs[1] : NULL;
  run->inputs = tni_tensor_array(evaluation, run->body.graph->input_count, error);
  run->outputs = tni_tensor_array(evaluation, run->body.graph->output_count, error);
  if (!run->inputs || !run->outputs) return TN_OUT_OF_MEMORY;
  TN_TRY(make_scalar(evaluation, TN_BOOL, condition ? tni_scalar(condition) : 1,
                     &run->inputs[CONDITION], error));
  for (uint32_t i = CARRIED_IN; i < run->body.graph->input_count; i++) {
    run->inputs[i] = evaluation->inputs[i];
    tn_tensor_retain(run->inputs[i]);
  }
  return TN_OK;
}

static int wants_round(const loop_run *run) {
  const tni_evaluation *evaluation = run->evaluation;
  const tn_tensor *limit = evaluation->inputs[0];
  const int has_condition = evaluation->input_count > 1 && evaluation->inputs[1];
  if (limit && run->rounds >= tni_scalar(limit)) return 0;
  return !has_condition || tni_scalar(run->inputs[CONDITION]) != 0;
}

/* Makes the outputs of a round the inputs of the next one and keeps its scan outputs. */
static tn_status take_outputs(loop_run *run, tn_error *error) {
  const uint32_t kept = CARRIED_OUT + run->body.carried;
  if (tni_vector_reserve(&run->scanned, run->scanned.count + run->body.scanned) != TN_OK)
    return tni_node_fail(run->evaluation->node, error, TN_OUT_OF_MEMORY,
                         "no memory for the outputs of %lld rounds", (long long)run->rounds);
  if (tn_tensor_element_count(run->outputs[0]) != 1)
    return tni_node_fail(run->evaluation->node, error, TN_WRONG_SHAPE,
                         "the body's condition must hold one element");
  for (uint32_t i = 0; i < kept; i++) {
    tni_release_all(&run->inputs[CONDITION + i], 1);
    run->inputs[CONDITION + i] = run->outputs[i];
    run->outputs[i] = NULL;
  }
  for (uint32_t i = kept; i < run->body.graph->output_count; i++) {
    (void)tni_vector_append(&run->scanned, &run->outputs[i]); /* There is room. */
    run->outputs[i] = NULL;
  }
  return TN_OK;
}

static tn_status run_rounds(loop_run *run, tn_error *error) {
  tni_evaluation *evaluation = run->evaluation;
  const tn_graph *graph = run->body.graph;
  for (; wants_round(run); run->rounds++) {
    tni_release_all(&run->inputs[ROUND], 1);
    TN_TRY(make_scalar(evaluation, TN_I64, run->rounds, &run->inputs[ROUND], error));
    TN_TRY(evaluation->evaluate_graph(evaluation, graph, run->inputs, graph->input_count,
                                      run->outputs, graph->output_count, error));
    TN_TRY(take_outputs(run, error));
  }
  return TN_OK;
}

/* Puts the elements of all rounds one behind the other. */
static tn_status give_scanned(loop_run *run, uint32_t which, tn_error *error) {
  tni_evaluation *evaluation = run->evaluation;
  const uint32_t index = run->body.carried + which;
  if (!tni_wants_output(evaluation->node, index)) return TN_OK;
  if (run->rounds == 0)
    return tni_empty_rounds(evaluation, index, run->body.graph->outputs[CARRIED_OUT + index], 0,
                            error);
  tn_tensor *const *elements = run->scanned.items;
  const tn_tensor *first = elements[which];
  const int64_t size = (int64_t)tn_tensor_element_count(first);
  int64_t shape[TN_MAX_RANK + 1] = {run->rounds};
  if (first->rank >= TN_MAX_RANK)
    return tni_node_fail(evaluation->node, error, TN_UNSUPPORTED, "output %u would have rank %u",
                         index, first->rank + 1);
  for (uint32_t i = 0; i < first->rank; i++)
    shape[i + 1] = first->shape[i];
  TN_TRY(tni_prepare_output(evaluation, index, first->type, first->rank + 1, shape, error));
  for (int64_t round = 0; round < run->rounds; round++) {
    tn_tensor *element = elements[round * run->body.scanned + which];
    if (element->type != first->type || !tni_tensor_same_shape(element, first->rank, first->shape))
      return tni_node_fail(evaluation->node, error, TN_WRONG_SHAPE,
                           "output %u has another shape or type in round %lld than in the first",
                           index, (long long)round);
    TN_TRY(tni_move_run(evaluation->outputs[index], round * size, element, 0, size, error));
  }
  return TN_OK;
}

static tn_status give_outputs(loop_run *run, tn_error *error) {
  for (uint32_t i = 0; i < run->body.carried; i++)
    if (tni_wants_output(run->evaluation->node, i))
      TN_TRY(tni_copy_output(run->evaluation, i, run->inputs[CARRIED_IN + i], error));
  for (uint32_t i = 0; i < run->body.scanned; i++)
    TN_TRY(give_scanned(run, i, error));
  return TN_OK;
}

static void end(loop_run *run) {
  const tni_allocator *allocator = run->evaluation->allocator;
  tni_release_all(run->scanned.items, (uint32_t)run->scanned.count);
  tni_vector_destroy(&run->scanned);
  tni_release_all(run->outputs, run->body.graph->output_count);
  tni_release_all(run->inputs, run->body.graph->input_count);
  tni_free(allocator, run->outputs);
  tni_free(allocator, run->inputs);
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  loop_run run = {.evaluation = evaluation};
  TN_TRY(read_body(evaluation->node, &run.body, error));
  tni_vector_init(&run.scanned, evaluation->allocator, sizeof(tn_tensor *));
  tn_status status = begin(&run, error);
  if (status == TN_OK) status = run_rounds(&run, error);
  if (status == TN_OK) status = give_outputs(&run, error);
  end(&run);
  return status;
}

static const tni_formal_attribute attributes[] = {{"body", TN_ATTRIBUTE_GRAPH, 1}, {NULL, 0, 0}};

TNI_OPERATOR(Loop) = {
    .name = "Loop",
    .since = 25,
    .inputs = {{"M", TNI_TYPE(TN_I64), "I", TNI_OPTIONAL},
               {"cond", TNI_TYPE(TN_BOOL), "B", TNI_OPTIONAL},
               {"v_initial", TNI_ALL_TYPES, NULL, TNI_OPTIONAL | TNI_VARIADIC}},
    .outputs = {{"v_final_and_scan_outputs", TNI_ALL_TYPES, NULL, TNI_OPTIONAL | TNI_VARIADIC}},
    .attributes = attributes,
    .infer = infer,
    .evaluate = evaluate};
