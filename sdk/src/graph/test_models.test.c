#include "graph/test_models.h"

#include "graph/tensor.h"

static tn_status add_operation(tni_graph *graph, const char *name, const char *operation,
                               uint32_t version, tni_node **out, tn_error *error) {
  TN_TRY(tni_graph_add_node(graph, tn_string_from(name), TN_STRING(""), tn_string_from(operation),
                            version, out, error));
  return tni_node_add_origin(*out, tn_string_from(name), error);
}

static tn_status add_branch(tni_node *choose, const char *attribute, tni_value *const *inputs,
                            uint32_t count, const char *name, const char *operation,
                            tn_error *error) {
  tni_graph *graph = NULL;
  tni_node *node = NULL;
  tni_value *result = NULL;
  TN_TRY(tni_graph_create_inner(choose->graph, tn_string_from(attribute), &graph, error));
  TN_TRY(tni_graph_add_value(graph, TN_STRING("result"), &result, error));
  TN_TRY(add_operation(graph, name, operation, 14, &node, error));
  TN_TRY(tni_node_set_inputs(node, count, inputs, error));
  TN_TRY(tni_node_set_output(node, 0, result, error));
  TN_TRY(tni_graph_add_output(graph, result, error));
  return tni_node_set_graphs(choose, tn_string_from(attribute), TN_ATTRIBUTE_GRAPH, 1, &graph,
                             error);
}

static tn_status add_values(tni_model *model, tni_value **x, tni_value **flag, tn_error *error) {
  tni_graph *graph = model->graph;
  tn_dimension shape[2] = {{1, TN_UNBOUNDED, NULL}, {3, 3, NULL}};
  TN_TRY(tni_model_symbol(model, TN_STRING("batch"), &shape[0].symbol, error));
  TN_TRY(tni_graph_add_value(graph, TN_STRING("x"), x, error));
  TN_TRY(tni_value_set_shape(*x, 2, shape, error));
  tni_value_set_type(*x, TN_F32);
  TN_TRY(tni_graph_add_value(graph, TN_STRING("flag"), flag, error));
  TN_TRY(tni_value_set_shape(*flag, 0, NULL, error));
  tni_value_set_type(*flag, TN_BOOL);
  TN_TRY(tni_graph_add_input(graph, *x, error));
  return tni_graph_add_input(graph, *flag, error);
}

static tn_status add_weights(tni_graph *graph, tni_value **out, tn_error *error) {
  const float numbers[3] = {10, 20, 30};
  const int64_t shape[1] = {3};
  tn_tensor *tensor = NULL;
  TN_TRY(
      tni_tensor_create_copy(graph->model->environment, TN_F32, 1, shape, numbers, &tensor, error));
  tni_tensor_make_read_only(tensor);
  const tn_status status = tni_graph_add_constant(graph, TN_STRING("w"), tensor, out, error);
  tn_tensor_release(tensor);
  return status;
}

static tn_status decorate(tni_node *node, tn_tensor *tensor, tn_error *error) {
  const int64_t numbers[] = {1, 2, 3};
  const float floats[] = {0.25f, 4};
  const tn_string texts[] = {TN_STRING_INIT("a"), TN_STRING_INIT("")};
  tn_attribute lists[2] = {
      {TN_SIZE(tn_attribute), TN_ATTRIBUTE_FLOATS, TN_STRING_INIT("x_floats"), 2, {NULL}},
      {TN_SIZE(tn_attribute), TN_ATTRIBUTE_STRINGS, TN_STRING_INIT("x_strings"), 2, {NULL}}};
  lists[0].as.floats = floats;
  lists[1].as.strings = texts;
  TN_TRY(tni_node_set_affinity(node, TN_STRING("CPU"), error));
  TN_TRY(tni_node_set_ints(node, TN_STRING("x_ints"), 3, numbers, error));
  TN_TRY(tni_node_set_int(node, TN_STRING("x_int"), 5, error));
  TN_TRY(tni_node_set_float(node, TN_STRING("x_float"), 1.5f, error));
  TN_TRY(tni_node_set_string(node, TN_STRING("x_string"), TN_STRING("text"), error));
  TN_TRY(tni_node_set_tensor(node, TN_STRING("x_tensor"), tensor, error));
  for (int i = 0; i < 2; i++)
    TN_TRY(tni_node_set_attribute(node, &lists[i], error));
  return TN_OK;
}

static tn_status fill(tni_model *model, tn_error *error) {
  tni_graph *graph = model->graph;
  tni_value *x = NULL, *flag = NULL, *weights = NULL, *captured = NULL, *y = NULL;
  tni_node *choose = NULL, *make = NULL;
  TN_TRY(tni_model_set_operator_set(model, TN_STRING(""), TN_ONNX_OPERATOR_SET, error));
  TN_TRY(add_values(model, &x, &flag, error));
  TN_TRY(add_weights(graph, &weights, error));
  TN_TRY(tni_graph_add_value(graph, TN_STRING("captured"), &captured, error));
  TN_TRY(tni_graph_add_value(graph, TN_STRING("y"), &y, error));
  TN_TRY(add_operation(graph, "choose", "If", 25, &choose, error));
  TN_TRY(tni_node_set_input(choose, 0, flag, error));
  TN_TRY(tni_node_set_output(choose, 0, y, error));
  tni_value *const both[2] = {captured, weights};
  TN_TRY(add_branch(choose, "then_branch", both, 2, "then_node", "Add", error));
  TN_TRY(add_branch(choose, "else_branch", both, 1, "else_node", "Relu", error));
  TN_TRY(add_operation(graph, "make", "Relu", 14, &make, error));
  TN_TRY(tni_node_set_input(make, 0, x, error));
  TN_TRY(tni_node_set_output(make, 0, captured, error));
  TN_TRY(decorate(make, weights->view.constant, error));
  return tni_graph_add_output(graph, y, error);
}

tn_status tni_test_model_with_branches(const tni_environment *environment, tni_model **out,
                                       tn_error *error) {
  tni_model *model = NULL;
  TN_TRY(tni_model_create(environment, TN_STRING("branches"), &model, error));
  const tn_status status = fill(model, error);
  if (status != TN_OK) {
    tni_model_destroy(model);
    return status;
  }
  *out = model;
  return TN_OK;
}
