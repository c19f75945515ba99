/* A model of the list whose node holds graphs: they read values of the graph around them. */
#include "engine/models.h"
#include "graph/graph.h"
#include "graph/tensor.h"
#include "passes/shape.h"

static tn_status add_node(tni_graph *graph, const char *name, const char *operation,
                          uint32_t version, tni_node **out, tn_error *error) {
  TN_TRY(tni_graph_add_node(graph, tn_string_from(name), TN_STRING(""), tn_string_from(operation),
                            version, out, error));
  return tni_node_add_origin(*out, tn_string_from(name), error);
}

static tn_status add_input(tni_graph *graph, const char *name, uint32_t type, uint32_t rank,
                           tni_value **out, tn_error *error) {
  static const tn_dimension shape[2] = {{4, 4, NULL}, {8, 8, NULL}};
  TN_TRY(tni_graph_add_value(graph, tn_string_from(name), out, error));
  tni_value_set_type(*out, type);
  TN_TRY(tni_value_set_shape(*out, rank, shape, error));
  return tni_graph_add_input(graph, *out, error);
}

/* A graph of one node on two values from outside of it. */
static tn_status add_branch(tni_node *node, const char *attribute, const char *operation,
                            tni_value *const inputs[2], tn_error *error) {
  tni_graph *graph = NULL;
  tni_node *inner = NULL;
  tni_value *result = NULL;
  TN_TRY(tni_graph_create_inner(node->graph, tn_string_from(attribute), &graph, error));
  TN_TRY(tni_graph_add_value(graph, tn_string_from(operation), &result, error));
  TN_TRY(add_node(graph, attribute, operation, 14, &inner, error));
  TN_TRY(tni_node_set_inputs(inner, 2, inputs, error));
  TN_TRY(tni_node_set_output(inner, 0, result, error));
  TN_TRY(tni_graph_add_output(graph, result, error));
  return tni_node_set_graphs(node, tn_string_from(attribute), TN_ATTRIBUTE_GRAPH, 1, &graph, error);
}

/* flag ? relu(x) + x : relu(x) * x, where the two graphs read relu(x) and x from outside. */
static tn_status fill(tni_model *model, tn_error *error) {
  tni_graph *graph = model->graph;
  tni_value *x, *flag, *between = NULL, *y = NULL;
  tni_node *relu = NULL, *choose = NULL;
  TN_TRY(tni_model_set_operator_set(model, TN_STRING(""), TN_ONNX_OPERATOR_SET, error));
  TN_TRY(add_input(graph, "x", TN_F32, 2, &x, error));
  TN_TRY(add_input(graph, "flag", TN_BOOL, 0, &flag, error));
  TN_TRY(tni_graph_add_value(graph, TN_STRING("between"), &between, error));
  TN_TRY(tni_graph_add_value(graph, TN_STRING("y"), &y, error));
  TN_TRY(add_node(graph, "relu", "Relu", 14, &relu, error));
  TN_TRY(tni_node_set_input(relu, 0, x, error));
  TN_TRY(tni_node_set_output(relu, 0, between, error));
  TN_TRY(add_node(graph, "choose", "If", 25, &choose, error));
  TN_TRY(tni_node_set_input(choose, 0, flag, error));
  TN_TRY(tni_node_set_output(choose, 0, y, error));
  tni_value *const outer[2] = {between, x};
  TN_TRY(add_branch(choose, "then_branch", "Add", outer, error));
  TN_TRY(add_branch(choose, "else_branch", "Mul", outer, error));
  TN_TRY(tni_graph_add_output(graph, y, error));
  return tni_infer_shapes(model, NULL, error);
}

tn_status suite_build_branches(const tni_environment *environment, tn_model **out,
                               tn_error *error) {
  tni_model *model = NULL;
  TN_TRY(tni_model_create(environment, TN_STRING("branches"), &model, error));
  tn_status status = fill(model, error);
  if (status == TN_OK) status = tni_model_freeze(model, out, error);
  if (status != TN_OK) tni_model_destroy(model);
  return status;
}
