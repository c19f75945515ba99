/* NonZero: the indices of the elements that are not 0, one row per axis. */
#include "ops/elements.h"
#include "ops/outputs.h"
#include "ops/shape_rules.h"

static tn_status infer(tni_inference *inference, tn_error *error) {
  (void)error;
  const tni_facts *input = inference->inputs[0];
  tni_facts *out = &inference->outputs[0];
  int64_t min, max;
  out->type = TN_I64;
  tni_facts_element_bounds(input, &min, &max);
  const tn_dimension dimensions[] = {input->has_rank
                                         ? tni_dimension_of(input->rank)
                                         : tni_dimension_between(inference, 0, TN_MAX_RANK),
                                     tni_dimension_between(inference, 0, max)};
  tni_facts_set_shape(out, 2, dimensions);
  return TN_OK;
}

static int is_set(const tn_tensor *tensor, uint64_t position) {
  double value;
  tni_load_reals(tensor->type, tensor->data, (int64_t)position, 1, 1, &value);
  return value != 0;
}

static void write_index(const tn_tensor *input, uint64_t position, int64_t column, int64_t columns,
                        int64_t *out) {
  for (uint32_t axis = input->rank; axis-- > 0;) {
    out[(int64_t)axis * columns + column] = (int64_t)(position % (uint64_t)input->shape[axis]);
    position /= (uint64_t)input->shape[axis];
  }
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  const tn_tensor *input = evaluation->inputs[0];
  const uint64_t total = tn_tensor_element_count(input);
  int64_t shape[2] = {input->rank, 0};
  for (uint64_t i = 0; i < total; i++)
    shape[1] += is_set(input, i);
  TN_TRY(tni_prepare_output(evaluation, 0, TN_I64, 2, shape, error));
  int64_t column = 0;
  for (uint64_t i = 0; i < total; i++)
    if (is_set(input, i)) write_index(input, i, column++, shape[1], evaluation->outputs[0]->data);
  return TN_OK;
}

TNI_OPERATOR(NonZero) = {.name = "NonZero",
                         .since = 13,
                         .inputs = {{"X", TNI_BASIC_TYPES, "T", 0}},
                         .outputs = {{"Y", TNI_TYPE(TN_I64), NULL, 0}},
                         .infer = infer,
                         .evaluate = evaluate};
