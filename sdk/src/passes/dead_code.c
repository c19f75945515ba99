#include "ops/operator.h"
#include "passes/pass.h"

static const tni_operator *operator_of(const tni_node *node) {
  return tni_operator_find(node->view.domain, node->view.operation, node->view.since_version);
}

/* Whether a node does something besides computing its outputs, be it in a graph inside it. */
static int has_side_effect(const tn_node *node) {
  const tni_operator *op = tni_operator_find(node->domain, node->operation, node->since_version);
  if (op && (op->flags & TNI_OPERATOR_SIDE_EFFECT)) return 1;
  for (uint32_t i = 0; i < node->attribute_count; i++) {
    const tn_attribute *attribute = node->attributes[i];
    for (uint64_t j = 0; j < tn_attribute_graph_count(attribute); j++)
      for (const tni_node *inner = tni_graph_of(attribute->as.graphs[j])->first_node; inner;
           inner = inner->next)
        if (has_side_effect(&inner->view)) return 1;
  }
  return 0;
}

static int is_used(const tni_node *node) {
  for (uint32_t i = 0; i < node->view.output_count; i++) {
    const tni_value *output = tni_node_output(node, i);
    if (output && output->use_count > 0) return 1;
  }
  return 0;
}

/* Leaves out the optional outputs that nobody uses. */
static void drop_outputs(tni_node *node) {
  const tni_operator *op = operator_of(node);
  for (uint32_t i = 0;
       op && i < node->view.output_count && i < TNI_MAX_FORMALS && op->outputs[i].name; i++) {
    tni_value *output = tni_node_output(node, i);
    const uint32_t kind = op->outputs[i].flags & (TNI_OPTIONAL | TNI_VARIADIC);
    if (output && output->use_count == 0 && kind == TNI_OPTIONAL) tni_value_remove(output);
  }
}

static void clean_graph(tni_graph *graph);

static void clean_inner(const tni_node *node) {
  for (uint32_t i = 0; i < node->view.attribute_count; i++) {
    const tn_attribute *attribute = node->view.attributes[i];
    for (uint64_t j = 0; j < tn_attribute_graph_count(attribute); j++)
      clean_graph(tni_graph_of(attribute->as.graphs[j]));
  }
}

/* From the last node to the first, so that what only dead nodes use dies in the same round. */
static void clean_graph(tni_graph *graph) {
  for (tni_node *node = graph->last_node, *previous; node; node = previous) {
    previous = node->previous;
    if (!is_used(node) && !has_side_effect(&node->view)) {
      tni_node_remove(node);
      continue;
    }
    drop_outputs(node);
    clean_inner(node);
  }
}

static void clean_constants(tni_graph *graph) {
  for (tni_value *value = graph->first_value, *next; value; value = next) {
    next = value->next;
    if (value->view.constant && value->use_count == 0) tni_value_remove(value);
  }
  for (tni_graph *child = graph->first_child; child; child = child->next_sibling)
    clean_constants(child);
}

tn_status tni_remove_dead_code(tni_model *model, tn_error *error) {
  TN_TRY(tni_model_sync(model, error));
  clean_graph(model->graph);
  clean_constants(model->graph);
  return tni_model_sync(model, error);
}
