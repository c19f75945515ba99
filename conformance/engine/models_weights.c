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

/* A product: the node that it is, and what its weights stand for. */
struct product {
  const char *operation;
  uint32_t since, rank;
  int64_t weights[4], bias; /* shape, and number of elements or 0 */
  tn_dimension input[4];
  float scale; /* of the reals of f16: no order of accumulation is off by more than its bound */
  float odd;   /* quantized weights count parts of 1 by this odd number */
};

static const struct product conv = {
    "Conv", 22, 4, {3, 3, 3, 3}, 3, {{1, 1, 0}, {3, 3, 0}, {8, 8, 0}, {8, 8, 0}}, 0.125F, 63};
static const struct product mat_mul = {"MatMul", 13, 2, {8, 8}, 0, {{4, 4, 0}, {8, 8, 0}},
                                       0.25F,    31};
static const struct product gemm = {"Gemm", 13, 2, {8, 8}, 8, {{4, 4, 0}, {8, 8, 0}}, 0.25F, 31};

/* Reals of the inputs are multiples of 1/512. In steps of 5/512 none of them lies half way between
 * two steps, nor beyond the limits of a byte. What comes out has the same step; as weights count
 * parts of an odd number, it too never lies half way. So there is one right result, however a
 * device rounds ties, and products in a row quantize what is quantized already. */
static const float step = 5.0F / 512;

static tni_value *add_number(struct draft *d, const char *of, const char *what, uint32_t type,
                             const void *number) {
  tni_value *value = NULL;
  tn_tensor *tensor = NULL;
  char name[48];
  snprintf(name, sizeof name, "%.24s_%.16s", of, what);
  if (d->status == TN_OK)
    d->status = tni_tensor_create_copy(d->environment, type, 0, NULL, number, &tensor, d->error);
  if (d->status != TN_OK) return NULL;
  tni_tensor_make_read_only(tensor);
  d->status =
      tni_graph_add_constant(d->model->graph, tn_string_from(name), tensor, &value, d->error);
  tn_tensor_release(tensor);
  return value;
}

/* QuantizeLinear or DequantizeLinear by `size`; type 0: around zero, of what the input is. */
static tni_value *convert(struct draft *d, const char *name, const char *operation, tni_value *x,
                          float size, uint32_t type) {
  const unsigned char middle = type == TN_U8 ? 128 : 0;
  tni_value *inputs[3] = {x, add_number(d, name, "step", TN_F32, &size), NULL};
  if (type) inputs[2] = add_number(d, name, "zero", type, &middle);
  return add_node_of(d, "", name, operation, 28, type ? 3 : 2, inputs, NULL);
}

static void scale_elements(tn_tensor *tensor, float scale) {
  for (uint64_t i = 0; i < tn_tensor_element_count(tensor); i++) {
    if (tensor->type == TN_F16) {
      uint16_t *half = (uint16_t *)tensor->data + i;
      *half = tni_f16_from_f32(tni_f16_to_f32(*half) * scale);
    } else if (tensor->type == TN_I32) {
      ((int32_t *)tensor->data)[i] *= (int32_t)scale;
    }
  }
}

static tni_value *add_weights(struct draft *d, const char *name, uint32_t type, uint32_t rank,
                              const int64_t *shape, float scale) {
  tni_value *value = NULL;
  tn_tensor *tensor = NULL;
  if (d->status == TN_OK)
    d->status = tni_tensor_create(d->environment, type, rank, shape, &tensor, d->error);
  if (d->status != TN_OK) return NULL;
  suite_fill(tensor, 11 + rank, 99);
  scale_elements(tensor, scale);
  tni_tensor_make_read_only(tensor);
  d->status =
      tni_graph_add_constant(d->model->graph, tn_string_from(name), tensor, &value, d->error);
  tn_tensor_release(tensor);
  return value;
}

/* Weights and bias in the form's numbers; those of bytes pass through DequantizeLinear, the bias in
 * the step of the accumulator. Returns how many inputs the product has. */
static uint32_t add_constants(struct draft *d, const struct product *product,
                              const struct form *form, tni_value *inputs[3]) {
  const uint32_t type = form->bytes ? TN_I8 : form->type,
                 bias_type = form->bytes ? TN_I32 : form->type;
  inputs[1] = add_weights(d, "weights", type, product->rank, product->weights, product->scale);
  if (form->bytes)
    inputs[1] =
        convert(d, "dequantize_weights", "DequantizeLinear", inputs[1], 1 / product->odd, 0);
  if (!product->bias) return 2;
  inputs[2] = add_weights(d, "bias", bias_type, 1, &product->bias,
                          form->bytes ? 2 * product->odd : product->scale);
  if (form->bytes)
    inputs[2] =
        convert(d, "dequantize_bias", "DequantizeLinear", inputs[2], step / product->odd, 0);
  return 3;
}

static tn_status build(const tni_environment *environment, const char *name,
                       const struct product *product, const struct form *form, tn_model **out,
                       tn_error *error) {
  struct draft d = begin(environment, name, error);
  const uint32_t bytes = form->bytes;
  tni_node *node = NULL;
  tni_value *inputs[3], *y = add_input(&d, "x", form->bytes_are_ports ? bytes : form->type,
                                       product->rank, product->input);
  if (bytes && !form->bytes_are_ports)
    y = convert(&d, "quantize_x", "QuantizeLinear", y, step, bytes);
  if (bytes) y = convert(&d, "dequantize_x", "DequantizeLinear", y, step, bytes);
  inputs[0] = y;
  const uint32_t count = add_constants(&d, product, form, inputs);
  y = add_node_of(&d, "", "product", product->operation, product->since, count, inputs, &node);
  if (d.status == TN_OK && product->rank == 4)
    d.status = tni_node_set_ints(node, TN_STRING("pads"), 4, (int64_t[]){1, 1, 1, 1}, error);
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
