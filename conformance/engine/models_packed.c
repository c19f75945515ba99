/* Models of the list whose elements below a byte can be told from each other: they become reals, or
 * are made of bytes. */
#include "engine/models.h"
#include "graph/graph.h"
#include "graph/tensor.h"
#include "passes/shape.h"

enum { ROWS = 3, COLUMNS = 5 }; /* not all bits of the last byte are taken */

static tn_status add_input(tni_graph *graph, const char *name, uint32_t type, tni_value **out,
                           tn_error *error) {
  static const tn_dimension shape[2] = {{ROWS, ROWS, NULL}, {COLUMNS, COLUMNS, NULL}};
  TN_TRY(tni_graph_add_value(graph, tn_string_from(name), out, error));
  tni_value_set_type(*out, type);
  TN_TRY(tni_value_set_shape(*out, 2, shape, error));
  return tni_graph_add_input(graph, *out, error);
}

static tn_status add_constant(tni_graph *graph, const char *name, tn_tensor *tensor,
                              tni_value **out, tn_error *error) {
  tni_tensor_make_read_only(tensor);
  const tn_status status = tni_graph_add_constant(graph, tn_string_from(name), tensor, out, error);
  tn_tensor_release(tensor);
  return status;
}

static tn_status add_scale(tni_graph *graph, const char *name, float scale, tni_value **out,
                           tn_error *error) {
  tn_tensor *tensor = NULL;
  TN_TRY(tni_tensor_create_copy(tni_environment_system(), TN_F32, 0, NULL, &scale, &tensor, error));
  return add_constant(graph, name, tensor, out, error);
}

/* A node of two or three inputs with one output. */
static tn_status add_node(tni_graph *graph, const char *operation, uint32_t version,
                          tni_value *const inputs[3], tni_value **out, tni_node **node,
                          tn_error *error) {
  const tn_string name = tn_string_from(operation);
  TN_TRY(tni_graph_add_node(graph, name, TN_STRING(""), name, version, node, error));
  TN_TRY(tni_node_set_inputs(*node, inputs[2] ? 3 : 2, inputs, error));
  TN_TRY(tni_graph_add_value_named_like(graph, name, out, error));
  TN_TRY(tni_node_set_output(*node, 0, *out, error));
  return tni_node_add_origin(*node, name, error);
}

static tn_status dequantize(tni_graph *graph, tni_value *x, tni_value *zero, tni_value **out,
                            tn_error *error) {
  tni_value *scale = NULL;
  tni_node *node = NULL;
  TN_TRY(add_scale(graph, "step_of_x", 1, &scale, error));
  return add_node(graph, "DequantizeLinear", 28, (tni_value *[]){x, scale, zero}, out, &node,
                  error);
}

/* Reals of an input. */
static tn_status fill_unpack(tni_model *model, uint32_t type, tn_error *error) {
  tni_value *x = NULL, *y = NULL;
  TN_TRY(add_input(model->graph, "x", type, &x, error));
  TN_TRY(dequantize(model->graph, x, NULL, &y, error));
  return tni_graph_add_output(model->graph, y, error);
}

/* Reals of a constant, added to an input. */
static tn_status fill_weights(tni_model *model, uint32_t type, tn_error *error) {
  tni_value *x = NULL, *weights = NULL, *reals = NULL, *y = NULL;
  tni_node *node = NULL;
  tn_tensor *tensor = NULL;
  TN_TRY(tni_tensor_create(tni_environment_system(), type, 2, (int64_t[]){ROWS, COLUMNS}, &tensor,
                           error));
  suite_fill(tensor, 41, 99);
  TN_TRY(add_constant(model->graph, "weights", tensor, &weights, error));
  TN_TRY(add_input(model->graph, "x", TN_F32, &x, error));
  TN_TRY(dequantize(model->graph, weights, NULL, &reals, error));
  TN_TRY(add_node(model->graph, "Add", 14, (tni_value *[]){x, reals, NULL}, &y, &node, error));
  return tni_graph_add_output(model->graph, y, error);
}

/* Bytes from 0 to 15 become elements of the type. Steps of 5 put every value well between two ties,
 * and none beyond the limits. */
static tn_status fill_pack(tni_model *model, uint32_t type, tn_error *error) {
  tni_graph *graph = model->graph;
  const uint8_t middle = type == TN_I4 || type == TN_I2 ? 8 : 0;
  tni_value *x = NULL, *zero = NULL, *reals = NULL, *step = NULL, *y = NULL;
  tni_node *node = NULL;
  tn_tensor *tensor = NULL;
  TN_TRY(tni_tensor_create_copy(tni_environment_system(), TN_U8, 0, NULL, &middle, &tensor, error));
  TN_TRY(add_constant(graph, "zero_of_x", tensor, &zero, error));
  TN_TRY(add_input(graph, "x", TN_U8, &x, error));
  TN_TRY(dequantize(graph, x, zero, &reals, error));
  TN_TRY(add_scale(graph, "step_of_y", tn_element_type_bits(type) == 2 ? 5 : 1, &step, error));
  TN_TRY(
      add_node(graph, "QuantizeLinear", 28, (tni_value *[]){reals, step, NULL}, &y, &node, error));
  TN_TRY(tni_node_set_int(node, TN_STRING("output_dtype"), type, error));
  return tni_graph_add_output(graph, y, error);
}

static tn_status build(const tni_environment *environment, const char *name, uint32_t type,
                       tn_status (*fill)(tni_model *model, uint32_t type, tn_error *error),
                       tn_model **out, tn_error *error) {
  tni_model *model = NULL;
  TN_TRY(tni_model_create(environment, tn_string_from(name), &model, error));
  tn_status status = tni_model_set_operator_set(model, TN_STRING(""), TN_ONNX_OPERATOR_SET, error);
  if (status == TN_OK) status = fill(model, type, error);
  if (status == TN_OK) status = tni_infer_shapes(model, NULL, error);
  if (status == TN_OK) status = tni_model_freeze(model, out, error);
  if (status != TN_OK) tni_model_destroy(model);
  return status;
}

#define BUILD_PACKED(what, name)                                                            \
  tn_status suite_build_##what##_##name(const tni_environment *environment, tn_model **out, \
                                        tn_error *error) {                                  \
    return build(environment, #what "_" #name, TN_##name, fill_##what, out, error);         \
  }
SUITE_PACKED_MODEL_MAP(BUILD_PACKED)
