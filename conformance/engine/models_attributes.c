/* Models of the list for what a file has to keep of a model: attributes of every kind, ports that
 * are left out, nodes that stand for several, variables whose shape is not known. */
#include "engine/models.h"
#include "graph/graph.h"
#include "graph/tensor.h"
#include "passes/shape.h"

#include <string.h>

#define TEXT tn_string_from

static tn_status add_input(tni_model *model, const char *name, uint32_t rank,
                           const tn_dimension *shape, tni_value **out, tn_error *error) {
  TN_TRY(tni_graph_add_value(model->graph, TEXT(name), out, error));
  tni_value_set_type(*out, TN_F32);
  TN_TRY(tni_value_set_shape(*out, rank, shape, error));
  return tni_graph_add_input(model->graph, *out, error);
}

static tn_status make_constant(const tni_environment *environment, uint32_t rank,
                               const int64_t *shape, uint64_t seed, tn_tensor **out,
                               tn_error *error) {
  TN_TRY(tni_tensor_create(environment, TN_F32, rank, shape, out, error));
  suite_fill(*out, seed, 99);
  tni_tensor_make_read_only(*out);
  return TN_OK;
}

static tn_status add_constant(const tni_environment *environment, tni_model *model,
                              const char *name, uint32_t rank, const int64_t *shape,
                              tni_value **out, tn_error *error) {
  tn_tensor *tensor = NULL;
  TN_TRY(make_constant(environment, rank, shape, strlen(name), &tensor, error));
  const tn_status status = tni_graph_add_constant(model->graph, TEXT(name), tensor, out, error);
  tn_tensor_release(tensor);
  return status;
}

/* A node whose last output, number `outputs` - 1, is given; those before are left out. */
static tn_status add_node(tni_model *model, const char *domain, const char *name,
                          const char *operation, uint32_t version, uint32_t inputs,
                          tni_value *const *values, uint32_t outputs, tni_node **node,
                          tni_value **out, tn_error *error) {
  TN_TRY(tni_graph_add_node(model->graph, TEXT(name), TEXT(domain), TEXT(operation), version, node,
                            error));
  TN_TRY(tni_node_set_inputs(*node, inputs, values, error));
  TN_TRY(tni_graph_add_value_named_like(model->graph, (*node)->view.name, out, error));
  TN_TRY(tni_node_set_output(*node, outputs - 1, *out, error));
  return tni_node_add_origin(*node, (*node)->view.name, error);
}

static tn_status set_floats(tni_node *node, const char *name, uint64_t count, const float *numbers,
                            tn_error *error) {
  const tn_attribute attribute = {.size = TN_SIZE(tn_attribute),
                                  .kind = TN_ATTRIBUTE_FLOATS,
                                  .name = TEXT(name),
                                  .count = count,
                                  .as.floats = numbers};
  return tni_node_set_attribute(node, &attribute, error);
}

static tn_status set_strings(tni_node *node, const char *name, uint64_t count,
                             const tn_string *texts, tn_error *error) {
  const tn_attribute attribute = {.size = TN_SIZE(tn_attribute),
                                  .kind = TN_ATTRIBUTE_STRINGS,
                                  .name = TEXT(name),
                                  .count = count,
                                  .as.strings = texts};
  return tni_node_set_attribute(node, &attribute, error);
}

/* --- the models */

/* A number, a real, a text and lists of reals and texts, of which none is the default; inputs and
 * an output in the middle are left out. */
static tn_status fill_recurrent(const tni_environment *environment, tni_model *model,
                                tn_error *error) {
  static const tn_dimension sequence[] = {{3, 3, NULL}, {1, 1, NULL}, {4, 4, NULL}},
                            state[] = {{1, 1, NULL}, {1, 1, NULL}, {2, 2, NULL}};
  static const tn_string activations[] = {TN_STRING_INIT("HardSigmoid"),
                                          TN_STRING_INIT("LeakyRelu")};
  static const float alpha[] = {0.375F, 0.25F}, beta[] = {0.625F};
  tni_value *values[6] = {NULL}, *y = NULL;
  tni_node *node = NULL;
  TN_TRY(add_input(model, "x", 3, sequence, &values[0], error));
  TN_TRY(add_input(model, "before", 3, state, &values[5], error));
  TN_TRY(add_constant(environment, model, "w", 3, (int64_t[]){1, 6, 4}, &values[1], error));
  TN_TRY(
      add_constant(environment, model, "recurrence", 3, (int64_t[]){1, 6, 2}, &values[2], error));
  TN_TRY(add_node(model, "", "unit", "GRU", 22, 6, values, 2, &node, &y, error));
  TN_TRY(tni_node_set_int(node, TEXT("hidden_size"), 2, error));
  TN_TRY(tni_node_set_float(node, TEXT("clip"), 0.75F, error));
  TN_TRY(tni_node_set_string(node, TEXT("direction"), TEXT("reverse"), error));
  TN_TRY(set_strings(node, "activations", 2, activations, error));
  TN_TRY(set_floats(node, "activation_alpha", 2, alpha, error));
  TN_TRY(set_floats(node, "activation_beta", 1, beta, error));
  return tni_graph_add_output(model->graph, y, error);
}

/* A tensor as an attribute; what it fills is as large as an input of unknown size. */
static tn_status fill_filled(const tni_environment *environment, tni_model *model,
                             tn_error *error) {
  static const tn_dimension shape[] = {{1, 16, NULL}, {6, 6, NULL}};
  tni_value *x = NULL, *size = NULL, *filled = NULL, *y = NULL;
  tni_node *node = NULL;
  tn_tensor *value = NULL;
  TN_TRY(add_input(model, "x", 2, shape, &x, error));
  TN_TRY(add_node(model, "", "size", "Shape", 25, 1, &x, 1, &node, &size, error));
  TN_TRY(add_node(model, "", "fill", "ConstantOfShape", 25, 1, &size, 1, &node, &filled, error));
  TN_TRY(make_constant(environment, 1, (int64_t[]){1}, 41, &value, error));
  const tn_status status = tni_node_set_tensor(node, TEXT("value"), value, error);
  tn_tensor_release(value);
  if (status != TN_OK) return status;
  TN_TRY(add_node(model, "", "sum", "Add", 14, 2, (tni_value *[]){x, filled}, 1, &node, &y, error));
  return tni_graph_add_output(model->graph, y, error);
}

/* Three nodes that do the same; one may stand for all. */
static tn_status fill_repeated(const tni_environment *environment, tni_model *model,
                               tn_error *error) {
  static const tn_dimension shape[] = {{4, 4, NULL}, {8, 8, NULL}};
  static const char *const names[] = {"once", "again", "and_again"};
  tni_value *x = NULL, *values[3] = {NULL}, *sum = NULL, *y = NULL;
  tni_node *node = NULL;
  (void)environment;
  TN_TRY(add_input(model, "x", 2, shape, &x, error));
  for (int i = 0; i < 3; i++)
    TN_TRY(add_node(model, "", names[i], "Relu", 14, 1, &x, 1, &node, &values[i], error));
  TN_TRY(add_node(model, "", "sum", "Add", 14, 2, values, 1, &node, &sum, error));
  TN_TRY(add_node(model, "", "difference", "Sub", 14, 2, (tni_value *[]){sum, values[2]}, 1, &node,
                  &y, error));
  return tni_graph_add_output(model->graph, y, error);
}

/* A variable that has one more row after each inference: its shape is only bounded, and what it is
 * given has another one than it is declared with. */
static tn_status fill_growing(const tni_environment *environment, tni_model *model,
                              tn_error *error) {
  static const tn_dimension row[] = {{1, 1, NULL}, {3, 3, NULL}};
  tni_value *x = NULL, *start = NULL, *before = NULL, *joined = NULL, *after = NULL;
  tni_node *read = NULL, *join = NULL, *assign = NULL;
  TN_TRY(add_input(model, "x", 2, row, &x, error));
  TN_TRY(add_constant(environment, model, "start", 2, (int64_t[]){2, 3}, &start, error));
  TN_TRY(add_node(model, "tenon", "read", "ReadValue", 1, 1, &start, 1, &read, &before, error));
  TN_TRY(tni_node_set_ints(read, TEXT("shape"), 2, (int64_t[]){-1, 3}, error));
  TN_TRY(tni_node_set_string(read, TEXT("variable_id"), TEXT("rows"), error));
  TN_TRY(add_node(model, "", "join", "Concat", 13, 2, (tni_value *[]){before, x}, 1, &join, &joined,
                  error));
  TN_TRY(tni_node_set_int(join, TEXT("axis"), 0, error));
  TN_TRY(add_node(model, "tenon", "keep", "Assign", 1, 1, &joined, 1, &assign, &after, error));
  TN_TRY(tni_node_set_string(assign, TEXT("variable_id"), TEXT("rows"), error));
  return tni_graph_add_output(model->graph, after, error);
}

static tn_status build(const char *name, const tni_environment *environment,
                       tn_status (*fill)(const tni_environment *environment, tni_model *model,
                                         tn_error *error),
                       tn_model **out, tn_error *error) {
  tni_model *model = NULL;
  TN_TRY(tni_model_create(environment, TEXT(name), &model, error));
  tn_status status = tni_model_set_operator_set(model, TEXT(""), TN_ONNX_OPERATOR_SET, error);
  if (status == TN_OK)
    status = tni_model_set_operator_set(model, TEXT("tenon"), TN_TENON_OPERATOR_SET, error);
  if (status == TN_OK) status = fill(environment, model, error);
  if (status == TN_OK) status = tni_infer_shapes(model, NULL, error);
  if (status == TN_OK) status = tni_model_freeze(model, out, error);
  if (status != TN_OK) tni_model_destroy(model);
  return status;
}

tn_status suite_build_recurrent(const tni_environment *environment, tn_model **out,
                                tn_error *error) {
  return build("recurrent", environment, fill_recurrent, out, error);
}

tn_status suite_build_filled(const tni_environment *environment, tn_model **out, tn_error *error) {
  return build("filled", environment, fill_filled, out, error);
}

tn_status suite_build_repeated(const tni_environment *environment, tn_model **out,
                               tn_error *error) {
  return build("repeated", environment, fill_repeated, out, error);
}

tn_status suite_build_growing(const tni_environment *environment, tn_model **out, tn_error *error) {
  return build("growing", environment, fill_growing, out, error);
}
