#include "engine/reference.h"

#include <stdlib.h>
#include <string.h>

#include "engine/models.h"
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
  uint32_t variable_count;
};

static void release_all(tn_tensor **tensors) {
  for (uint32_t i = 0; i < MAX_PORTS; i++)
    if (tensors[i]) tn_tensor_release(tensors[i]);
}

static void clear(struct inference *self) {
  release_all(self->inputs);
  release_all(self->outputs);
  for (uint32_t i = 0; i < self->variable_count; i++)
    if (self->variables[i].tensor) tn_tensor_release(self->variables[i].tensor);
  tni_interpreter_destroy(self->interpreter);
  if (self->model) tn_model_release(self->model);
}

/* Variables start reset: an output that needs them is that of the first inference. */
static void find_variables(struct inference *self) {
  const tn_graph *graph = self->model->graph;
  for (uint32_t i = 0; i < graph->node_count && self->variable_count < MAX_PORTS; i++) {
    if (!tn_string_equal(graph->nodes[i]->operation, TN_STRING("ReadValue"))) continue;
    const tn_attribute *name = tn_node_attribute(graph->nodes[i], TN_STRING("variable_id"));
    if (name) self->variable_names[self->variable_count++] = name->as.strings[0];
  }
}

static tn_status make_inputs(struct inference *self, const record_reference *reference,
                             tn_error *error) {
  const tn_graph *graph = self->model->graph;
  if (graph->input_count > MAX_PORTS || graph->output_count > MAX_PORTS)
    return tni_fail(error, TN_INTERNAL, "model %s has too many ports for the suite",
                    reference->model);
  for (uint32_t i = 0; i < graph->input_count; i++) {
    int64_t shape[TN_MAX_RANK];
    suite_shape(graph->inputs[i], reference->size, shape);
    TN_TRY(tni_tensor_create(tni_environment_system(), graph->inputs[i]->type,
                             graph->inputs[i]->rank, shape, &self->inputs[i], error));
    suite_fill(self->inputs[i], reference->seed, i);
  }
  return TN_OK;
}

static tn_status run(struct inference *self, const record_reference *reference, tn_error *error) {
  const suite_model *entry = suite_model_find(reference->model);
  const tni_environment *environment = tni_environment_system();
  if (!entry) return tni_fail(error, TN_NOT_FOUND, "the suite has no model %s", reference->model);
  TN_TRY(entry->build(environment, &self->model, error));
  find_variables(self);
  TN_TRY(make_inputs(self, reference, error));
  TN_TRY(tni_interpreter_create(self->model, environment, &self->interpreter, error));
  const tni_variables variables = {self->variable_names, self->variables, self->variable_count};
  const tni_run_options options = {
      .inputs = self->inputs, .outputs = self->outputs, .variables = &variables};
  return tni_interpreter_run(self->interpreter, &options, error);
}

tn_status reference_output(const record_reference *reference, tn_tensor **out, tn_error *error) {
  struct inference self;
  memset(&self, 0, sizeof self);
  tn_status status = run(&self, reference, error);
  if (status == TN_OK && reference->output >= self.model->graph->output_count)
    status = tni_fail(error, TN_OUT_OF_RANGE, "model %s has no output %u", reference->model,
                      reference->output);
  if (status == TN_OK) {
    *out = self.outputs[reference->output];
    tn_tensor_retain(*out);
  }
  clear(&self);
  return status;
}
