#include "ops/shape_input.h"

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/shape_rules.h"

#include <inttypes.h>

static tn_status check_rank(const tn_node *node, uint32_t input, int64_t rank, tn_error *error) {
  if (rank <= TN_MAX_RANK) return TN_OK;
  return tni_node_fail(node, error, TN_WRONG_SHAPE,
                       "input %u asks for rank %" PRId64 ", at most %d is possible", input, rank,
                       TN_MAX_RANK);
}

static tn_status check_extent(const tn_node *node, uint32_t input, uint32_t index, int64_t extent,
                              tn_error *error) {
  if (extent >= 0) return TN_OK;
  return tni_node_fail(node, error, TN_OUT_OF_RANGE,
                       "element %u of input %u is %" PRId64 ", not 0 or more", index, input,
                       extent);
}

tn_status tni_infer_shape_from_input(tni_inference *inference, uint32_t input, tni_facts *out,
                                     tn_error *error) {
  const tni_facts *shape = inference->inputs[input];
  tn_dimension elements[TNI_MAX_ELEMENTS];
  uint32_t count;
  TN_TRY(tni_expect_rank(inference, input, 1, error));
  if (tni_facts_elements(shape, elements, &count)) {
    TN_TRY(check_rank(inference->node, input, count, error));
    for (uint32_t i = 0; i < count; i++)
      TN_TRY(check_extent(inference->node, input, i, elements[i].min, error));
    tni_facts_set_shape(out, count, elements);
    return TN_OK;
  }
  if (!shape->has_rank || !tni_dimension_is_static(shape->dimensions[0])) return TN_OK;
  TN_TRY(check_rank(inference->node, input, shape->dimensions[0].min, error));
  const uint32_t rank = (uint32_t)shape->dimensions[0].min;
  for (uint32_t i = 0; i < rank; i++)
    elements[i] = tni_dimension_between(inference, 0, TN_UNBOUNDED);
  tni_facts_set_shape(out, rank, elements);
  return TN_OK;
}

tn_status tni_read_shape(const tni_evaluation *evaluation, uint32_t input, uint32_t *rank,
                         int64_t *shape, tn_error *error) {
  const tn_tensor *tensor = evaluation->inputs[input];
  const uint64_t count = tn_tensor_element_count(tensor);
  TN_TRY(check_rank(evaluation->node, input, (int64_t)count, error));
  *rank = (uint32_t)count;
  if (count > 0) tni_load_signed(tensor->type, tensor->data, 0, 1, (size_t)count, shape);
  for (uint32_t i = 0; i < *rank; i++)
    TN_TRY(check_extent(evaluation->node, input, i, shape[i], error));
  return TN_OK;
}
