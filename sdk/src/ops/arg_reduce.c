#include <math.h>

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/shape_rules.h"

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  tni_facts *out = &inference->outputs[0];
  const int keep = tni_attribute_int(inference->node, "keepdims", 1) != 0;
  uint32_t axis;
  uint32_t rank = 0;
  out->type = TN_I64;
  if (!data->has_rank) return TN_OK;
  TN_TRY(tni_resolve_axis(inference->node, "axis", tni_attribute_int(inference->node, "axis", 0),
                          data->rank, &axis, error));
  const tn_dimension along = data->dimensions[axis];
  if (along.max == 0)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "axis %u is empty: no element can be found", axis);
  for (uint32_t i = 0; i < data->rank; i++)
    if (i != axis)
      out->dimensions[rank++] = data->dimensions[i];
    else if (keep)
      out->dimensions[rank++] = tni_dimension_of(1);
  tni_facts_set_shape(out, rank, out->dimensions);
  return TN_OK;
}

/* What is looked for. */
typedef struct search {
  int largest; /* 1: the largest element, else the smallest. */
  int last;    /* 1: the last of equals, else the first. */
  int64_t place;
} search;

/* The place of the element sought among `count` that follow `first`; the best so far is kept in
 * `best`. NaN beats all. */
#define FIND(class, number, is_nan)                                                     \
  static void find_##class(search * self, const number *x, int64_t first, size_t count, \
                           number *best) {                                              \
    for (size_t i = 0; i < count; i++) {                                                \
      const int start = first == 0 && i == 0;                                           \
      const int better = self->largest ? x[i] > *best : x[i] < *best;                   \
      const int equal = x[i] == *best || (is_nan(x[i]) && is_nan(*best));               \
      const int nan = is_nan(x[i]) && !is_nan(*best);                                   \
      if (!start && !better && !nan && !(equal && self->last)) continue;                \
      *best = x[i];                                                                     \
      self->place = first + (int64_t)i;                                                 \
    }                                                                                   \
  }
#define NEVER(x) 0

FIND(reals, double, isnan)
FIND(signeds, int64_t, NEVER)
FIND(unsigneds, uint64_t, NEVER)

/* The place along a line of `length` elements. */
static int64_t find(const tn_tensor *data, search self, int64_t offset, int64_t stride,
                    int64_t length) {
  const tni_class class = tni_type_class(data->type);
  double reals[TNI_CHUNK];
  int64_t signeds[TNI_CHUNK];
  uint64_t unsigneds[TNI_CHUNK];
  double best_real = 0;
  int64_t best_signed = 0;
  uint64_t best_unsigned = 0;
  for (int64_t i = 0; i < length; i += TNI_CHUNK) {
    const size_t count = (size_t)(length - i < TNI_CHUNK ? length - i : TNI_CHUNK);
    const int64_t from = offset + i * stride;
    if (class == TNI_REAL) {
      tni_load_reals(data->type, data->data, from, stride, count, reals);
      find_reals(&self, reals, i, count, &best_real);
    } else if (class == TNI_SIGNED) {
      tni_load_signed(data->type, data->data, from, stride, count, signeds);
      find_signeds(&self, signeds, i, count, &best_signed);
    } else {
      tni_load_unsigned(data->type, data->data, from, stride, count, unsigneds);
      find_unsigneds(&self, unsigneds, i, count, &best_unsigned);
    }
  }
  return self.place;
}

static tn_status evaluate(tni_evaluation *evaluation, int largest, tn_error *error) {
  const tn_tensor *data = evaluation->inputs[0];
  int64_t *places = evaluation->outputs[0]->data;
  const search what = {.largest = largest,
                       .last = tni_attribute_int(evaluation->node, "select_last_index", 0) != 0};
  int64_t outer = 1;
  int64_t inner = 1;
  uint32_t axis;
  TN_TRY(tni_resolve_axis(evaluation->node, "axis", tni_attribute_int(evaluation->node, "axis", 0),
                          data->rank, &axis, error));
  for (uint32_t i = 0; i < axis; i++)
    outer *= data->shape[i];
  for (uint32_t i = axis + 1; i < data->rank; i++)
    inner *= data->shape[i];
  const int64_t length = data->shape[axis];
  for (int64_t o = 0; o < outer; o++)
    for (int64_t i = 0; i < inner; i++)
      places[o * inner + i] = find(data, what, o * length * inner + i, inner, length);
  return TN_OK;
}

static tn_status largest_evaluate(tni_evaluation *evaluation, tn_error *error) {
  return evaluate(evaluation, 1, error);
}

static tn_status smallest_evaluate(tni_evaluation *evaluation, tn_error *error) {
  return evaluate(evaluation, 0, error);
}

static const tni_formal_attribute attributes[] = {{"axis", TN_ATTRIBUTE_INT, 0},
                                                  {"keepdims", TN_ATTRIBUTE_INT, 0},
                                                  {"select_last_index", TN_ATTRIBUTE_INT, 0},
                                                  {NULL, 0, 0}};

TNI_OPERATOR(ArgMax) = {
    .name = "ArgMax",
    .since = 13,
    .inputs = {{"data", TNI_REAL_TYPES, "T", 0}},
    .outputs = {{"reduced", TNI_TYPE(TN_I64), NULL, 0}},
    .attributes = attributes,
    .infer = infer,
    .evaluate = largest_evaluate,
};

TNI_OPERATOR(ArgMin) = {
    .name = "ArgMin",
    .since = 13,
    .inputs = {{"data", TNI_REAL_TYPES, "T", 0}},
    .outputs = {{"reduced", TNI_TYPE(TN_I64), NULL, 0}},
    .attributes = attributes,
    .infer = infer,
    .evaluate = smallest_evaluate,
};
