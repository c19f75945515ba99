/* ReadValue and Assign of the domain "tenon": values that live from one inference to the next, by
 * name. ReadValue gives the variable's value or, after a reset, its initial value (zeros of the
 * stated shape without one); Assign gives the variable a value and passes it on. */
#include "ops/attributes.h"
#include "ops/outputs.h"
#include "ops/shape_rules.h"
#include "ops/types.h"

#include "graph/tensor.h"

#include <string.h>

static tn_string name_of(const tn_node *node) {
  return tni_attribute_string(node, "variable_id", TN_STRING(""));
}

/* The shape that attribute `shape` states, -1 for a dimension that may change. @return 0 without
 * the attribute */
static tn_status read_shape(const tn_node *node, const int64_t **shape, uint32_t *rank,
                            tn_error *error) {
  uint64_t count;
  *shape = tni_attribute_ints(node, "shape", &count);
  *rank = (uint32_t)count;
  if (count > TN_MAX_RANK)
    return tni_node_fail(node, error, TN_UNSUPPORTED,
                         "attribute 'shape' has rank %llu, at most %d is possible",
                         (unsigned long long)count, TN_MAX_RANK);
  for (uint32_t i = 0; i < *rank; i++)
    if ((*shape)[i] < -1)
      return tni_node_fail(node, error, TN_MALFORMED, "dimension %u of attribute 'shape' is %lld",
                           i, (long long)(*shape)[i]);
  return TN_OK;
}

static tn_status infer_type(tni_inference *inference, const tni_facts *initial, tn_error *error) {
  const int64_t stated = tni_attribute_int(inference->node, "type", TN_ANY_TYPE);
  const uint32_t given = initial ? initial->type : TN_ANY_TYPE;
  const uint32_t type = stated > 0 && stated < 64 ? (uint32_t)stated : TN_ANY_TYPE;
  if (stated != TN_ANY_TYPE && tn_element_type_bits(type) == 0)
    return tni_node_fail(inference->node, error, TN_MALFORMED,
                         "attribute 'type' is %lld, which is no element type", (long long)stated);
  if (type != TN_ANY_TYPE && given != TN_ANY_TYPE && type != given)
    return tni_node_fail(inference->node, error, TN_WRONG_TYPE,
                         "the variable is %s, its initial value %s", tni_type_name(type),
                         tni_type_name(given));
  inference->outputs[0].type = type != TN_ANY_TYPE ? type : given;
  return TN_OK;
}

static tn_status infer_read(tni_inference *inference, tn_error *error) {
  const tni_facts *initial = inference->input_count > 0 ? inference->inputs[0] : NULL;
  tni_facts *out = &inference->outputs[0];
  const int64_t *shape;
  uint32_t rank;
  TN_TRY(infer_type(inference, initial, error));
  TN_TRY(read_shape(inference->node, &shape, &rank, error));
  if (!initial && (!shape || out->type == TN_ANY_TYPE))
    return tni_node_fail(inference->node, error, TN_MALFORMED,
                         "without an initial value, attributes 'type' and 'shape' must be there");
  if (!shape) {
    tni_facts_copy_shape(out, initial);
    return TN_OK;
  }
  tn_dimension dimensions[TN_MAX_RANK];
  for (uint32_t i = 0; i < rank; i++)
    dimensions[i] = shape[i] < 0 ? tni_dimension_between(inference, 0, TN_UNBOUNDED)
                                 : tni_dimension_of(shape[i]);
  tni_facts_set_shape(out, rank, dimensions);
  return TN_OK;
}

/* The value after a reset of a variable that has no initial value. */
static tn_status give_zeros(tni_evaluation *evaluation, tn_error *error) {
  const uint32_t type = (uint32_t)tni_attribute_int(evaluation->node, "type", TN_ANY_TYPE);
  const int64_t *stated;
  int64_t shape[TN_MAX_RANK];
  uint32_t rank;
  TN_TRY(read_shape(evaluation->node, &stated, &rank, error));
  for (uint32_t i = 0; i < rank; i++)
    shape[i] = stated[i] < 0 ? 0 : stated[i];
  TN_TRY(tni_prepare_output(evaluation, 0, type, rank, shape, error));
  const uint64_t bytes = tn_dense_bytes(type, tn_tensor_element_count(evaluation->outputs[0]));
  if (bytes > 0 && type != TN_STRING_ELEMENT)
    memset(evaluation->outputs[0]->data, 0, (size_t)bytes);
  return TN_OK;
}

static tn_status evaluate_read(tni_evaluation *evaluation, tn_error *error) {
  tni_variable *variable;
  TN_TRY(evaluation->find_variable(evaluation, name_of(evaluation->node), &variable, error));
  if (variable->tensor) return tni_copy_output(evaluation, 0, variable->tensor, error);
  if (evaluation->input_count > 0 && evaluation->inputs[0])
    return tni_copy_output(evaluation, 0, evaluation->inputs[0], error);
  return give_zeros(evaluation, error);
}

static tn_status infer_assign(tni_inference *inference, tn_error *error) {
  return inference->output_count > 0 ? tni_infer_same_as_input(inference, error) : TN_OK;
}

static tn_status evaluate_assign(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *value = evaluation->inputs[0];
  tni_variable *variable;
  tn_tensor *copy;
  TN_TRY(evaluation->find_variable(evaluation, name_of(evaluation->node), &variable, error));
  TN_TRY(tni_tensor_create_copy(evaluation->environment, value->type, value->rank, value->shape,
                                value->data, &copy, error));
  if (variable->tensor) tn_tensor_release(variable->tensor);
  variable->tensor = copy;
  return evaluation->output_count > 0 && evaluation->node->outputs[0]
             ? tni_copy_output(evaluation, 0, value, error)
             : TN_OK;
}

static const tni_formal_attribute read_attributes[] = {{"variable_id", TN_ATTRIBUTE_STRING, 1},
                                                       {"type", TN_ATTRIBUTE_INT, 0},
                                                       {"shape", TN_ATTRIBUTE_INTS, 0},
                                                       {NULL, 0, 0}};
static const tni_formal_attribute assign_attributes[] = {{"variable_id", TN_ATTRIBUTE_STRING, 1},
                                                         {NULL, 0, 0}};

TNI_OPERATOR(tenon_Assign) = {.name = "Assign",
                              .domain = "tenon",
                              .since = 1,
                              .inputs = {{"value", TNI_ALL_TYPES, "T", 0}},
                              .outputs = {{"result", TNI_ALL_TYPES, "T", TNI_OPTIONAL}},
                              .attributes = assign_attributes,
                              .infer = infer_assign,
                              .evaluate = evaluate_assign,
                              .flags = TNI_OPERATOR_NOT_FOLDABLE | TNI_OPERATOR_SIDE_EFFECT};

TNI_OPERATOR(tenon_ReadValue) = {.name = "ReadValue",
                                 .domain = "tenon",
                                 .since = 1,
                                 .inputs = {{"initial_value", TNI_ALL_TYPES, "T", TNI_OPTIONAL}},
                                 .outputs = {{"result", TNI_ALL_TYPES, "T", 0}},
                                 .attributes = read_attributes,
                                 .infer = infer_read,
                                 .evaluate = evaluate_read,
                                 .flags = TNI_OPERATOR_NOT_FOLDABLE};
