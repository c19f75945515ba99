#include "sequences/history.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "engine/carrier.h"
#include "graph/tensor.h"
#include "ops/interpreter.h"

uint64_t sequence_history_bytes(const sequence_history *history) {
  return offsetof(sequence_history, events) + history->count * sizeof *history->events;
}

/* --- what is known of a model */

static bool read_place(const tn_value_info *info, sequence_place *out) {
  if (!(info->flags & TN_VALUE_HAS_RANK) || info->rank >= SEQUENCE_RANK) return false;
  out->type = info->type;
  out->rank = info->rank;
  for (uint32_t i = 0; i < info->rank; i++) {
    out->min[i] = info->dimensions[i].min;
    out->max[i] = info->dimensions[i].max;
  }
  return true;
}

static bool reads_variable(const tn_node *node) {
  return tn_string_equal(node->operation, TN_STRING("ReadValue"));
}

static bool read_graph(const tn_graph *graph, sequence_facts *out) {
  if (graph->input_count + graph->output_count > SEQUENCE_PORTS) return false;
  out->input_count = graph->input_count;
  out->output_count = graph->output_count;
  for (uint32_t i = 0; i < graph->input_count; i++)
    if (!read_place(graph->inputs[i], &out->ports[i])) return false;
  for (uint32_t i = 0; i < graph->output_count; i++)
    if (!read_place(graph->outputs[i], &out->ports[graph->input_count + i])) return false;
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i];
    if (!reads_variable(node)) continue;
    if (out->variable_count == SEQUENCE_VARIABLES ||
        !read_place(node->outputs[0], &out->variables[out->variable_count++]))
      return false;
  }
  return true;
}

bool sequence_facts_read(const char *name, sequence_facts *out) {
  tn_model *model = NULL;
  tn_error error;
  memset(out, 0, sizeof *out);
  if (carrier_build(name, tni_environment_system(), &model, &error) != TN_OK) return false;
  snprintf(out->name, sizeof out->name, "%s", name);
  bool known = read_graph(model->graph, out);
  tn_model_release(model);
  return known;
}

/* --- what outputs and variables must be */

struct replay {
  tn_model *model;
  tni_interpreter *interpreter;
  tn_tensor *inputs[SEQUENCE_PORTS], *outputs[SEQUENCE_PORTS];
  tni_variable variables[SEQUENCE_VARIABLES];
  tn_string names[SEQUENCE_VARIABLES];
  const tn_value_info *initial[SEQUENCE_VARIABLES];
  uint32_t variable_count;
};

static void release_all(tn_tensor **tensors) {
  for (uint32_t i = 0; i < SEQUENCE_PORTS; i++) {
    if (tensors[i]) tn_tensor_release(tensors[i]);
    tensors[i] = NULL;
  }
}

static void put(struct replay *self, uint32_t variable, tn_tensor *value) {
  if (self->variables[variable].tensor) tn_tensor_release(self->variables[variable].tensor);
  self->variables[variable].tensor = value;
}

static void clear(struct replay *self) {
  release_all(self->inputs);
  release_all(self->outputs);
  for (uint32_t i = 0; i < self->variable_count; i++)
    put(self, i, NULL);
  tni_interpreter_destroy(self->interpreter);
  if (self->model) tn_model_release(self->model);
}

static void find_variables(struct replay *self) {
  const tn_graph *graph = self->model->graph;
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i];
    if (!reads_variable(node) || self->variable_count == SEQUENCE_VARIABLES) continue;
    const tn_attribute *name = tn_node_attribute(node, TN_STRING("variable_id"));
    self->initial[self->variable_count] = node->inputs[0];
    self->names[self->variable_count++] = name->as.strings[0];
  }
}

/* Fills row `index`, which was a tensor of its own. */
static tn_status fill_row(tn_tensor *self, uint32_t index, uint64_t seed, tn_error *error) {
  int64_t shape[SEQUENCE_RANK];
  tn_tensor *row = NULL;
  memcpy(shape, self->shape, self->rank * sizeof *shape);
  shape[0] = 1;
  TN_TRY(tni_tensor_create(tni_environment_system(), self->type, self->rank, shape, &row, error));
  suite_fill(row, seed, 0);
  const uint64_t bytes = tn_dense_bytes(self->type, tn_tensor_element_count(row));
  memcpy((char *)self->data + index * bytes, row->data, (size_t)bytes);
  tn_tensor_release(row);
  return TN_OK;
}

static tn_status fill_rows(tn_tensor *self, const sequence_value *value, tn_error *error) {
  TN_TRY(fill_row(self, 0, value->seed, error));
  for (uint32_t i = 1; i < SEQUENCE_BATCH && value->more[i - 1]; i++)
    TN_TRY(fill_row(self, i, value->more[i - 1], error));
  return TN_OK;
}

static tn_status make_value(uint32_t type, uint32_t rank, const sequence_value *value,
                            tn_tensor **out, tn_error *error) {
  uint32_t rows = 1;
  while (rows < SEQUENCE_BATCH && value->more[rows - 1])
    rows++;
  if (rank > SEQUENCE_RANK || (rows > 1 && (rank == 0 || value->shape[0] != rows)))
    return tni_fail(error, TN_INTERNAL, "a value of rank %u, of %u tensors, in a history", rank,
                    rows);
  TN_TRY(tni_tensor_create(tni_environment_system(), type, rank, value->shape, out, error));
  if (rows > 1) return fill_rows(*out, value, error);
  suite_fill(*out, value->seed, 0);
  return TN_OK;
}

static tn_status infer(struct replay *self, const sequence_event *event, tn_error *error) {
  const tn_graph *graph = self->model->graph;
  const tni_variables variables = {self->names, self->variables, self->variable_count};
  release_all(self->inputs);
  release_all(self->outputs);
  for (uint32_t i = 0; i < graph->input_count; i++)
    TN_TRY(make_value(graph->inputs[i]->type, graph->inputs[i]->rank, &event->values[i],
                      &self->inputs[i], error));
  return tni_interpreter_run(
      self->interpreter,
      &(tni_run_options){.inputs = self->inputs, .outputs = self->outputs, .variables = &variables},
      error);
}

static tn_status play(struct replay *self, const sequence_event *event, tn_error *error) {
  if (event->kind == SEQUENCE_EVENT_INFER) return infer(self, event, error);
  if (event->variable >= self->variable_count)
    return tni_fail(error, TN_INTERNAL, "a history names variable %u", event->variable);
  tn_tensor *value = NULL;
  const tn_value_info *kind = self->initial[event->variable];
  if (event->kind == SEQUENCE_EVENT_SET)
    TN_TRY(make_value(kind->type, kind->rank, &event->values[0], &value, error));
  put(self, event->variable, value);
  return TN_OK;
}

static tn_status play_all(struct replay *self, const char *name, const sequence_history *history,
                          tn_error *error) {
  const tni_environment *environment = tni_environment_system();
  TN_TRY(carrier_build(name, environment, &self->model, error));
  if (self->model->graph->input_count + self->model->graph->output_count > SEQUENCE_PORTS)
    return tni_fail(error, TN_INTERNAL, "model %s has too many ports for a sequence", name);
  find_variables(self);
  TN_TRY(tni_interpreter_create(self->model, environment, &self->interpreter, error));
  for (uint32_t i = 0; i < history->count && i < SEQUENCE_EVENTS; i++)
    TN_TRY(play(self, &history->events[i], error));
  return TN_OK;
}

static tn_tensor *find_result(const struct replay *self, uint32_t output) {
  uint32_t number = output & ~(uint32_t)RECORD_VARIABLE;
  if (!(output & RECORD_VARIABLE)) return number < SEQUENCE_PORTS ? self->outputs[number] : NULL;
  if (number >= self->variable_count) return NULL;
  tn_tensor *present = self->variables[number].tensor;
  return present ? present : self->initial[number]->constant;
}

tn_status sequence_replay(const char *model, const sequence_history *history, uint32_t output,
                          tn_tensor **out, tn_error *error) {
  struct replay self;
  memset(&self, 0, sizeof self);
  tn_status status = play_all(&self, model, history, error);
  tn_tensor *found = status == TN_OK ? find_result(&self, output) : NULL;
  if (status == TN_OK && !found)
    status =
        tni_fail(error, TN_OUT_OF_RANGE, "model %s has no output or variable %#x", model, output);
  if (found) {
    tn_tensor_retain(found);
    *out = found;
  }
  clear(&self);
  return status;
}
