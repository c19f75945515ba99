#include "passes/test_build.h"

#include "graph/tensor.h"
#include "ops/interpreter.h"
#include "ops/operator.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* Ends the test when a call failed. */
static void must(tn_status status, const tn_error *error) {
  cr_assert_eq(status, TN_OK, "%s", error->message);
}

tni_model *tni_test_model(uint32_t operator_set) {
  tn_error error = {0};
  tni_model *model = NULL;
  must(tni_model_create(tni_environment_system(), TN_STRING("test"), &model, &error), &error);
  must(tni_model_set_operator_set(model, TN_STRING(""), operator_set, &error), &error);
  return model;
}

tni_value *tni_test_input(tni_model *model, const char *name, uint32_t type, uint32_t rank,
                          const int64_t *shape) {
  tn_error error = {0};
  tn_dimension dimensions[TN_MAX_RANK];
  tni_value *value = NULL;
  for (uint32_t i = 0; i < rank; i++) {
    dimensions[i] = (tn_dimension){shape[i], shape[i], NULL};
    if (shape[i] < 0) dimensions[i] = (tn_dimension){0, TN_UNBOUNDED, NULL};
  }
  must(tni_graph_add_value(model->graph, tn_string_from(name), &value, &error), &error);
  tni_value_set_type(value, type);
  must(tni_value_set_shape(value, rank, dimensions, &error), &error);
  must(tni_graph_add_input(model->graph, value, &error), &error);
  return value;
}

tni_value *tni_test_constant(tni_graph *graph, const char *name, uint32_t type, uint32_t rank,
                             const int64_t *shape, const void *data) {
  tn_error error = {0};
  tn_tensor *tensor = NULL;
  tni_value *value = NULL;
  must(tni_tensor_create_copy(tni_environment_system(), type, rank, shape, data, &tensor, &error),
       &error);
  must(tni_graph_add_constant(graph, tn_string_from(name), tensor, &value, &error), &error);
  tn_tensor_release(tensor);
  return value;
}

tni_value *tni_test_find(const tni_graph *graph, const char *name) {
  tni_value *value = tni_graph_find_value(graph, tn_string_from(name));
  cr_assert_not_null(value, "no value \"%s\"", name);
  return value;
}

/* Takes the next name off a list; 0 at its end. */
static int next_name(const char **names, char name[static 64]) {
  const size_t length = strcspn(*names, " ");
  if (length == 0) return 0;
  snprintf(name, 64, "%.*s", (int)length, *names);
  *names += length + ((*names)[length] == ' ');
  return 1;
}

/* Finds or makes the values of a list. */
static tn_status set_ports(tni_node *node, const char *names, int is_input, tn_error *error) {
  char name[64];
  for (uint32_t i = 0; next_name(&names, name); i++) {
    if (name[0] == '-') continue;
    if (is_input) {
      TN_TRY(tni_node_set_input(node, i, tni_test_find(node->graph, name), error));
      continue;
    }
    tni_value *value = NULL;
    TN_TRY(tni_graph_add_value(node->graph, tn_string_from(name), &value, error));
    TN_TRY(tni_node_set_output(node, i, value, error));
  }
  return TN_OK;
}

tn_status tni_test_try_add(tni_graph *graph, const char *operation, const char *inputs,
                           const char *outputs, tni_node **out, tn_error *error) {
  const tn_string text = tn_string_from(operation);
  const tn_string first = tn_string_make(outputs, strcspn(outputs, " "));
  const uint32_t version =
      tni_onnx_since_version(text, graph->model->view.operator_sets[0]->version);
  TN_TRY(tni_graph_add_node(graph, first, TN_STRING(""), text, version, out, error));
  TN_TRY(tni_node_add_origin(*out, first, error));
  TN_TRY(set_ports(*out, inputs, 1, error));
  return set_ports(*out, outputs, 0, error);
}

tni_node *tni_test_add(tni_graph *graph, const char *operation, const char *inputs,
                       const char *outputs) {
  tn_error error = {0};
  tni_node *node = NULL;
  must(tni_test_try_add(graph, operation, inputs, outputs, &node, &error), &error);
  return node;
}

static tn_status add_rich_input(tni_graph *graph, const char *name, uint32_t type, uint32_t rank,
                                tn_error *error) {
  tn_dimension shape[2] = {{1, TN_UNBOUNDED, NULL}, {3, 3, NULL}};
  tni_value *value = NULL;
  TN_TRY(tni_model_symbol(graph->model, TN_STRING("batch"), &shape[0].symbol, error));
  TN_TRY(tni_graph_add_value(graph, tn_string_from(name), &value, error));
  tni_value_set_type(value, type);
  TN_TRY(tni_value_set_shape(value, rank, shape, error));
  return tni_graph_add_input(graph, value, error);
}

static tn_status add_rich_constant(tni_graph *graph, const char *name, float number,
                                   tn_error *error) {
  const int64_t shape[1] = {1};
  tn_tensor *tensor = NULL;
  tni_value *value = NULL;
  TN_TRY(
      tni_tensor_create_copy(graph->model->environment, TN_F32, 1, shape, &number, &tensor, error));
  const tn_status status =
      tni_graph_add_constant(graph, tn_string_from(name), tensor, &value, error);
  tn_tensor_release(tensor);
  return status;
}

static tn_status add_rich_branch(tni_node *choose, const char *name, const char *operation,
                                 const char *inputs, tn_error *error) {
  tni_graph *graph = NULL;
  tni_node *node = NULL;
  TN_TRY(tni_graph_create_inner(choose->graph, tn_string_from(name), &graph, error));
  TN_TRY(tni_test_try_add(graph, operation, inputs, "result", &node, error));
  TN_TRY(tni_graph_add_output(graph, tni_test_find(graph, "result"), error));
  return tni_node_set_graphs(choose, tn_string_from(name), TN_ATTRIBUTE_GRAPH, 1, &graph, error);
}

static tn_status fill_rich_model(tni_graph *graph, tn_error *error) {
  tni_node *node = NULL;
  TN_TRY(tni_model_set_operator_set(graph->model, TN_STRING(""), 7, error));
  TN_TRY(add_rich_input(graph, "x", TN_F32, 2, error));
  TN_TRY(add_rich_input(graph, "flag", TN_BOOL, 0, error));
  TN_TRY(add_rich_constant(graph, "two", 2, error));
  TN_TRY(add_rich_constant(graph, "three", 3, error));
  TN_TRY(tni_test_try_add(graph, "Clip", "x", "a", &node, error));
  TN_TRY(tni_node_set_float(node, TN_STRING("max"), 6, error));
  TN_TRY(tni_test_try_add(graph, "Mul", "two three", "six", &node, error));
  TN_TRY(tni_test_try_add(graph, "Add", "a six", "b", &node, error));
  TN_TRY(tni_test_try_add(graph, "Add", "a six", "c", &node, error));
  TN_TRY(tni_test_try_add(graph, "Neg", "b", "unused", &node, error));
  TN_TRY(tni_test_try_add(graph, "If", "flag", "y", &node, error));
  TN_TRY(add_rich_branch(node, "then_branch", "Add", "b c", error));
  TN_TRY(add_rich_branch(node, "else_branch", "Abs", "b", error));
  TN_TRY(tni_test_try_add(graph, "Softmax", "y", "z", &node, error));
  TN_TRY(tni_node_set_int(node, TN_STRING("axis"), 0, error));
  return tni_graph_add_output(graph, tni_test_find(graph, "z"), error);
}

tn_status tni_test_rich_model(const tni_environment *environment, tni_model **out,
                              tn_error *error) {
  tni_model *model = NULL;
  TN_TRY(tni_model_create(environment, TN_STRING("rich"), &model, error));
  const tn_status status = fill_rich_model(model->graph, error);
  if (status == TN_OK)
    *out = model;
  else
    tni_model_destroy(model);
  return status;
}

void tni_test_outputs(tni_graph *graph, const char *names) {
  char name[64];
  tn_error error = {0};
  while (next_name(&names, name))
    must(tni_graph_add_output(graph, tni_test_find(graph, name), &error), &error);
}

const char *tni_test_shape(const tni_value *value) {
  static char text[256];
  const tn_value_info *view = &value->view;
  int length = snprintf(text, sizeof text, view->flags & TN_VALUE_HAS_RANK ? "[" : "?");
  for (uint32_t i = 0; i < view->rank; i++) {
    const tn_dimension dimension = view->dimensions[i];
    length += snprintf(text + length, sizeof text - (size_t)length, i > 0 ? "," : "");
    if (dimension.min == dimension.max)
      length +=
          snprintf(text + length, sizeof text - (size_t)length, "%lld", (long long)dimension.min);
    else
      length += snprintf(text + length, sizeof text - (size_t)length, "?");
  }
  if (view->flags & TN_VALUE_HAS_RANK) snprintf(text + length, sizeof text - (size_t)length, "]");
  return text;
}

const char *tni_test_operators(tni_model *model, const tni_graph *graph) {
  static char text[1024];
  tn_error error = {0};
  must(tni_model_sync(model, &error), &error);
  text[0] = 0;
  for (uint32_t i = 0; i < graph->view.node_count; i++) {
    const size_t length = strlen(text);
    snprintf(text + length, sizeof text - length, "%s%.*s", i > 0 ? " " : "",
             TNI_TEXT(graph->view.nodes[i]->operation));
  }
  return text;
}

uint64_t tni_test_run(tni_model *model, uint32_t rank, const int64_t *shape, const float *input,
                      float *output, uint64_t room) {
  tn_error error = {0};
  tni_model *copy = NULL;
  tn_model *frozen = NULL;
  tni_interpreter *interpreter = NULL;
  tn_tensor *inputs[1] = {NULL};
  tn_tensor *outputs[16] = {NULL};
  must(tni_model_clone(&model->view, tni_environment_system(), &copy, &error), &error);
  must(tni_model_freeze(copy, &frozen, &error), &error);
  must(tni_interpreter_create(frozen, tni_environment_system(), &interpreter, &error), &error);
  must(tni_tensor_create_copy(tni_environment_system(), TN_F32, rank, shape, input, &inputs[0],
                              &error),
       &error);
  const tni_run_options options = {.inputs = inputs, .outputs = outputs};
  must(tni_interpreter_run(interpreter, &options, &error), &error);
  const uint64_t count = tn_tensor_element_count(outputs[0]);
  cr_assert_leq(count, room);
  memcpy(output, outputs[0]->data, count * sizeof(float));
  for (uint32_t i = 0; i < frozen->graph->output_count; i++)
    tn_tensor_release(outputs[i]);
  tn_tensor_release(inputs[0]);
  tni_interpreter_destroy(interpreter);
  tn_model_release(frozen);
  return count;
}
