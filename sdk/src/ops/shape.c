/* Shape and Size: where shapes become numbers. */
#include "ops/attributes.h"
#include "ops/shape_rules.h"
#include "ops/types.h"

/* The axes [begin, end) that attributes `start` and `end` choose, brought into the rank. */
static void read_range(const tn_node *node, uint32_t rank, uint32_t *begin, uint32_t *end) {
  int64_t bounds[2] = {tni_attribute_int(node, "start", 0), tni_attribute_int(node, "end", rank)};
  for (size_t i = 0; i < 2; i++) {
    if (bounds[i] < 0) bounds[i] += rank;
    if (bounds[i] < 0) bounds[i] = 0;
    if (bounds[i] > rank) bounds[i] = rank;
  }
  *begin = (uint32_t)bounds[0];
  *end = bounds[1] < bounds[0] ? *begin : (uint32_t)bounds[1];
}

static tn_status infer_shape(tni_inference *inference, tn_error *error) {
  (void)error;
  const tni_facts *data = inference->inputs[0];
  inference->outputs[0].type = TN_I64;
  if (!data->has_rank) {
    tni_facts_set_vector(&inference->outputs[0], tni_dimension_between(inference, 0, TN_MAX_RANK));
    return TN_OK;
  }
  uint32_t begin, end;
  read_range(inference->node, data->rank, &begin, &end);
  tni_facts_set_vector(&inference->outputs[0], tni_dimension_of(end - begin));
  tni_facts_set_elements(inference, 0, data->dimensions + begin, end - begin);
  return TN_OK;
}

static tn_status evaluate_shape(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  const tn_tensor *data = evaluation->inputs[0];
  int64_t *out = evaluation->outputs[0]->data;
  uint32_t begin, end;
  read_range(evaluation->node, data->rank, &begin, &end);
  for (uint32_t i = begin; i < end; i++)
    out[i - begin] = data->shape[i];
  return TN_OK;
}

static tn_status infer_size(tni_inference *inference, tn_error *error) {
  (void)error;
  const tni_facts *data = inference->inputs[0];
  inference->outputs[0].type = TN_I64;
  tni_facts_set_shape(&inference->outputs[0], 0, NULL);
  if (!data->has_rank) return TN_OK;
  const tn_dimension size = tni_dimension_product(inference, data->dimensions, data->rank);
  tni_facts_set_elements(inference, 0, &size, 1);
  return TN_OK;
}

static tn_status evaluate_size(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  *(int64_t *)evaluation->outputs[0]->data =
      (int64_t)tn_tensor_element_count(evaluation->inputs[0]);
  return TN_OK;
}

static const tni_formal_attribute shape_attributes[] = {
    {"start", TN_ATTRIBUTE_INT, 0}, {"end", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}};

TNI_OPERATOR(Shape) = {.name = "Shape",
                       .since = 25,
                       .inputs = {{"data", TNI_ALL_TYPES, "T", 0}},
                       .outputs = {{"shape", TNI_TYPE(TN_I64), "T1", 0}},
                       .attributes = shape_attributes,
                       .infer = infer_shape,
                       .evaluate = evaluate_shape};

TNI_OPERATOR(Size) = {.name = "Size",
                      .since = 25,
                      .inputs = {{"data", TNI_ALL_TYPES, "T", 0}},
                      .outputs = {{"size", TNI_TYPE(TN_I64), "T1", 0}},
                      .infer = infer_size,
                      .evaluate = evaluate_size};
