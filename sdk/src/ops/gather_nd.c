#include "ops/attributes.h"
#include "ops/index.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

/* Length of the index tuples; fails when data has no such dimensions. */
static tn_status check(const tni_inference *inference, int64_t batch, int64_t *tuple,
                       tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  const tni_facts *indices = inference->inputs[1];
  if (data->rank == 0 || indices->rank == 0)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "data and indices must have a rank of at least 1");
  if (batch < 0 || batch >= data->rank || batch >= indices->rank)
    return tni_node_fail(inference->node, error, TN_OUT_OF_RANGE,
                         "batch_dims is %lld, but data and indices have ranks %u and %u",
                         (long long)batch, data->rank, indices->rank);
  for (uint32_t i = 0; i < batch; i++)
    if (tni_dimension_differs(data->dimensions[i], indices->dimensions[i]))
      return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                           "data and indices must have one extent on the batch axis %u", i);
  const tn_dimension last = indices->dimensions[indices->rank - 1];
  *tuple = tni_dimension_is_static(last) ? last.min : -1;
  if (*tuple > data->rank - batch)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "indices name %lld axes, but data has %lld", (long long)*tuple,
                         (long long)data->rank - (long long)batch);
  return TN_OK;
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  const tni_facts *indices = inference->inputs[1];
  const int64_t batch = tni_attribute_int(inference->node, "batch_dims", 0);
  tni_facts *out = &inference->outputs[0];
  int64_t tuple = 0;
  out->type = data->type;
  if (!data->has_rank || !indices->has_rank) return TN_OK;
  TN_TRY(check(inference, batch, &tuple, error));
  if (tuple < 0) return TN_OK;
  const uint32_t rest = data->rank - (uint32_t)(batch + tuple);
  const uint32_t rank = indices->rank - 1 + rest;
  if (rank > TN_MAX_RANK)
    return tni_node_fail(inference->node, error, TN_UNSUPPORTED,
                         "the result has %u dimensions, more than %d", rank, TN_MAX_RANK);
  for (uint32_t i = 0; i + 1 < indices->rank; i++)
    out->dimensions[i] = indices->dimensions[i];
  for (uint32_t i = 0; i < rest; i++)
    out->dimensions[indices->rank - 1 + i] = data->dimensions[data->rank - rest + i];
  tni_facts_set_shape(out, rank, out->dimensions);
  return TN_OK;
}

static int64_t product_of(const int64_t *shape, int64_t begin, int64_t end) {
  int64_t product = 1;
  for (int64_t i = begin; i < end; i++)
    product *= shape[i];
  return product;
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *data = evaluation->inputs[0];
  tn_tensor *indices = evaluation->inputs[1];
  tn_tensor *out = evaluation->outputs[0];
  const int64_t batch = tni_attribute_int(evaluation->node, "batch_dims", 0);
  const int64_t tuple = indices->shape[indices->rank - 1];
  const int64_t batches = product_of(indices->shape, 0, batch);
  const int64_t tuples = product_of(indices->shape, batch, indices->rank - 1);
  const int64_t slices = product_of(data->shape, batch, batch + tuple);
  const int64_t slice = product_of(data->shape, batch + tuple, data->rank);
  for (int64_t b = 0; b < batches; b++)
    for (int64_t i = 0; i < tuples; i++) {
      const int64_t number = b * tuples + i;
      int64_t at;
      TN_TRY(tni_index_tuple(evaluation->node, indices, number * tuple, tuple, data->shape + batch,
                             &at, error));
      TN_TRY(tni_move_run(out, number * slice, data, (b * slices + at) * slice, slice, error));
    }
  return TN_OK;
}

TNI_OPERATOR(GatherND) = {
    .name = "GatherND",
    .since = 13,
    .inputs = {{"data", TNI_PLAIN_TYPES, "T", 0}, {"indices", TNI_TYPE(TN_I64), NULL, 0}},
    .outputs = {{"output", TNI_PLAIN_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"batch_dims", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}},
    .infer = infer,
    .evaluate = evaluate,
};
