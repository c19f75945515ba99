#include "ops/attributes.h"
#include "ops/broadcast.h"
#include "ops/matrix.h"
#include "ops/shape_rules.h"
#include "ops/types.h"

#define MAT_MUL_TYPES \
  (TNI_FLOAT_TYPES | TNI_TYPE(TN_I32) | TNI_TYPE(TN_I64) | TNI_TYPE(TN_U32) | TNI_TYPE(TN_U64))

/* Dimension `i` of the batch of an operand, right-aligned to `rank` batch dimensions; 1 where it
 * has none. */
static tn_dimension batch_dimension(const tni_facts *facts, uint32_t rank, uint32_t i) {
  const uint32_t own = facts->rank > 2 ? facts->rank - 2 : 0;
  return i + own < rank ? tni_dimension_of(1) : facts->dimensions[i + own - rank];
}

static uint32_t batch_rank(uint32_t a, uint32_t b) {
  const uint32_t larger = a > b ? a : b;
  return larger > 2 ? larger - 2 : 0;
}

static tn_status mat_mul_infer(tni_inference *inference, tn_error *error) {
  const tn_node *node = inference->node;
  const tni_facts *a = inference->inputs[0];
  const tni_facts *b = inference->inputs[1];
  tni_facts *y = &inference->outputs[0];
  char one[160];
  char other[160];
  y->type = a->type;
  if (!a->has_rank || !b->has_rank) return TN_OK;
  if (a->rank == 0 || b->rank == 0)
    return tni_node_fail(node, error, TN_WRONG_SHAPE, "operands must have a rank of at least 1");
  uint32_t rank = batch_rank(a->rank, b->rank);
  for (uint32_t i = 0; i < rank; i++)
    if (!tni_broadcast_dimension(inference, batch_dimension(a, rank, i),
                                 batch_dimension(b, rank, i), &y->dimensions[i]))
      return tni_node_fail(
          node, error, TN_WRONG_SHAPE, "batches of %s and %s cannot be broadcast together",
          tni_shape_text(a, one, sizeof one), tni_shape_text(b, other, sizeof other));
  const tn_dimension left = a->dimensions[a->rank - 1];
  const tn_dimension right = b->dimensions[b->rank > 1 ? b->rank - 2 : 0];
  if (tni_dimension_differs(left, right))
    return tni_node_fail(
        node, error, TN_WRONG_SHAPE, "A of %s has other columns than B of %s has rows",
        tni_shape_text(a, one, sizeof one), tni_shape_text(b, other, sizeof other));
  if (a->rank > 1) y->dimensions[rank++] = a->dimensions[a->rank - 2];
  if (b->rank > 1) y->dimensions[rank++] = b->dimensions[b->rank - 1];
  tni_facts_set_shape(y, rank, y->dimensions);
  return TN_OK;
}

/* Steps of an operand through the batch of the result: 0 where it repeats. */
static void batch_strides(const tn_tensor *tensor, uint32_t rank, int64_t *strides) {
  const uint32_t own = tensor->rank > 2 ? tensor->rank - 2 : 0;
  int64_t stride = 1;
  for (uint32_t i = tensor->rank - (tensor->rank > 1 ? 2 : 1); i < tensor->rank; i++)
    stride *= tensor->shape[i];
  for (uint32_t i = rank; i-- > 0;) {
    const int64_t extent = i + own < rank ? 1 : tensor->shape[i + own - rank];
    strides[i] = extent == 1 ? 0 : stride;
    stride *= extent;
  }
}

/* The products of all matrices of a batch of `count`. */
static tn_status multiply_batch(const tni_evaluation *evaluation, tni_matrix_product *product,
                                uint32_t rank, tn_error *error) {
  const int64_t *shape = product->y->shape;
  int64_t strides[2][TN_MAX_RANK];
  int64_t index[TN_MAX_RANK] = {0};
  batch_strides(product->a.tensor, rank, strides[0]);
  batch_strides(product->b.tensor, rank, strides[1]);
  for (;;) {
    TN_TRY(tni_matrix_multiply(evaluation, product, error));
    product->y_offset += product->rows * product->columns;
    uint32_t i = rank;
    while (i-- > 0) {
      product->a.offset += strides[0][i];
      product->b.offset += strides[1][i];
      if (++index[i] < shape[i]) break;
      product->a.offset -= strides[0][i] * shape[i];
      product->b.offset -= strides[1][i] * shape[i];
      index[i] = 0;
    }
    if (i == UINT32_MAX) return TN_OK;
  }
}

static tn_status mat_mul_evaluate(tni_evaluation *evaluation, tn_error *error) {
  const tn_tensor *a = evaluation->inputs[0];
  const tn_tensor *b = evaluation->inputs[1];
  const int64_t depth = a->shape[a->rank - 1];
  const int64_t columns = b->rank > 1 ? b->shape[b->rank - 1] : 1;
  tni_matrix_product product = {
      .rows = a->rank > 1 ? a->shape[a->rank - 2] : 1,
      .depth = depth,
      .columns = columns,
      .a = {a, 0, depth, 1},
      .b = {b, 0, columns, 1},
      .alpha = 1,
      .y = evaluation->outputs[0],
  };
  if (tn_tensor_element_count(product.y) == 0) return TN_OK;
  if (b->rank > 2) return multiply_batch(evaluation, &product, batch_rank(a->rank, b->rank), error);
  /* One right factor for all of them: the batch is nothing but more rows. */
  for (uint32_t i = 0; i + 2 < a->rank; i++)
    product.rows *= a->shape[i];
  return tni_matrix_multiply(evaluation, &product, error);
}

TNI_OPERATOR(MatMul) = {
    .name = "MatMul",
    .since = 13,
    .inputs = {{"A", MAT_MUL_TYPES, "T", 0}, {"B", MAT_MUL_TYPES, "T", 0}},
    .outputs = {{"Y", MAT_MUL_TYPES, "T", 0}},
    .infer = mat_mul_infer,
    .evaluate = mat_mul_evaluate,
    .flags = TNI_OPERATOR_COSTLY,
};
