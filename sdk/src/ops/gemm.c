#include "ops/attributes.h"
#include "ops/matrix.h"
#include "ops/shape_rules.h"
#include "ops/types.h"

#define GEMM_TYPES \
  (TNI_FLOAT_TYPES | TNI_TYPE(TN_I32) | TNI_TYPE(TN_I64) | TNI_TYPE(TN_U32) | TNI_TYPE(TN_U64))

enum { A, B, C };

/* C is broadcast to rows x columns; it may lack leading dimensions. */
static tn_status check_c(tni_inference *inference, const tni_facts *c, const tni_facts *y,
                         tn_error *error) {
  char have[160];
  char want[160];
  int fits = c->rank <= 2;
  for (uint32_t i = 0; fits && i < c->rank; i++) {
    const tn_dimension of_c = c->dimensions[c->rank - 1 - i];
    fits = !tni_dimension_differs(of_c, tni_dimension_of(1)) ||
           !tni_dimension_differs(of_c, y->dimensions[1 - i]);
  }
  if (fits) return TN_OK;
  return tni_node_fail(inference->node, error, TN_WRONG_SHAPE, "C of %s cannot be broadcast to %s",
                       tni_shape_text(c, have, sizeof have), tni_shape_text(y, want, sizeof want));
}

static tn_status gemm_infer(tni_inference *inference, tn_error *error) {
  const tn_node *node = inference->node;
  const tni_facts *a = inference->inputs[A];
  const tni_facts *b = inference->inputs[B];
  const tni_facts *c = inference->input_count > C ? inference->inputs[C] : NULL;
  const int transpose_a = tni_attribute_int(node, "transA", 0) != 0;
  const int transpose_b = tni_attribute_int(node, "transB", 0) != 0;
  tni_facts *y = &inference->outputs[0];
  char one[64];
  char other[64];
  y->type = a->type;
  TN_TRY(tni_expect_rank(inference, A, 2, error));
  TN_TRY(tni_expect_rank(inference, B, 2, error));
  for (uint32_t i = 0; i < 2; i++)
    y->dimensions[i] = tni_dimension_between(inference, 0, TN_UNBOUNDED);
  if (a->has_rank) y->dimensions[0] = a->dimensions[transpose_a];
  if (b->has_rank) y->dimensions[1] = b->dimensions[!transpose_b];
  tni_facts_set_shape(y, 2, y->dimensions);
  if (a->has_rank && b->has_rank) {
    const tn_dimension left = a->dimensions[!transpose_a];
    const tn_dimension right = b->dimensions[transpose_b];
    if (tni_dimension_differs(left, right))
      return tni_node_fail(node, error, TN_WRONG_SHAPE, "A has %s columns, but B has %s rows",
                           tni_dimension_text(left, one, sizeof one),
                           tni_dimension_text(right, other, sizeof other));
  }
  return c && c->has_rank ? check_c(inference, c, y, error) : TN_OK;
}

/* C as a matrix whose dimensions of 1 repeat. */
static tni_matrix broadcast_c(const tn_tensor *c) {
  tni_matrix matrix = {.tensor = c};
  if (!c) return matrix;
  const int64_t columns = c->rank > 0 ? c->shape[c->rank - 1] : 1;
  const int64_t rows = c->rank > 1 ? c->shape[0] : 1;
  matrix.row_stride = rows == 1 ? 0 : columns;
  matrix.column_stride = columns == 1 ? 0 : 1;
  return matrix;
}

static tn_status gemm_evaluate(tni_evaluation *evaluation, tn_error *error) {
  const tn_node *node = evaluation->node;
  const tn_tensor *a = evaluation->inputs[A];
  const tn_tensor *b = evaluation->inputs[B];
  const int transpose_a = tni_attribute_int(node, "transA", 0) != 0;
  const int transpose_b = tni_attribute_int(node, "transB", 0) != 0;
  const tni_matrix_product product = {
      .rows = a->shape[transpose_a],
      .depth = a->shape[!transpose_a],
      .columns = b->shape[!transpose_b],
      .a = {a, 0, transpose_a ? 1 : a->shape[1], transpose_a ? a->shape[1] : 1},
      .b = {b, 0, transpose_b ? 1 : b->shape[1], transpose_b ? b->shape[1] : 1},
      .c = broadcast_c(evaluation->input_count > C ? evaluation->inputs[C] : NULL),
      .alpha = tni_attribute_float(node, "alpha", 1),
      .beta = tni_attribute_float(node, "beta", 1),
      .y = evaluation->outputs[0],
  };
  return tni_matrix_multiply(evaluation, &product, error);
}

TNI_OPERATOR(Gemm) = {
    .name = "Gemm",
    .since = 13,
    .inputs = {{"A", GEMM_TYPES, "T", 0},
               {"B", GEMM_TYPES, "T", 0},
               {"C", GEMM_TYPES, "T", TNI_OPTIONAL}},
    .outputs = {{"Y", GEMM_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"alpha", TN_ATTRIBUTE_FLOAT, 0},
                                                 {"beta", TN_ATTRIBUTE_FLOAT, 0},
                                                 {"transA", TN_ATTRIBUTE_INT, 0},
                                                 {"transB", TN_ATTRIBUTE_INT, 0},
                                                 {NULL, 0, 0}},
    .infer = gemm_infer,
    .evaluate = gemm_evaluate,
    .flags = TNI_OPERATOR_COSTLY,
};
