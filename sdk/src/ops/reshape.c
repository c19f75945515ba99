#include "ops/attributes.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

/* The target shape as it is worked out; `missing` is the index of the -1, or the rank when there is
 * none. */
typedef struct target {
  uint32_t rank;
  uint32_t missing;
  tn_dimension dimensions[TN_MAX_RANK];
} target;

/* A 0 that may come up copies the input's dimension at that place, so that only bounds can be said.
 */
static tn_dimension maybe_copied(tni_inference *inference, const tni_facts *data,
                                 tn_dimension asked, uint32_t index) {
  if (asked.min > 0) return asked;
  if (!data->has_rank || index >= data->rank)
    return tni_dimension_between(inference, 0, TN_UNBOUNDED);
  const tn_dimension copied = data->dimensions[index];
  if (tni_dimension_same(asked, copied)) return asked;
  return tni_dimension_between(inference, 0, asked.max > copied.max ? asked.max : copied.max);
}

static tn_status read_target(tni_inference *inference, const tn_dimension *asked, target *out,
                             tn_error *error) {
  const tn_node *node = inference->node;
  const tni_facts *data = inference->inputs[0];
  const int allow_zero = tni_attribute_int(node, "allowzero", 0) != 0;
  int zero = 0;
  out->missing = out->rank;
  for (uint32_t i = 0; i < out->rank; i++) {
    tn_dimension *to = &out->dimensions[i];
    *to = asked[i];
    if (!tni_dimension_is_static(asked[i])) {
      if (!allow_zero) *to = maybe_copied(inference, data, asked[i], i);
    } else if (asked[i].min == -1) {
      if (out->missing < out->rank)
        return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "shape has -1 at %u and at %u",
                             out->missing, i);
      out->missing = i;
    } else if (asked[i].min < 0) {
      return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "shape[%u] is %lld", i,
                           (long long)asked[i].min);
    } else if (asked[i].min == 0 && allow_zero) {
      zero = 1;
    } else if (asked[i].min == 0) {
      if (data->has_rank && i >= data->rank)
        return tni_node_fail(
            node, error, TN_INVALID_ARGUMENT,
            "shape[%u] is 0, to copy a dimension that data of rank %u does not have", i,
            data->rank);
      *to =
          data->has_rank ? data->dimensions[i] : tni_dimension_between(inference, 0, TN_UNBOUNDED);
    }
  }
  if (zero && out->missing < out->rank)
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                         "shape has both 0 and -1 while allowzero is set");
  return TN_OK;
}

/* Dimensions that stand on both sides, by identity, take no part in what is still to be matched. */
static void cancel(const tni_facts *data, const target *to, tni_facts *left, tni_facts *right) {
  uint32_t used = 0;
  left->has_rank = right->has_rank = 1;
  left->rank = right->rank = 0;
  for (uint32_t i = 0; i < to->rank; i++) {
    if (i == to->missing) continue;
    const tn_dimension dimension = to->dimensions[i];
    uint32_t match = data->rank;
    for (uint32_t j = 0; j < data->rank && match == data->rank; j++)
      if (!(used >> j & 1) && !tni_dimension_is_static(dimension) &&
          tni_dimension_same(dimension, data->dimensions[j]))
        match = j;
    if (match < data->rank)
      used |= 1u << match;
    else
      right->dimensions[right->rank++] = dimension;
  }
  for (uint32_t j = 0; j < data->rank; j++)
    if (!(used >> j & 1)) left->dimensions[left->rank++] = data->dimensions[j];
}

/* The product of `left` divided by `divisor` > 0: known factors go first, so that a single symbol
 * may remain. */
static tn_dimension quotient(tni_inference *inference, const tni_facts *left, int64_t divisor) {
  tn_dimension rest[TN_MAX_RANK];
  for (uint32_t i = 0; i < left->rank; i++) {
    const tn_dimension factor = left->dimensions[i];
    rest[i] = factor;
    if (!tni_dimension_is_static(factor) || factor.min == 0) continue;
    if (divisor % factor.min == 0) {
      divisor /= factor.min;
      rest[i] = tni_dimension_of(1);
    } else if (factor.min % divisor == 0) {
      rest[i] = tni_dimension_of(factor.min / divisor);
      divisor = 1;
    }
  }
  const tn_dimension product = tni_dimension_product(inference, rest, left->rank);
  if (divisor == 1) return product;
  return tni_dimension_between(inference, product.min / divisor,
                               product.max == TN_UNBOUNDED ? TN_UNBOUNDED : product.max / divisor);
}

/* The dimension that makes `left` as large as `right` times it. */
static tn_status missing_dimension(tni_inference *inference, const tni_facts *left,
                                   const tni_facts *right, tn_dimension *out, tn_error *error) {
  int64_t least, most, right_least, right_most;
  tni_facts_element_bounds(left, &least, &most);
  tni_facts_element_bounds(right, &right_least, &right_most);
  if (right_least != right_most) {
    *out = tni_dimension_between(inference, 0, most);
    return TN_OK;
  }
  if (right_most == 0 || (least == most && least % right_most != 0))
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "the -1 of shape cannot make %lld elements out of %lld times it",
                         (long long)least, (long long)right_most);
  *out = quotient(inference, left, right_most);
  return TN_OK;
}

static tn_status match_elements(tni_inference *inference, target *to, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  tni_facts left;
  tni_facts right;
  int64_t least, most, right_least, right_most;
  if (!data->has_rank) {
    if (to->missing < to->rank)
      to->dimensions[to->missing] = tni_dimension_between(inference, 0, TN_UNBOUNDED);
    return TN_OK;
  }
  cancel(data, to, &left, &right);
  if (to->missing < to->rank)
    return missing_dimension(inference, &left, &right, &to->dimensions[to->missing], error);
  tni_facts_element_bounds(&left, &least, &most);
  tni_facts_element_bounds(&right, &right_least, &right_most);
  if (left.rank + right.rank > 0 && (most < right_least || right_most < least))
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "data of %lld elements cannot take a shape of %lld elements",
                         (long long)least, (long long)right_least);
  return TN_OK;
}

static tn_status reshape_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *shape = inference->inputs[1];
  tni_facts *out = &inference->outputs[0];
  tn_dimension asked[TNI_MAX_ELEMENTS];
  target to = {0};
  out->type = inference->inputs[0]->type;
  TN_TRY(tni_expect_rank(inference, 1, 1, error));
  const int known = tni_facts_elements(shape, asked, &to.rank);
  if (!known) {
    if (!shape->has_rank || !tni_dimension_is_static(shape->dimensions[0])) return TN_OK;
    if (shape->dimensions[0].min <= TN_MAX_RANK) to.rank = (uint32_t)shape->dimensions[0].min;
  }
  if (to.rank > TN_MAX_RANK || (!known && shape->dimensions[0].min > TN_MAX_RANK))
    return tni_node_fail(inference->node, error, TN_UNSUPPORTED,
                         "shape has more than %d dimensions", TN_MAX_RANK);
  if (known) {
    TN_TRY(read_target(inference, asked, &to, error));
    TN_TRY(match_elements(inference, &to, error));
  } else {
    for (uint32_t i = 0; i < to.rank; i++)
      to.dimensions[i] = tni_dimension_between(inference, 0, TN_UNBOUNDED);
  }
  tni_facts_set_shape(out, to.rank, to.dimensions);
  tni_facts_pass_elements(inference, 0, inference->inputs[0]);
  return TN_OK;
}

static tn_status reshape_evaluate(tni_evaluation *evaluation, tn_error *error) {
  return tni_move_all(evaluation->outputs[0], evaluation->inputs[0], error);
}

TNI_OPERATOR(Reshape) = {
    .name = "Reshape",
    .since = 25,
    .inputs = {{"data", TNI_ALL_TYPES, "T", 0}, {"shape", TNI_TYPE(TN_I64), NULL, 0}},
    .outputs = {{"reshaped", TNI_ALL_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"allowzero", TN_ATTRIBUTE_INT, 0}, {NULL, 0, 0}},
    .infer = reshape_infer,
    .evaluate = reshape_evaluate,
};
