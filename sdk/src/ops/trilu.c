#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

#include <string.h>

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[0];
  if (x->has_rank && x->rank < 2)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "input 0 must have a rank of at least 2, but has %u", x->rank);
  if (inference->input_count > 1 && inference->inputs[1])
    TN_TRY(tni_expect_one(inference, 1, error));
  return tni_infer_same_as_input(inference, error);
}

static int64_t clamp(int64_t value, int64_t high) {
  return value < 0 ? 0 : value > high ? high : value;
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *x = evaluation->inputs[0];
  tn_tensor *y = evaluation->outputs[0];
  const tn_tensor *diagonal = evaluation->input_count > 1 ? evaluation->inputs[1] : NULL;
  const int upper = tni_attribute_int(evaluation->node, "upper", 1) != 0;
  const int64_t columns = x->shape[x->rank - 1];
  const int64_t rows = x->shape[x->rank - 2];
  const int64_t total = (int64_t)tn_tensor_element_count(x);
  int64_t k = 0;
  if (diagonal) tni_load_signed(diagonal->type, diagonal->data, 0, 1, 1, &k);
  /* Beyond these nothing changes, and sums with rows stay small. */
  if (k > columns) k = columns;
  if (k < -rows) k = -rows;
  if (y->type != TN_STRING_ELEMENT)
    memset(y->data, 0, (size_t)tn_dense_bytes(y->type, (uint64_t)total));
  for (int64_t line = 0; columns > 0 && line < total / columns; line++) {
    /* First column on or above the diagonal, respectively first above it. */
    const int64_t edge = clamp(line % rows + k + !upper, columns);
    const int64_t begin = upper ? edge : 0;
    const int64_t end = upper ? columns : edge;
    const int64_t at = line * columns + begin;
    TN_TRY(tni_move_run(y, at, x, at, end - begin, error));
  }
  return TN_OK;
}

TNI_OPERATOR(Trilu) = {
    .name = "Trilu",
    .since = 14,
    .inputs = {{"input", TNI_PLAIN_TYPES, "T", 0}, {"k", TNI_TYPE(TN_I64), NULL, TNI_OPTIONAL}},
    .outputs = {{"output", TNI_PLAIN_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"upper", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}},
    .infer = infer,
    .evaluate = evaluate,
};
