#include "ops/subgraph.h"

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/outputs.h"
#include "ops/shape_rules.h"

tn_status tni_subgraph(const tn_node *node, const char *name, uint32_t inputs, uint32_t outputs,
                       const tn_graph **out, tn_error *error) {
  const tn_graph *graph = tni_attribute_graph(node, name);
  if (!graph) return tni_node_fail(node, error, TN_MALFORMED, "attribute '%s' is missing", name);
  if (graph->input_count != inputs)
    return tni_node_fail(node, error, TN_MALFORMED, "graph '%s' must have %u inputs, it has %u",
                         name, inputs, graph->input_count);
  if (graph->output_count != outputs)
    return tni_node_fail(node, error, TN_MALFORMED, "graph '%s' must have %u outputs, it has %u",
                         name, outputs, graph->output_count);
  *out = graph;
  return TN_OK;
}

tni_facts *tni_facts_array(const tni_inference *inference, uint32_t count, tn_error *error) {
  tni_facts *facts = tni_alloc_array(inference->allocator, count, sizeof *facts);
  if (!facts)
    tni_node_fail(inference->node, error, TN_OUT_OF_MEMORY, "no memory to infer %u values", count);
  return facts;
}

void tni_facts_copy_type(tni_facts *to, const tni_facts *from) {
  *to = (tni_facts){.type = from->type};
  tni_facts_copy_shape(to, from);
}

static tn_dimension merge_dimensions(tni_inference *inference, tn_dimension a, tn_dimension b) {
  if (tni_dimension_same(a, b)) return a;
  return tni_dimension_between(inference, a.min < b.min ? a.min : b.min,
                               a.max > b.max ? a.max : b.max);
}

tn_status tni_facts_merge(tni_inference *inference, tni_facts *facts, const tni_facts *other,
                          uint32_t output, tn_error *error) {
  if (facts->type != other->type && facts->type != TN_ANY_TYPE && other->type != TN_ANY_TYPE)
    return tni_node_fail(inference->node, error, TN_WRONG_TYPE, "output %u would be %s or %s",
                         output, tni_type_name(facts->type), tni_type_name(other->type));
  if (facts->type == TN_ANY_TYPE) facts->type = other->type;
  if (facts->constant != other->constant) facts->constant = NULL;
  facts->elements = NULL;
  facts->element_count = 0;
  if (!other->has_rank || facts->rank != other->rank) facts->has_rank = facts->rank = 0;
  for (uint32_t i = 0; facts->has_rank && i < facts->rank; i++)
    facts->dimensions[i] = merge_dimensions(inference, facts->dimensions[i], other->dimensions[i]);
  return TN_OK;
}

void tni_release_all(tn_tensor **tensors, uint32_t count) {
  for (uint32_t i = 0; tensors && i < count; i++) {
    if (tensors[i]) tn_tensor_release(tensors[i]);
    tensors[i] = NULL;
  }
}

tn_tensor **tni_tensor_array(const tni_evaluation *evaluation, uint32_t count, tn_error *error) {
  tn_tensor **tensors = tni_alloc_array(evaluation->allocator, count, sizeof *tensors);
  if (!tensors)
    tni_node_fail(evaluation->node, error, TN_OUT_OF_MEMORY, "no memory for %u tensors", count);
  return tensors;
}

int tni_wants_output(const tn_node *node, uint32_t index) {
  return index < node->output_count && node->outputs[index];
}

tn_status tni_empty_rounds(tni_evaluation *evaluation, uint32_t index, const tn_value_info *of_body,
                           int64_t axis, tn_error *error) {
  const uint32_t type =
      of_body->type != TN_ANY_TYPE ? of_body->type : evaluation->node->outputs[index]->type;
  const uint32_t rank = of_body->rank + 1;
  int64_t shape[TN_MAX_RANK + 1] = {0};
  if (type == TN_ANY_TYPE)
    return tni_node_fail(evaluation->node, error, TN_UNSUPPORTED,
                         "no round was made, and the element type of output %u is not known",
                         index);
  if (axis < 0) axis += rank;
  if (rank > TN_MAX_RANK || axis < 0 || axis >= rank)
    return tni_node_fail(evaluation->node, error, TN_OUT_OF_RANGE,
                         "axis %lld of output %u is none of %u", (long long)axis, index, rank);
  for (uint32_t i = 0; i < of_body->rank; i++) {
    const tn_dimension dimension = of_body->dimensions[i];
    shape[i < axis ? i : i + 1] = tni_dimension_is_static(dimension) ? dimension.min : 0;
  }
  return tni_prepare_output(evaluation, index, type, rank, shape, error);
}

int64_t tni_scalar(const tn_tensor *tensor) {
  int64_t value;
  tni_load_signed(tensor->type, tensor->data, 0, 1, 1, &value);
  return value;
}
