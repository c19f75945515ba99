#include "engine/carrier.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontends/onnx/onnx.h"
#include "graph/graph.h"
#include "graph/tensor.h"
#include "passes/shape.h"
#include "passes/upgrade.h"

static const char *given_path;

int carrier_is_given(const char *name) {
  return strcmp(name, CARRIER_GIVEN) == 0;
}

/* --- kin ---------------------------------------------------------------------------------------
 */

/* A network of single nodes in a row or side by side. */
struct pattern {
  const char *name;     /* of the model of the list that it stands for */
  const char *nodes[4]; /* names of the nodes */
  int side_by_side;     /* 1: each node has an input and an output, which are crossed */
  int all_are_outputs;  /* 1: what every node gives is an output */
};

static const struct pattern patterns[] = {
    {"chain", {"first", "second", "third", "fourth"}, 0, 0},
    {"network_f32", {"conv", "activation", "logits"}, 0, 0},
    {"convolution_activation", {"conv", "relu"}, 0, 0},
    {"output_read_again", {"middle", "last"}, 0, 1},
    {"two_inputs_two_outputs", {"of_a", "of_b"}, 1, 1},
};

static const struct pattern *pattern_named(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
    if (strlen(patterns[i].name) == length && memcmp(patterns[i].name, name, length) == 0)
      return &patterns[i];
  return NULL;
}

const char *carrier_resolve(const char *carrier, const char *name, char buffer[CARRIER_NAME_SIZE]) {
  if (strcmp(name, "carrier") == 0) return carrier;
  const suite_model *model = suite_model_find(carrier);
  if (!model || model == suite_models || !pattern_named(name, strlen(name))) return name;
  snprintf(buffer, CARRIER_NAME_SIZE, "%.40s@%.40s", name, carrier);
  return buffer;
}

/* A model while it is made of the node of another. */
struct growth {
  const tn_node *node;
  tni_model *model;
};

static tn_status add_input(struct growth *self, const char *name, tni_value **out,
                           tn_error *error) {
  const tn_value_info *like = self->node->inputs[0];
  TN_TRY(tni_graph_add_value(self->model->graph, tn_string_from(name), out, error));
  tni_value_set_type(*out, like->type);
  TN_TRY(tni_value_set_shape(*out, like->rank, like->dimensions, error));
  return tni_graph_add_input(self->model->graph, *out, error);
}

/* A constant of the carrier, or one in place of an input that it takes besides its first. */
static tn_status add_constant(struct growth *self, const char *node, uint32_t index,
                              tni_value **out, tn_error *error) {
  const tn_value_info *like = self->node->inputs[index];
  tn_tensor *tensor = like->constant;
  char name[64];
  int64_t shape[TN_MAX_RANK];
  snprintf(name, sizeof name, "%.40s_%u", node, index);
  if (tensor)
    return tni_graph_add_constant(self->model->graph, tn_string_from(name), tensor, out, error);
  suite_shape(like, 4, shape);
  TN_TRY(
      tni_tensor_create(tni_environment_system(), like->type, like->rank, shape, &tensor, error));
  suite_fill(tensor, index, 97);
  tni_tensor_make_read_only(tensor);
  const tn_status status =
      tni_graph_add_constant(self->model->graph, tn_string_from(name), tensor, out, error);
  tn_tensor_release(tensor);
  return status;
}

/* One more node like the carrier's, from `x` to `*out`. */
static tn_status add_node(struct growth *self, const char *name, tni_value *x, tni_value **out,
                          tn_error *error) {
  tni_value *inputs[8] = {x};
  tni_node *node = NULL;
  const tn_node *like = self->node;
  for (uint32_t i = 1; i < like->input_count && i < 8; i++)
    if (like->inputs[i]) TN_TRY(add_constant(self, name, i, &inputs[i], error));
  TN_TRY(tni_graph_add_node(self->model->graph, tn_string_from(name), like->domain, like->operation,
                            like->since_version, &node, error));
  TN_TRY(tni_node_set_inputs(node, like->input_count, inputs, error));
  for (uint32_t i = 0; i < like->attribute_count; i++)
    TN_TRY(tni_node_set_attribute(node, like->attributes[i], error));
  TN_TRY(tni_graph_add_value_named_like(self->model->graph, node->view.name, out, error));
  TN_TRY(tni_node_set_output(node, 0, *out, error));
  return tni_node_add_origin(node, node->view.name, error);
}

static tn_status grow(struct growth *self, const struct pattern *pattern, tn_error *error) {
  tni_value *values[4] = {NULL}, *x = NULL;
  uint32_t count = 0;
  for (; count < 4 && pattern->nodes[count]; count++) {
    if (pattern->side_by_side || count == 0)
      TN_TRY(add_input(self, count ? "b" : pattern->side_by_side ? "a" : "x", &x, error));
    TN_TRY(add_node(self, pattern->nodes[count], x, &values[count], error));
    x = values[count];
  }
  if (!pattern->all_are_outputs) return tni_graph_add_output(self->model->graph, x, error);
  for (uint32_t i = 0; i < count; i++) /* side by side they are crossed */
    TN_TRY(tni_graph_add_output(self->model->graph,
                                values[pattern->side_by_side ? count - 1 - i : i], error));
  return TN_OK;
}

static tn_status build_kin(const struct pattern *pattern, const tn_model *carrier,
                           const tni_environment *environment, tn_model **out, tn_error *error) {
  struct growth self = {.node = carrier->graph->nodes[0]};
  TN_TRY(tni_model_create(environment, tn_string_from(pattern->name), &self.model, error));
  tn_status status =
      tni_model_set_operator_set(self.model, TN_STRING(""), TN_ONNX_OPERATOR_SET, error);
  if (status == TN_OK) status = grow(&self, pattern, error);
  if (status == TN_OK) status = tni_infer_shapes(self.model, NULL, error);
  if (status == TN_OK) status = tni_model_freeze(self.model, out, error);
  if (status != TN_OK) tni_model_destroy(self.model);
  return status;
}

/* --- a file ------------------------------------------------------------------------------------
 */

static tn_status build_given(const tni_environment *environment, tn_model **out, tn_error *error) {
  tni_model *model = NULL;
  if (!given_path) return tni_fail(error, TN_NOT_FOUND, "no model was given with --carrier");
  TN_TRY(tni_onnx_read_file(environment, tn_string_from(given_path), &model, error));
  tn_status status = tni_model_sync(model, error);
  if (status == TN_OK) status = tni_upgrade_and_infer(model, NULL, error);
  if (status == TN_OK) status = tni_model_freeze(model, out, error);
  if (status != TN_OK) tni_model_destroy(model);
  return status;
}

bool carrier_give(const char *path) {
  static char whole_path[PATH_MAX]; /* some cases run in other folders */
  tn_model *model = NULL;
  tn_error error;
  given_path = path && realpath(path, whole_path) ? whole_path : path;
  if (!path) return true;
  if (build_given(tni_environment_system(), &model, &error) == TN_OK) {
    tn_model_release(model);
    return true;
  }
  fprintf(stderr, "tenon-conformance: --carrier: '%s' cannot be used: %s\n", path, error.message);
  return false;
}

tn_status carrier_build(const char *name, const tni_environment *environment, tn_model **out,
                        tn_error *error) {
  const char *at = strchr(name, '@');
  const suite_model *entry = suite_model_find(at ? at + 1 : name);
  const struct pattern *pattern = at ? pattern_named(name, (size_t)(at - name)) : NULL;
  if (carrier_is_given(name)) return build_given(environment, out, error);
  if (!entry || (at && !pattern))
    return tni_fail(error, TN_NOT_FOUND, "the suite has no model '%.90s'", name);
  if (!at) return entry->build(environment, out, error);
  tn_model *carrier = NULL;
  TN_TRY(entry->build(environment, &carrier, error));
  const tn_status status = build_kin(pattern, carrier, environment, out, error);
  tn_model_release(carrier);
  return status;
}
