#include "numbers/operator_model.h"

#include <stdio.h>
#include <string.h>

#include "graph/graph.h"
#include "graph/tensor.h"
#include "ops/elements.h"
#include "ops/interpreter.h"
#include "passes/shape.h"

static tn_status add_input(tni_model *model, const spec_input *input, tn_tensor *tensor,
                           uint32_t number, tni_value **out, tn_error *error) {
  tn_dimension dimensions[TN_MAX_RANK];
  char name[16];
  snprintf(name, sizeof name, "x%u", number);
  if (input->constant)
    return tni_graph_add_constant(model->graph, tn_string_from(name), tensor, out, error);
  for (uint32_t i = 0; i < tensor->rank; i++)
    dimensions[i] = (tn_dimension){tensor->shape[i], tensor->shape[i], NULL};
  TN_TRY(tni_graph_add_value(model->graph, tn_string_from(name), out, error));
  tni_value_set_type(*out, tensor->type);
  TN_TRY(tni_value_set_shape(*out, tensor->rank, dimensions, error));
  return tni_graph_add_input(model->graph, *out, error);
}

static tn_status set_tensor(tni_node *node, const spec_attribute *attribute, tn_error *error) {
  tn_tensor *tensor = NULL;
  const int64_t count = attribute->count;
  TN_TRY(tni_tensor_create(tni_environment_system(), attribute->type, 1, &count, &tensor, error));
  if (tni_type_class(attribute->type) == TNI_REAL)
    tni_store_reals(tensor->type, tensor->data, 0, attribute->count, attribute->numbers);
  for (uint32_t i = 0; tni_type_class(attribute->type) != TNI_REAL && i < attribute->count; i++)
    tni_store_signed(tensor->type, tensor->data, i, 1, &(int64_t){(int64_t)attribute->numbers[i]});
  tni_tensor_make_read_only(tensor);
  const tn_status status =
      tni_node_set_tensor(node, tn_string_from(attribute->name), tensor, error);
  tn_tensor_release(tensor);
  return status;
}

static tn_status set_attribute(tni_node *node, const spec_attribute *attribute, tn_error *error) {
  const tn_string name = tn_string_from(attribute->name);
  int64_t whole[SPEC_MAX_NUMBERS];
  for (uint32_t i = 0; i < attribute->count; i++)
    whole[i] = (int64_t)attribute->numbers[i];
  switch (attribute->kind) {
    case TN_ATTRIBUTE_INT:
      return tni_node_set_int(node, name, whole[0], error);
    case TN_ATTRIBUTE_INTS:
      return tni_node_set_ints(node, name, attribute->count, whole, error);
    case TN_ATTRIBUTE_FLOAT:
      return tni_node_set_float(node, name, (float)attribute->numbers[0], error);
    case TN_ATTRIBUTE_STRING:
      return tni_node_set_string(node, name, tn_string_from(attribute->text), error);
    default:
      return set_tensor(node, attribute, error);
  }
}

static tn_status add_outputs(const operator_spec *spec, tni_model *model, tni_node *node,
                             tn_error *error) {
  for (uint32_t i = 0; i < spec->row->outputs; i++) {
    tni_value *value = NULL;
    TN_TRY(tni_graph_add_value_named_like(model->graph, TN_STRING("y"), &value, error));
    TN_TRY(tni_node_set_output(node, spec->first_output + i, value, error));
    TN_TRY(tni_graph_add_output(model->graph, value, error));
  }
  return TN_OK;
}

static tn_status fill_model(const operator_spec *spec, const operator_data *data, tni_model *model,
                            tn_error *error) {
  tni_value *values[SPEC_MAX_INPUTS] = {NULL};
  tni_node *node = NULL;
  const char *domain = spec->op->domain ? spec->op->domain : "";
  TN_TRY(tni_model_set_operator_set(model, TN_STRING(""), TN_ONNX_OPERATOR_SET, error));
  for (uint32_t i = 0; i < spec->input_count; i++)
    if (data->inputs[i])
      TN_TRY(add_input(model, &spec->inputs[i], data->inputs[i], i, &values[i], error));
  TN_TRY(tni_graph_add_node(model->graph, TN_STRING("node"), tn_string_from(domain),
                            tn_string_from(spec->op->name), spec->op->since, &node, error));
  TN_TRY(tni_node_set_inputs(node, spec->input_count, values, error));
  for (uint32_t i = 0; i < spec->attribute_count; i++)
    TN_TRY(set_attribute(node, &spec->attributes[i], error));
  TN_TRY(tni_node_add_origin(node, TN_STRING("node"), error));
  TN_TRY(add_outputs(spec, model, node, error));
  return tni_infer_shapes(model, NULL, error);
}

tn_status operator_model_build(const operator_spec *spec, const operator_data *data, tn_model **out,
                               tn_error *error) {
  tni_model *model = NULL;
  TN_TRY(tni_model_create(tni_environment_system(), TN_STRING("operator"), &model, error));
  tn_status status = fill_model(spec, data, model, error);
  if (status == TN_OK) status = tni_model_freeze(model, out, error);
  if (status != TN_OK) tni_model_destroy(model);
  return status;
}

static tn_status run(const operator_spec *spec, const operator_data *data, tn_model *model,
                     tn_tensor **outputs, tn_error *error) {
  tn_tensor *inputs[SPEC_MAX_INPUTS] = {NULL};
  tni_interpreter *interpreter = NULL;
  uint32_t count = 0;
  for (uint32_t i = 0; i < spec->input_count; i++)
    if (data->inputs[i] && !spec->inputs[i].constant) inputs[count++] = data->inputs[i];
  const tni_run_options options = {.inputs = inputs, .outputs = outputs};
  TN_TRY(tni_interpreter_create(model, tni_environment_system(), &interpreter, error));
  const tn_status status = tni_interpreter_run(interpreter, &options, error);
  tni_interpreter_destroy(interpreter);
  return status;
}

tn_status operator_evaluate(const operator_spec *spec, const operator_data *data,
                            tn_tensor *outputs[OPERATOR_MAX_OUTPUTS], uint32_t *count,
                            tn_error *error) {
  tn_model *model = NULL;
  memset(outputs, 0, OPERATOR_MAX_OUTPUTS * sizeof *outputs);
  TN_TRY(operator_model_build(spec, data, &model, error));
  *count = model->graph->output_count;
  const tn_status status = run(spec, data, model, outputs, error);
  tn_model_release(model);
  return status;
}
