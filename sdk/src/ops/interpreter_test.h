/** @file
 *  Building models and running them, for the tests of the interpreter.
 */
#ifndef TENON_OPS_INTERPRETER_TEST_H
#define TENON_OPS_INTERPRETER_TEST_H

#include "ops/interpreter.h"

#include <criterion/criterion.h>
#include <string.h>
#include "base/fault_allocator.h"
#include "graph/graph.h"
#include "graph/tensor.h"

/* --- building models */

/* A model under construction; the first failure stays in `status`, and everything after it is left
 * out. */
struct builder {
  tni_model *model;
  tni_graph *graph;
  tn_status status;
  tn_error *error;
};

static inline struct builder begin(const tni_environment *environment, tn_error *error) {
  struct builder b = {NULL, NULL, TN_OK, error};
  b.status = tni_model_create(environment, TN_STRING("m"), &b.model, error);
  if (b.status != TN_OK) return b;
  b.graph = b.model->graph;
  b.status = tni_model_set_operator_set(b.model, TN_STRING(""), TN_ONNX_OPERATOR_SET, error);
  if (b.status == TN_OK)
    b.status =
        tni_model_set_operator_set(b.model, TN_STRING("tenon"), TN_TENON_OPERATOR_SET, error);
  return b;
}

static inline tni_value *value(struct builder *b, const char *name, uint32_t type) {
  tni_value *made = NULL;
  if (b->status == TN_OK)
    b->status = tni_graph_add_value(b->graph, tn_string_from(name), &made, b->error);
  if (made) tni_value_set_type(made, type);
  return made;
}

static inline tni_value *input(struct builder *b, const char *name, uint32_t type) {
  tni_value *made = value(b, name, type);
  if (made) b->status = tni_graph_add_input(b->graph, made, b->error);
  return made;
}

static inline void output(struct builder *b, tni_value *of) {
  if (b->status == TN_OK) b->status = tni_graph_add_output(b->graph, of, b->error);
}

static inline tni_value *constant(struct builder *b, const char *name, uint32_t type, uint32_t rank,
                                  const int64_t *shape, const void *data) {
  tn_tensor *tensor = NULL;
  tni_value *made = NULL;
  if (b->status == TN_OK)
    b->status =
        tni_tensor_create_copy(b->model->environment, type, rank, shape, data, &tensor, b->error);
  if (!tensor) return NULL;
  if (b->status == TN_OK)
    b->status = tni_graph_add_constant(b->graph, tn_string_from(name), tensor, &made, b->error);
  tn_tensor_release(tensor);
  return made;
}

static inline tni_node *node(struct builder *b, const char *operation, uint32_t version,
                             uint32_t input_count, tni_value *const *inputs, uint32_t output_count,
                             tni_value *const *outputs) {
  tni_node *made = NULL;
  if (b->status == TN_OK)
    b->status = tni_graph_add_node(b->graph, tn_string_from(operation), TN_STRING(""),
                                   tn_string_from(operation), version, &made, b->error);
  if (b->status == TN_OK) b->status = tni_node_set_inputs(made, input_count, inputs, b->error);
  if (b->status == TN_OK) b->status = tni_node_set_outputs(made, output_count, outputs, b->error);
  return made;
}

static inline tni_value *unary(struct builder *b, const char *operation, uint32_t version,
                               tni_value *x, uint32_t type) {
  tni_value *y = value(b, "", type);
  node(b, operation, version, 1, (tni_value *[]){x}, 1, (tni_value *[]){y});
  return y;
}

static inline tni_value *binary(struct builder *b, const char *operation, tni_value *x,
                                tni_value *y, uint32_t type) {
  tni_value *z = value(b, "", type);
  node(b, operation, 14, 2, (tni_value *[]){x, y}, 1, (tni_value *[]){z});
  return z;
}

/* Freezes what was built and makes an interpreter of it. */
static inline tn_status finish(struct builder *b, const tni_environment *environment,
                               tni_interpreter **out) {
  tn_model *view = NULL;
  if (b->status == TN_OK) b->status = tni_model_freeze(b->model, &view, b->error);
  if (!view) {
    tni_model_destroy(b->model);
    return b->status;
  }
  b->status = tni_interpreter_create(view, environment, out, b->error);
  tn_model_release(view);
  return b->status;
}

static inline tni_interpreter *finished(struct builder *b) {
  tni_interpreter *made = NULL;
  cr_assert_eq(finish(b, tni_environment_system(), &made), TN_OK, "%s", b->error->message);
  return made;
}

static inline tn_tensor *tensor(uint32_t type, uint32_t rank, const int64_t *shape,
                                const void *data) {
  tn_tensor *made = NULL;
  cr_assert_eq(
      tni_tensor_create_copy(tni_environment_system(), type, rank, shape, data, &made, NULL),
      TN_OK);
  return made;
}

static inline tn_tensor *floats(int64_t count, const float *numbers) {
  return tensor(TN_F32, 1, &count, numbers);
}

/* relu(x + w), with w = 10, 20, 30 */
static inline tni_value *add_and_relu(struct builder *b, tni_value *x) {
  static const int64_t shape[] = {3};
  static const float numbers[] = {10, 20, 30};
  tni_value *w = constant(b, "w", TN_F32, 1, shape, numbers);
  return unary(b, "Relu", 14, binary(b, "Add", x, w, TN_F32), TN_F32);
}

static inline tni_interpreter *relu_model(tn_error *error) {
  struct builder b = begin(tni_environment_system(), error);
  output(&b, add_and_relu(&b, input(&b, "x", TN_F32)));
  return finished(&b);
}

static inline void expect_floats(const tn_tensor *got, int64_t count, const float *expected) {
  cr_assert_eq(got->type, TN_F32);
  cr_assert_eq(tn_tensor_element_count(got), (uint64_t)count);
  for (int64_t i = 0; i < count; i++)
    cr_assert_eq(((const float *)got->data)[i], expected[i], "element %ld", (long)i);
}

#endif
