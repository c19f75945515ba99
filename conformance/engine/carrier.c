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

/* A network of carriers in a row or side by side. */
struct pattern {
  const char *name;     /* of the model of the list that it stands for */
  const char *nodes[4]; /* names of the carriers' last nodes */
  int side_by_side;     /* 1: each node has an input and an output, which are crossed */
  int all_are_outputs;  /* 1: what every node gives is an output */
};

static const struct pattern patterns[] = {
    {"chain", {"first", "second", "third", "fourth"}, 0, 0},
    {"network_f32", {"conv", "activation", "logits"}, 0, 0},
    {"convolution_activation", {"conv", "relu"}, 0, 0},
    {"output_read_again", {"middle", "last"}, 0, 1},
    {"two_inputs_two_outputs", {"of_a", "of_b"}, 1, 1},
    {"two_like_inputs", {"of_a", "of_b"}, 1, 1},
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

enum { MOST_NODES = 16, MOST_INPUTS = 8 };

/* A model while it is made of the nodes of another. */
struct growth {
  const tn_graph *like;
  uint32_t node_count; /* of those, from the first on */
  int64_t rows;        /* times that the first dimension is as long */
  tni_model *model;
};

static bool same_port(const tn_value_info *a, const tn_value_info *b) {
  bool same = a->type == b->type && a->rank == b->rank;
  for (uint32_t i = 0; same && i < a->rank; i++)
    same = a->dimensions[i].min == b->dimensions[i].min &&
           a->dimensions[i].max == b->dimensions[i].max;
  return same;
}

/* Nodes that can stand in a row: all of a carrier that gives what it takes (such as an operator
 * between quantizing and back, of which a device may take the whole alone), else its first. */
static uint32_t count_in_a_row(const tn_graph *graph) {
  const bool whole = graph->node_count <= MOST_NODES && graph->input_count > 0 &&
                     graph->output_count == 1 && same_port(graph->inputs[0], graph->outputs[0]);
  return whole ? graph->node_count : 1;
}

static tn_status add_input(struct growth *self, const char *name, tni_value **out,
                           tn_error *error) {
  const tn_value_info *like = self->like->inputs[0];
  tn_dimension shape[TN_MAX_RANK];
  memcpy(shape, like->dimensions, like->rank * sizeof *shape);
  if (self->rows > 1) shape[0].min = shape[0].max = self->rows * shape[0].max;
  TN_TRY(tni_graph_add_value(self->model->graph, tn_string_from(name), out, error));
  tni_value_set_type(*out, like->type);
  TN_TRY(tni_value_set_shape(*out, like->rank, shape, error));
  return tni_graph_add_input(self->model->graph, *out, error);
}

/* A constant of the carrier, or one in place of an input that it takes besides its first. */
static tn_status add_constant(struct growth *self, tn_string node, uint32_t index,
                              const tn_value_info *like, tni_value **out, tn_error *error) {
  tn_tensor *tensor = like->constant;
  char name[96];
  int64_t shape[TN_MAX_RANK];
  snprintf(name, sizeof name, "%.80s_%u", node.data, index);
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

/* What stands for an input of the carrier's node `at`: `x`, what a node before it gives in `made`,
 * or a constant. */
static tn_status find_input(struct growth *self, uint32_t at, uint32_t index, tn_string name,
                            tni_value *const made[MOST_NODES], tni_value *x, tni_value **out,
                            tn_error *error) {
  const tn_value_info *like = self->like->nodes[at]->inputs[index];
  if (like == self->like->inputs[0] && (at > 0 || index == 0)) {
    *out = x;
    return TN_OK;
  }
  for (uint32_t i = 0; i < at; i++)
    if (self->like->nodes[i]->outputs[0] == like) {
      *out = made[i];
      return TN_OK;
    }
  return add_constant(self, name, index, like, out, error);
}

/* One more node like the carrier's node `at`; its value goes to `made`. */
static tn_status add_node(struct growth *self, uint32_t at, tn_string name, tni_value *x,
                          tni_value *made[MOST_NODES], tn_error *error) {
  tni_value *inputs[MOST_INPUTS] = {NULL};
  tni_node *node = NULL;
  const tn_node *like = self->like->nodes[at];
  for (uint32_t i = 0; i < like->input_count && i < MOST_INPUTS; i++)
    if (like->inputs[i]) TN_TRY(find_input(self, at, i, name, made, x, &inputs[i], error));
  TN_TRY(tni_graph_add_node(self->model->graph, name, like->domain, like->operation,
                            like->since_version, &node, error));
  TN_TRY(tni_node_set_inputs(node, like->input_count, inputs, error));
  for (uint32_t i = 0; i < like->attribute_count; i++)
    TN_TRY(tni_node_set_attribute(node, like->attributes[i], error));
  TN_TRY(tni_graph_add_value_named_like(self->model->graph, node->view.name, &made[at], error));
  TN_TRY(tni_node_set_output(node, 0, made[at], error));
  return tni_node_add_origin(node, node->view.name, error);
}

/* The carrier's nodes once more, from `x` to `*out`. The last of them has the name. */
static tn_status add_nodes(struct growth *self, const char *name, tni_value *x, tni_value **out,
                           tn_error *error) {
  tni_value *made[MOST_NODES] = {NULL};
  for (uint32_t i = 0; i < self->node_count; i++) {
    char longer[80];
    snprintf(longer, sizeof longer, "%.32s.%.40s", name, self->like->nodes[i]->name.data);
    const char *own = i + 1 == self->node_count ? name : longer;
    TN_TRY(add_node(self, i, tn_string_from(own), x, made, error));
  }
  *out = made[self->node_count - 1];
  return TN_OK;
}

static tn_status grow(struct growth *self, const struct pattern *pattern, tn_error *error) {
  tni_value *values[4] = {NULL}, *x = NULL;
  uint32_t count = 0;
  for (; count < 4 && pattern->nodes[count]; count++) {
    if (pattern->side_by_side || count == 0)
      TN_TRY(add_input(self, count ? "b" : pattern->side_by_side ? "a" : "x", &x, error));
    TN_TRY(add_nodes(self, pattern->nodes[count], x, &values[count], error));
    x = values[count];
  }
  if (!pattern->all_are_outputs) return tni_graph_add_output(self->model->graph, x, error);
  for (uint32_t i = 0; i < count; i++) /* side by side they are crossed */
    TN_TRY(tni_graph_add_output(self->model->graph,
                                values[pattern->side_by_side ? count - 1 - i : i], error));
  return TN_OK;
}

/* Grows the model by a pattern, or where there is none by so many copies of the carrier in a row.
 */
static tn_status grow_in_any_way(struct growth *self, const struct pattern *pattern, int64_t copies,
                                 tn_error *error) {
  tni_value *x = NULL;
  if (pattern) return grow(self, pattern, error);
  TN_TRY(add_input(self, "x", &x, error));
  for (int64_t i = 0; i < copies; i++) {
    char name[32];
    snprintf(name, sizeof name, "copy%lld", (long long)i);
    TN_TRY(add_nodes(self, name, x, &x, error));
  }
  return tni_graph_add_output(self->model->graph, x, error);
}

static tn_status build_kin(struct growth self, const struct pattern *pattern, int64_t copies,
                           const tni_environment *environment, tn_model **out, tn_error *error) {
  const char *name = pattern ? pattern->name : "long";
  TN_TRY(tni_model_create(environment, tn_string_from(name), &self.model, error));
  tn_status status =
      tni_model_set_operator_set(self.model, TN_STRING(""), TN_ONNX_OPERATOR_SET, error);
  if (status == TN_OK) status = grow_in_any_way(&self, pattern, copies, error);
  if (status == TN_OK) status = tni_infer_shapes(self.model, NULL, error);
  if (status == TN_OK) status = tni_model_freeze(self.model, out, error);
  if (status != TN_OK) tni_model_destroy(self.model);
  return status;
}

/* The kin of a model of the list. */
static tn_status build_from(const suite_model *entry, const struct pattern *pattern, int64_t rows,
                            int64_t copies, const tni_environment *environment, tn_model **out,
                            tn_error *error) {
  tn_model *carrier = NULL;
  TN_TRY(entry->build(environment, &carrier, error));
  const struct growth growth = {
      .like = carrier->graph, .node_count = count_in_a_row(carrier->graph), .rows = rows};
  const tn_status status = build_kin(growth, pattern, copies, environment, out, error);
  tn_model_release(carrier);
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
  return build_from(entry, pattern, 1, 0, environment, out, error);
}

tn_status carrier_build_long(const char *name, const tni_environment *environment, int64_t rows,
                             int64_t copies, tn_model **out, tn_error *error) {
  const suite_model *entry = suite_model_find(name);
  if (!entry)
    return tni_fail(error, TN_UNSUPPORTED, "the suite makes no long network of '%.90s'", name);
  return build_from(entry, NULL, rows, copies, environment, out, error);
}

bool carrier_grows(const char *name) {
  const suite_model *entry = suite_model_find(name);
  tn_model *carrier = NULL;
  if (!entry || entry->build(tni_environment_system(), &carrier, NULL) != TN_OK) return false;
  const tn_graph *graph = carrier->graph;
  const tn_value_info *input = graph->input_count == 1 ? graph->inputs[0] : NULL;
  const bool grows =
      input && input->rank > 0 && input->dimensions[0].min == input->dimensions[0].max;
  tn_model_release(carrier);
  return grows;
}
