#include "engine/reference.h"

#include <stdlib.h>
#include <string.h>

#include "engine/carrier.h"
#include "graph/tensor.h"
#include "ops/interpreter.h"

enum { MAX_PORTS = 16 };

/* One inference of a model of the list on the reference kernels. */
struct inference {
  tn_model *model;
  tni_interpreter *interpreter;
  tn_tensor *inputs[MAX_PORTS], *outputs[MAX_PORTS];
  tni_variable variables[MAX_PORTS];
  tn_string variable_names[MAX_PORTS];
  tn_tensor *initial[MAX_PORTS]; /* of each variable, borrowed; NULL when the model computes it */
  uint32_t variable_count;
};

static void release_all(tn_tensor **tensors) {
  for (uint32_t i = 0; i < MAX_PORTS; i++) {
    if (tensors[i]) tn_tensor_release(tensors[i]);
    tensors[i] = NULL;
  }
}

static void clear(struct inference *self) {
  release_all(self->inputs);
  release_all(self->outputs);
  for (uint32_t i = 0; i < self->variable_count; i++)
    if (self->variables[i].tensor) tn_tensor_release(self->variables[i].tensor);
  tni_interpreter_destroy(self->interpreter);
  if (self->model) tn_model_release(self->model);
}

/* Variables start reset: the first inference begins with their initial values. */
static void find_variables(struct inference *self) {
  const tn_graph *graph = self->model->graph;
  for (uint32_t i = 0; i < graph->node_count && self->variable_count < MAX_PORTS; i++) {
    if (!tn_string_equal(graph->nodes[i]->operation, TN_STRING("ReadValue"))) continue;
    const tn_attribute *name = tn_node_attribute(graph->nodes[i], TN_STRING("variable_id"));
    if (!name) continue;
    const tn_value_info *initial = graph->nodes[i]->input_count ? graph->nodes[i]->inputs[0] : NULL;
    self->initial[self->variable_count] = initial ? initial->constant : NULL;
    self->variable_names[self->variable_count++] = name->as.strings[0];
  }
}

static tn_status make_inputs(struct inference *self, const record_reference *reference,
                             uint64_t seed, tn_error *error) {
  const tn_graph *graph = self->model->graph;
  if (graph->input_count > MAX_PORTS || graph->output_count > MAX_PORTS)
    return tni_fail(error, TN_INTERNAL, "model %s has too many ports for the suite",
                    reference->model);
  for (uint32_t i = 0; i < graph->input_count; i++) {
    int64_t shape[TN_MAX_RANK];
    suite_shape(graph->inputs[i], reference->size, shape);
    TN_TRY(tni_tensor_create(tni_environment_system(), graph->inputs[i]->type,
                             graph->inputs[i]->rank, shape, &self->inputs[i], error));
    suite_fill(self->inputs[i], seed, i);
  }
  return TN_OK;
}

static tn_status open_model(struct inference *self, const record_reference *reference,
                            tn_error *error) {
  const tni_environment *environment = tni_environment_system();
  TN_TRY(carrier_build(reference->model, environment, &self->model, error));
  find_variables(self);
  return tni_interpreter_create(self->model, environment, &self->interpreter, error);
}

static tn_status run(struct inference *self, const record_reference *reference, tn_error *error) {
  TN_TRY(open_model(self, reference, error));
  const tni_variables variables = {self->variable_names, self->variables, self->variable_count};
  const tni_run_options options = {
      .inputs = self->inputs, .outputs = self->outputs, .variables = &variables};
  for (uint32_t i = 0; i < reference->steps; i++) {
    release_all(self->inputs);
    release_all(self->outputs);
    TN_TRY(make_inputs(self, reference, reference->seed + i, error));
    TN_TRY(tni_interpreter_run(self->interpreter, &options, error));
  }
  return TN_OK;
}

/* The tensor that was asked for, borrowed; NULL when there is none. */
static tn_tensor *find_result(const struct inference *self, const record_reference *reference) {
  uint32_t number = reference->output & ~(uint32_t)RECORD_VARIABLE;
  if (!(reference->output & RECORD_VARIABLE))
    return number < self->model->graph->output_count ? self->outputs[number] : NULL;
  if (number >= self->variable_count) return NULL;
  tn_tensor *present = self->variables[number].tensor;
  return present ? present : self->initial[number];
}

tn_status reference_output(const record_reference *reference, tn_tensor **out, tn_error *error) {
  struct inference self;
  memset(&self, 0, sizeof self);
  tn_status status = run(&self, reference, error);
  tn_tensor *found = status == TN_OK ? find_result(&self, reference) : NULL;
  if (status == TN_OK && !found)
    status =
        tni_fail(error, TN_OUT_OF_RANGE, "model %s has no output or variable %#x after %u steps",
                 reference->model, reference->output, reference->steps);
  if (found) {
    *out = found;
    tn_tensor_retain(found);
  }
  clear(&self);
  return status;
}
