/* Carriers that multiply with weights: Conv, MatMul and Gemm in reals, and in int8 as exported
 * models have it, each between QuantizeLinear and DequantizeLinear. */
#include <stdio.h>

#include "base/half.h"
#include "engine/model_draft.h"

/* The numbers that a model computes with. */
struct form {
  uint32_t type;  /* of its reals */
  uint32_t bytes; /* what they are quantized to, or 0 */
  int bytes_are_ports;
};

static const struct form f32 = {TN_F32, 0, 0}, f16 = {TN_F16, 0, 0}, qdq_i8 = {TN_F32, TN_I8, 0},
                         qdq_u8 = {TN_F32, TN_U8, 0}, i8 = {TN_F32, TN_I8, 1};

/* A product: the node that it is, and its ports and weights. */
struct product {
  const char *operation;
  uint32_t since, rank;
  int64_t input[4], weights[4], bias; /* shapes, and number of elements or 0 */
  int64_t pad, stride, groups;        /* of Conv; 0: none, and what the operator has without */
  float scale;    /* of the reals of f16: no order of accumulation is off by more than its bound */
  int every;      /* one in so many quantized weights is not zero */
  int by_channel; /* 1: the quantized weights of each channel count parts of their own */
};

static const struct product
    conv = {"Conv", 22, 4, {1, 3, 8, 8}, {3, 3, 3, 3}, 3, 1, 0, 0, 0.125F, 4, 0},
    strided = {"Conv", 22, 4, {1, 3, 8, 8}, {5, 3, 3, 3}, 5, 1, 2, 0, 0.125F, 4, 0},
    depthwise = {"Conv", 22, 4, {1, 3, 8, 8}, {3, 1, 3, 3}, 3, 1, 0, 3, 0.125F, 2, 0},
    pointwise = {"Conv", 22, 4, {1, 3, 8, 8}, {4, 3, 1, 1}, 0, 0, 0, 0, 0.125F, 1, 0},
    channels = {"Conv", 22, 4, {1, 3, 8, 8}, {3, 3, 3, 3}, 3, 1, 0, 0, 0.125F, 4, 1},
    mat_mul = {"MatMul", 13, 2, {4, 8}, {8, 8}, 0, 0, 0, 0, 0.25F, 1, 0},
    batched = {"MatMul", 13, 3, {3, 4, 8}, {1, 8, 5}, 0, 0, 0, 0, 0.25F, 1, 0},
    gemm = {"Gemm", 13, 2, {4, 8}, {8, 8}, 8, 0, 0, 0, 0.25F, 1, 0};

/* Reals of the inputs are multiples of 1/512. In steps of 5/512 none of them lies half way between
 * two steps, nor beyond the limits of a byte. What comes out has the same step; as weights count
 * parts of a small odd number, it is at least a sixth of a step (a fourteenth, where channels have
 * steps of their own) away from half way. So there is one right result, however a device rounds
 * ties and whether it computes in integers, in f32 or in f16; and products in a row quantize what
 * is quantized already. */
static const float step = 5.0F / 512;
static const float odd[] = {3, 5, 7};
enum { CHANNELS = sizeof odd / sizeof *odd, BIAS_UNITS = 6 };

static tni_value *add_tensor(struct draft *d, const char *of, const char *what, tn_tensor *tensor) {
  tni_value *value = NULL;
  char name[48];
  snprintf(name, sizeof name, "%.24s_%.16s", of, what);
  tni_tensor_make_read_only(tensor);
  d->status =
      tni_graph_add_constant(d->model->graph, tn_string_from(name), tensor, &value, d->error);
  tn_tensor_release(tensor);
  return value;
}

static tni_value *add_numbers(struct draft *d, const char *of, const char *what, uint32_t type,
                              uint32_t rank, int64_t count, const void *numbers) {
  tn_tensor *tensor = NULL;
  if (d->status == TN_OK)
    d->status =
        tni_tensor_create_copy(d->environment, type, rank, &count, numbers, &tensor, d->error);
  return d->status == TN_OK ? add_tensor(d, of, what, tensor) : NULL;
}

/* QuantizeLinear or DequantizeLinear by `size`; type 0: around zero, of what the input is. */
static tni_value *convert(struct draft *d, const char *name, const char *operation, tni_value *x,
                          float size, uint32_t type) {
  const unsigned char middle = type == TN_U8 ? 128 : 0;
  tni_value *inputs[3] = {x, add_numbers(d, name, "step", TN_F32, 0, 0, &size), NULL};
  if (type) inputs[2] = add_numbers(d, name, "zero", type, 0, 0, &middle);
  return add_node_of(d, "", name, operation, 28, type ? 3 : 2, inputs, NULL);
}

/* DequantizeLinear of weights or bias in parts of `size`, of each channel in parts of its own. */
static tni_value *convert_constant(struct draft *d, const char *name, tni_value *x, float size,
                                   const struct product *product) {
  float steps[CHANNELS];
  tni_node *node = NULL;
  if (!product->by_channel) return convert(d, name, "DequantizeLinear", x, size / odd[0], 0);
  for (int i = 0; i < CHANNELS; i++)
    steps[i] = size / odd[i];
  tni_value *inputs[] = {x, add_numbers(d, name, "steps", TN_F32, 1, CHANNELS, steps)};
  tni_value *y = add_node_of(d, "", name, "DequantizeLinear", 28, 2, inputs, &node);
  if (d->status == TN_OK) d->status = tni_node_set_int(node, TN_STRING("axis"), 0, d->error);
  return y;
}

/* Makes weights of what the suite fills tensors with: small reals, and -1, 0 and 1. */
static void fit(tn_tensor *tensor, const struct product *product) {
  for (uint64_t i = 0; i < tn_tensor_element_count(tensor); i++) {
    if (tensor->type == TN_F16) {
      uint16_t *half = (uint16_t *)tensor->data + i;
      *half = tni_f16_from_f32(tni_f16_to_f32(*half) * product->scale);
    } else if (tensor->type == TN_I32) {
      ((int32_t *)tensor->data)[i] *= BIAS_UNITS;
    } else if (tensor->type == TN_I8) {
      int8_t *byte = (int8_t *)tensor->data + i;
      const int whole = *byte / product->every;
      *byte = (int8_t)(*byte % product->every ? 0 : whole % 2 ? -1 : 1);
    }
  }
}

static tni_value *add_filled(struct draft *d, const char *name, uint32_t type, uint32_t rank,
                             const int64_t *shape, const struct product *product) {
  tn_tensor *tensor = NULL;
  if (d->status == TN_OK)
    d->status = tni_tensor_create(d->environment, type, rank, shape, &tensor, d->error);
  if (d->status != TN_OK) return NULL;
  suite_fill(tensor, 11 + rank, 99);
  fit(tensor, product);
  return add_tensor(d, "constant", name, tensor);
}

/* Weights and bias in the form's numbers; those of bytes pass through DequantizeLinear, the bias in
 * the step of the accumulator. Returns how many inputs the product has. */
static uint32_t add_constants(struct draft *d, const struct product *product,
                              const struct form *form, tni_value *inputs[3]) {
  const uint32_t type = form->bytes ? TN_I8 : form->type,
                 bias_type = form->bytes ? TN_I32 : form->type;
  inputs[1] = add_filled(d, "weights", type, product->rank, product->weights, product);
  if (form->bytes) inputs[1] = convert_constant(d, "dequantize_weights", inputs[1], 1, product);
  if (!product->bias) return 2;
  inputs[2] = add_filled(d, "bias", bias_type, 1, &product->bias, product);
  if (form->bytes) inputs[2] = convert_constant(d, "dequantize_bias", inputs[2], step, product);
  return 3;
}

static tn_status set_attributes(tni_node *node, const struct product *product, tn_error *error) {
  const int64_t pad = product->pad, stride = product->stride;
  if (pad)
    TN_TRY(tni_node_set_ints(node, TN_STRING("pads"), 4, (int64_t[]){pad, pad, pad, pad}, error));
  if (stride)
    TN_TRY(tni_node_set_ints(node, TN_STRING("strides"), 2, (int64_t[]){stride, stride}, error));
  if (product->groups) TN_TRY(tni_node_set_int(node, TN_STRING("group"), product->groups, error));
  return TN_OK;
}

static tn_status build(const tni_environment *environment, const char *name,
                       const struct product *product, const struct form *form, tn_model **out,
                       tn_error *error) {
  struct draft d = begin(environment, name, error);
  const uint32_t bytes = form->bytes;
  tni_node *node = NULL;
  tn_dimension shape[4];
  for (uint32_t i = 0; i < product->rank; i++)
    shape[i] = fixed(product->input[i]);
  tni_value *inputs[3],
      *y = add_input(&d, "x", form->bytes_are_ports ? bytes : form->type, product->rank, shape);
  if (bytes && !form->bytes_are_ports)
    y = convert(&d, "quantize_x", "QuantizeLinear", y, step, bytes);
  if (bytes) y = convert(&d, "dequantize_x", "DequantizeLinear", y, step, bytes);
  inputs[0] = y;
  const uint32_t count = add_constants(&d, product, form, inputs);
  y = add_node_of(&d, "", "product", product->operation, product->since, count, inputs, &node);
  if (d.status == TN_OK) d.status = set_attributes(node, product, error);
  if (bytes) y = convert(&d, "quantize_y", "QuantizeLinear", y, step, bytes);
  if (bytes && !form->bytes_are_ports)
    y = convert(&d, "dequantize_y", "DequantizeLinear", y, step, bytes);
  add_output(&d, y);
  return finish(&d, out);
}

#define BUILD_WEIGHTED(product, form)                                                          \
  tn_status suite_build_##product##_##form(const tni_environment *environment, tn_model **out, \
                                           tn_error *error) {                                  \
    return build(environment, #product "_" #form, &product, &form, out, error);                \
  }
SUITE_WEIGHTED_MODEL_MAP(BUILD_WEIGHTED)
SUITE_QUANTIZED_MODEL_MAP(BUILD_WEIGHTED)
