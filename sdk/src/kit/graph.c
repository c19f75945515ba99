#include "tenon/kit/graph.h"

#include "graph/graph.h"
#include "kit/engine.h"
#include "passes/pass.h"

/* A tn_kit_graph is a tni_model: the public name hides what its fields are. */
static tni_model *model_of(tn_kit_graph *graph) {
  return (tni_model *)graph;
}

static tni_value *value_of(const tn_value_info *value) {
  return tni_value_of(value);
}

tn_status tn_kit_graph_create(tn_kit_engine *engine, const tn_model *model, tn_kit_graph **out,
                              tn_error *error) {
  tni_model *copy;
  TN_TRY(tni_model_clone(model, &engine->kit->environment, &copy, error));
  *out = (tn_kit_graph *)copy;
  return TN_OK;
}

void tn_kit_graph_destroy(tn_kit_graph *graph) {
  tni_model_destroy(model_of(graph));
}

tn_status tn_kit_graph_optimize(tn_kit_graph *graph, tn_error *error) {
  return tni_passes_run(model_of(graph), NULL, 0, error);
}

tn_status tn_kit_graph_view(tn_kit_graph *graph, const tn_graph **out, tn_error *error) {
  TN_TRY(tni_model_sync(model_of(graph), error));
  *out = model_of(graph)->view.graph;
  return TN_OK;
}

const tn_node *tn_kit_value_producer(const tn_value_info *value) {
  const tni_node *node = value_of(value)->producer;
  return node ? &node->view : NULL;
}

uint32_t tn_kit_value_use_count(const tn_value_info *value) {
  return value_of(value)->use_count;
}

int tn_kit_value_is_output(const tn_value_info *value) {
  for (const tni_use *use = value_of(value)->first_use; use; use = use->next)
    if (!use->node) return 1;
  return 0;
}

/* Sets inputs and origins of the new node while the old ones still stand. */
static tn_status connect(tni_node *node, const tn_kit_fusion *fusion, tn_error *error) {
  for (uint32_t i = 0; i < fusion->input_count; i++)
    TN_TRY(tni_node_set_input(node, i, value_of(fusion->inputs[i]), error));
  for (uint32_t i = 0; i < fusion->node_count; i++)
    TN_TRY(tni_node_add_origins_of(node, fusion->nodes[i], error));
  return TN_OK;
}

/* Every operator of a model is of a set that the model names. */
static tn_status add_operator_set(tni_model *model, const tn_kit_fusion *fusion, tn_error *error) {
  for (uint32_t i = 0; i < model->view.operator_set_count; i++) {
    const tn_operator_set *set = model->view.operator_sets[i];
    if (tn_string_equal(set->domain, fusion->domain) && set->version >= fusion->since_version)
      return TN_OK;
  }
  return tni_model_set_operator_set(model, fusion->domain, fusion->since_version, error);
}

tn_status tn_kit_graph_fuse(tn_kit_graph *graph, const tn_kit_fusion *fusion, tn_error *error) {
  TN_TRY(add_operator_set(model_of(graph), fusion, error));
  tni_node *last = tni_node_of(fusion->nodes[fusion->node_count - 1]), *node;
  TN_TRY(tni_graph_add_node(last->graph, last->view.name, fusion->domain, fusion->operation,
                            fusion->since_version, &node, error));
  TN_TRY(connect(node, fusion, error));
  for (uint32_t i = 0; i < last->view.output_count; i++)
    TN_TRY(tni_node_set_output(node, i, tni_node_output(last, i), error));
  for (uint32_t i = fusion->node_count; i > 0; i--)
    tni_node_remove(tni_node_of(fusion->nodes[i - 1]));
  return TN_OK;
}

tn_status tn_kit_node_set_string(const tn_node *node, const char *name, tn_string text,
                                 tn_error *error) {
  return tni_node_set_string(tni_node_of(node), tn_string_from(name), text, error);
}

tn_status tn_kit_node_set_int(const tn_node *node, const char *name, int64_t number,
                              tn_error *error) {
  return tni_node_set_int(tni_node_of(node), tn_string_from(name), number, error);
}

tn_status tn_kit_graph_freeze(tn_kit_graph *graph, tn_model **out, tn_error *error) {
  return tni_model_freeze(model_of(graph), out, error);
}
