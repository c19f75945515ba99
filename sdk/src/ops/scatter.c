/* ScatterElements and ScatterND: a copy of the data, in which the named elements are replaced or
 * combined. */
#include <math.h>

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/index.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

typedef enum reduction { REPLACE, ADD, MULTIPLY, MAXIMUM, MINIMUM } reduction;

static tn_status read_reduction(const tn_node *node, uint32_t type, reduction *out,
                                tn_error *error) {
  static const char *const names[] = {"none", "add", "mul", "max", "min"};
  const tn_string value = tni_attribute_string(node, "reduction", TN_STRING("none"));
  uint32_t i = 0;
  while (i < sizeof names / sizeof names[0] && !tn_string_equal(value, tn_string_from(names[i])))
    i++;
  if (i == sizeof names / sizeof names[0])
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                         "reduction must be none, add, mul, max or min, but is \"%.*s\"",
                         TNI_TEXT(value));
  *out = (reduction)i;
  if (*out == REPLACE || type == TN_ANY_TYPE || tni_type_in(type, TNI_BASIC_TYPES)) return TN_OK;
  return tni_node_fail(node, error, TN_UNSUPPORTED,
                       "elements of %s cannot be combined by reduction \"%.*s\"",
                       tni_type_name(type), TNI_TEXT(value));
}

/* One of the reductions for one class of numbers; integers wrap around as unsigned. */
#define COMBINE(class, number, sum, product)                         \
  static number combine_##class(reduction how, number a, number b) { \
    switch (how) {                                                   \
      case ADD:                                                      \
        return sum;                                                  \
      case MULTIPLY:                                                 \
        return product;                                              \
      case MAXIMUM:                                                  \
        return b > a ? b : a;                                        \
      case MINIMUM:                                                  \
        return b < a ? b : a;                                        \
      case REPLACE:                                                  \
      default:                                                       \
        return b;                                                    \
    }                                                                \
  }

COMBINE(ordered, double, a + b, a *b)
COMBINE(signed, int64_t, (int64_t)((uint64_t)a + (uint64_t)b), (int64_t)((uint64_t)a *(uint64_t)b))
COMBINE(unsigned, uint64_t, a + b, a *b)

static double combine_real(reduction how, double a, double b) {
  if (how >= MAXIMUM && (isnan(a) || isnan(b))) return a + b;
  return combine_ordered(how, a, b);
}

static void combine_element(reduction how, tn_tensor *to, int64_t at, const tn_tensor *updates,
                            int64_t from) {
  const uint32_t type = to->type;
  double reals[2];
  int64_t signeds[2];
  uint64_t unsigneds[2];
  switch (tni_type_class(type)) {
    case TNI_REAL:
      tni_load_reals(type, to->data, at, 1, 1, &reals[0]);
      tni_load_reals(type, updates->data, from, 1, 1, &reals[1]);
      reals[0] = combine_real(how, reals[0], reals[1]);
      tni_store_reals(type, to->data, at, 1, reals);
      return;
    case TNI_SIGNED:
      tni_load_signed(type, to->data, at, 1, 1, &signeds[0]);
      tni_load_signed(type, updates->data, from, 1, 1, &signeds[1]);
      signeds[0] = combine_signed(how, signeds[0], signeds[1]);
      tni_store_signed(type, to->data, at, 1, signeds);
      return;
    case TNI_UNSIGNED:
    case TNI_NO_CLASS:
    default:
      tni_load_unsigned(type, to->data, at, 1, 1, &unsigneds[0]);
      tni_load_unsigned(type, updates->data, from, 1, 1, &unsigneds[1]);
      unsigneds[0] = combine_unsigned(how, unsigneds[0], unsigneds[1]);
      tni_store_unsigned(type, to->data, at, 1, unsigneds);
  }
}

static tn_status combine(reduction how, tn_tensor *to, int64_t at, tn_tensor *updates, int64_t from,
                         int64_t count, tn_error *error) {
  if (how == REPLACE) return tni_move_run(to, at, updates, from, count, error);
  for (int64_t i = 0; i < count; i++)
    combine_element(how, to, at + i, updates, from + i);
  return TN_OK;
}

static tn_status infer_elements(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  const tni_facts *indices = inference->inputs[1];
  const tni_facts *updates = inference->inputs[2];
  reduction how;
  uint32_t axis;
  TN_TRY(read_reduction(inference->node, data->type, &how, error));
  if (data->has_rank) {
    TN_TRY(tni_resolve_axis(inference->node, "axis", tni_attribute_int(inference->node, "axis", 0),
                            data->rank, &axis, error));
    if (indices->has_rank) TN_TRY(tni_expect_same_rank(inference, 0, 1, error));
    TN_TRY(tni_expect_within(inference, 1, 0, axis, error));
  }
  if (indices->has_rank && updates->has_rank) {
    TN_TRY(tni_expect_same_rank(inference, 1, 2, error));
    for (uint32_t i = 0; i < indices->rank; i++)
      if (tni_dimension_differs(indices->dimensions[i], updates->dimensions[i]))
        return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                             "indices and updates must have one shape, but differ on axis %u", i);
  }
  return tni_infer_same_as_input(inference, error);
}

static tn_status evaluate_elements(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *out = evaluation->outputs[0];
  reduction how;
  tni_axis_walk walk;
  TN_TRY(read_reduction(evaluation->node, out->type, &how, error));
  TN_TRY(tni_move_all(out, evaluation->inputs[0], error));
  TN_TRY(tni_axis_walk_start(&walk, evaluation, out, evaluation->inputs[1], error));
  while (tni_axis_walk_next(&walk)) {
    int64_t at;
    TN_TRY(tni_axis_walk_target(&walk, &at, error));
    TN_TRY(combine(how, out, at, evaluation->inputs[2], walk.position, 1, error));
  }
  return TN_OK;
}

/* Updates have the shape of the tuples' places, followed by the dimensions that a tuple leaves
 * open. */
static tn_status check_updates(const tni_inference *inference, int64_t tuple, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  const tni_facts *indices = inference->inputs[1];
  const tni_facts *updates = inference->inputs[2];
  const uint32_t places = indices->rank - 1;
  if (tuple > data->rank)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "indices name %lld axes, but data has %u", (long long)tuple, data->rank);
  if (!updates->has_rank) return TN_OK;
  int fits = updates->rank == places + data->rank - (uint32_t)tuple;
  for (uint32_t i = 0; fits && i < updates->rank; i++)
    fits = !tni_dimension_differs(
        updates->dimensions[i],
        i < places ? indices->dimensions[i] : data->dimensions[i - places + (uint32_t)tuple]);
  if (fits) return TN_OK;
  char text[160];
  return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                       "updates of %s do not fit data and indices",
                       tni_shape_text(updates, text, sizeof text));
}

static tn_status infer_nd(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  const tni_facts *indices = inference->inputs[1];
  reduction how;
  TN_TRY(read_reduction(inference->node, data->type, &how, error));
  if ((data->has_rank && data->rank == 0) || (indices->has_rank && indices->rank == 0))
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "data and indices must have a rank of at least 1");
  if (data->has_rank && indices->has_rank &&
      tni_dimension_is_static(indices->dimensions[indices->rank - 1]))
    TN_TRY(check_updates(inference, indices->dimensions[indices->rank - 1].min, error));
  return tni_infer_same_as_input(inference, error);
}

static tn_status evaluate_nd(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *out = evaluation->outputs[0];
  tn_tensor *indices = evaluation->inputs[1];
  const int64_t tuple = indices->shape[indices->rank - 1];
  reduction how;
  int64_t tuples = 1;
  int64_t slice = 1;
  TN_TRY(read_reduction(evaluation->node, out->type, &how, error));
  TN_TRY(tni_move_all(out, evaluation->inputs[0], error));
  for (uint32_t i = 0; i + 1 < indices->rank; i++)
    tuples *= indices->shape[i];
  for (int64_t i = tuple; i < out->rank; i++)
    slice *= out->shape[i];
  for (int64_t i = 0; i < tuples; i++) {
    int64_t at;
    TN_TRY(tni_index_tuple(evaluation->node, indices, i * tuple, tuple, out->shape, &at, error));
    TN_TRY(combine(how, out, at * slice, evaluation->inputs[2], i * slice, slice, error));
  }
  return TN_OK;
}

TNI_OPERATOR(ScatterElements) = {
    .name = "ScatterElements",
    .since = 18,
    .inputs = {{"data", TNI_PLAIN_TYPES, "T", 0},
               {"indices", TNI_INDEX_TYPES, "Tind", 0},
               {"updates", TNI_PLAIN_TYPES, "T", 0}},
    .outputs = {{"output", TNI_PLAIN_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"axis", TN_ATTRIBUTE_INT, 0},
                                                 {"reduction", TN_ATTRIBUTE_STRING, 0},
                                                 {NULL, 0, 0}},
    .infer = infer_elements,
    .evaluate = evaluate_elements,
};

TNI_OPERATOR(ScatterND) = {
    .name = "ScatterND",
    .since = 18,
    .inputs = {{"data", TNI_PLAIN_TYPES, "T", 0},
               {"indices", TNI_TYPE(TN_I64), NULL, 0},
               {"updates", TNI_PLAIN_TYPES, "T", 0}},
    .outputs = {{"output", TNI_PLAIN_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"reduction", TN_ATTRIBUTE_STRING, 0},
                                                 {NULL, 0, 0}},
    .infer = infer_nd,
    .evaluate = evaluate_nd,
};
