#include "base/half.h"
#include "graph/tensor.h"
#include "ops/attributes.h"
#include "passes/upgrade_rules.h"

#include <stdio.h>

/* Name of something that is added to a node. */
static tn_string name_beside(const tni_node *node, const char *what, char *text, size_t capacity) {
  const int length = snprintf(text, capacity, "%.*s/%s", TNI_TEXT(node->view.name), what);
  return tn_string_make(text, length < (int)capacity ? (uint64_t)length : capacity - 1);
}

/* Makes input `index` a new constant of dense elements. */
static tn_status add_constant(tni_upgrade_step *step, uint32_t index, const char *what,
                              uint32_t type, uint32_t rank, int64_t count, const void *data,
                              tn_error *error) {
  char text[256];
  tni_graph *graph = step->node->graph;
  tn_tensor *tensor = NULL;
  tni_value *value = NULL;
  TN_TRY(
      tni_tensor_create_copy(graph->model->environment, type, rank, &count, data, &tensor, error));
  tni_tensor_make_read_only(tensor);
  const tn_status status = tni_graph_add_constant(
      graph, name_beside(step->node, what, text, sizeof text), tensor, &value, error);
  tn_tensor_release(tensor);
  return status == TN_OK ? tni_node_set_input(step->node, index, value, error) : status;
}

tn_status tni_upgrade_add_ints(tni_upgrade_step *step, uint32_t index, const char *what,
                               uint64_t count, const int64_t *numbers, tn_error *error) {
  return add_constant(step, index, what, TN_I64, 1, (int64_t)count, numbers, error);
}

tn_status tni_upgrade_add_floats(tni_upgrade_step *step, uint32_t index, const char *what,
                                 uint32_t rank, uint64_t count, const float *numbers,
                                 tn_error *error) {
  return add_constant(step, index, what, TN_F32, rank, (int64_t)count, numbers, error);
}

tn_status tni_upgrade_add_scalar(tni_upgrade_step *step, uint32_t index, const char *what,
                                 uint32_t type, double number, tn_error *error) {
  const float single = (float)number;
  uint16_t half = 0;
  const void *data = NULL;
  switch (type) {
    case TN_F32:
      data = &single;
      break;
    case TN_F64:
      data = &number;
      break;
    case TN_F16:
      half = tni_f16_from_f64(number);
      break;
    case TN_BF16:
      half = tni_bf16_from_f64(number);
      break;
    default:
      return TNI_UPGRADE_REFUSE(error, "element type %u is no float type", type);
  }
  return add_constant(step, index, what, type, 0, 1, data ? data : &half, error);
}

tn_status tni_upgrade_ints_to_input(tni_upgrade_step *step, const char *attribute, uint32_t index,
                                    tn_error *error) {
  uint64_t count = 0;
  const int64_t *numbers = tni_attribute_ints(&step->node->view, attribute, &count);
  if (!numbers) return TN_OK;
  TN_TRY(tni_upgrade_add_ints(step, index, attribute, count, numbers, error));
  tni_node_remove_attribute(step->node, tn_string_from(attribute));
  return TN_OK;
}

tn_status tni_upgrade_float_type(const tni_upgrade_step *step, uint32_t index, uint32_t *out,
                                 tn_error *error) {
  const tni_value *value = tni_node_input(step->node, index);
  const uint32_t type = value ? value->view.type : TN_ANY_TYPE;
  if (type == TN_F32 || type == TN_F64 || type == TN_F16 || type == TN_BF16) {
    *out = type;
    return TN_OK;
  }
  return TNI_UPGRADE_REFUSE(
      error, "the element type of input %u must be known as a float type, it is %u", index, type);
}

tn_tensor *tni_upgrade_constant_input(const tni_upgrade_step *step, uint32_t index) {
  const tni_value *value = tni_node_input(step->node, index);
  if (!value) return NULL;
  if (value->view.constant) return value->view.constant;
  if (!value->producer || !tn_string_equal(value->producer->view.operation, TN_STRING("Constant")))
    return NULL;
  return tni_attribute_tensor(&value->producer->view, "value");
}

tn_status tni_upgrade_add_node(tni_upgrade_step *step, const char *operation, int before,
                               tni_node **out, tn_error *error) {
  char text[256];
  tni_node_list *list = step->list;
  if (list->count == TNI_MAX_REPLACEMENTS)
    return tni_fail(error, TN_INTERNAL, "too many nodes replace one");
  const tn_string name = tn_string_from(operation);
  TN_TRY(tni_graph_add_node(step->node->graph,
                            name_beside(step->node, operation, text, sizeof text), TN_STRING(""),
                            name, tni_onnx_since_version(name, step->version), out, error));
  TN_TRY(tni_node_add_origins_of(*out, &step->node->view, error));
  uint32_t place = list->count;
  if (before)
    for (place = 0; list->nodes[place] != step->node;)
      place++;
  for (uint32_t i = list->count++; i > place; i--)
    list->nodes[i] = list->nodes[i - 1];
  list->nodes[place] = *out;
  return TN_OK;
}
