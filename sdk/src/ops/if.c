/* If: one of two graphs. */
#include "ops/attributes.h"
#include "ops/outputs.h"
#include "ops/shape_rules.h"
#include "ops/subgraph.h"
#include "ops/types.h"

/* Facts of the outputs of one branch. */
static tn_status infer_branch(tni_inference *inference, const char *name, tni_facts *outputs,
                              tn_error *error) {
  const tn_graph *graph;
  TN_TRY(tni_subgraph(inference->node, name, 0, inference->output_count, &graph, error));
  return inference->infer_graph(inference, graph, NULL, outputs, error);
}

static tn_status infer_either(tni_inference *inference, tni_facts *other, tn_error *error) {
  TN_TRY(infer_branch(inference, "then_branch", inference->outputs, error));
  TN_TRY(infer_branch(inference, "else_branch", other, error));
  for (uint32_t i = 0; i < inference->output_count; i++)
    TN_TRY(tni_facts_merge(inference, &inference->outputs[i], &other[i], i, error));
  return TN_OK;
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *condition = inference->inputs[0];
  TN_TRY(tni_expect_scalar(inference, 0, error));
  if (condition->constant)
    return infer_branch(inference, tni_scalar(condition->constant) ? "then_branch" : "else_branch",
                        inference->outputs, error);
  tni_facts *other = tni_facts_array(inference, inference->output_count, error);
  if (!other) return TN_OUT_OF_MEMORY;
  const tn_status status = infer_either(inference, other, error);
  tni_free(inference->allocator, other);
  return status;
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  const char *name = tni_scalar(evaluation->inputs[0]) ? "then_branch" : "else_branch";
  const uint32_t count = evaluation->output_count;
  const tn_graph *graph;
  TN_TRY(tni_subgraph(evaluation->node, name, 0, count, &graph, error));
  tn_tensor **results = tni_tensor_array(evaluation, count, error);
  if (!results) return TN_OUT_OF_MEMORY;
  tn_status status = evaluation->evaluate_graph(evaluation, graph, NULL, 0, results, count, error);
  for (uint32_t i = 0; status == TN_OK && i < count; i++)
    if (tni_wants_output(evaluation->node, i))
      status = tni_copy_output(evaluation, i, results[i], error);
  tni_release_all(results, count);
  tni_free(evaluation->allocator, results);
  return status;
}

static const tni_formal_attribute attributes[] = {
    {"then_branch", TN_ATTRIBUTE_GRAPH, 1}, {"else_branch", TN_ATTRIBUTE_GRAPH, 1}, {NULL, 0, 0}};

TNI_OPERATOR(If) = {.name = "If",
                    .since = 25,
                    .inputs = {{"cond", TNI_TYPE(TN_BOOL), "B", 0}},
                    .outputs = {{"outputs", TNI_ALL_TYPES, NULL, TNI_OPTIONAL | TNI_VARIADIC}},
                    .attributes = attributes,
                    .infer = infer,
                    .evaluate = evaluate};
