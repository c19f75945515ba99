/* Checks of tensors of each element type, on models that only move elements. */
#define TN_GROUP "tensor"
#include <string.h>

#include "engine/axes.h"
#include "engine/computed.h"

/* Types whose elements take at least `least` and at most `most` bits; texts are none of them. */
static const char *type_of_bits(uint32_t index, uint32_t least, uint32_t most) {
  const char *name;
  for (uint32_t i = 0; (name = axis_element_type(i)); i++) {
    const uint32_t code = axis_element_type_code(name), bits = tn_element_type_bits(code);
    if (bits >= least && bits <= most && code != TN_STRING_ELEMENT && index-- == 0) return name;
  }
  return NULL;
}

static const char *type_below_a_byte(uint32_t index) {
  return type_of_bits(index, 0, 7);
}
static const char *type_of_bytes(uint32_t index) {
  return type_of_bits(index, 8, UINT32_MAX);
}
static const char *type_that_needs_alignment(uint32_t index) {
  return type_of_bits(index, 16, UINT32_MAX);
}

static tn_infer_request *moving_request(test *t) {
  return test_request(t, test_compile(t, axis_move_of(t, t->parameter)));
}

/* A tensor for the one input of those models, filled. */
static tn_tensor *filled(test *t) {
  tn_tensor *tensor = test_tensor(t, axis_element_type_code(t->parameter), 2, (int64_t[]){4, 6});
  if (tensor) suite_fill(tensor, t->seed, 0);
  return tensor;
}

TN_CHECK_WITH(tensor_of_type, TENSOR, 1, 0,
              "tensors of the host carry elements of the type in and out",
              .name_at = axis_element_type) {
  tn_infer_request *request = moving_request(t);
  tn_tensor *input = request ? filled(t) : NULL, *own = NULL;
  NEED(input);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, input, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, 1, &own, &t->error));
  EXPECT(own->type == input->type);
  tn_tensor *output = test_tensor(t, own->type, own->rank, own->shape);
  NEED(output);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 1, output, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_output(t, output, axis_move_of(t, t->parameter), 0, t->seed, 4);
}

TN_CHECK_WITH(tensor_own_of_type, TENSOR, 2, 0,
              "the request's own tensors of the type are aligned to 64 bytes, have room and carry "
              "elements",
              .name_at = axis_element_type) {
  tn_infer_request *request = moving_request(t);
  tn_tensor *own[2];
  NEED(request);
  for (uint32_t port = 0; port < 2; port++) {
    REQUIRE_OK(tn_infer_request_get_tensor(request, port, &own[port], &t->error));
    if (own[port]->flags & TN_TENSOR_DEVICE)
      NOT_APPLICABLE("the request's own tensors lie in device memory");
    EXPECT((uintptr_t)own[port]->data % TN_TENSOR_ALIGNMENT == 0);
    EXPECT(own[port]->type == axis_element_type_code(t->parameter));
    EXPECT(own[port]->capacity_bytes >= tn_dense_bytes(own[port]->type, 24));
  }
  suite_fill(own[0], t->seed, 0);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, axis_move_of(t, t->parameter), t->seed, 4);
}

/* An input of a layout that a plugin may refuse. */
static void expect_right_or_unsupported(test *t, tn_infer_request *request, tn_tensor *input) {
  tn_status status = tn_infer_request_set_tensor(request, 0, input, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status != TN_OK) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, axis_move_of(t, t->parameter), t->seed, 4);
}

/* Whether an element of the carrier's ports takes more than a byte. */
static bool has_large_elements(test *t) {
  const tn_model *model = test_model(t, "carrier");
  for (uint32_t i = 0; model && i < model->graph->input_count; i++)
    if (tn_element_type_bits(model->graph->inputs[i]->type) > 8) return true;
  for (uint32_t i = 0; model && i < model->graph->output_count; i++)
    if (tn_element_type_bits(model->graph->outputs[i]->type) > 8) return true;
  return !model;
}

/* The request for a tensor at an address that is no multiple of its element. */
static tn_infer_request *request_for_odd(test *t) {
  const char *name = axis_move_of(t, t->parameter);
  if (has_large_elements(t) || computed_supports(t, test_model(t, name))) return moving_request(t);
  test_record_not_applicable(
      t, "elements of one byte, which the device takes alone, are always aligned");
  return NULL;
}

TN_CHECK_WITH(tensor_unaligned_of_type, TENSOR, 5, 0,
              "an input whose address is no multiple of its element gives right results or is "
              "refused with UNSUPPORTED",
              .name_at = type_that_needs_alignment, .revision = 2) {
  tn_infer_request *request = request_for_odd(t);
  tn_tensor *even = request ? filled(t) : NULL;
  NEED(even);
  tn_tensor *odd = test_tensor_at(t, even->type, 2, even->shape, 1);
  NEED(odd);
  memcpy(odd->data, even->data, (size_t)even->capacity_bytes);
  odd->flags |= TN_TENSOR_UNALIGNED;
  expect_right_or_unsupported(t, request, odd);
}

/* An output of the moving request `offset` bytes behind a multiple of 64. */
static tn_tensor *output_at(test *t, tn_infer_request *request, uint32_t offset) {
  tn_tensor *own = NULL;
  const tn_status status = tn_infer_request_get_tensor(request, 1, &own, &t->error);
  EXPECT_OK(status);
  return status == TN_OK ? test_tensor_at(t, own->type, own->rank, own->shape, offset) : NULL;
}

TN_CHECK_WITH(tensor_unaligned_output_of_type, TENSOR, 5, 0,
              "an output whose address is no multiple of its element gets the results or is "
              "refused with UNSUPPORTED",
              .name_at = type_that_needs_alignment) {
  tn_infer_request *request = request_for_odd(t);
  tn_tensor *input = request ? filled(t) : NULL, *odd = input ? output_at(t, request, 1) : NULL;
  NEED(odd);
  odd->flags |= TN_TENSOR_UNALIGNED;
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, input, &t->error));
  tn_status status = tn_infer_request_set_tensor(request, 1, odd, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status != TN_OK) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_output(t, odd, axis_move_of(t, t->parameter), 0, t->seed, 4);
}

TN_CHECK_WITH(tensor_one_element_further, TENSOR, 1, 0,
              "an input and an output that begin one element behind a multiple of 64 bytes are "
              "usable as any others",
              .name_at = axis_element_type) {
  const uint32_t bits = tn_element_type_bits(axis_element_type_code(t->parameter));
  const uint32_t offset = bits < 8 ? 1 : bits / 8;
  tn_infer_request *request = moving_request(t);
  tn_tensor *even = request ? filled(t) : NULL;
  NEED(even);
  tn_tensor *input = test_tensor_at(t, even->type, 2, even->shape, offset),
            *output = output_at(t, request, offset);
  NEED(input && output);
  suite_fill(input, t->seed, 0);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, input, &t->error));
  REQUIRE_OK(tn_infer_request_set_tensor(request, 1, output, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_output(t, output, axis_move_of(t, t->parameter), 0, t->seed, 4);
}

TN_CHECK_WITH(tensor_strides_of_type, TENSOR, 6, 0,
              "an input with gaps gives the results of its dense copy or is refused with "
              "UNSUPPORTED",
              .name_at = type_of_bytes) {
  tn_infer_request *request = moving_request(t);
  tn_tensor *dense = request ? filled(t) : NULL;
  NEED(dense);
  const uint64_t bytes = tn_element_type_bits(dense->type) / 8;
  tn_tensor *wide = test_tensor(t, dense->type, 1, (int64_t[]){4 * 8});
  int64_t *strides = test_alloc(t, 2 * sizeof *strides);
  NEED(wide);
  for (uint64_t row = 0; row < 4; row++)
    memcpy((char *)wide->data + row * 8 * bytes, (char *)dense->data + row * 6 * bytes,
           (size_t)(6 * bytes));
  strides[0] = 8, strides[1] = 1;
  wide->rank = 2;
  wide->shape = dense->shape;
  wide->strides = strides;
  expect_right_or_unsupported(t, request, wide);
}

/* Whether the device takes such elements at all. Those models have no node that query could tell.
 */
static bool moves_below_a_byte(test *t) {
  const char *type;
  bool moves = false;
  for (uint32_t i = 0; !moves && (type = type_below_a_byte(i)) != NULL; i++) {
    tn_model *model = test_model(t, axis_move_of(t, type));
    tn_compiled_model *compiled = NULL;
    moves = model && tn_plugin_compile(t->plugin, t->device, model, NULL, &compiled, &t->error) !=
                         TN_UNSUPPORTED;
    if (compiled) test_adopt_compiled_model(t, compiled);
  }
  return moves;
}

TN_CHECK_WITH(tensor_strides_below_a_byte, TENSOR, 8, 0,
              "strides of elements below a byte are refused with INVALID_ARGUMENT, for input and "
              "output, also dense ones",
              .name_at = type_below_a_byte, .revision = 2) {
  static const int64_t steps[][2] = {{12, 2}, {8, 1}, {6, 1}};
  if (!moves_below_a_byte(t)) NOT_APPLICABLE("the device takes no elements below a byte");
  tn_infer_request *request = moving_request(t);
  NEED(request);
  for (uint32_t port = 0; port < 2; port++)
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
      tn_tensor *tensor =
          test_tensor(t, axis_element_type_code(t->parameter), 2, (int64_t[]){4, 6});
      NEED(tensor);
      tensor->strides = steps[i];
      EXPECT_STATUS(tn_infer_request_set_tensor(request, port, tensor, &t->error),
                    TN_INVALID_ARGUMENT);
    }
}

TN_CHECK_WITH(tensor_other_type, REQUEST, 8, 0,
              "a tensor of the type is refused with WRONG_TYPE at ports of another one",
              .name_at = axis_element_type) {
  const uint32_t type = axis_element_type_code(t->parameter);
  tn_infer_request *request = test_request(t, test_compile(t, "carrier"));
  const tn_model *model = test_model(t, "carrier");
  NEED(request && model);
  const tn_graph *graph = model->graph;
  for (uint32_t i = 0; i < graph->input_count + graph->output_count; i++) {
    const tn_value_info *port =
        i < graph->input_count ? graph->inputs[i] : graph->outputs[i - graph->input_count];
    int64_t shape[TN_MAX_RANK];
    suite_shape(port, 4, shape);
    tn_tensor *tensor = test_tensor(t, type, port->rank, shape);
    NEED(tensor);
    EXPECT_STATUS(tn_infer_request_set_tensor(request, i, tensor, &t->error),
                  type == port->type ? TN_OK : TN_WRONG_TYPE);
  }
}

TN_CHECK(tensor_unknown_type, TENSOR, 14, 0,
         "a tensor of an element type that nobody knows is refused with UNSUPPORTED at each port") {
  static const uint32_t unknown[] = {27, 200, UINT32_MAX};
  tn_infer_request *request = test_request(t, test_compile(t, "carrier"));
  const tn_model *model = test_model(t, "carrier");
  NEED(request && model);
  tn_tensor *tensor = test_tensor(t, TN_U8, 1, (int64_t[]){4096});
  NEED(tensor);
  int64_t shape[TN_MAX_RANK];
  suite_shape(model->graph->inputs[0], 4, shape);
  tensor->shape = shape;
  tensor->rank = model->graph->inputs[0]->rank;
  for (uint32_t port = 0; port <= model->graph->input_count; port++)
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
      tensor->type = unknown[i];
      EXPECT_STATUS(tn_infer_request_set_tensor(request, port, tensor, &t->error), TN_UNSUPPORTED);
    }
  tensor->type = TN_U8;
}
