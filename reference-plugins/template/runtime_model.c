#include "template.h"

/* What the device really runs, node by node: the model after all passes, each node with what runs
 * it. */

static tn_status describe(const tn_node *node, int64_t order, tn_string precision,
                          tn_error *error) {
  TN_KIT_TRY(tn_kit_node_set_string(node, TN_RUNTIME_KERNEL,
                                    tn_string_from(template_kernel_name(node)), error));
  TN_KIT_TRY(tn_kit_node_set_string(node, TN_RUNTIME_PRECISION, precision, error));
  return tn_kit_node_set_int(node, TN_RUNTIME_ORDER, order, error);
}

static tn_status describe_all(const struct template_compiled *self, tn_kit_graph *graph,
                              tn_error *error) {
  const tn_graph *view;
  TN_KIT_TRY(tn_kit_graph_view(graph, &view, error));
  for (uint32_t i = 0; i < view->node_count; i++) {
    const tn_node *node = view->nodes[i];
    uint32_t type = node->output_count && node->outputs[0] ? node->outputs[0]->type : TN_ANY_TYPE;
    if (type == TN_F32 && self->half) type = TN_F16;
    const tn_string precision = tn_string_from(tn_kit_element_type_name(type));
    TN_KIT_TRY(describe(node, i, precision, error));
  }
  return TN_OK;
}

tn_status template_runtime_model(tn_kit_compiled *compiled, tn_model **out, tn_error *error) {
  tn_kit_graph *graph;
  TN_KIT_TRY(tn_kit_graph_create(compiled->engine, template_compiled_of(compiled)->program_model,
                                 &graph, error));
  tn_status status = describe_all(template_compiled_of(compiled), graph, error);
  if (status == TN_OK) status = tn_kit_graph_freeze(graph, out, error);
  if (status != TN_OK) tn_kit_graph_destroy(graph);
  return status;
}
