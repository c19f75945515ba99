/* Checks of the tensors that requests take and give. */
#define TN_GROUP "tensor"
#include "engine/check.h"

#include <stdlib.h>
#include <string.h>

static tn_infer_request *plain_request(test *t) {
  return test_request(t, test_compile(t, "carrier"));
}

/* The first input's port of the carrier. */
static const tn_value_info *carrier_input(test *t) {
  tn_model *model = test_model(t, "carrier");
  return model ? model->graph->inputs[0] : NULL;
}

static tn_tensor *input_tensor(test *t, uint32_t type, int64_t extra) {
  const tn_value_info *port = carrier_input(t);
  if (!port) return NULL;
  int64_t shape[TN_MAX_RANK];
  suite_shape(port, 4, shape);
  shape[port->rank - 1] += extra;
  return test_tensor(t, type ? type : port->type, port->rank, shape);
}

TN_CHECK(tensor_request_exists, REQUEST, 1, 0, "a compiled model makes a request") {
  EXPECT(plain_request(t) != NULL);
}

TN_CHECK(tensor_wrong_type, REQUEST, 8, 0,
         "a tensor of another element type is refused with WRONG_TYPE") {
  tn_infer_request *request = plain_request(t);
  const tn_value_info *port = carrier_input(t);
  NEED(request && port);
  tn_tensor *wrong = input_tensor(t, port->type == TN_F64 ? TN_F32 : TN_F64, 0);
  NEED(wrong);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, wrong, &t->error), TN_WRONG_TYPE);
}

TN_CHECK(tensor_wrong_shape, REQUEST, 9, 0,
         "a shape that contradicts the port is refused with WRONG_SHAPE") {
  tn_infer_request *request = plain_request(t);
  tn_tensor *wrong = input_tensor(t, 0, 1);
  NEED(request && wrong);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, wrong, &t->error), TN_WRONG_SHAPE);
}

TN_CHECK(tensor_wrong_rank, REQUEST, 9, 0, "another rank is refused with WRONG_SHAPE") {
  tn_infer_request *request = plain_request(t);
  const tn_value_info *port = carrier_input(t);
  NEED(request && port);
  tn_tensor *wrong = test_tensor(t, port->type, 1, (int64_t[]){32});
  NEED(wrong);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, wrong, &t->error), TN_WRONG_SHAPE);
}

TN_CHECK(tensor_of_many_dimensions, REQUEST, 9, 0,
         "a tensor of 16 dimensions, most of them as long as can be told, is refused with "
         "WRONG_SHAPE, or INVALID_ARGUMENT where their product is looked at first") {
  tn_infer_request *request = plain_request(t);
  const tn_value_info *port = carrier_input(t);
  int64_t shape[TN_MAX_RANK] = {0};
  for (int i = 1; i < TN_MAX_RANK; i++)
    shape[i] = 1;
  NEED(request && port);
  tn_tensor *wrong = test_tensor(t, port->type, TN_MAX_RANK, shape);
  NEED(wrong);
  for (int i = 1; i < TN_MAX_RANK; i++)
    ((int64_t *)(uintptr_t)wrong->shape)[i] = INT64_MAX - i;
  const tn_status status = tn_infer_request_set_tensor(request, 0, wrong, &t->error);
  EXPECT_THAT(status == TN_WRONG_SHAPE || status == TN_INVALID_ARGUMENT,
              "set_tensor gives WRONG_SHAPE or INVALID_ARGUMENT; it gave %s",
              tni_status_name(status));
  const size_t length = strnlen(t->error.message, sizeof t->error.message);
  EXPECT(length > 0 && length < sizeof t->error.message);
  memset(&t->error, 0, sizeof t->error);
}

TN_CHECK(tensor_wrong_port, REQUEST, 16, 0,
         "a port that is not there is refused with OUT_OF_RANGE") {
  tn_infer_request *request = plain_request(t);
  tn_tensor *tensor = input_tensor(t, 0, 0), *out = test_poison();
  NEED(request && tensor);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 1000, tensor, &t->error), TN_OUT_OF_RANGE);
  EXPECT_STATUS(tn_infer_request_get_tensor(request, 1000, &out, &t->error), TN_OUT_OF_RANGE);
  test_about(t, TNI_CLAUSE(ERROR, 5));
  EXPECT(out == test_poison());
}

TN_CHECK(tensor_own_is_aligned, TENSOR, 2, 0, "requests' own tensors are aligned to 64 bytes") {
  tn_infer_request *request = plain_request(t);
  NEED(request);
  const tn_model *model = test_model(t, "carrier");
  for (uint32_t i = 0; i < model->graph->input_count + model->graph->output_count; i++) {
    tn_tensor *tensor = NULL;
    REQUIRE_OK(tn_infer_request_get_tensor(request, i, &tensor, &t->error));
    if (tensor->flags & (TN_TENSOR_DEVICE | TN_TENSOR_UNSHAPED)) continue;
    EXPECT((uintptr_t)tensor->data % TN_TENSOR_ALIGNMENT == 0);
  }
}

TN_CHECK(tensor_own_fits_the_port, REQUEST, 5, 0,
         "before anything was set, get_tensor gives a tensor of the port's type and shape") {
  tn_infer_request *request = plain_request(t);
  NEED(request);
  const tn_model *model = test_model(t, "carrier");
  for (uint32_t i = 0; i < model->graph->input_count + model->graph->output_count; i++) {
    uint32_t inputs = model->graph->input_count;
    const tn_value_info *port =
        i < inputs ? model->graph->inputs[i] : model->graph->outputs[i - inputs];
    tn_tensor *tensor = NULL;
    REQUIRE_OK(tn_infer_request_get_tensor(request, i, &tensor, &t->error));
    REQUIRE(tensor != NULL);
    EXPECT(tensor->size >= TN_TENSOR_FIRST_SIZE && tensor->size % 8 == 0);
    EXPECT(tensor->type == port->type);
    EXPECT((tensor->flags & TN_TENSOR_UNSHAPED) || tensor->rank == port->rank);
  }
}

/* A tensor whose shape is known has one that its port takes. */
static void expect_own_shape(test *t, const tn_tensor *own, const tn_value_info *port) {
  if (own->flags & TN_TENSOR_UNSHAPED || own->rank != port->rank) return;
  test_about(t, TNI_CLAUSE(REQUEST, 5));
  for (uint32_t i = 0; i < own->rank; i++)
    EXPECT(own->shape[i] >= port->dimensions[i].min && own->shape[i] <= port->dimensions[i].max);
  test_about(t, 0);
}

TN_CHECK(tensor_own_is_usable, INFER, 2, 0, "an inference works on the request's own tensors") {
  tn_infer_request *request = plain_request(t);
  NEED(request);
  const tn_model *model = test_model(t, "carrier");
  for (uint32_t i = 0; i < model->graph->input_count; i++) {
    tn_tensor *tensor = NULL;
    REQUIRE_OK(tn_infer_request_get_tensor(request, i, &tensor, &t->error));
    if (tensor->flags & TN_TENSOR_DEVICE)
      NOT_APPLICABLE("the request's own tensors lie in device memory");
    expect_own_shape(t, tensor, model->graph->inputs[i]);
    suite_fill(tensor, t->seed, i);
  }
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(tensor_get_is_stable, REQUEST, 6, 0,
         "get_tensor gives the same tensor until the next set_tensor on that port") {
  tn_infer_request *request = plain_request(t);
  tn_tensor *first = NULL, *second = NULL;
  NEED(request);
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &first, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &second, &t->error));
  EXPECT(first == second);
}

TN_CHECK(
    tensor_set_is_given_back, REQUEST, 7, 0,
    "after set_tensor get_tensor gives that very tensor, and after NULL the request's own again") {
  tn_infer_request *request = plain_request(t);
  tn_tensor *own = NULL, *now = NULL, *mine = input_tensor(t, 0, 0);
  NEED(request && mine);
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &own, &t->error));
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, mine, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &now, &t->error));
  EXPECT(now == mine);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &now, &t->error));
  EXPECT(now != mine);
}

/* --- references */

/* A tensor that counts its references in the open. */
struct counted {
  tn_tensor base;
  tn_tensor *real;
  long references;
};

static const void *no_extension(tn_tensor *tensor, tn_string id) {
  (void)tensor, (void)id;
  return NULL;
}

static void count_up(tn_tensor *tensor) {
  ((struct counted *)tensor)->references++;
}
static void count_down(tn_tensor *tensor) {
  ((struct counted *)tensor)->references--;
}

static const tn_tensor_api counting = {.size = TN_SIZE(tn_tensor_api),
                                       .get_extension = no_extension,
                                       .retain = count_up,
                                       .release = count_down};

static bool make_counted(test *t, struct counted *out, uint32_t type) {
  out->real = input_tensor(t, type, 0);
  if (!out->real) return false;
  out->base = *out->real;
  out->base.api = &counting;
  out->base.host = NULL;
  out->references = 1;
  return true;
}

TN_CHECK(tensor_takes_one_reference, LIFE, 11, 0,
         "set_tensor takes exactly one reference, and gives it back when the tensor is replaced") {
  struct counted tensor;
  tn_infer_request *request = plain_request(t);
  NEED(request && make_counted(t, &tensor, 0));
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, &tensor.base, &t->error));
  EXPECT(tensor.references == 2);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, NULL, &t->error));
  EXPECT(tensor.references == 1);
}

TN_CHECK(tensor_takes_none_on_failure, LIFE, 12, 0, "set_tensor takes no reference when it fails") {
  struct counted tensor;
  tn_infer_request *request = plain_request(t);
  const tn_value_info *port = carrier_input(t);
  NEED(request && port && make_counted(t, &tensor, port->type == TN_F64 ? TN_F32 : TN_F64));
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, &tensor.base, &t->error), TN_WRONG_TYPE);
  EXPECT(tensor.references == 1);
}

TN_CHECK(tensor_released_with_request, LIFE, 5, 0,
         "destroying a request releases the tensors that were set") {
  struct counted tensor;
  tn_infer_request *request = plain_request(t);
  NEED(request && make_counted(t, &tensor, 0));
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, &tensor.base, &t->error));
  test_destroy_request(t, request);
  EXPECT(tensor.references == 1);
}

TN_CHECK(tensor_get_takes_no_reference, LIFE, 10, 0,
         "get_tensor does not change the count of references") {
  struct counted tensor;
  tn_tensor *got = NULL;
  tn_infer_request *request = plain_request(t);
  NEED(request && make_counted(t, &tensor, 0));
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, &tensor.base, &t->error));
  for (int i = 0; i < 3; i++)
    REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &got, &t->error));
  EXPECT(tensor.references == 2);
  test_destroy_request(t, request);
}

TN_CHECK_WITH(tensor_not_touched_after_replacement, REQUEST, 4, 0,
              "a tensor that was replaced is not written or read any more", .revision = 2) {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  uint32_t port = test_model(t, "carrier")->graph->input_count;
  tn_tensor *own = NULL;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, port, &own, &t->error));
  tn_tensor *first = test_tensor(t, own->type, own->rank, own->shape);
  tn_tensor *second = test_tensor(t, own->type, own->rank, own->shape);
  NEED(first && second);
  REQUIRE_OK(tn_infer_request_set_tensor(request, port, first, &t->error));
  REQUIRE_OK(tn_infer_request_set_tensor(request, port, second, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  const unsigned char *bytes = first->data;
  const unsigned char fresh = first->type == TN_STRING_ELEMENT ? 0 : SUITE_POISON_BYTE;
  bool untouched = true;
  for (uint64_t i = 0; i < first->capacity_bytes; i++)
    untouched = untouched && bytes[i] == fresh;
  EXPECT(untouched);
  test_expect_output(t, second, "carrier", 0, t->seed, 4);
}

/* --- memory of other shapes */

TN_CHECK_WITH(
    tensor_unaligned, TENSOR, 5, 0,
    "a tensor not aligned to its element type gives right results or is refused with UNSUPPORTED",
    .revision = 2) {
  tn_infer_request *request = test_carrier_request(t);
  const tn_value_info *port = carrier_input(t);
  NEED(request && port);
  if (port->type == TN_STRING_ELEMENT) NOT_APPLICABLE("texts are records, not elements");
  if (tn_element_type_bits(port->type) < 16)
    NOT_APPLICABLE("elements of one byte are always aligned");
  int64_t shape[TN_MAX_RANK];
  suite_shape(port, 4, shape);
  tn_tensor *odd = test_tensor_at(t, port->type, port->rank, shape, 1),
            *even = test_tensor(t, port->type, port->rank, shape);
  NEED(odd && even);
  suite_fill(even, t->seed, 0);
  memcpy(odd->data, even->data, (size_t)even->capacity_bytes);
  odd->flags |= TN_TENSOR_UNALIGNED;
  tn_status status = tn_infer_request_set_tensor(request, 0, odd, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status != TN_OK) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK_WITH(tensor_strided_input, TENSOR, 6, 0,
              "a strided input gives the results of its dense copy or is refused with UNSUPPORTED",
              .revision = 2) {
  tn_infer_request *request = test_carrier_request(t);
  const tn_value_info *port = carrier_input(t);
  NEED(request && port);
  if (port->type == TN_STRING_ELEMENT) NOT_APPLICABLE("texts cannot be copied as bytes");
  int64_t shape[TN_MAX_RANK], wide[TN_MAX_RANK], strides[TN_MAX_RANK], step = 1;
  suite_shape(port, 4, shape);
  uint32_t last = port->rank - 1;
  memcpy(wide, shape, sizeof shape);
  wide[last] *= 2;
  for (uint32_t i = port->rank; i-- > 0; step *= wide[i])
    strides[i] = i == last ? 2 : step;
  tn_tensor *spread = test_tensor(t, port->type, port->rank, wide),
            *dense = test_tensor(t, port->type, port->rank, shape);
  NEED(spread && dense);
  suite_fill(dense, t->seed, 0);
  uint64_t bytes = tn_element_type_bits(port->type) / 8, count = tn_tensor_element_count(dense);
  for (uint64_t i = 0; i < count; i++)
    memcpy((char *)spread->data + 2 * i * bytes, (char *)dense->data + i * bytes, (size_t)bytes);
  tn_tensor view = *spread; /* the same object with the shape of the port and strides */
  const int64_t *whole = spread->shape;
  spread->shape = shape;
  spread->strides = strides;
  tn_status status = tn_infer_request_set_tensor(request, 0, spread, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status == TN_OK) {
    EXPECT_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, "carrier", t->seed, 4);
    tn_infer_request_set_tensor(request, 0, NULL, NULL);
  }
  spread->shape = whole;
  spread->strides = view.strides;
}

TN_CHECK(tensor_capacity_too_small, TENSOR, 10, 0,
         "an input whose capacity does not hold its shape is refused with INVALID_ARGUMENT") {
  tn_infer_request *request = plain_request(t);
  tn_tensor *tensor = input_tensor(t, 0, 0);
  NEED(request && tensor);
  uint64_t capacity = tensor->capacity_bytes;
  tensor->capacity_bytes = capacity - 1;
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, tensor, &t->error), TN_INVALID_ARGUMENT);
  tensor->capacity_bytes = capacity;
}

TN_CHECK(tensor_unknown_flag, ABI, 6, 0,
         "a tensor with a flag bit that nobody knows is refused with INVALID_ARGUMENT") {
  tn_infer_request *request = plain_request(t);
  tn_tensor *tensor = input_tensor(t, 0, 0);
  NEED(request && tensor);
  tensor->flags |= 1u << 30;
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, tensor, &t->error), TN_INVALID_ARGUMENT);
  tensor->flags &= ~(1u << 30);
}

TN_CHECK(tensor_struct_too_small, ABI, 12, 0,
         "a tensor whose struct states a size below that of the first version is refused with "
         "INVALID_ARGUMENT") {
  tn_infer_request *request = plain_request(t);
  tn_tensor *tensor = input_tensor(t, 0, 0);
  NEED(request && tensor);
  const uint32_t size = tensor->size;
  tensor->size = TN_TENSOR_FIRST_SIZE - 8;
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, tensor, &t->error), TN_INVALID_ARGUMENT);
  tensor->size = size;
}

TN_CHECK(tensor_one_for_two_inputs, REQUEST, 10, 0,
         "one tensor set on two inputs is read right by both") {
  tn_infer_request *request = test_request(t, test_compile(t, "add_f32"));
  NEED(request);
  tn_tensor *shared = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8}), *output = NULL;
  NEED(shared);
  suite_fill(shared, t->seed, 0);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, shared, &t->error));
  REQUIRE_OK(tn_infer_request_set_tensor(request, 1, shared, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, 2, &output, &t->error));
  for (int i = 0; i < 32; i++)
    EXPECT(((float *)output->data)[i] == 2 * ((float *)shared->data)[i]);
}

TN_CHECK(tensor_requests_are_independent, REQUEST, 2, 0,
         "requests of one model keep their tensors apart") {
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *first = test_request(t, model), *second = test_request(t, model);
  NEED(first && second);
  if (!test_set_inputs(t, first, "carrier", 21, 4) || !test_set_inputs(t, second, "carrier", 22, 4))
    return;
  REQUIRE_OK(tn_infer_request_infer(first, &t->error));
  REQUIRE_OK(tn_infer_request_infer(second, &t->error));
  test_expect_outputs(t, first, "carrier", 21, 4);
  test_expect_outputs(t, second, "carrier", 22, 4);
}

TN_CHECK(tensor_many_requests, REQUEST, 3, 0, "many requests of one model give right results") {
  tn_compiled_model *model = test_compile(t, "carrier");
  NEED(model);
  tn_infer_request *requests[16];
  for (uint64_t i = 0; i < 16; i++) {
    requests[i] = test_request(t, model);
    if (!requests[i] || !test_set_inputs(t, requests[i], "carrier", i, 4)) return;
  }
  for (uint64_t i = 0; i < 16; i++) {
    REQUIRE_OK(tn_infer_request_infer(requests[i], &t->error));
    test_expect_outputs(t, requests[i], "carrier", i, 4);
  }
}
