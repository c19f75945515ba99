/* QuantizeLinear and DequantizeLinear: integers, a scale and a zero point for reals. One pair of
 * them holds for the whole tensor, for an index of an axis, or for a block along an axis. */
#include <math.h>

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/shape_rules.h"

enum { X, SCALE, ZERO };

#define SCALE_TYPES (TNI_TYPE(TN_F32) | TNI_TYPE(TN_F16) | TNI_TYPE(TN_BF16))
#define QUANTIZED_TYPES \
  (TNI_PACKED_TYPES | TNI_TYPE(TN_U8) | TNI_TYPE(TN_I8) | TNI_TYPE(TN_U16) | TNI_TYPE(TN_I16))

/* --- rules */

static const tni_facts *zero_of(const tni_inference *inference) {
  return inference->input_count > ZERO ? inference->inputs[ZERO] : NULL;
}

/* An attribute that names an element type among `types`; `fallback` where it is left out. */
static tn_status read_type(const tn_node *node, const char *name, uint64_t types, uint32_t fallback,
                           uint32_t *out, tn_error *error) {
  const int64_t number = tni_attribute_int(node, name, 0);
  *out = number == 0 ? fallback : number > 0 && number < 64 ? (uint32_t)number : TN_ANY_TYPE;
  if (number == 0 || tni_type_in(*out, types)) return TN_OK;
  return tni_node_fail(node, error, TN_UNSUPPORTED, "attribute '%s' is %lld (%s)", name,
                       (long long)number, tni_type_name(*out));
}

static tn_status read_block(const tn_node *node, int64_t *out, tn_error *error) {
  *out = tni_attribute_int(node, "block_size", 0);
  if (*out >= 0) return TN_OK;
  return tni_node_fail(node, error, TN_OUT_OF_RANGE, "attribute 'block_size' is %lld",
                       (long long)*out);
}

static tn_status read_axis(const tn_node *node, uint32_t rank, uint32_t *out, tn_error *error) {
  return tni_resolve_axis(node, "axis", tni_attribute_int(node, "axis", 1), rank, out, error);
}

static tn_status refuse_scale(const tni_inference *inference, const char *why, tn_error *error) {
  char x[200], scale[200];
  return tni_node_fail(inference->node, error, TN_WRONG_SHAPE, "a scale %s does not fit x %s: %s",
                       tni_shape_text(inference->inputs[SCALE], scale, sizeof scale),
                       tni_shape_text(inference->inputs[X], x, sizeof x), why);
}

/* The number of blocks that an extent is cut into. */
static tn_dimension blocks_of(tn_dimension extent, int64_t size) {
  const int64_t most = extent.max == TN_UNBOUNDED ? TN_UNBOUNDED : (extent.max - 1) / size + 1;
  return (tn_dimension){extent.min ? (extent.min - 1) / size + 1 : 0, extent.max ? most : 0, NULL};
}

static tn_status check_blocks(const tni_inference *inference, int64_t size, tn_error *error) {
  const tni_facts *x = inference->inputs[X], *scale = inference->inputs[SCALE];
  uint32_t axis;
  if (x->rank != scale->rank) return refuse_scale(inference, "blocks need the rank of x", error);
  TN_TRY(read_axis(inference->node, x->rank, &axis, error));
  for (uint32_t i = 0; i < x->rank; i++) {
    const tn_dimension extent = x->dimensions[i];
    if (tni_dimension_differs(scale->dimensions[i], i == axis ? blocks_of(extent, size) : extent))
      return refuse_scale(inference, "it needs one element for each block", error);
  }
  return TN_OK;
}

static int is_one_element(const tni_facts *facts) {
  return facts->rank == 0 ||
         (facts->rank == 1 && !tni_dimension_differs(facts->dimensions[0], tni_dimension_of(1)));
}

/* A vector of one element serves the whole tensor, as many models have it. */
static tn_status check_scale(const tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[X], *scale = inference->inputs[SCALE];
  int64_t block;
  uint32_t axis;
  TN_TRY(read_block(inference->node, &block, error));
  if (!x->has_rank || !scale->has_rank || is_one_element(scale)) return TN_OK;
  if (block) return check_blocks(inference, block, error);
  if (scale->rank > 1) return refuse_scale(inference, "without blocks it is a vector", error);
  TN_TRY(read_axis(inference->node, x->rank, &axis, error));
  if (tni_dimension_differs(x->dimensions[axis], scale->dimensions[0]))
    return refuse_scale(inference, "it needs one element for each index of the axis", error);
  return TN_OK;
}

static tn_status check_zero(const tni_inference *inference, tn_error *error) {
  const tni_facts *scale = inference->inputs[SCALE], *zero = zero_of(inference);
  char wanted[200], came[200];
  if (!zero || !zero->has_rank || !scale->has_rank) return TN_OK;
  if (is_one_element(zero) && is_one_element(scale)) return TN_OK;
  int differs = zero->rank != scale->rank;
  for (uint32_t i = 0; !differs && i < zero->rank; i++)
    differs = tni_dimension_differs(zero->dimensions[i], scale->dimensions[i]);
  if (!differs) return TN_OK;
  return tni_node_fail(
      inference->node, error, TN_WRONG_SHAPE, "a zero point %s does not fit a scale %s",
      tni_shape_text(zero, came, sizeof came), tni_shape_text(scale, wanted, sizeof wanted));
}

static tn_status infer_shape(tni_inference *inference, uint32_t type, tn_error *error) {
  TN_TRY(check_scale(inference, error));
  TN_TRY(check_zero(inference, error));
  inference->outputs[0].type = type;
  tni_facts_copy_shape(&inference->outputs[0], inference->inputs[X]);
  return TN_OK;
}

static tn_status infer_quantize(tni_inference *inference, tn_error *error) {
  const tni_facts *zero = zero_of(inference);
  uint32_t type, precision;
  TN_TRY(read_type(inference->node, "precision", SCALE_TYPES, TN_ANY_TYPE, &precision, error));
  TN_TRY(read_type(inference->node, "output_dtype", QUANTIZED_TYPES, zero ? zero->type : TN_U8,
                   &type, error));
  if (zero && zero->type != TN_ANY_TYPE && zero->type != type)
    return tni_node_fail(inference->node, error, TN_WRONG_TYPE,
                         "output_dtype is %s and the zero point %s", tni_type_name(type),
                         tni_type_name(zero->type));
  return infer_shape(inference, type, error);
}

static tn_status infer_dequantize(tni_inference *inference, tn_error *error) {
  uint32_t type;
  TN_TRY(read_type(inference->node, "output_dtype", SCALE_TYPES, inference->inputs[SCALE]->type,
                   &type, error));
  return infer_shape(inference, type, error);
}

/* --- kernels */

/* Which element of scale and zero point serves an element of x. */
typedef struct parameters {
  const tn_tensor *scale, *zero; /* no zero point: NULL */
  int64_t inner, length;         /* elements behind an index of the axis, and its extent */
  int64_t block, blocks;         /* indices that share a scale, and how many there are of those */
  int shared, blocked;           /* one for all; one for each block */
} parameters;

static tn_status find_parameters(const tni_evaluation *evaluation, parameters *out,
                                 tn_error *error) {
  const tn_tensor *x = evaluation->inputs[X];
  uint32_t axis;
  *out = (parameters){.scale = evaluation->inputs[SCALE],
                      .zero = evaluation->input_count > ZERO ? evaluation->inputs[ZERO] : NULL,
                      .inner = 1};
  out->shared = out->scale->rank == 0 || (out->scale->rank == 1 && out->scale->shape[0] == 1);
  if (out->shared) return TN_OK;
  TN_TRY(read_block(evaluation->node, &out->block, error));
  TN_TRY(read_axis(evaluation->node, x->rank, &axis, error));
  for (uint32_t i = axis + 1; i < x->rank; i++)
    out->inner *= x->shape[i];
  out->length = x->shape[axis];
  out->blocked = out->block > 0;
  out->blocks = out->blocked ? out->scale->shape[axis] : 0;
  return TN_OK;
}

static int64_t place_of(const parameters *self, int64_t element) {
  if (self->shared) return 0;
  const int64_t along = element / self->inner % self->length;
  if (!self->blocked) return along;
  const int64_t before = element / self->inner / self->length;
  return (before * self->blocks + along / self->block) * self->inner + element % self->inner;
}

/* Those of `count` neighbours, which mostly share them. */
static void load_parameters(const parameters *self, int64_t from, size_t count, double *scales,
                            double *zeros) {
  int64_t last = -1;
  for (size_t i = 0; i < count; i++) {
    const int64_t place = place_of(self, from + (int64_t)i);
    scales[i] = i ? scales[i - 1] : 0;
    zeros[i] = i ? zeros[i - 1] : 0;
    if (place == last) continue;
    tni_load_reals(self->scale->type, self->scale->data, place, 1, 1, &scales[i]);
    if (self->zero) tni_load_reals(self->zero->type, self->zero->data, place, 1, 1, &zeros[i]);
    last = place;
  }
}

/* Rounds numbers to a real type. */
static void round_to(uint32_t type, double *values, size_t count) {
  double memory[TNI_CHUNK];
  tni_store_reals(type, memory, 0, count, values);
  tni_load_reals(type, memory, 0, 1, count, values);
}

/* The division is made in the precision; rounding and adding the zero point lose nothing. NaN, of
 * which ONNX says nothing, becomes 0. */
static void quantize(uint32_t precision, double *x, double *scales, const double *zeros,
                     size_t count) {
  round_to(precision, x, count);
  round_to(precision, scales, count);
  for (size_t i = 0; i < count; i++)
    x[i] /= scales[i];
  round_to(precision, x, count);
  for (size_t i = 0; i < count; i++)
    x[i] = nearbyint(x[i]) + zeros[i];
}

static void dequantize(double *x, const double *scales, const double *zeros, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] = (x[i] - zeros[i]) * scales[i];
}

/* `precision` is that of the division, TN_ANY_TYPE when x is quantized. */
static tn_status convert(tni_evaluation *evaluation, uint32_t precision, tn_error *error) {
  const tn_tensor *x = evaluation->inputs[X];
  tn_tensor *y = evaluation->outputs[0];
  const uint64_t total = tn_tensor_element_count(x);
  parameters self;
  TN_TRY(find_parameters(evaluation, &self, error));
  tni_end_packed(y);
  for (uint64_t done = 0; done < total; done += TNI_CHUNK) {
    const size_t count = total - done < TNI_CHUNK ? (size_t)(total - done) : TNI_CHUNK;
    double values[TNI_CHUNK], scales[TNI_CHUNK], zeros[TNI_CHUNK];
    tni_load_reals(x->type, x->data, (int64_t)done, 1, count, values);
    load_parameters(&self, (int64_t)done, count, scales, zeros);
    if (precision == TN_ANY_TYPE)
      dequantize(values, scales, zeros, count);
    else
      quantize(precision, values, scales, zeros, count);
    tni_store_reals(y->type, y->data, (int64_t)done, count, values);
  }
  return TN_OK;
}

static tn_status evaluate_quantize(tni_evaluation *evaluation, tn_error *error) {
  uint32_t precision;
  TN_TRY(read_type(evaluation->node, "precision", SCALE_TYPES, evaluation->inputs[SCALE]->type,
                   &precision, error));
  return convert(evaluation, precision, error);
}

static tn_status evaluate_dequantize(tni_evaluation *evaluation, tn_error *error) {
  return convert(evaluation, TN_ANY_TYPE, error);
}

/* `saturate` speaks of types that are not supported here. */
TNI_OPERATOR(QuantizeLinear) = {
    .name = "QuantizeLinear",
    .since = 28,
    .inputs = {{"x", SCALE_TYPES | TNI_TYPE(TN_I32), "T1", 0},
               {"y_scale", SCALE_TYPES, "T2", 0},
               {"y_zero_point", QUANTIZED_TYPES, "T3", TNI_OPTIONAL}},
    .outputs = {{"y", QUANTIZED_TYPES, "T3", 0}},
    .attributes = (const tni_formal_attribute[]){{"axis", TN_ATTRIBUTE_INT, 0},
                                                 {"block_size", TN_ATTRIBUTE_INT, 0},
                                                 {"output_dtype", TN_ATTRIBUTE_INT, 0},
                                                 {"precision", TN_ATTRIBUTE_INT, 0},
                                                 {"saturate", TN_ATTRIBUTE_INT, 0},
                                                 {NULL, 0, 0}},
    .infer = infer_quantize,
    .evaluate = evaluate_quantize,
};

TNI_OPERATOR(DequantizeLinear) = {
    .name = "DequantizeLinear",
    .since = 28,
    .inputs = {{"x", QUANTIZED_TYPES | TNI_TYPE(TN_I32), "T1", 0},
               {"x_scale", SCALE_TYPES, "T2", 0},
               {"x_zero_point", QUANTIZED_TYPES | TNI_TYPE(TN_I32), "T1", TNI_OPTIONAL}},
    .outputs = {{"y", SCALE_TYPES, "T3", 0}},
    .attributes = (const tni_formal_attribute[]){{"axis", TN_ATTRIBUTE_INT, 0},
                                                 {"block_size", TN_ATTRIBUTE_INT, 0},
                                                 {"output_dtype", TN_ATTRIBUTE_INT, 0},
                                                 {NULL, 0, 0}},
    .infer = infer_dequantize,
    .evaluate = evaluate_dequantize,
};
