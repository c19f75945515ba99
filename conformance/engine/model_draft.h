/** @file
 *  What the models of the list are drafted with.
 */
#ifndef TENON_CONFORMANCE_MODEL_DRAFT_H
#define TENON_CONFORMANCE_MODEL_DRAFT_H

#include <stdio.h>

#include "engine/models.h"
#include "graph/graph.h"
#include "graph/tensor.h"
#include "passes/shape.h"

/* A model under construction; the first failure is kept and everything after it does nothing. */
struct draft {
  const tni_environment *environment;
  tni_model *model;
  tn_status status;
  tn_error *error;
};

static inline tn_dimension fixed(int64_t extent) {
  return (tn_dimension){extent, extent, NULL};
}

static inline tn_dimension between(int64_t min, int64_t max) {
  return (tn_dimension){min, max, NULL};
}

static inline tni_value *add_input(struct draft *d, const char *name, uint32_t type, uint32_t rank,
                                   const tn_dimension *dimensions) {
  tni_value *value = NULL;
  if (d->status == TN_OK)
    d->status = tni_graph_add_value(d->model->graph, tn_string_from(name), &value, d->error);
  if (d->status != TN_OK) return NULL;
  tni_value_set_type(value, type);
  d->status = tni_value_set_shape(value, rank, dimensions, d->error);
  if (d->status == TN_OK) d->status = tni_graph_add_input(d->model->graph, value, d->error);
  return value;
}

/* One of any rank. */
static inline tni_value *add_unranked_input(struct draft *d, const char *name, uint32_t type) {
  tni_value *value = NULL;
  if (d->status == TN_OK)
    d->status = tni_graph_add_value(d->model->graph, tn_string_from(name), &value, d->error);
  if (d->status != TN_OK) return NULL;
  tni_value_set_type(value, type);
  d->status = tni_graph_add_input(d->model->graph, value, d->error);
  return value;
}

static inline tni_value *add_constant(struct draft *d, const char *name, uint32_t type,
                                      uint32_t rank, const int64_t *shape, uint64_t seed) {
  tni_value *value = NULL;
  tn_tensor *tensor = NULL;
  if (d->status == TN_OK)
    d->status = tni_tensor_create(d->environment, type, rank, shape, &tensor, d->error);
  if (d->status != TN_OK) return NULL;
  suite_fill(tensor, seed, 99);
  tni_tensor_make_read_only(tensor);
  d->status =
      tni_graph_add_constant(d->model->graph, tn_string_from(name), tensor, &value, d->error);
  tn_tensor_release(tensor);
  return value;
}

/* A node with one output named after it. `domain` "" or "tenon". */
static inline tni_value *add_node_of(struct draft *d, const char *domain, const char *name,
                                     const char *operation, uint32_t since, uint32_t count,
                                     tni_value *const *inputs, tni_node **node_out) {
  tni_node *node = NULL;
  tni_value *value = NULL;
  if (d->status == TN_OK)
    d->status = tni_graph_add_node(d->model->graph, tn_string_from(name), tn_string_from(domain),
                                   tn_string_from(operation), since, &node, d->error);
  if (d->status == TN_OK) d->status = tni_node_set_inputs(node, count, inputs, d->error);
  if (d->status == TN_OK)
    d->status = tni_graph_add_value_named_like(d->model->graph, node->view.name, &value, d->error);
  if (d->status == TN_OK) d->status = tni_node_set_output(node, 0, value, d->error);
  if (d->status == TN_OK) d->status = tni_node_add_origin(node, node->view.name, d->error);
  if (node_out) *node_out = node;
  return value;
}

static inline tni_value *unary(struct draft *d, const char *name, const char *operation,
                               uint32_t since, tni_value *x) {
  return add_node_of(d, "", name, operation, since, 1, &x, NULL);
}

static inline tni_value *binary(struct draft *d, const char *name, const char *operation,
                                uint32_t since, tni_value *a, tni_value *b) {
  return add_node_of(d, "", name, operation, since, 2, (tni_value *[]){a, b}, NULL);
}

static inline void add_output(struct draft *d, tni_value *value) {
  if (d->status == TN_OK) d->status = tni_graph_add_output(d->model->graph, value, d->error);
}

/* Ends a draft: types and shapes are inferred, and the model is frozen. */
static inline tn_status finish(struct draft *d, tn_model **out) {
  if (d->status == TN_OK) d->status = tni_infer_shapes(d->model, NULL, d->error);
  if (d->status == TN_OK) d->status = tni_model_freeze(d->model, out, d->error);
  if (d->status != TN_OK) tni_model_destroy(d->model);
  return d->status;
}

static inline struct draft begin(const tni_environment *environment, const char *name,
                                 tn_error *error) {
  struct draft d = {.environment = environment, .error = error};
  d.status = tni_model_create(environment, tn_string_from(name), &d.model, error);
  if (d.status == TN_OK)
    d.status = tni_model_set_operator_set(d.model, TN_STRING(""), TN_ONNX_OPERATOR_SET, error);
  if (d.status == TN_OK)
    d.status =
        tni_model_set_operator_set(d.model, TN_STRING("tenon"), TN_TENON_OPERATOR_SET, error);
  return d;
}

/* A constant of a number, or of a vector of `count`. */
static inline tni_value *add_written(struct draft *d, const char *name, uint32_t type,
                                     uint32_t rank, int64_t count, const void *elements) {
  tni_value *value = NULL;
  tn_tensor *tensor = NULL;
  if (d->status == TN_OK)
    d->status =
        tni_tensor_create_copy(d->environment, type, rank, &count, elements, &tensor, d->error);
  if (d->status != TN_OK) return NULL;
  tni_tensor_make_read_only(tensor);
  d->status =
      tni_graph_add_constant(d->model->graph, tn_string_from(name), tensor, &value, d->error);
  tn_tensor_release(tensor);
  return value;
}

/* A variable whose new value is made of its old one and of `x`. */
static inline tni_value *add_variable(struct draft *d, const char *name, const char *operation,
                                      tni_value *x, tni_value *start) {
  tni_node *read = NULL, *assign = NULL;
  char names[3][32];
  static const char *const parts[] = {"read", "join", "keep"};
  for (int i = 0; i < 3; i++)
    snprintf(names[i], sizeof names[i], "%s_%s", parts[i], name);
  tni_value *before = add_node_of(d, "tenon", names[0], "ReadValue", 1, 1, &start, &read);
  tni_value *joined = binary(d, names[1], operation, operation[0] == 'A' ? 14 : 13, before, x);
  tni_value *after = add_node_of(d, "tenon", names[2], "Assign", 1, 1, &joined, &assign);
  tni_node *const nodes[] = {read, assign};
  for (int i = 0; i < 2 && d->status == TN_OK; i++)
    d->status =
        tni_node_set_string(nodes[i], TN_STRING("variable_id"), tn_string_from(name), d->error);
  return after;
}

static inline tni_value *small_input(struct draft *d, const char *name) {
  return add_input(d, name, TN_F32, 2, (tn_dimension[]){fixed(4), fixed(8)});
}

#endif
