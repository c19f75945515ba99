#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

enum { DATA, STARTS, ENDS, AXES, STEPS };

/* A range of one axis whose length is known. */
typedef struct range {
  int64_t start; /* First element. */
  int64_t step;  /* Never 0. */
  int64_t count; /* Elements taken. */
} range;

static int64_t clamp(int64_t value, int64_t low, int64_t high) {
  return value < low ? low : value > high ? high : value;
}

/* Elements from `start` to before `end` of an axis of `extent` elements, both as they stand in the
 * inputs. */
static range resolve(int64_t start, int64_t end, int64_t step, int64_t extent) {
  if (start < 0) start = start < -extent ? -1 : start + extent;
  if (end < 0) end = end < -extent ? -1 : end + extent;
  range result = {.step = step};
  if (step > 0) {
    result.start = clamp(start, 0, extent);
    end = clamp(end, 0, extent);
    if (end > result.start) result.count = (end - result.start - 1) / step + 1;
  } else {
    result.start = clamp(start, 0, extent - 1);
    end = clamp(end, -1, extent - 1);
    /* -(step + 1) + 1 would overflow for the smallest step; its quotient is 0 either way. */
    if (result.start > end && extent > 0)
      result.count = (result.start - end - 1) / (step == INT64_MIN ? INT64_MAX : -step) + 1;
  }
  return result;
}

/* What is known of the elements of one of the inputs; 0 for nothing. */
static int read_values(const tni_inference *inference, uint32_t index, tn_dimension *out,
                       uint32_t *count) {
  const tni_facts *facts = inference->input_count > index ? inference->inputs[index] : NULL;
  return facts && tni_facts_elements(facts, out, count);
}

static int is_left_out(const tni_inference *inference, uint32_t index) {
  return inference->input_count <= index || !inference->inputs[index];
}

/* Length of a slice whose start, end and step are known, of an axis that is not. */
static tn_dimension slice_unknown(tni_inference *inference, tn_dimension whole, int64_t start,
                                  int64_t end, int64_t step) {
  if (start == 0 && step == 1 && end >= whole.max) return whole;
  if (step == -1 && (start == -1 || start >= whole.max) && end < 0 && end < -whole.max)
    return whole;
  const int64_t least = resolve(start, end, step, whole.min).count;
  if (step < 0 ||
      (start < 0 && end >= 0 && end < whole.max)) /* Not monotone in the axis' length. */
    return tni_dimension_between(inference, 0, whole.max);
  if (whole.max != TN_UNBOUNDED)
    return tni_dimension_between(inference, least, resolve(start, end, step, whole.max).count);
  const int bounded = start < 0 ? end < 0 || end == INT64_MAX : end >= 0 && end < INT32_MAX;
  const int64_t most = bounded ? resolve(start, end, step, INT64_MAX).count : TN_UNBOUNDED;
  return tni_dimension_between(inference, least, most);
}

/* Length of a slice of which some of the numbers are not known. */
static tn_dimension slice_dimension(tni_inference *inference, tn_dimension whole,
                                    const tn_dimension *start, const tn_dimension *end,
                                    const tn_dimension *step) {
  const int64_t stride = step ? step->min : 1;
  if (start && end && tni_dimension_is_static(*start) &&
      (!step || tni_dimension_is_static(*step))) {
    if (tni_dimension_is_static(*end) && tni_dimension_is_static(whole))
      return tni_dimension_of(resolve(start->min, end->min, stride, whole.min).count);
    if (tni_dimension_is_static(*end))
      return slice_unknown(inference, whole, start->min, end->min, stride);
    if (start->min == 0 && stride == 1 && end->min >= 0) {
      if (end->max <= whole.min || tni_dimension_same(*end, whole)) return *end;
      return tni_dimension_between(inference, end->min < whole.min ? end->min : whole.min,
                                   end->max < whole.max ? end->max : whole.max);
    }
  }
  return tni_dimension_between(inference, 0, whole.max);
}

/* The inputs of a slice as far as they are known; `count` axes are named. */
typedef struct numbers {
  int has_starts, has_ends, has_steps;
  uint32_t count;
  uint32_t axes[TNI_MAX_ELEMENTS];
  tn_dimension starts[TNI_MAX_ELEMENTS], ends[TNI_MAX_ELEMENTS], steps[TNI_MAX_ELEMENTS];
} numbers;

static tn_status expect_count(const tni_inference *inference, uint32_t index, int has,
                              uint32_t count, uint32_t wanted, tn_error *error) {
  static const char *const names[] = {"data", "starts", "ends", "axes", "steps"};
  if (!has || count == wanted) return TN_OK;
  return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                       "%s has %u elements, but %u axes are sliced", names[index], count, wanted);
}

/* Finds the axes; 0 when it is not known which they are. */
static tn_status read_axes(tni_inference *inference, numbers *out, int *known, tn_error *error) {
  const uint32_t rank = inference->inputs[DATA]->rank;
  int64_t axes[TNI_MAX_ELEMENTS];
  *known = 1;
  if (is_left_out(inference, AXES)) {
    *known = out->has_starts || out->has_ends;
    for (uint32_t i = 0; i < TNI_MAX_ELEMENTS; i++)
      out->axes[i] = i;
    if (*known && out->count > rank)
      return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                           "starts has %u elements, but data has rank %u", out->count, rank);
    return TN_OK;
  }
  *known = tni_facts_integers(inference->inputs[AXES], axes, &out->count);
  if (!*known) return TN_OK;
  return tni_resolve_axes(inference->node, "axes", axes, out->count, rank, out->axes, error);
}

static tn_status read_numbers(tni_inference *inference, numbers *out, int *known, tn_error *error) {
  uint32_t starts = 0;
  uint32_t ends = 0;
  uint32_t steps = 0;
  for (uint32_t i = STARTS; i <= STEPS; i++)
    if (!is_left_out(inference, i)) TN_TRY(tni_expect_vector(inference, i, TN_MAX_RANK, error));
  out->has_starts = read_values(inference, STARTS, out->starts, &starts);
  out->has_ends = read_values(inference, ENDS, out->ends, &ends);
  out->has_steps = read_values(inference, STEPS, out->steps, &steps);
  out->count = out->has_starts ? starts : ends;
  TN_TRY(read_axes(inference, out, known, error));
  if (!*known) return TN_OK;
  TN_TRY(expect_count(inference, STARTS, out->has_starts, starts, out->count, error));
  TN_TRY(expect_count(inference, ENDS, out->has_ends, ends, out->count, error));
  TN_TRY(expect_count(inference, STEPS, out->has_steps, steps, out->count, error));
  for (uint32_t i = 0; i < steps; i++)
    if (out->steps[i].min == 0 && out->steps[i].max == 0)
      return tni_node_fail(inference->node, error, TN_INVALID_ARGUMENT, "steps[%u] is 0", i);
  return TN_OK;
}

/* A slice of a vector of shape elements is followed through. */
static void slice_elements(tni_inference *inference, const numbers *slice) {
  const tni_facts *data = inference->inputs[DATA];
  tn_dimension elements[TNI_MAX_ELEMENTS];
  tn_dimension taken[TNI_MAX_ELEMENTS];
  uint32_t count;
  if (data->rank != 1 || slice->count != 1 || !slice->has_starts || !slice->has_ends) return;
  if (!slice->has_steps && !is_left_out(inference, STEPS)) return;
  if (!tni_type_in(data->type, TNI_INDEX_TYPES) || !tni_facts_elements(data, elements, &count))
    return;
  const int64_t step = slice->has_steps ? slice->steps[0].min : 1;
  if (!tni_dimension_is_static(slice->starts[0]) || !tni_dimension_is_static(slice->ends[0]) ||
      (slice->has_steps && !tni_dimension_is_static(slice->steps[0])))
    return;
  const range found = resolve(slice->starts[0].min, slice->ends[0].min, step, count);
  for (int64_t i = 0; i < found.count; i++)
    taken[i] = elements[found.start + i * found.step];
  tni_facts_set_elements(inference, 0, taken, (uint32_t)found.count);
}

static tn_status slice_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[DATA];
  tni_facts *out = &inference->outputs[0];
  numbers slice;
  int known;
  out->type = data->type;
  if (!data->has_rank) return TN_OK;
  TN_TRY(read_numbers(inference, &slice, &known, error));
  tni_facts_copy_shape(out, data);
  if (!known) {
    for (uint32_t i = 0; i < out->rank; i++)
      out->dimensions[i] = tni_dimension_between(inference, 0, data->dimensions[i].max);
    return TN_OK;
  }
  for (uint32_t i = 0; i < slice.count; i++) {
    const uint32_t axis = slice.axes[i];
    const int steps_known = slice.has_steps || is_left_out(inference, STEPS);
    out->dimensions[axis] = slice_dimension(
        inference, data->dimensions[axis],
        slice.has_starts && steps_known ? &slice.starts[i] : NULL,
        slice.has_ends ? &slice.ends[i] : NULL, slice.has_steps ? &slice.steps[i] : NULL);
  }
  slice_elements(inference, &slice);
  return TN_OK;
}

static int64_t number_at(const tni_evaluation *evaluation, uint32_t input, int64_t index,
                         int64_t fallback) {
  tn_tensor *tensor = evaluation->input_count > input ? evaluation->inputs[input] : NULL;
  int64_t value = fallback;
  if (tensor) tni_load_signed(tensor->type, tensor->data, index, 1, 1, &value);
  return value;
}

static tn_status slice_evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *data = evaluation->inputs[DATA];
  tn_tensor *out = evaluation->outputs[0];
  tni_move move = {.rank = data->rank};
  tni_dense_strides(data->rank, data->shape, move.from_strides);
  tni_dense_strides(out->rank, out->shape, move.to_strides);
  for (uint32_t i = 0; i < data->rank; i++)
    move.shape[i] = data->shape[i];
  for (int64_t i = 0; i < evaluation->inputs[STARTS]->shape[0]; i++) {
    uint32_t axis;
    TN_TRY(tni_resolve_axis(evaluation->node, "axes", number_at(evaluation, AXES, i, i), data->rank,
                            &axis, error));
    const range found =
        resolve(number_at(evaluation, STARTS, i, 0), number_at(evaluation, ENDS, i, 0),
                number_at(evaluation, STEPS, i, 1), data->shape[axis]);
    move.shape[axis] = found.count;
    if (found.count == 0) return TN_OK;
    move.from_offset += found.start * move.from_strides[axis];
    move.from_strides[axis] *= found.count > 1 ? found.step : 1;
  }
  return tni_move_box(out, data, &move, error);
}

TNI_OPERATOR(Slice) = {
    .name = "Slice",
    .since = 13,
    .inputs = {{"data", TNI_PLAIN_TYPES, "T", 0},
               {"starts", TNI_INDEX_TYPES, "Tind", 0},
               {"ends", TNI_INDEX_TYPES, "Tind", 0},
               {"axes", TNI_INDEX_TYPES, "Tind", TNI_OPTIONAL},
               {"steps", TNI_INDEX_TYPES, "Tind", TNI_OPTIONAL}},
    .outputs = {{"output", TNI_PLAIN_TYPES, "T", 0}},
    .infer = slice_infer,
    .evaluate = slice_evaluate,
};
