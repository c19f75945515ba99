#include "engine/model_draft.h"

#include <stdio.h>
#include <string.h>

#include "base/half.h"

static tni_value *add_numbers(struct draft *d, const char *name, int64_t count,
                              const int64_t *numbers) {
  return add_written(d, name, TN_I64, 1, count, numbers);
}

#define BUILD(name) \
  static tn_status build_##name(const tni_environment *environment, tn_model **out, tn_error *error)
#define BEGIN(name) struct draft d = begin(environment, #name, error)

/* --- the ladder */

static tn_status build_relu(const tni_environment *environment, const char *name, uint32_t type,
                            tn_dimension rows, tn_model **out, tn_error *error) {
  struct draft d = begin(environment, name, error);
  tni_value *x = add_input(&d, "x", type, 2, (tn_dimension[]){rows, fixed(8)});
  add_output(&d, unary(&d, "relu", "Relu", 14, x));
  return finish(&d, out);
}

BUILD(relu_f32) {
  return build_relu(environment, "relu_f32", TN_F32, fixed(4), out, error);
}
BUILD(relu_f16) {
  return build_relu(environment, "relu_f16", TN_F16, fixed(4), out, error);
}
BUILD(relu_i8) {
  return build_relu(environment, "relu_i8", TN_I8, fixed(4), out, error);
}
BUILD(relu_i32) {
  return build_relu(environment, "relu_i32", TN_I32, fixed(4), out, error);
}
BUILD(relu_unranked) {
  BEGIN(relu_unranked);
  add_output(&d, unary(&d, "y", "Relu", 14, add_unranked_input(&d, "x", TN_F32)));
  return finish(&d, out);
}

BUILD(relu_dynamic) {
  return build_relu(environment, "relu_dynamic", TN_F32, between(1, 64), out, error);
}

static tn_status build_binary(const tni_environment *environment, const char *name,
                              const char *operation, uint32_t since, uint32_t type, tn_model **out,
                              tn_error *error) {
  struct draft d = begin(environment, name, error);
  const tn_dimension shape[] = {fixed(4), fixed(8)};
  tni_value *a = add_input(&d, "a", type, 2, shape), *b = add_input(&d, "b", type, 2, shape);
  add_output(&d, binary(&d, "combined", operation, since, a, b));
  return finish(&d, out);
}

BUILD(add_f32) {
  return build_binary(environment, "add_f32", "Add", 14, TN_F32, out, error);
}
BUILD(add_i8) {
  return build_binary(environment, "add_i8", "Add", 14, TN_I8, out, error);
}
BUILD(add_i32) {
  return build_binary(environment, "add_i32", "Add", 14, TN_I32, out, error);
}
BUILD(mul_f16) {
  return build_binary(environment, "mul_f16", "Mul", 14, TN_F16, out, error);
}

static tni_value *add_convolution(struct draft *d, const char *name, tni_value *x, int64_t from,
                                  int64_t to) {
  tni_node *node = NULL;
  tni_value *w = add_constant(d, "weights", TN_F32, 4, (int64_t[]){to, from, 3, 3}, 11);
  tni_value *bias = add_constant(d, "bias", TN_F32, 1, (int64_t[]){to}, 12);
  tni_value *y = add_node_of(d, "", name, "Conv", 22, 3, (tni_value *[]){x, w, bias}, &node);
  if (d->status == TN_OK)
    d->status = tni_node_set_ints(node, TN_STRING("pads"), 4, (int64_t[]){1, 1, 1, 1}, d->error);
  return y;
}

BUILD(conv_f32) {
  BEGIN(conv_f32);
  tni_value *x =
      add_input(&d, "x", TN_F32, 4, (tn_dimension[]){fixed(1), fixed(3), fixed(8), fixed(8)});
  add_output(&d, add_convolution(&d, "conv", x, 3, 3));
  return finish(&d, out);
}

BUILD(network_f32) {
  BEGIN(network_f32);
  tni_value *x =
      add_input(&d, "image", TN_F32, 4, (tn_dimension[]){fixed(1), fixed(3), fixed(8), fixed(8)});
  tni_value *y = unary(&d, "activation", "Relu", 14, add_convolution(&d, "conv", x, 3, 4));
  y = unary(&d, "pool", "GlobalAveragePool", 22, y);
  tni_value *flat = unary(&d, "flat", "Flatten", 25, y);
  tni_value *w = add_constant(&d, "head", TN_F32, 2, (int64_t[]){4, 5}, 13);
  add_output(&d, binary(&d, "logits", "MatMul", 13, flat, w));
  return finish(&d, out);
}

/* --- what single clauses need */

BUILD(chain) {
  BEGIN(chain);
  tni_value *y = small_input(&d, "x");
  static const char *const names[] = {"first", "second", "third", "fourth"};
  for (int i = 0; i < 4; i++)
    y = unary(&d, names[i], "Relu", 14, y);
  add_output(&d, y);
  return finish(&d, out);
}

BUILD(two_inputs_two_outputs) {
  BEGIN(two_inputs_two_outputs);
  tni_value *a = small_input(&d, "a"),
            *b = add_input(&d, "b", TN_F32, 1, (tn_dimension[]){fixed(6)});
  tni_value *y = unary(&d, "of_a", "Relu", 14, a), *z = unary(&d, "of_b", "Relu", 14, b);
  add_output(&d, z); /* not in the order of the inputs */
  add_output(&d, y);
  return finish(&d, out);
}

BUILD(two_like_inputs) {
  BEGIN(two_like_inputs);
  tni_value *y = unary(&d, "of_a", "Relu", 14, small_input(&d, "a"));
  add_output(&d, unary(&d, "of_b", "Relu", 14, small_input(&d, "b")));
  add_output(&d, y);
  return finish(&d, out);
}

BUILD(output_read_again) {
  BEGIN(output_read_again);
  tni_value *x = small_input(&d, "x");
  tni_value *middle = unary(&d, "middle", "Relu", 14, x),
            *last = unary(&d, "last", "Relu", 14, middle);
  add_output(&d, middle);
  add_output(&d, last);
  return finish(&d, out);
}

BUILD(unknown_operator) {
  BEGIN(unknown_operator);
  tni_value *x = small_input(&d, "x");
  tni_value *y = unary(&d, "known_node", "Relu", 14, x);
  y = add_node_of(&d, "", "unknown_node", "NobodyHasThis", 1, 1, &y, NULL);
  if (d.status == TN_OK) {
    tni_value_set_type(y, TN_F32);
    d.status = tni_value_set_shape(y, 2, (tn_dimension[]){fixed(4), fixed(8)}, error);
  }
  add_output(&d, y);
  return finish(&d, out);
}

BUILD(newer_version) {
  BEGIN(newer_version);
  if (d.status == TN_OK) d.status = tni_model_set_operator_set(d.model, TN_STRING(""), 1000, error);
  tni_value *x = small_input(&d, "x");
  tni_value *y = unary(&d, "from_the_future", "Relu", 1000, x);
  if (d.status == TN_OK) {
    tni_value_set_type(y, TN_F32);
    d.status = tni_value_set_shape(y, 2, (tn_dimension[]){fixed(4), fixed(8)}, error);
  }
  add_output(&d, y);
  return finish(&d, out);
}

BUILD(no_nodes) {
  BEGIN(no_nodes);
  add_output(&d, small_input(&d, "x"));
  return finish(&d, out);
}

BUILD(constant_output) {
  BEGIN(constant_output);
  small_input(&d, "x");
  add_output(&d, add_constant(&d, "constant", TN_F32, 2, (int64_t[]){2, 3}, 14));
  return finish(&d, out);
}

BUILD(multiply_add) {
  BEGIN(multiply_add);
  tni_value *a = small_input(&d, "a"), *b = small_input(&d, "b"), *c = small_input(&d, "c");
  tni_value *product = binary(&d, "product", "Mul", 14, a, b);
  add_output(&d, binary(&d, "sum", "Add", 14, product, c));
  return finish(&d, out);
}

/* What a fused node has to broadcast: rows, and a column that comes first. */
BUILD(multiply_add_broadcast) {
  BEGIN(multiply_add_broadcast);
  tni_value *a = small_input(&d, "a");
  tni_value *b = add_input(&d, "b", TN_F32, 1, (tn_dimension[]){fixed(8)});
  tni_value *c = add_input(&d, "c", TN_F32, 3, (tn_dimension[]){fixed(2), fixed(4), fixed(1)});
  tni_value *product = binary(&d, "product", "Mul", 14, b, a);
  add_output(&d, binary(&d, "sum", "Add", 14, c, product));
  return finish(&d, out);
}

/* A product that is an output too, and one that two sums take: neither is gone when it is fused. */
BUILD(products_read_twice) {
  BEGIN(products_read_twice);
  tni_value *a = small_input(&d, "a"), *b = small_input(&d, "b");
  tni_value *told = binary(&d, "told", "Mul", 14, a, b),
            *shared = binary(&d, "shared", "Mul", 14, a, a);
  add_output(&d, binary(&d, "of_told", "Add", 14, told, b));
  add_output(&d, told);
  add_output(&d, binary(&d, "first", "Add", 14, shared, a));
  add_output(&d, binary(&d, "second", "Add", 14, b, shared));
  return finish(&d, out);
}

/* Integers beside reals: what is rounded for a precision is not them. */
BUILD(reals_and_integers) {
  BEGIN(reals_and_integers);
  tni_value *x = small_input(&d, "x");
  tni_value *n = add_input(&d, "n", TN_I32, 2, (tn_dimension[]){fixed(4), fixed(8)});
  add_output(&d, binary(&d, "integers", "Add", 14, n, n));
  add_output(&d, unary(&d, "reals", "Relu", 14, x));
  return finish(&d, out);
}

static tn_dimension named(struct draft *d, const char *name, int64_t min, int64_t max) {
  tn_dimension dimension = between(min, max);
  if (d->status == TN_OK)
    d->status = tni_model_symbol(d->model, tn_string_from(name), &dimension.symbol, d->error);
  return dimension;
}

/* Unknown sizes with names, one of them in two inputs, beside one without. */
BUILD(named_sizes) {
  BEGIN(named_sizes);
  const tn_dimension batch = named(&d, "batch", 1, 32), length = named(&d, "length", 1, 16);
  tni_value *a = add_input(&d, "a", TN_F32, 2, (tn_dimension[]){batch, length}),
            *b = add_input(&d, "b", TN_F32, 2, (tn_dimension[]){batch, length}),
            *c = add_input(&d, "c", TN_F32, 1, (tn_dimension[]){between(1, 64)});
  add_output(&d, binary(&d, "sum", "Add", 14, a, b));
  add_output(&d, unary(&d, "relu", "Relu", 14, c));
  return finish(&d, out);
}

/* Adds a constant that is no dense block: the transpose of one. */
static tni_value *add_transposed(struct draft *d, const char *name, int64_t rows, int64_t columns) {
  tni_value *value = NULL;
  tn_tensor *base = NULL, *view = NULL;
  if (d->status == TN_OK)
    d->status =
        tni_tensor_create(d->environment, TN_F32, 2, (int64_t[]){columns, rows}, &base, d->error);
  if (d->status != TN_OK) return NULL;
  suite_fill(base, 31, 99);
  tni_tensor_make_read_only(base);
  d->status = tni_tensor_create_view(d->environment, base, 0, 2, (int64_t[]){rows, columns},
                                     (int64_t[]){1, rows}, &view, d->error);
  tn_tensor_release(base);
  if (d->status != TN_OK) return NULL;
  d->status = tni_graph_add_constant(d->model->graph, tn_string_from(name), view, &value, d->error);
  tn_tensor_release(view);
  return value;
}

BUILD(strided_constant) {
  BEGIN(strided_constant);
  tni_value *x = small_input(&d, "x");
  add_output(&d, binary(&d, "sum", "Add", 14, x, add_transposed(&d, "weights", 4, 8)));
  return finish(&d, out);
}

/* Long enough that requests which run at once surely overlap. */
BUILD(multiply_add_wide) {
  BEGIN(multiply_add_wide);
  const tn_dimension shape[] = {fixed(128), fixed(256)};
  tni_value *a = add_input(&d, "a", TN_F32, 2, shape), *b = add_input(&d, "b", TN_F32, 2, shape);
  tni_value *product = binary(&d, "product", "Mul", 14, a, b);
  tni_value *sum = binary(&d, "sum", "Add", 14, product, a);
  add_output(&d, binary(&d, "again", "Add", 14, sum, b));
  return finish(&d, out);
}

BUILD(convolution_activation) {
  BEGIN(convolution_activation);
  tni_value *x =
      add_input(&d, "x", TN_F32, 4, (tn_dimension[]){fixed(1), fixed(3), fixed(8), fixed(8)});
  add_output(&d, unary(&d, "relu", "Relu", 14, add_convolution(&d, "conv", x, 3, 4)));
  return finish(&d, out);
}

BUILD(concat_dynamic) {
  BEGIN(concat_dynamic);
  tn_dimension shape[] = {between(0, 16), fixed(3)};
  tni_value *a = add_input(&d, "a", TN_F32, 2, shape), *b = add_input(&d, "b", TN_F32, 2, shape);
  tni_node *node = NULL;
  tni_value *y = add_node_of(&d, "", "joined", "Concat", 13, 2, (tni_value *[]){a, b}, &node);
  if (d.status == TN_OK) d.status = tni_node_set_int(node, TN_STRING("axis"), 0, error);
  add_output(&d, y);
  return finish(&d, out);
}

/* Two sizes without a common symbol: that they fit is known only when both inputs are there. */
BUILD(add_dynamic) {
  BEGIN(add_dynamic);
  tn_dimension shape[] = {between(1, 64), fixed(8)};
  tni_value *a = add_input(&d, "a", TN_F32, 2, shape), *b = add_input(&d, "b", TN_F32, 2, shape);
  add_output(&d, binary(&d, "sum", "Add", 14, a, b));
  return finish(&d, out);
}

/* A sum that goes on from one inference to the next: the variable holds it. */
BUILD(accumulator) {
  BEGIN(accumulator);
  tni_value *x = add_input(&d, "x", TN_F32, 1, (tn_dimension[]){fixed(4)});
  tni_value *start = add_constant(&d, "start", TN_F32, 1, (int64_t[]){4}, 15);
  add_output(&d, add_variable(&d, "total", "Add", x, start));
  return finish(&d, out);
}

/* A sum and a running maximum side by side. */
BUILD(two_variables) {
  BEGIN(two_variables);
  tni_value *x = add_input(&d, "x", TN_F32, 1, (tn_dimension[]){fixed(4)});
  tni_value *z = add_input(&d, "z", TN_F32, 2, (tn_dimension[]){fixed(2), fixed(3)});
  tni_value *start = add_constant(&d, "start", TN_F32, 1, (int64_t[]){4}, 17);
  tni_value *low = add_constant(&d, "low", TN_F32, 2, (int64_t[]){2, 3}, 18);
  add_output(&d, add_variable(&d, "total", "Add", x, start));
  add_output(&d, add_variable(&d, "peak", "Max", z, low));
  return finish(&d, out);
}

/* Variables that are assigned before they are read, and without being read. */
BUILD(assigned_first) {
  BEGIN(assigned_first);
  static const char *const names[] = {"early", "written", "early"};
  tni_value *x = add_input(&d, "x", TN_F32, 1, (tn_dimension[]){fixed(4)});
  tni_value *start = add_constant(&d, "start", TN_F32, 1, (int64_t[]){4}, 21);
  for (int i = 0; i < 3; i++) {
    tni_node *node = NULL;
    tni_value *y = i < 2 ? add_node_of(&d, "tenon", i ? "keep_written" : "keep_early", "Assign", 1,
                                       1, &x, &node)
                         : add_node_of(&d, "tenon", "read", "ReadValue", 1, 1, &start, &node);
    if (d.status == TN_OK)
      d.status =
          tni_node_set_string(node, TN_STRING("variable_id"), tn_string_from(names[i]), error);
    add_output(&d, y);
  }
  return finish(&d, out);
}

/* More variables than anybody would make room for at once. */
BUILD(many_variables) {
  BEGIN(many_variables);
  tni_value *x = add_input(&d, "x", TN_F32, 1, (tn_dimension[]){fixed(4)});
  tni_value *start = add_constant(&d, "start", TN_F32, 1, (int64_t[]){4}, 19);
  for (int i = 0; i < 16; i++) {
    char name[16];
    snprintf(name, sizeof name, "v%d", i);
    x = add_variable(&d, name, "Add", x, start);
  }
  add_output(&d, x);
  return finish(&d, out);
}

/* A square of weights, small enough that what one product rounds does not grow in the next. */
static tni_value *add_small_weights(struct draft *d, int64_t size) {
  tni_value *value = NULL;
  tn_tensor *tensor = NULL;
  if (d->status == TN_OK)
    d->status =
        tni_tensor_create(d->environment, TN_F32, 2, (int64_t[]){size, size}, &tensor, d->error);
  if (d->status != TN_OK) return NULL;
  suite_fill(tensor, 16, 0);
  for (int64_t i = 0; i < size * size; i++)
    ((float *)tensor->data)[i] *= 0.125F;
  tni_tensor_make_read_only(tensor);
  d->status = tni_graph_add_constant(d->model->graph, TN_STRING("w"), tensor, &value, d->error);
  tn_tensor_release(tensor);
  return value;
}

/* Enough work to be seen in flight: products of matrices in a row. */
BUILD(long_running) {
  BEGIN(long_running);
  tni_value *y = add_input(&d, "x", TN_F32, 2, (tn_dimension[]){fixed(160), fixed(160)});
  tni_value *w = add_small_weights(&d, 160);
  static const char *const names[] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"};
  for (int i = 0; i < 8; i++) {
    y = binary(&d, names[i], "MatMul", 13, y, w);
    y = unary(&d, "squash", "Tanh", 13, y);
  }
  add_output(&d, y);
  return finish(&d, out);
}

BUILD(reshape_dynamic) {
  BEGIN(reshape_dynamic);
  tni_value *x = add_input(&d, "x", TN_F32, 2, (tn_dimension[]){between(1, 16), fixed(6)});
  tni_value *shape = add_numbers(&d, "shape", 3, (int64_t[]){-1, 2, 3});
  add_output(&d, binary(&d, "folded", "Reshape", 25, x, shape));
  return finish(&d, out);
}

/* One for each element type: only movement, so that any type may pass. Elements below a byte, which
 * no operator moves, are an input that is the output. */
static tn_status build_move(const tni_environment *environment, const char *name, uint32_t type,
                            tn_model **out, tn_error *error) {
  struct draft d = begin(environment, name, error);
  tni_node *node = NULL;
  tni_value *x = add_input(&d, "x", type, 2, (tn_dimension[]){fixed(4), fixed(6)}), *y = x;
  const int turned = tn_element_type_bits(type) >= 8;
  if (turned) y = add_node_of(&d, "", "turned", "Transpose", 25, 1, &x, &node);
  if (turned && d.status == TN_OK)
    d.status = tni_node_set_ints(node, TN_STRING("perm"), 2, (int64_t[]){1, 0}, error);
  add_output(&d, y);
  return finish(&d, out);
}

#define BUILD_MOVE(name, number, bits, onnx)                              \
  BUILD(move_##name) {                                                    \
    return build_move(environment, "move_" #name, TN_##name, out, error); \
  }
TN_ELEMENT_TYPE_MAP(BUILD_MOVE)
#undef BUILD_MOVE

const suite_model suite_models[] = {
    {"relu_f32", "Relu, f32 [4, 8]", 1, build_relu_f32},
    {"add_f32", "Add, f32 [4, 8]", 1, build_add_f32},
    {"conv_f32", "Conv 3x3, f32 [1, 3, 8, 8]", 1, build_conv_f32},
    {"mat_mul_f32", "MatMul with weights, f32 [4, 8]", 1, suite_build_mat_mul_f32},
    {"gemm_f32", "Gemm with weights, f32 [4, 8]", 1, suite_build_gemm_f32},
    {"relu_f16", "Relu, f16 [4, 8]", 1, build_relu_f16},
    {"mul_f16", "Mul, f16 [4, 8]", 1, build_mul_f16},
    {"conv_f16", "Conv 3x3, f16 [1, 3, 8, 8]", 1, suite_build_conv_f16},
    {"mat_mul_f16", "MatMul with weights, f16 [4, 8]", 1, suite_build_mat_mul_f16},
    {"conv_qdq_i8", "Conv 3x3 between quantizing to i8 and back, f32 [1, 3, 8, 8]", 1,
     suite_build_conv_qdq_i8},
    {"mat_mul_qdq_i8", "MatMul between quantizing to i8 and back, f32 [4, 8]", 1,
     suite_build_mat_mul_qdq_i8},
    {"conv_qdq_u8", "Conv 3x3 between quantizing to u8 and back, f32 [1, 3, 8, 8]", 1,
     suite_build_conv_qdq_u8},
    {"mat_mul_qdq_u8", "MatMul between quantizing to u8 and back, f32 [4, 8]", 1,
     suite_build_mat_mul_qdq_u8},
    {"conv_i8", "Conv 3x3 between quantized ports, i8 [1, 3, 8, 8]", 1, suite_build_conv_i8},
    {"mat_mul_i8", "MatMul between quantized ports, i8 [4, 8]", 1, suite_build_mat_mul_i8},
    {"relu_i8", "Relu, i8 [4, 8]", 1, build_relu_i8},
    {"add_i8", "Add, i8 [4, 8]", 1, build_add_i8},
    {"relu_i32", "Relu, i32 [4, 8]", 1, build_relu_i32},
    {"add_i32", "Add, i32 [4, 8]", 1, build_add_i32},
    {"network_f32", "Conv, Relu, GlobalAveragePool, MatMul", 1, build_network_f32},
    {"relu_dynamic", "Relu, f32 [1..64, 8]", 1, build_relu_dynamic},
    {"relu_unranked", "Relu of f32 of any rank", SUITE_MODEL_APART, build_relu_unranked},
    {"chain", "four Relu in a row", 0, build_chain},
    {"two_inputs_two_outputs", "two Relu side by side, outputs crossed", 0,
     build_two_inputs_two_outputs},
    {"two_like_inputs", "two Relu of one shape side by side, outputs crossed", 0,
     build_two_like_inputs},
    {"chain_f32", "four Relu in a row, f32 [4, 8] on any device", 0, build_chain},
    {"two_inputs_f32", "two Relu side by side, f32 [4, 8] and [6] on any device", 0,
     build_two_inputs_two_outputs},
    {"output_read_again", "an output that another node reads", 0, build_output_read_again},
    {"unknown_operator", "an operator that nobody has", SUITE_MODEL_UNKNOWN,
     build_unknown_operator},
    {"newer_version", "an operator's version that nobody knows", SUITE_MODEL_UNKNOWN,
     build_newer_version},
    {"no_nodes", "an input that is the output", 0, build_no_nodes},
    {"constant_output", "a constant that is the output", 0, build_constant_output},
    {"multiply_add", "Mul and Add, which devices like to fuse", 0, build_multiply_add},
    {"multiply_add_broadcast", "Mul and Add of unlike ranks", 0, build_multiply_add_broadcast},
    {"products_read_twice", "products that more than one sum or output takes", 0,
     build_products_read_twice},
    {"strided_constant", "Add of a constant that is not dense", 0, build_strided_constant},
    {"reals_and_integers", "Add of i32 beside Relu of f32", 0, build_reals_and_integers},
    {"named_sizes", "Add and Relu of unknown sizes with and without names", 0, build_named_sizes},
    {"multiply_add_wide", "Mul and two Add, f32 [128, 256]", 0, build_multiply_add_wide},
    {"convolution_activation", "Conv and Relu, which devices like to fuse", 0,
     build_convolution_activation},
    {"concat_dynamic", "Concat of two dynamic inputs, 0 to 16 rows", 0, build_concat_dynamic},
    {"add_dynamic", "Add of two dynamic inputs, f32 [1..64, 8]", 0, build_add_dynamic},
    {"reshape_dynamic", "Reshape of a dynamic input", 0, build_reshape_dynamic},
    {"accumulator", "a sum kept in a variable", 0, build_accumulator},
    {"two_variables", "a sum and a running maximum kept in two variables", 0, build_two_variables},
    {"assigned_first", "variables that are assigned before they are read, or never read",
     SUITE_MODEL_APART, build_assigned_first},
    {"many_variables", "sixteen sums in a row, each kept in a variable", SUITE_MODEL_APART,
     build_many_variables},
    {"growing", "rows kept in a variable, one more each time", 0, suite_build_growing},
    {"recurrent", "GRU with attributes of many kinds, some ports left out", 0,
     suite_build_recurrent},
    {"filled", "Add of a tensor of unknown size that an attribute fills", 0, suite_build_filled},
    {"repeated", "three Relu of one input, which one may do", 0, suite_build_repeated},
    {"branches", "If, whose graphs read values of the graph around", SUITE_MODEL_APART,
     suite_build_branches},
    {"variable_in_branch", "If, of whose graphs one keeps a variable", SUITE_MODEL_APART,
     suite_build_variable_in_branch},
    {"multiply_add_i32", "Mul and Add of whole numbers", 0, suite_build_multiply_add_i32},
    {"multiply_add_f64", "Mul and Add, f64 [4, 8]", 0, suite_build_multiply_add_f64},
    {"multiply_add_stretched", "Mul and Add of shapes that stretch each other", 0,
     suite_build_multiply_add_stretched},
    {"multiply_add_dynamic", "Mul and Add of dynamic inputs, 0 to 64 rows", 0,
     suite_build_multiply_add_dynamic},
    {"sums_of_products", "Add of two products, of one twice, and of others", 0,
     suite_build_sums_of_products},
    {"needless_nodes", "nodes that can be folded, removed or shared", 0,
     suite_build_needless_nodes},
    {"long_running", "eight products of 160x160 matrices", 0, build_long_running},
#define MOVE_ROW(name, number, bits, onnx) \
  {"move_" #name, "elements moved, " onnx " [4, 6]", 0, build_move_##name},
    TN_ELEMENT_TYPE_MAP(MOVE_ROW)
#undef MOVE_ROW
#define PACKED_ROW(what, name)                                                       \
  {#what "_" #name, "elements below a byte beside reals, [3, 5]", SUITE_MODEL_APART, \
   suite_build_##what##_##name},
        SUITE_PACKED_MODEL_MAP(PACKED_ROW)
#undef PACKED_ROW
#define QUANTIZED_ROW(product, form)                                              \
  {#product "_" #form, "a product between quantizing and back, or between bytes", \
   SUITE_MODEL_APART, suite_build_##product##_##form},
            SUITE_QUANTIZED_MODEL_MAP(QUANTIZED_ROW)
#undef QUANTIZED_ROW
#define VERSION_ROW(name, set)                                                           \
  {#name "_" #set, "what a node of an older operator set means, f32", SUITE_MODEL_APART, \
   suite_build_##name##_##set},
                SUITE_VERSION_MAP(VERSION_ROW)
#undef VERSION_ROW
};

const uint32_t suite_model_count = sizeof suite_models / sizeof *suite_models;

const suite_model *suite_model_find(const char *name) {
  for (uint32_t i = 0; i < suite_model_count; i++)
    if (strcmp(suite_models[i].name, name) == 0) return &suite_models[i];
  return NULL;
}
