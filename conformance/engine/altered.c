#include "engine/altered.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/tensor.h"

static tn_model *frozen(test *t, tni_model *model, const char *name, tn_status status,
                        const tn_error *error) {
  tn_model *view = NULL;
  tn_error own;
  if (status == TN_OK && (status = tni_model_freeze(model, &view, &own)) != TN_OK) error = &own;
  if (status == TN_OK) {
    test_adopt_model(t, view);
    return view;
  }
  test_note(t, "the suite could not alter the model %s: %.300s", name, error->message);
  tni_model_destroy(model);
  return NULL;
}

static tni_model *copy_of(test *t, const char *name) {
  tni_model *model = NULL;
  tn_error error;
  tn_model *view = test_model(t, name);
  if (!view) return NULL;
  if (tni_model_clone(view, tni_environment_system(), &model, &error) == TN_OK) return model;
  test_note(t, "the suite could not copy the model %s: %.300s", name, error.message);
  return NULL;
}

tn_model *altered_model(test *t, const char *name,
                        tn_status (*alter)(tni_model *model, void *user, tn_error *error),
                        void *user) {
  tni_model *model = copy_of(t, name);
  tn_error error;
  if (!model) return NULL;
  tn_status status = alter ? alter(model, user, &error) : TN_OK;
  return frozen(t, model, name, status, &error);
}

/* --- alterations ---------------------------------------------------------------------------- */

tn_status alter_names(tni_model *model, void *user, tn_error *error) {
  (void)user;
  char name[64];
  uint32_t number = 0;
  model->view.name = TN_STRING("another name for the model");
  for (tni_value *value = model->graph->first_value; value; value = value->next) {
    snprintf(name, sizeof name, "\xc3\xa4 new/value:%u", number++);
    TN_TRY(tni_value_rename(value, tn_string_from(name), error));
  }
  for (tni_node *node = model->graph->first_node; node; node = node->next) {
    int length = snprintf(name, sizeof name, "new node %u", number++);
    char *copy = tni_arena_alloc(&model->arena, (size_t)length + 1);
    if (!copy) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a name");
    memcpy(copy, name, (size_t)length);
    node->view.name = tn_string_make(copy, (uint64_t)length);
    node->origins[0] = node->view.name;
  }
  return TN_OK;
}

/* Replaces a constant by what `make` gives. */
static tn_status each_constant(tni_model *model, tn_error *error,
                               tn_status (*make)(const tn_tensor *old, tn_tensor **out,
                                                 tn_error *error)) {
  for (tni_value *value = model->graph->first_value; value; value = value->next) {
    tn_tensor *tensor = NULL;
    if (!value->view.constant) continue;
    TN_TRY(make(value->view.constant, &tensor, error));
    if (!tensor) continue;
    tn_status status = tni_value_set_constant(value, tensor, error);
    tn_tensor_release(tensor);
    TN_TRY(status);
  }
  return TN_OK;
}

static tn_status other_elements(const tn_tensor *old, tn_tensor **out, tn_error *error) {
  if (old->type != TN_F32 && old->type != TN_F16 && old->type != TN_F64) return TN_OK;
  TN_TRY(tni_tensor_create(tni_environment_system(), old->type, old->rank, old->shape, out, error));
  suite_fill(*out, 4711, 98);
  tni_tensor_make_read_only(*out);
  return TN_OK;
}

tn_status alter_constants(tni_model *model, void *user, tn_error *error) {
  (void)user;
  return each_constant(model, error, other_elements);
}

static tn_status odd_address(const tn_tensor *old, tn_tensor **out, tn_error *error) {
  uint64_t bytes = tn_dense_bytes(old->type, tn_tensor_element_count(old));
  char *block = malloc((size_t)bytes + 1);
  if (!block) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a constant");
  if (bytes) memcpy(block + 1, old->data, (size_t)bytes);
  tn_status status = tni_tensor_create_borrowed(tni_environment_system(), old->type, old->rank,
                                                old->shape, block + 1, bytes, TN_TENSOR_READ_ONLY,
                                                (tni_keeper){free, block}, out, error);
  if (status != TN_OK) free(block);
  return status;
}

tn_status alter_alignment(tni_model *model, void *user, tn_error *error) {
  (void)user;
  return each_constant(model, error, odd_address);
}

tn_status alter_types(tni_model *model, void *user, tn_error *error) {
  (void)error;
  for (tni_value *value = model->graph->first_value; value; value = value->next)
    if (!value->view.constant) tni_value_set_type(value, *(const uint32_t *)user);
  return TN_OK;
}

tn_status alter_versions(tni_model *model, void *user, tn_error *error) {
  uint32_t version = *(const uint32_t *)user;
  TN_TRY(tni_model_set_operator_set(model, TN_STRING(""), version, error));
  for (tni_node *node = model->graph->first_node; node; node = node->next)
    if (node->view.domain.length == 0) node->view.since_version = version;
  return TN_OK;
}

/* --- parts ---------------------------------------------------------------------------------- */

struct part {
  tni_model *model;
  bool (*keep)(void *user, const tn_node *node);
  void *user;
};

static bool keeps(const struct part *part, const tni_node *node) {
  return node && part->keep(part->user, &node->view);
}

/* What nodes outside take from the part becomes an output of the model. */
static tn_status open_outputs(const struct part *part, tn_error *error) {
  tni_graph *graph = part->model->graph;
  for (tni_value *value = graph->first_value; value; value = value->next) {
    if (!keeps(part, value->producer) || value->output_count) continue;
    bool taken = false;
    for (tni_use *use = value->first_use; use; use = use->next)
      taken = taken || (use->node && !keeps(part, use->node));
    if (taken) TN_TRY(tni_graph_add_output(graph, value, error));
  }
  for (uint32_t i = graph->view.output_count; i > 0; i--)
    if (!keeps(part, tni_value_of(graph->outputs[i - 1])->producer))
      tni_graph_remove_output(graph, i - 1);
  return TN_OK;
}

/* What the part takes from nodes that are gone becomes an input. */
static tn_status open_inputs(const struct part *part, tn_error *error) {
  tni_graph *graph = part->model->graph;
  for (tni_node *node = graph->last_node, *before; node; node = before) {
    before = node->previous;
    if (!keeps(part, node)) tni_node_remove(node);
  }
  for (tni_value *value = graph->first_value; value; value = value->next)
    if (!value->producer && !value->view.constant && !value->input_count && value->use_count)
      TN_TRY(tni_graph_add_input(graph, value, error));
  for (uint32_t i = graph->view.input_count; i > 0; i--)
    if (tni_value_of(graph->inputs[i - 1])->use_count == 0) tni_graph_remove_input(graph, i - 1);
  return TN_OK;
}

tn_model *altered_part(test *t, const char *name, bool (*keep)(void *user, const tn_node *node),
                       void *user) {
  struct part part = {copy_of(t, name), keep, user};
  tn_error error;
  if (!part.model) return NULL;
  tn_status status = open_outputs(&part, &error);
  if (status == TN_OK) status = open_inputs(&part, &error);
  return frozen(t, part.model, name, status, &error);
}
