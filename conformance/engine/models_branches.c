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

static tn_status set_variable(tni_node *node, tn_error *error) {
  return tni_node_set_string(node, TN_STRING("variable_id"), TN_STRING("inner"), error);
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

/* A graph that adds the value `x` from outside to a variable, which begins as zeros. */
static tn_status add_variable_branch(tni_node *node, const char *attribute, tni_value *x,
                                     tn_error *error) {
  static const int64_t shape[] = {4, 8};
  tni_graph *graph = NULL;
  tni_node *read = NULL, *add = NULL, *assign = NULL;
  tni_value *values[3] = {NULL};
  TN_TRY(tni_graph_create_inner(node->graph, tn_string_from(attribute), &graph, error));
  TN_TRY(add_node(graph, "read_inner", "ReadValue", 1, &read, error));
  TN_TRY(add_node(graph, "add_inner", "Add", 14, &add, error));
  TN_TRY(add_node(graph, "keep_inner", "Assign", 1, &assign, error));
  tni_node *const nodes[] = {read, add, assign};
  for (int i = 0; i < 3; i++) {
    TN_TRY(tni_graph_add_value_named_like(graph, nodes[i]->view.name, &values[i], error));
    TN_TRY(tni_node_set_output(nodes[i], 0, values[i], error));
  }
  TN_TRY(tni_node_set_operator(read, TN_STRING("tenon"), TN_STRING("ReadValue"), 1, error));
  TN_TRY(tni_node_set_operator(assign, TN_STRING("tenon"), TN_STRING("Assign"), 1, error));
  TN_TRY(set_variable(read, error));
  TN_TRY(set_variable(assign, error));
  TN_TRY(tni_node_set_int(read, TN_STRING("type"), TN_F32, error));
  TN_TRY(tni_node_set_ints(read, TN_STRING("shape"), 2, shape, error));
  TN_TRY(tni_node_set_inputs(add, 2, (tni_value *[]){values[0], x}, error));
  TN_TRY(tni_node_set_inputs(assign, 1, &values[1], error));
  TN_TRY(tni_graph_add_output(graph, values[2], error));
  return tni_node_set_graphs(node, tn_string_from(attribute), TN_ATTRIBUTE_GRAPH, 1, &graph, error);
}

/* The beginning of both models: x, flag, relu(x), and the node that chooses. */
struct choice {
  tni_value *x, *between, *y;
  tni_node *choose;
};

static tn_status begin(tni_model *model, struct choice *out, tn_error *error) {
  tni_graph *graph = model->graph;
  tni_value *flag = NULL;
  tni_node *relu = NULL;
  TN_TRY(tni_model_set_operator_set(model, TN_STRING(""), TN_ONNX_OPERATOR_SET, error));
  TN_TRY(tni_model_set_operator_set(model, TN_STRING("tenon"), TN_TENON_OPERATOR_SET, error));
  TN_TRY(add_input(graph, "x", TN_F32, 2, &out->x, error));
  TN_TRY(add_input(graph, "flag", TN_BOOL, 0, &flag, error));
  TN_TRY(tni_graph_add_value(graph, TN_STRING("between"), &out->between, error));
  TN_TRY(tni_graph_add_value(graph, TN_STRING("y"), &out->y, error));
  TN_TRY(add_node(graph, "relu", "Relu", 14, &relu, error));
  TN_TRY(tni_node_set_input(relu, 0, out->x, error));
  TN_TRY(tni_node_set_output(relu, 0, out->between, error));
  TN_TRY(add_node(graph, "choose", "If", 25, &out->choose, error));
  TN_TRY(tni_node_set_input(out->choose, 0, flag, error));
  return tni_node_set_output(out->choose, 0, out->y, error);
}

/* flag ? relu(x) + x : relu(x) * x, where the two graphs read relu(x) and x from outside. */
static tn_status fill_branches(tni_model *model, tn_error *error) {
  struct choice made = {.between = NULL};
  TN_TRY(begin(model, &made, error));
  tni_value *const outer[2] = {made.between, made.x};
  TN_TRY(add_branch(made.choose, "then_branch", "Add", outer, error));
  return add_branch(made.choose, "else_branch", "Mul", outer, error);
}

/* flag ? variable += relu(x) : relu(x) * x */
static tn_status fill_variable(tni_model *model, tn_error *error) {
  struct choice made = {.between = NULL};
  TN_TRY(begin(model, &made, error));
  TN_TRY(add_variable_branch(made.choose, "then_branch", made.between, error));
  return add_branch(made.choose, "else_branch", "Mul", (tni_value *[]){made.between, made.x},
                    error);
}

static tn_status finish(tni_model *model, tn_error *error) {
  tni_node *choose = model->graph->last_node;
  TN_TRY(tni_graph_add_output(model->graph, tni_node_output(choose, 0), error));
  return tni_infer_shapes(model, NULL, error);
}

static tn_status build(const char *name, const tni_environment *environment,
                       tn_status (*fill)(tni_model *model, tn_error *error), tn_model **out,
                       tn_error *error) {
  tni_model *model = NULL;
  TN_TRY(tni_model_create(environment, tn_string_from(name), &model, error));
  tn_status status = fill(model, error);
  if (status == TN_OK) status = finish(model, error);
  if (status == TN_OK) status = tni_model_freeze(model, out, error);
  if (status != TN_OK) tni_model_destroy(model);
  return status;
}

tn_status suite_build_branches(const tni_environment *environment, tn_model **out,
                               tn_error *error) {
  return build("branches", environment, fill_branches, out, error);
}

tn_status suite_build_variable_in_branch(const tni_environment *environment, tn_model **out,
                                         tn_error *error) {
  return build("variable_in_branch", environment, fill_variable, out, error);
}
