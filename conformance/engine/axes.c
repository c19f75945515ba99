#include "engine/axes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *axis_model(uint32_t index) {
  for (uint32_t i = 0; i < suite_model_count; i++)
    if (suite_models[i].carrier < SUITE_MODEL_UNKNOWN && index-- == 0) return suite_models[i].name;
  return NULL;
}

/* --- element types */

static const struct {
  const char *name;
  uint32_t code;
} types[] = {
#define AXIS_TYPE(name, number, bits, onnx) {#name, number},
    TN_ELEMENT_TYPE_MAP(AXIS_TYPE)
#undef AXIS_TYPE
};

const char *axis_element_type(uint32_t index) {
  return index < sizeof types / sizeof *types ? types[index].name : NULL;
}

uint32_t axis_element_type_code(const char *name) {
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (strcmp(types[i].name, name) == 0) return types[i].code;
  return TN_ANY_TYPE;
}

const char *axis_move_of(test *t, const char *type) {
  char *name = test_alloc(t, 64);
  snprintf(name, 64, "move_%s", type);
  return name;
}

/* --- ports */

static void add_ports(test *t, test_parameters *found, bool inputs, const char *rest) {
  const tn_model *model = test_model(t, "carrier");
  uint32_t count = !model ? 0 : inputs ? model->graph->input_count : model->graph->output_count;
  for (uint32_t i = 0; i < count; i++) {
    char name[TEST_PARAMETER_SIZE];
    snprintf(name, sizeof name, "%s%u%s%s", inputs ? "input" : "output", i, rest[0] ? ":" : "",
             rest);
    test_add_parameter(found, tn_string_from(name));
  }
}

void axis_inputs(test *t, test_parameters *found) {
  add_ports(t, found, true, "");
}

void axis_outputs(test *t, test_parameters *found) {
  add_ports(t, found, false, "");
}

void axis_ports(test *t, test_parameters *found) {
  axis_inputs(t, found);
  axis_outputs(t, found);
}

tn_tensor *axis_tensor(test *t, const axis_port *port) {
  tn_tensor *tensor = test_tensor(t, port->info->type, port->info->rank, port->shape);
  if (tensor) suite_fill(tensor, t->seed, port->index);
  return tensor;
}

void axis_add_for_ports(test *t, test_parameters *found, bool inputs, bool outputs,
                        const char *const *names) {
  for (; *names; names++) {
    if (inputs) add_ports(t, found, true, *names);
    if (outputs) add_ports(t, found, false, *names);
  }
}

bool axis_port_of(test *t, axis_port *out) {
  const tn_model *model = test_model(t, "carrier");
  memset(out, 0, sizeof *out);
  if (!model) return false;
  const tn_graph *graph = model->graph;
  out->is_input = strncmp(t->parameter, "input", 5) == 0;
  out->index = (uint32_t)strtoul(t->parameter + (out->is_input ? 5 : 6), NULL, 10);
  out->number = out->is_input ? out->index : graph->input_count + out->index;
  if (out->index >= (out->is_input ? graph->input_count : graph->output_count)) {
    test_note(t, "the carrier has no port %s", t->parameter);
    return false;
  }
  out->info = out->is_input ? graph->inputs[out->index] : graph->outputs[out->index];
  suite_shape(out->info, 4, out->shape);
  return true;
}

const char *axis_rest(const test *t) {
  const char *colon = strchr(t->parameter, ':');
  return colon ? colon + 1 : "";
}
