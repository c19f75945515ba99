/* ConstantOfShape and EyeLike: tensors of one value, and of ones on a diagonal. */
#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/outputs.h"
#include "ops/shape_input.h"
#include "ops/shape_rules.h"

#include <string.h>

/* Says that a small vector or scalar of integers consists of `value`. */
static void fill_elements(tni_inference *inference, int64_t value) {
  const tni_facts *out = &inference->outputs[0];
  tn_dimension elements[TNI_MAX_ELEMENTS];
  int64_t min, max;
  tni_facts_element_bounds(out, &min, &max);
  if (!tni_facts_are_static(out) || out->rank > 1 || max > TNI_MAX_ELEMENTS) return;
  for (int64_t i = 0; i < max; i++)
    elements[i] = tni_dimension_of(value);
  tni_facts_set_elements(inference, 0, elements, (uint32_t)max);
}

static tn_status infer_constant_of_shape(tni_inference *inference, tn_error *error) {
  tni_facts *out = &inference->outputs[0];
  const tn_tensor *value = tni_attribute_tensor(inference->node, "value");
  if (value && tn_tensor_element_count(value) != 1)
    return tni_node_fail(inference->node, error, TN_MALFORMED,
                         "attribute 'value' must hold one element, %llu came",
                         (unsigned long long)tn_tensor_element_count(value));
  out->type = value ? value->type : TN_F32;
  TN_TRY(tni_infer_shape_from_input(inference, 0, out, error));
  if (!tni_type_in(out->type, TNI_INDEX_TYPES)) return TN_OK;
  int64_t number;
  tni_load_signed(value->type, value->data, 0, 1, 1, &number);
  fill_elements(inference, number);
  return TN_OK;
}

static tn_status evaluate_constant_of_shape(tni_evaluation *evaluation, tn_error *error) {
  const tn_tensor *value = tni_attribute_tensor(evaluation->node, "value");
  const uint32_t type = value ? value->type : TN_F32;
  int64_t shape[TN_MAX_RANK];
  uint32_t rank;
  TN_TRY(tni_read_shape(evaluation, 0, &rank, shape, error));
  TN_TRY(tni_prepare_output(evaluation, 0, type, rank, shape, error));
  tn_tensor *out = evaluation->outputs[0];
  const uint64_t count = tn_tensor_element_count(out);
  const size_t size = tn_element_type_bits(type) / 8;
  if (!value && count > 0) memset(out->data, 0, (size_t)count * size);
  for (uint64_t i = 0; value && i < count; i++)
    memcpy((char *)out->data + i * size, value->data, size);
  return TN_OK;
}

static tn_status infer_eye_like(tni_inference *inference, tn_error *error) {
  const int64_t type = tni_attribute_int(inference->node, "dtype", inference->inputs[0]->type);
  TN_TRY(tni_expect_rank(inference, 0, 2, error));
  TN_TRY(tni_infer_same_as_input(inference, error));
  if (type != TN_ANY_TYPE && (type < 0 || !tni_type_in((uint32_t)type, TNI_BASIC_TYPES)))
    return tni_node_fail(inference->node, error, TN_UNSUPPORTED, "attribute 'dtype' is %s",
                         tni_type_name(type < 0 ? UINT32_MAX : (uint32_t)type));
  inference->outputs[0].type = (uint32_t)type;
  return TN_OK;
}

static tn_status evaluate_eye_like(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  tn_tensor *out = evaluation->outputs[0];
  const int64_t rows = out->shape[0], columns = out->shape[1];
  const int64_t k = tni_attribute_int(evaluation->node, "k", 0);
  const double one = 1;
  if (rows == 0 || columns == 0) return TN_OK;
  memset(out->data, 0, (size_t)tn_dense_bytes(out->type, tn_tensor_element_count(out)));
  if (k <= -rows || k >= columns) return TN_OK;
  for (int64_t i = k < 0 ? -k : 0; i < rows && i + k < columns; i++)
    tni_store_reals(out->type, out->data, i * columns + i + k, 1, &one);
  return TN_OK;
}

static const tni_formal_attribute constant_of_shape_attributes[] = {
    {"value", TN_ATTRIBUTE_TENSOR, 0}, {NULL, 0, 0}};
static const tni_formal_attribute eye_like_attributes[] = {
    {"dtype", TN_ATTRIBUTE_INT, 0}, {"k", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}};

TNI_OPERATOR(ConstantOfShape) = {.name = "ConstantOfShape",
                                 .since = 25,
                                 .inputs = {{"input", TNI_TYPE(TN_I64), "T1", 0}},
                                 .outputs = {{"output", TNI_MOVABLE_TYPES, "T2", 0}},
                                 .attributes = constant_of_shape_attributes,
                                 .infer = infer_constant_of_shape,
                                 .evaluate = evaluate_constant_of_shape};

TNI_OPERATOR(EyeLike) = {.name = "EyeLike",
                         .since = 22,
                         .inputs = {{"input", TNI_BASIC_TYPES, "T1", 0}},
                         .outputs = {{"output", TNI_BASIC_TYPES, "T2", 0}},
                         .attributes = eye_like_attributes,
                         .infer = infer_eye_like,
                         .evaluate = evaluate_eye_like};
