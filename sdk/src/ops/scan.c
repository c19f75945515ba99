/* Scan: a graph that is run for every element of its scan inputs along an axis. Its state keeps its
 * shape; scan outputs get one element a round. */
#include "ops/attributes.h"
#include "ops/move.h"
#include "ops/outputs.h"
#include "ops/shape_rules.h"
#include "ops/subgraph.h"
#include "ops/types.h"

#include "graph/tensor.h"

#include <string.h>

/* A Scan node: `states` values carried from round to round, then `inputs` and `outputs` that are
 * scanned. */
typedef struct scan_body {
  const tn_node *node;
  const tn_graph *graph;
  uint32_t states;
  uint32_t inputs;
  uint32_t outputs;
} scan_body;

/* Number `index` of a list attribute that has one number for each of `count` scan inputs or
 * outputs. */
static tn_status read_number(const tn_node *node, const char *name, uint32_t count, uint32_t index,
                             int64_t *out, tn_error *error) {
  uint64_t length;
  const int64_t *numbers = tni_attribute_ints(node, name, &length);
  if (numbers && length != count)
    return tni_node_fail(node, error, TN_MALFORMED,
                         "attribute '%s' must hold %u numbers, %llu came", name, count,
                         (unsigned long long)length);
  *out = numbers ? numbers[index] : 0;
  return TN_OK;
}

/* The axis of a scan input or output of rank `rank`, and whether it is walked backwards. */
static tn_status read_walk(const scan_body *body, int is_output, uint32_t index, uint32_t rank,
                           uint32_t *axis, int *backwards, tn_error *error) {
  const char *axes = is_output ? "scan_output_axes" : "scan_input_axes";
  const char *directions = is_output ? "scan_output_directions" : "scan_input_directions";
  const uint32_t count = is_output ? body->outputs : body->inputs;
  int64_t number;
  TN_TRY(read_number(body->node, directions, count, index, &number, error));
  *backwards = number != 0;
  TN_TRY(read_number(body->node, axes, count, index, &number, error));
  return tni_resolve_axis(body->node, axes, number, rank, axis, error);
}

static tn_status read_body(const tn_node *node, scan_body *out, tn_error *error) {
  const int64_t inputs = tni_attribute_int(node, "num_scan_inputs", 0);
  if (inputs < 1 || inputs > node->input_count)
    return tni_node_fail(node, error, TN_MALFORMED,
                         "attribute 'num_scan_inputs' is %lld of %u inputs", (long long)inputs,
                         node->input_count);
  *out = (scan_body){.node = node, .inputs = (uint32_t)inputs};
  out->states = node->input_count - out->inputs;
  if (node->output_count < out->states)
    return tni_node_fail(node, error, TN_MALFORMED, "there are %u states, but %u outputs",
                         out->states, node->output_count);
  out->outputs = node->output_count - out->states;
  return tni_subgraph(node, "body", node->input_count, node->output_count, &out->graph, error);
}

/* --- shapes --- */

/* Facts of one element of a scan input; narrows `rounds`, the number of elements. */
static tn_status infer_element(tni_inference *inference, const scan_body *body, uint32_t index,
                               tn_dimension *rounds, tni_facts *out, tn_error *error) {
  const tni_facts *whole = inference->inputs[body->states + index];
  out->type = whole->type;
  if (!whole->has_rank) return TN_OK;
  uint32_t axis;
  int backwards;
  TN_TRY(read_walk(body, 0, index, whole->rank, &axis, &backwards, error));
  if (tni_dimension_differs(*rounds, whole->dimensions[axis])) {
    char one[64], other[64];
    return tni_node_fail(body->node, error, TN_WRONG_SHAPE,
                         "scan input %u has %s elements, those before it have %s", index,
                         tni_dimension_text(whole->dimensions[axis], one, sizeof one),
                         tni_dimension_text(*rounds, other, sizeof other));
  }
  *rounds = tni_dimension_narrower(*rounds, whole->dimensions[axis]);
  tn_dimension dimensions[TN_MAX_RANK];
  for (uint32_t i = 0; i + 1 < whole->rank; i++)
    dimensions[i] = whole->dimensions[i < axis ? i : i + 1];
  tni_facts_set_shape(out, whole->rank - 1, dimensions);
  return TN_OK;
}

/* Facts of a scan output, from those of its element. */
static tn_status infer_output(const scan_body *body, uint32_t index, tn_dimension rounds,
                              tni_facts *facts, tn_error *error) {
  if (!facts->has_rank) return TN_OK;
  if (facts->rank >= TN_MAX_RANK)
    return tni_node_fail(body->node, error, TN_UNSUPPORTED, "scan output %u would have rank %u",
                         index, facts->rank + 1);
  uint32_t axis;
  int backwards;
  TN_TRY(read_walk(body, 1, index, facts->rank + 1, &axis, &backwards, error));
  tn_dimension dimensions[TN_MAX_RANK];
  for (uint32_t i = 0; i <= facts->rank; i++)
    dimensions[i] = i == axis ? rounds : facts->dimensions[i < axis ? i : i - 1];
  tni_facts_set_shape(facts, facts->rank + 1, dimensions);
  return TN_OK;
}

static tn_status infer_with(tni_inference *inference, const scan_body *body, tni_facts *facts,
                            const tni_facts **pointers, tn_error *error) {
  tn_dimension rounds = {0, TN_UNBOUNDED, NULL};
  for (uint32_t i = 0; i < body->states; i++)
    tni_facts_copy_type(&facts[i], inference->inputs[i]);
  for (uint32_t i = 0; i < body->inputs; i++)
    TN_TRY(infer_element(inference, body, i, &rounds, &facts[body->states + i], error));
  for (uint32_t i = 0; i < body->states + body->inputs; i++)
    pointers[i] = &facts[i];
  TN_TRY(inference->infer_graph(inference, body->graph, pointers, inference->outputs, error));
  if (!tni_dimension_is_static(rounds) && !rounds.symbol)
    rounds = tni_dimension_between(inference, rounds.min, rounds.max);
  for (uint32_t i = 0; i < inference->output_count; i++) {
    tni_facts *out = &inference->outputs[i];
    const tni_facts made = *out;
    tni_facts_copy_type(out, &made);
    if (i < body->states && facts[i].has_rank) tni_facts_copy_shape(out, &facts[i]);
    if (i >= body->states) TN_TRY(infer_output(body, i - body->states, rounds, out, error));
  }
  return TN_OK;
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  scan_body body;
  TN_TRY(read_body(inference->node, &body, error));
  tni_facts *facts = tni_facts_array(inference, body.graph->input_count, error);
  const tni_facts **pointers =
      tni_alloc_array(inference->allocator, body.graph->input_count, sizeof *pointers);
  tn_status status = TN_OUT_OF_MEMORY;
  if (facts && pointers)
    status = infer_with(inference, &body, facts, pointers, error);
  else
    tni_node_fail(body.node, error, status, "no memory to infer the body");
  tni_free(inference->allocator, (void *)pointers);
  tni_free(inference->allocator, facts);
  return status;
}

/* --- values --- */

/* A Scan that runs. */
typedef struct scan_run {
  tni_evaluation *evaluation;
  scan_body body;
  int64_t rounds;      /* In all. */
  tn_tensor **inputs;  /* Of the body, each one reference. */
  tn_tensor **outputs; /* Likewise. */
} scan_run;

/* Makes the element of a scan input that the body gets in a round. */
static tn_status take_element(scan_run *run, uint32_t index, int64_t round, tn_error *error) {
  const uint32_t input = run->body.states + index;
  tn_tensor *whole = run->evaluation->inputs[input];
  uint32_t axis;
  int backwards;
  TN_TRY(read_walk(&run->body, 0, index, whole->rank, &axis, &backwards, error));
  int64_t strides[TN_MAX_RANK];
  tni_dense_strides(whole->rank, whole->shape, strides);
  tni_move move = {.rank = whole->rank - 1,
                   .from_offset = (backwards ? run->rounds - 1 - round : round) * strides[axis]};
  for (uint32_t i = 0; i < move.rank; i++) {
    move.shape[i] = whole->shape[i < axis ? i : i + 1];
    move.from_strides[i] = strides[i < axis ? i : i + 1];
  }
  tni_dense_strides(move.rank, move.shape, move.to_strides);
  tni_release_all(&run->inputs[input], 1);
  TN_TRY(tni_tensor_create(run->evaluation->environment, whole->type, move.rank, move.shape,
                           &run->inputs[input], error));
  return tni_move_box(run->inputs[input], whole, &move, error);
}

/* Puts the element that the body made in a round into its place in a scan output. */
static tn_status give_element(scan_run *run, uint32_t index, int64_t round, tn_error *error) {
  const uint32_t output = run->body.states + index;
  tn_tensor *element = run->outputs[output];
  if (!tni_wants_output(run->body.node, output)) return TN_OK;
  if (element->rank >= TN_MAX_RANK)
    return tni_node_fail(run->body.node, error, TN_UNSUPPORTED, "output %u would have rank %u",
                         output, element->rank + 1);
  uint32_t axis;
  int backwards;
  TN_TRY(read_walk(&run->body, 1, index, element->rank + 1, &axis, &backwards, error));
  int64_t shape[TN_MAX_RANK], strides[TN_MAX_RANK];
  for (uint32_t i = 0; i <= element->rank; i++)
    shape[i] = i == axis ? run->rounds : element->shape[i < axis ? i : i - 1];
  /* In later rounds this also checks that the element's shape did not change. */
  TN_TRY(
      tni_prepare_output(run->evaluation, output, element->type, element->rank + 1, shape, error));
  tni_dense_strides(element->rank + 1, shape, strides);
  tni_move move = {.rank = element->rank,
                   .to_offset = (backwards ? run->rounds - 1 - round : round) * strides[axis]};
  for (uint32_t i = 0; i < move.rank; i++) {
    move.shape[i] = element->shape[i];
    move.to_strides[i] = strides[i < axis ? i : i + 1];
  }
  tni_dense_strides(move.rank, move.shape, move.from_strides);
  return tni_move_box(run->evaluation->outputs[output], element, &move, error);
}

static tn_status run_round(scan_run *run, int64_t round, tn_error *error) {
  const tn_graph *graph = run->body.graph;
  for (uint32_t i = 0; i < run->body.inputs; i++)
    TN_TRY(take_element(run, i, round, error));
  TN_TRY(run->evaluation->evaluate_graph(run->evaluation, graph, run->inputs, graph->input_count,
                                         run->outputs, graph->output_count, error));
  for (uint32_t i = 0; i < run->body.outputs; i++)
    TN_TRY(give_element(run, i, round, error));
  for (uint32_t i = 0; i < run->body.states; i++) {
    tni_release_all(&run->inputs[i], 1);
    run->inputs[i] = run->outputs[i];
    run->outputs[i] = NULL;
  }
  tni_release_all(run->outputs, graph->output_count);
  return TN_OK;
}

/* Number of rounds: the length of all scan inputs along their axes. */
static tn_status count_rounds(scan_run *run, tn_error *error) {
  for (uint32_t i = 0; i < run->body.inputs; i++) {
    const tn_tensor *whole = run->evaluation->inputs[run->body.states + i];
    uint32_t axis;
    int backwards;
    TN_TRY(read_walk(&run->body, 0, i, whole->rank, &axis, &backwards, error));
    if (i > 0 && whole->shape[axis] != run->rounds)
      return tni_node_fail(run->body.node, error, TN_WRONG_SHAPE,
                           "scan input %u has %lld elements, those before it have %lld", i,
                           (long long)whole->shape[axis], (long long)run->rounds);
    run->rounds = whole->shape[axis];
  }
  return TN_OK;
}

static tn_status run_all(scan_run *run, tn_error *error) {
  tni_evaluation *evaluation = run->evaluation;
  const scan_body *body = &run->body;
  TN_TRY(count_rounds(run, error));
  for (uint32_t i = 0; i < body->states; i++) {
    run->inputs[i] = evaluation->inputs[i];
    tn_tensor_retain(run->inputs[i]);
  }
  for (int64_t round = 0; round < run->rounds; round++)
    TN_TRY(run_round(run, round, error));
  for (uint32_t i = 0; i < body->states; i++)
    if (tni_wants_output(body->node, i))
      TN_TRY(tni_copy_output(evaluation, i, run->inputs[i], error));
  for (uint32_t i = 0; run->rounds == 0 && i < body->outputs; i++) {
    int64_t axis;
    TN_TRY(read_number(body->node, "scan_output_axes", body->outputs, i, &axis, error));
    if (tni_wants_output(body->node, body->states + i))
      TN_TRY(tni_empty_rounds(evaluation, body->states + i, body->graph->outputs[body->states + i],
                              axis, error));
  }
  return TN_OK;
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  scan_run run = {.evaluation = evaluation};
  TN_TRY(read_body(evaluation->node, &run.body, error));
  const tn_graph *graph = run.body.graph;
  tn_status status = TN_OUT_OF_MEMORY;
  run.inputs = tni_tensor_array(evaluation, graph->input_count, error);
  run.outputs = tni_tensor_array(evaluation, graph->output_count, error);
  if (run.inputs && run.outputs) status = run_all(&run, error);
  tni_release_all(run.inputs, graph->input_count);
  tni_release_all(run.outputs, graph->output_count);
  tni_free(evaluation->allocator, run.outputs);
  tni_free(evaluation->allocator, run.inputs);
  return status;
}

static const tni_formal_attribute attributes[] = {{"body", TN_ATTRIBUTE_GRAPH, 1},
                                                  {"num_scan_inputs", TN_ATTRIBUTE_INT, 1},
                                                  {"scan_input_axes", TN_ATTRIBUTE_INTS, 0},
                                                  {"scan_input_directions", TN_ATTRIBUTE_INTS, 0},
                                                  {"scan_output_axes", TN_ATTRIBUTE_INTS, 0},
                                                  {"scan_output_directions", TN_ATTRIBUTE_INTS, 0},
                                                  {NULL, 0, 0}};

TNI_OPERATOR(Scan) = {
    .name = "Scan",
    .since = 25,
    .inputs = {{"initial_state_and_scan_inputs", TNI_ALL_TYPES, NULL, TNI_VARIADIC}},
    .outputs = {{"final_state_and_scan_outputs", TNI_ALL_TYPES, NULL, TNI_OPTIONAL | TNI_VARIADIC}},
    .attributes = attributes,
    .infer = infer,
    .evaluate = evaluate};
