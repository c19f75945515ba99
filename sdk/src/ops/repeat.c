/* Expand and Tile: elements repeated along axes. */
#include "ops/attributes.h"
#include "ops/broadcast.h"
#include "ops/elements.h"
#include "ops/move.h"
#include "ops/outputs.h"
#include "ops/shape_input.h"
#include "ops/shape_rules.h"

#include <string.h>

static int same_shape(const tni_facts *a, const tni_facts *b) {
  int same = a->rank == b->rank;
  for (uint32_t i = 0; same && i < a->rank; i++)
    same = tni_dimension_same(a->dimensions[i], b->dimensions[i]);
  return same;
}

static tn_status infer_expand(tni_inference *inference, tn_error *error) {
  const tni_facts *input = inference->inputs[0];
  tni_facts *out = &inference->outputs[0];
  tni_facts asked = {0};
  out->type = input->type;
  TN_TRY(tni_infer_shape_from_input(inference, 1, &asked, error));
  if (!input->has_rank || !asked.has_rank) return TN_OK;
  const tni_facts *pair[] = {input, &asked};
  tni_inference both = *inference;
  both.inputs = pair;
  both.input_count = 2;
  TN_TRY(tni_broadcast_shapes(&both, 0, 2, out, error));
  if (same_shape(input, out)) tni_facts_pass_elements(inference, 0, input);
  return TN_OK;
}

/* The larger shape, aligned at the end; the shapes were found to fit. */
static uint32_t join_shapes(const tn_tensor *input, uint32_t rank, const int64_t *asked,
                            int64_t *out) {
  const uint32_t joined = rank > input->rank ? rank : input->rank;
  for (uint32_t i = 0; i < joined; i++) {
    const int64_t a = i < input->rank ? input->shape[input->rank - 1 - i] : 1;
    const int64_t b = i < rank ? asked[rank - 1 - i] : 1;
    out[joined - 1 - i] = a == 1 ? b : a;
  }
  return joined;
}

static tn_status evaluate_expand(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *input = evaluation->inputs[0];
  int64_t asked[TN_MAX_RANK], shape[TN_MAX_RANK];
  uint32_t rank;
  TN_TRY(tni_read_shape(evaluation, 1, &rank, asked, error));
  rank = join_shapes(input, rank, asked, shape);
  TN_TRY(tni_prepare_output(evaluation, 0, input->type, rank, shape, error));
  tni_move move = {.rank = rank};
  int64_t strides[TN_MAX_RANK];
  tni_dense_strides(input->rank, input->shape, strides);
  tni_dense_strides(rank, shape, move.to_strides);
  memcpy(move.shape, shape, rank * sizeof *shape);
  for (uint32_t i = 0; i < input->rank; i++)
    if (input->shape[i] != 1) move.from_strides[rank - input->rank + i] = strides[i];
  return tni_move_box(evaluation->outputs[0], input, &move, error);
}

static tn_status infer_tile(tni_inference *inference, tn_error *error) {
  const tni_facts *input = inference->inputs[0];
  tni_facts *out = &inference->outputs[0];
  tni_facts repeats = {0};
  out->type = input->type;
  TN_TRY(tni_infer_shape_from_input(inference, 1, &repeats, error));
  if (!input->has_rank) return TN_OK;
  if (repeats.has_rank && repeats.rank != input->rank)
    return tni_node_fail(
        inference->node, error, TN_WRONG_SHAPE,
        "input 'repeats' must hold one number for each of the %u dimensions, %u came", input->rank,
        repeats.rank);
  tn_dimension dimensions[TN_MAX_RANK];
  for (uint32_t i = 0; i < input->rank; i++) {
    const tn_dimension factors[] = {
        input->dimensions[i],
        repeats.has_rank ? repeats.dimensions[i] : (tn_dimension){0, TN_UNBOUNDED, NULL}};
    dimensions[i] = tni_dimension_product(inference, factors, 2);
  }
  tni_facts_set_shape(out, input->rank, dimensions);
  return TN_OK;
}

/* Copies the whole input to each of its places in the output. */
static tn_status tile(tn_tensor *to, tn_tensor *from, const int64_t *repeats, tn_error *error) {
  tni_move move = {0};
  int64_t from_strides[TN_MAX_RANK], to_strides[TN_MAX_RANK];
  tni_dense_strides(from->rank, from->shape, from_strides);
  tni_dense_strides(to->rank, to->shape, to_strides);
  move.rank = from->rank;
  memcpy(move.shape, from->shape, from->rank * sizeof *move.shape);
  memcpy(move.from_strides, from_strides, sizeof move.from_strides);
  memcpy(move.to_strides, to_strides, sizeof move.to_strides);
  int64_t copy[TN_MAX_RANK] = {0};
  for (;;) {
    TN_TRY(tni_move_box(to, from, &move, error));
    uint32_t axis = from->rank;
    while (axis-- > 0) {
      move.to_offset += from->shape[axis] * to_strides[axis];
      if (++copy[axis] < repeats[axis]) break;
      move.to_offset -= to->shape[axis] * to_strides[axis];
      copy[axis] = 0;
    }
    if (axis == UINT32_MAX) return TN_OK;
  }
}

static tn_status evaluate_tile(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *input = evaluation->inputs[0];
  int64_t repeats[TN_MAX_RANK], shape[TN_MAX_RANK];
  uint32_t rank;
  TN_TRY(tni_read_shape(evaluation, 1, &rank, repeats, error));
  for (uint32_t i = 0; i < rank; i++)
    if (__builtin_mul_overflow(input->shape[i], repeats[i], &shape[i]))
      return tni_node_fail(evaluation->node, error, TN_OUT_OF_RANGE,
                           "dimension %u becomes too large", i);
  TN_TRY(tni_prepare_output(evaluation, 0, input->type, rank, shape, error));
  if (tn_tensor_element_count(evaluation->outputs[0]) == 0) return TN_OK;
  return tile(evaluation->outputs[0], input, repeats, error);
}

#define TYPES (TNI_MOVABLE_TYPES | TNI_TYPE(TN_STRING_ELEMENT))

TNI_OPERATOR(Expand) = {.name = "Expand",
                        .since = 13,
                        .inputs = {{"input", TYPES, "T", 0}, {"shape", TNI_TYPE(TN_I64), NULL, 0}},
                        .outputs = {{"output", TYPES, "T", 0}},
                        .infer = infer_expand,
                        .evaluate = evaluate_expand};

TNI_OPERATOR(Tile) = {.name = "Tile",
                      .since = 13,
                      .inputs = {{"input", TYPES, "T", 0}, {"repeats", TNI_TYPE(TN_I64), "T1", 0}},
                      .outputs = {{"output", TYPES, "T", 0}},
                      .infer = infer_tile,
                      .evaluate = evaluate_tile};
