/* Constant: the value of the one attribute that it has. */
#include "ops/attributes.h"
#include "ops/move.h"
#include "ops/outputs.h"
#include "ops/shape_rules.h"
#include "ops/types.h"

#include <string.h>

static const tni_formal_attribute attributes[] = {
    {"value", TN_ATTRIBUTE_TENSOR, 0},          {"value_float", TN_ATTRIBUTE_FLOAT, 0},
    {"value_floats", TN_ATTRIBUTE_FLOATS, 0},   {"value_int", TN_ATTRIBUTE_INT, 0},
    {"value_ints", TN_ATTRIBUTE_INTS, 0},       {"value_string", TN_ATTRIBUTE_STRING, 0},
    {"value_strings", TN_ATTRIBUTE_STRINGS, 0}, {NULL, 0, 0}};

static uint32_t type_of(const tn_attribute *value) {
  switch (value->kind) {
    case TN_ATTRIBUTE_FLOAT:
    case TN_ATTRIBUTE_FLOATS:
      return TN_F32;
    case TN_ATTRIBUTE_INT:
    case TN_ATTRIBUTE_INTS:
      return TN_I64;
    default:
      return TN_STRING_ELEMENT;
  }
}

static void infer_tensor(tni_facts *out, tn_tensor *tensor) {
  out->type = tensor->type;
  out->has_rank = 1;
  out->rank = tensor->rank;
  for (uint32_t i = 0; i < tensor->rank; i++)
    out->dimensions[i] = tni_dimension_of(tensor->shape[i]);
  out->constant = tensor;
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  tni_facts *out = &inference->outputs[0];
  if (inference->node->attribute_count != 1)
    return tni_node_fail(inference->node, error, TN_MALFORMED,
                         "exactly one attribute must give the value, %u came",
                         inference->node->attribute_count);
  const tn_attribute *value = inference->node->attributes[0];
  if (value->kind == TN_ATTRIBUTE_TENSOR) {
    infer_tensor(out, value->as.tensors[0]);
    return TN_OK;
  }
  const tn_dimension count = tni_dimension_of((int64_t)value->count);
  out->type = type_of(value);
  tni_facts_set_shape(out, value->kind >= TN_ATTRIBUTE_INTS ? 1 : 0, &count);
  if (out->type != TN_I64 || value->count > TNI_MAX_ELEMENTS) return TN_OK;
  tn_dimension elements[TNI_MAX_ELEMENTS];
  for (uint64_t i = 0; i < value->count; i++)
    elements[i] = tni_dimension_of(value->as.ints[i]);
  tni_facts_set_elements(inference, 0, elements, (uint32_t)value->count);
  return TN_OK;
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  const tn_attribute *value = evaluation->node->attributes[0];
  tn_tensor *out = evaluation->outputs[0];
  if (value->kind == TN_ATTRIBUTE_TENSOR) return tni_move_all(out, value->as.tensors[0], error);
  if (value->count == 0) return TN_OK;
  switch (type_of(value)) {
    case TN_F32:
      memcpy(out->data, value->as.floats, (size_t)value->count * sizeof(float));
      return TN_OK;
    case TN_I64:
      memcpy(out->data, value->as.ints, (size_t)value->count * sizeof(int64_t));
      return TN_OK;
    default:
      for (uint64_t i = 0; i < value->count; i++)
        TN_TRY(out->api->set_string(out, i, value->as.strings[i], error));
      return TN_OK;
  }
}

TNI_OPERATOR(Constant) = {.name = "Constant",
                          .since = 25,
                          .outputs = {{"output", TNI_ALL_TYPES, "T", 0}},
                          .attributes = attributes,
                          .infer = infer,
                          .evaluate = evaluate};
