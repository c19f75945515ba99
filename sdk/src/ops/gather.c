#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/index.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

/* Elements of shapes are followed through a gather from a vector. */
static void gather_elements(tni_inference *inference) {
  const tni_facts *data = inference->inputs[0];
  tn_dimension elements[TNI_MAX_ELEMENTS];
  tn_dimension taken[TNI_MAX_ELEMENTS];
  int64_t indices[TNI_MAX_ELEMENTS];
  uint32_t count;
  uint32_t index_count;
  if (data->rank != 1 || !tni_type_in(data->type, TNI_INDEX_TYPES)) return;
  if (!tni_facts_elements(data, elements, &count) ||
      !tni_facts_integers(inference->inputs[1], indices, &index_count))
    return;
  for (uint32_t i = 0; i < index_count; i++) {
    const int64_t at = indices[i] < 0 ? indices[i] + count : indices[i];
    if (at < 0 || at >= count) return;
    taken[i] = elements[at];
  }
  tni_facts_set_elements(inference, 0, taken, index_count);
}

static tn_status gather_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  const tni_facts *indices = inference->inputs[1];
  tni_facts *out = &inference->outputs[0];
  uint32_t axis;
  uint32_t rank = 0;
  out->type = data->type;
  if (!data->has_rank) return TN_OK;
  TN_TRY(tni_resolve_axis(inference->node, "axis", tni_attribute_int(inference->node, "axis", 0),
                          data->rank, &axis, error));
  if (!indices->has_rank) return TN_OK;
  if (data->rank - 1 + indices->rank > TN_MAX_RANK)
    return tni_node_fail(inference->node, error, TN_UNSUPPORTED,
                         "the result has %u dimensions, more than %d",
                         data->rank - 1 + indices->rank, TN_MAX_RANK);
  for (uint32_t i = 0; i < axis; i++)
    out->dimensions[rank++] = data->dimensions[i];
  for (uint32_t i = 0; i < indices->rank; i++)
    out->dimensions[rank++] = indices->dimensions[i];
  for (uint32_t i = axis + 1; i < data->rank; i++)
    out->dimensions[rank++] = data->dimensions[i];
  tni_facts_set_shape(out, rank, out->dimensions);
  gather_elements(inference);
  return TN_OK;
}

static tn_status gather_evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *data = evaluation->inputs[0];
  tn_tensor *indices = evaluation->inputs[1];
  tn_tensor *out = evaluation->outputs[0];
  const int64_t count = (int64_t)tn_tensor_element_count(indices);
  uint32_t axis;
  TN_TRY(tni_resolve_axis(evaluation->node, "axis", tni_attribute_int(evaluation->node, "axis", 0),
                          data->rank, &axis, error));
  const int64_t extent = data->shape[axis];
  int64_t outer = 1;
  int64_t inner = 1;
  for (uint32_t i = 0; i < axis; i++)
    outer *= data->shape[i];
  for (uint32_t i = axis + 1; i < data->rank; i++)
    inner *= data->shape[i];
  for (int64_t i = 0; i < count; i++) {
    int64_t at;
    TN_TRY(tni_index_at(evaluation->node, indices, i, extent, &at, error));
    for (int64_t o = 0; o < outer; o++)
      TN_TRY(tni_move_run(out, (o * count + i) * inner, data, (o * extent + at) * inner, inner,
                          error));
  }
  return TN_OK;
}

TNI_OPERATOR(Gather) = {
    .name = "Gather",
    .since = 13,
    .inputs = {{"data", TNI_PLAIN_TYPES, "T", 0}, {"indices", TNI_INDEX_TYPES, "Tind", 0}},
    .outputs = {{"output", TNI_PLAIN_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"axis", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}},
    .infer = gather_infer,
    .evaluate = gather_evaluate,
};
