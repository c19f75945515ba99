#include <stdlib.h>
#include <string.h>

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/move.h"
#include "ops/scratch.h"
#include "ops/shape_rules.h"

/* K as far as it is known; it is one number, at least 0. */
static tn_status read_k(tni_inference *inference, tn_dimension *out, tn_error *error) {
  tn_dimension k[TNI_MAX_ELEMENTS];
  uint32_t count;
  *out = (tn_dimension){0, TN_UNBOUNDED, NULL};
  TN_TRY(tni_expect_one(inference, 1, error));
  if (!tni_facts_elements(inference->inputs[1], k, &count)) return TN_OK;
  if (k[0].min < 0)
    return tni_node_fail(inference->node, error, TN_OUT_OF_RANGE, "K is %lld", (long long)k[0].min);
  *out = k[0];
  return TN_OK;
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[0];
  uint32_t axis;
  tn_dimension k;
  inference->outputs[0].type = x->type;
  if (inference->output_count > 1) inference->outputs[1].type = TN_I64;
  TN_TRY(read_k(inference, &k, error));
  if (!x->has_rank) return TN_OK;
  TN_TRY(tni_resolve_axis(inference->node, "axis", tni_attribute_int(inference->node, "axis", -1),
                          x->rank, &axis, error));
  const tn_dimension along = x->dimensions[axis];
  if (k.min > along.max)
    return tni_node_fail(inference->node, error, TN_OUT_OF_RANGE,
                         "K is %lld, but axis %u has %lld elements", (long long)k.min, axis,
                         (long long)along.max);
  if (k.max > along.max) k = tni_dimension_between(inference, k.min, along.max);
  for (uint32_t i = 0; i < inference->output_count; i++) {
    tni_facts_copy_shape(&inference->outputs[i], x);
    inference->outputs[i].dimensions[axis] = k;
  }
  return TN_OK;
}

/* An element by a key that orders as its value does, larger first, and by its place. */
typedef struct candidate {
  uint64_t key;
  int64_t place;
} candidate;

static int compare(const void *a, const void *b) {
  const candidate *left = a;
  const candidate *right = b;
  if (left->key != right->key) return left->key > right->key ? -1 : 1;
  return left->place < right->place ? -1 : left->place > right->place;
}

/* Flips what keeps the bits of a number from ordering like it; NaN is above all, and the zeros are
 * equal. */
static uint64_t key_of(const tn_tensor *x, int64_t at) {
  const uint64_t sign = UINT64_C(1) << 63;
  double real;
  int64_t number;
  uint64_t bits;
  switch (tni_type_class(x->type)) {
    case TNI_REAL:
      tni_load_reals(x->type, x->data, at, 1, 1, &real);
      if (real != real) return UINT64_MAX;
      real += 0.0;
      memcpy(&bits, &real, sizeof bits);
      return bits & sign ? ~bits : bits | sign;
    case TNI_SIGNED:
      tni_load_signed(x->type, x->data, at, 1, 1, &number);
      return (uint64_t)number ^ sign;
    case TNI_UNSIGNED:
    case TNI_NO_CLASS:
    default:
      tni_load_unsigned(x->type, x->data, at, 1, 1, &bits);
      return bits;
  }
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *x = evaluation->inputs[0];
  tn_tensor *values = evaluation->outputs[0];
  tn_tensor *places = evaluation->output_count > 1 ? evaluation->outputs[1] : NULL;
  const int largest = tni_attribute_int(evaluation->node, "largest", 1) != 0;
  int64_t outer = 1;
  int64_t inner = 1;
  int64_t k = 0;
  uint32_t axis;
  TN_TRY(tni_resolve_axis(evaluation->node, "axis", tni_attribute_int(evaluation->node, "axis", -1),
                          x->rank, &axis, error));
  tni_load_signed(TN_I64, evaluation->inputs[1]->data, 0, 1, 1, &k);
  for (uint32_t i = 0; i < axis; i++)
    outer *= x->shape[i];
  for (uint32_t i = axis + 1; i < x->rank; i++)
    inner *= x->shape[i];
  const int64_t length = x->shape[axis];
  candidate *candidates = tni_scratch(evaluation, (size_t)length, sizeof *candidates, error);
  if (!candidates) return TN_OUT_OF_MEMORY;
  tn_status status = TN_OK;
  for (int64_t line = 0; line < outer * inner && status == TN_OK; line++) {
    const int64_t from = line / inner * length * inner + line % inner;
    const int64_t to = line / inner * k * inner + line % inner;
    for (int64_t i = 0; i < length; i++) {
      const uint64_t key = key_of(x, from + i * inner);
      candidates[i] = (candidate){largest ? key : ~key, i};
    }
    qsort(candidates, (size_t)length, sizeof *candidates, compare);
    for (int64_t i = 0; i < k && status == TN_OK; i++) {
      if (values)
        status =
            tni_move_run(values, to + i * inner, x, from + candidates[i].place * inner, 1, error);
      if (places) ((int64_t *)places->data)[to + i * inner] = candidates[i].place;
    }
  }
  tni_free(evaluation->allocator, candidates);
  return status;
}

TNI_OPERATOR(TopK) = {
    .name = "TopK",
    .since = 24,
    .inputs = {{"X", TNI_REAL_TYPES, "T", 0}, {"K", TNI_TYPE(TN_I64), NULL, 0}},
    .outputs = {{"Values", TNI_REAL_TYPES, "T", 0}, {"Indices", TNI_TYPE(TN_I64), "I", 0}},
    .attributes = (const tni_formal_attribute[]){{"axis", TN_ATTRIBUTE_INT, 0},
                                                 {"largest", TN_ATTRIBUTE_INT, 0},
                                                 {"sorted", TN_ATTRIBUTE_INT, 0},
                                                 {NULL, 0, 0}},
    .infer = infer,
    .evaluate = evaluate,
};
