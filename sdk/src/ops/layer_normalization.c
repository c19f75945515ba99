/* LayerNormalization and RMSNormalization: rows of all dimensions from `axis` on, scaled element by
 * element. */
#include "ops/attributes.h"
#include "ops/broadcast.h"
#include "ops/elements.h"
#include "ops/normalize.h"
#include "ops/scratch.h"
#include "ops/shape_rules.h"

enum { X, SCALE, B };

/* Scale and B may be smaller than X, but must not make it grow. */
static tn_status check_operand(tni_inference *inference, uint32_t index, tn_error *error) {
  const tni_facts *x = inference->inputs[X];
  const tni_facts *operand = inference->input_count > index ? inference->inputs[index] : NULL;
  char have[160];
  char want[160];
  if (!operand || !operand->has_rank) return TN_OK;
  int fits = operand->rank <= x->rank;
  for (uint32_t i = 0; fits && i < operand->rank; i++) {
    const tn_dimension dimension = operand->dimensions[operand->rank - 1 - i];
    fits = !tni_dimension_differs(dimension, tni_dimension_of(1)) ||
           !tni_dimension_differs(dimension, x->dimensions[x->rank - 1 - i]);
  }
  if (fits) return TN_OK;
  return tni_node_fail(
      inference->node, error, TN_WRONG_SHAPE, "input %u of %s cannot be broadcast to X of %s",
      index, tni_shape_text(operand, have, sizeof have), tni_shape_text(x, want, sizeof want));
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[X];
  uint32_t axis;
  inference->outputs[0].type = x->type;
  for (uint32_t i = 1; i < inference->output_count; i++)
    inference->outputs[i].type = TN_F32;
  if (!x->has_rank) return TN_OK;
  TN_TRY(tni_resolve_axis(inference->node, "axis", tni_attribute_int(inference->node, "axis", -1),
                          x->rank, &axis, error));
  TN_TRY(check_operand(inference, SCALE, error));
  TN_TRY(check_operand(inference, B, error));
  for (uint32_t i = 0; i < inference->output_count; i++) {
    tni_facts *out = &inference->outputs[i];
    tni_facts_copy_shape(out, x);
    for (uint32_t d = axis; i > 0 && d < x->rank; d++)
      out->dimensions[d] = tni_dimension_of(1);
  }
  return TN_OK;
}

/* Computes one run, in which every operand has a constant step; moments change at the bounds of
 * rows. */
static void normalize_run(const tni_broadcast *walk, tn_tensor *const *operands, uint32_t count,
                          tn_tensor *y, const tni_moments *moments, int64_t row) {
  double values[TNI_MAX_OPERANDS][TNI_CHUNK];
  for (uint32_t k = 0; k < count; k++)
    tni_load_reals(operands[k]->type, operands[k]->data, walk->offset[k], walk->stride[k],
                   walk->count, values[k]);
  for (size_t i = 0; i < walk->count; i++) {
    const tni_moments *of = &moments[(walk->position + (int64_t)i) / row];
    values[0][i] = (values[0][i] - of->mean) * of->inverse * values[1][i];
    if (count > 2) values[0][i] += values[2][i];
  }
  tni_store_reals(y->type, y->data, walk->position, walk->count, values[0]);
}

static void store_moments(tni_evaluation *evaluation, const tni_moments *moments, int64_t rows) {
  for (uint32_t k = 1; k < evaluation->output_count; k++) {
    tn_tensor *out = evaluation->outputs[k];
    for (int64_t i = 0; out && i < rows; i++)
      tni_store_reals(out->type, out->data, i, 1, k == 1 ? &moments[i].mean : &moments[i].inverse);
  }
}

static tn_status normalize(tni_evaluation *evaluation, int centered, tn_error *error) {
  tn_tensor *x = evaluation->inputs[X];
  tn_tensor *y = evaluation->outputs[0];
  const double epsilon = tni_attribute_float(evaluation->node, "epsilon", (double)1e-5F);
  const uint32_t count = evaluation->input_count > B && evaluation->inputs[B] ? 3 : 2;
  int64_t row = 1;
  uint32_t axis;
  TN_TRY(tni_resolve_axis(evaluation->node, "axis", tni_attribute_int(evaluation->node, "axis", -1),
                          x->rank, &axis, error));
  if (tn_tensor_element_count(x) == 0) return TN_OK;
  for (uint32_t i = axis; i < x->rank; i++)
    row *= x->shape[i];
  const int64_t rows = (int64_t)tn_tensor_element_count(x) / row;
  tni_moments *moments = tni_scratch(evaluation, (size_t)rows, sizeof *moments, error);
  if (!moments) return TN_OUT_OF_MEMORY;
  for (int64_t i = 0; i < rows; i++)
    moments[i] = tni_row_moments(x, i * row, row, centered, epsilon);
  if (y) {
    tni_broadcast walk;
    tni_broadcast_start(&walk, y, evaluation->inputs, count);
    while (tni_broadcast_next(&walk))
      normalize_run(&walk, evaluation->inputs, count, y, moments, row);
  }
  store_moments(evaluation, moments, rows);
  tni_free(evaluation->allocator, moments);
  return TN_OK;
}

static tn_status layer_evaluate(tni_evaluation *evaluation, tn_error *error) {
  return normalize(evaluation, 1, error);
}

static tn_status rms_evaluate(tni_evaluation *evaluation, tn_error *error) {
  return normalize(evaluation, 0, error);
}

static const tni_formal_attribute attributes[] = {{"axis", TN_ATTRIBUTE_INT, 0},
                                                  {"epsilon", TN_ATTRIBUTE_FLOAT, 0},
                                                  {"stash_type", TN_ATTRIBUTE_INT, 0},
                                                  {NULL, 0, 0}};

TNI_OPERATOR(LayerNormalization) = {
    .name = "LayerNormalization",
    .since = 17,
    .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0},
               {"Scale", TNI_FLOAT_TYPES, "T", 0},
               {"B", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL}},
    .outputs = {{"Y", TNI_FLOAT_TYPES, "T", 0},
                {"Mean", TNI_TYPE(TN_F32), "U", TNI_OPTIONAL},
                {"InvStdDev", TNI_TYPE(TN_F32), "U", TNI_OPTIONAL}},
    .attributes = attributes,
    .infer = infer,
    .evaluate = layer_evaluate,
};

TNI_OPERATOR(RMSNormalization) = {
    .name = "RMSNormalization",
    .since = 23,
    .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0}, {"scale", TNI_FLOAT_TYPES, "V", 0}},
    .outputs = {{"Y", TNI_FLOAT_TYPES, "V", 0}},
    .attributes = attributes,
    .infer = infer,
    .evaluate = rms_evaluate,
};
