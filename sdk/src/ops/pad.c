#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/move.h"
#include "ops/shape_rules.h"
#include "ops/take.h"

enum { DATA, PADS, VALUE, AXES };

typedef enum pad_mode { CONSTANT, REFLECT, EDGE, WRAP } pad_mode;

static tn_status read_mode(const tn_node *node, pad_mode *out, tn_error *error) {
  static const char *const names[] = {"constant", "reflect", "edge", "wrap"};
  const tn_string mode = tni_attribute_string(node, "mode", TN_STRING("constant"));
  for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (tn_string_equal(mode, tn_string_from(names[i]))) {
      *out = (pad_mode)i;
      return TN_OK;
    }
  return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                       "mode must be constant, reflect, edge or wrap, but is \"%.*s\"",
                       TNI_TEXT(mode));
}

/* What is added before and behind each axis; negative: taken away. */
typedef struct padding {
  int64_t begin[TN_MAX_RANK];
  int64_t end[TN_MAX_RANK];
} padding;

/* Orders `count` pads, begins before ends, by axis; `axes` NULL stands for all. */
static tn_status sort_pads(const tn_node *node, const int64_t *pads, uint64_t count,
                           const int64_t *axes, uint64_t axis_count, uint32_t rank, padding *out,
                           tn_error *error) {
  uint32_t resolved[TNI_MAX_ELEMENTS];
  const uint64_t named = axes ? axis_count : rank;
  *out = (padding){{0}, {0}};
  if (count != 2 * named)
    return tni_node_fail(node, error, TN_WRONG_SHAPE,
                         "pads has %llu elements, but %llu axes are padded on two sides",
                         (unsigned long long)count, (unsigned long long)named);
  if (axes) TN_TRY(tni_resolve_axes(node, "axes", axes, axis_count, rank, resolved, error));
  for (uint32_t i = 0; i < named; i++) {
    const uint32_t axis = axes ? resolved[i] : i;
    out->begin[axis] = pads[i];
    out->end[axis] = pads[named + i];
  }
  return TN_OK;
}

static tn_status pad_dimension(tni_inference *inference, tn_dimension from, int64_t begin,
                               int64_t end, uint32_t axis, pad_mode mode, tn_dimension *out,
                               tn_error *error) {
  int64_t added;
  if (begin == 0 && end == 0) {
    *out = from;
    return TN_OK;
  }
  /* Half the range, so that places can be counted from either side of the padding. */
  const int64_t largest = INT64_MAX / 2;
  const int overflow = __builtin_add_overflow(begin, end, &added) || begin < -largest ||
                       begin > largest || end < -largest || end > largest;
  const int64_t most = tni_bound_add(from.max, added);
  if (overflow || most < 0 || (from.max != TN_UNBOUNDED && most == TN_UNBOUNDED))
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "pads %lld and %lld do not fit axis %u of %lld elements", (long long)begin,
                         (long long)end, axis, (long long)from.max);
  if (mode != CONSTANT && from.max == 0 && most > 0)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "axis %u is empty: there is nothing to pad it with", axis);
  const int64_t least = tni_bound_add(from.min, added);
  *out = tni_dimension_between(inference, least < 0 ? 0 : least, most);
  return TN_OK;
}

static tn_status pad_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[DATA];
  const tni_facts *axes = inference->input_count > AXES ? inference->inputs[AXES] : NULL;
  tni_facts *out = &inference->outputs[0];
  int64_t pads[TNI_MAX_ELEMENTS];
  int64_t named[TNI_MAX_ELEMENTS];
  uint32_t count;
  uint32_t axis_count = 0;
  pad_mode mode;
  padding sorted;
  out->type = data->type;
  TN_TRY(read_mode(inference->node, &mode, error));
  TN_TRY(tni_expect_vector(inference, PADS, 2 * TN_MAX_RANK, error));
  if (axes) TN_TRY(tni_expect_vector(inference, AXES, TN_MAX_RANK, error));
  if (!data->has_rank) return TN_OK;
  if (!tni_facts_integers(inference->inputs[PADS], pads, &count) ||
      (axes && !tni_facts_integers(axes, named, &axis_count))) {
    for (uint32_t i = 0; i < data->rank; i++)
      out->dimensions[i] = tni_dimension_between(inference, 0, TN_UNBOUNDED);
    tni_facts_set_shape(out, data->rank, out->dimensions);
    return TN_OK;
  }
  TN_TRY(sort_pads(inference->node, pads, count, axes ? named : NULL, axis_count, data->rank,
                   &sorted, error));
  for (uint32_t i = 0; i < data->rank; i++)
    TN_TRY(pad_dimension(inference, data->dimensions[i], sorted.begin[i], sorted.end[i], i, mode,
                         &out->dimensions[i], error));
  tni_facts_set_shape(out, data->rank, out->dimensions);
  return TN_OK;
}

static int64_t modulo(int64_t value, int64_t divisor) {
  const int64_t rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

/* The element of an axis of `extent` elements that place `at`, counted from its first, shows; -1:
 * the constant. */
static int64_t source_of(pad_mode mode, int64_t at, int64_t extent) {
  if (at >= 0 && at < extent) return at;
  if (mode == CONSTANT || extent == 0) return -1;
  if (mode == EDGE) return at < 0 ? 0 : extent - 1;
  if (mode == WRAP) return modulo(at, extent);
  if (extent == 1) return 0;
  const int64_t folded = modulo(at, 2 * (extent - 1));
  return folded < extent ? folded : 2 * (extent - 1) - folded;
}

static tn_status read_padding(tni_evaluation *evaluation, padding *out, tn_error *error) {
  tn_tensor *pads = evaluation->inputs[PADS];
  tn_tensor *axes = evaluation->input_count > AXES ? evaluation->inputs[AXES] : NULL;
  int64_t numbers[TNI_MAX_ELEMENTS];
  int64_t named[TNI_MAX_ELEMENTS];
  const uint64_t count = tn_tensor_element_count(pads);
  const uint64_t axis_count = axes ? tn_tensor_element_count(axes) : 0;
  if (count > TNI_MAX_ELEMENTS || axis_count > TNI_MAX_ELEMENTS)
    return tni_node_fail(evaluation->node, error, TN_WRONG_SHAPE,
                         "pads or axes have too many elements");
  tni_load_signed(pads->type, pads->data, 0, 1, (size_t)count, numbers);
  if (axes) tni_load_signed(axes->type, axes->data, 0, 1, (size_t)axis_count, named);
  return sort_pads(evaluation->node, numbers, count, axes ? named : NULL, axis_count,
                   evaluation->inputs[DATA]->rank, out, error);
}

static tn_status pad_evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *value = evaluation->input_count > VALUE ? evaluation->inputs[VALUE] : NULL;
  tn_tensor *data = evaluation->inputs[DATA];
  tn_tensor *out = evaluation->outputs[0];
  padding sorted;
  pad_mode mode;
  tni_take take;
  TN_TRY(read_mode(evaluation->node, &mode, error));
  TN_TRY(read_padding(evaluation, &sorted, error));
  /* Nothing to do, and the other dimensions may be too large for what follows. */
  if (tn_tensor_element_count(out) == 0) return TN_OK;
  TN_TRY(tni_take_create(evaluation, data, out, value, &take, error));
  for (uint32_t i = 0; i < out->rank; i++)
    for (int64_t at = 0; at < out->shape[i]; at++)
      take.picks[i][at] = source_of(mode, at - sorted.begin[i], data->shape[i]);
  const tn_status status = tni_take_run(&take, error);
  tni_take_destroy(evaluation, &take);
  return status;
}

TNI_OPERATOR(Pad) = {
    .name = "Pad",
    .since = 25,
    .inputs = {{"data", TNI_MOVED_TYPES, "T", 0},
               {"pads", TNI_TYPE(TN_I64), NULL, 0},
               {"constant_value", TNI_MOVED_TYPES, "T", TNI_OPTIONAL},
               {"axes", TNI_INDEX_TYPES, "Tind", TNI_OPTIONAL}},
    .outputs = {{"output", TNI_MOVED_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"mode", TN_ATTRIBUTE_STRING, 0}, {NULL, 0, 0}},
    .infer = pad_infer,
    .evaluate = pad_evaluate,
};
