/* Checks of inputs that are made of several tensors ("tn.batch/1"). */
#define TN_GROUP "batch"
#include <string.h>

#include "engine/axes.h"
#include "engine/virtual_device.h"
#include "graph/tensor.h"

enum { MOST = 64 };

static const tn_batch_api *batch_api(test *t, tn_infer_request *request) {
  const tn_batch_api *api = tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_BATCH));
  if (!api && test_is_handed_on(t, request->maker))
    test_record_not_applicable(t, HANDED_ON);
  else
    EXPECT(api != NULL);
  return api;
}

TN_CHECK(batch_is_declared, REQUEST, 15, 0,
         "the extension for batches is there where a device declares it; where it does not it is "
         "missing, or refuses with UNSUPPORTED") {
  tn_infer_request *request = test_carrier_request(t);
  tn_tensor *input = NULL;
  NEED(request);
  const tn_batch_api *api = tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_BATCH));
  const bool declared = t->capabilities & TN_DEVICE_HAS_BATCHES;
  EXPECT(!declared || api || test_is_handed_on(t, request->maker));
  if (declared || !api) return;
  if (test_is_handed_on(t, request->maker)) NOT_APPLICABLE(HANDED_ON);
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &input, &t->error));
  EXPECT_STATUS(api->set_tensors(request, 0, &input, 1, &t->error), TN_UNSUPPORTED);
}

TN_CHECK(batch_table, ABI, 9, TEST_NEEDS_BATCHES,
         "the table of batches has all slots of its first version") {
  tn_infer_request *request = test_carrier_request(t);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api);
  EXPECT(api->size >= TN_BATCH_API_FIRST_SIZE && api->size % 8 == 0 && api->reserved == 0);
  EXPECT(api->set_tensors && api->get_tensor);
}

/* --- an input cut into the items of its first dimension */

struct items {
  uint32_t type, rank;
  int64_t shape[TN_MAX_RANK]; /* of an item: the first is 1 */
  int64_t count;
  tn_tensor *tensors[MOST];
};

/* What test_set_inputs would give to input `port`, cut; the tensors live until the check returns.
 */
static bool cut_input(test *t, const char *model, uint32_t port, uint64_t seed, int64_t size,
                      struct items *out) {
  const tn_model *built = test_model(t, model);
  if (!built) return false;
  const tn_value_info *info = built->graph->inputs[port];
  out->type = info->type;
  out->rank = info->rank;
  suite_shape(info, size, out->shape);
  tn_tensor *whole = test_tensor(t, info->type, info->rank, out->shape);
  if (!whole || out->rank == 0 || out->shape[0] > MOST) return false;
  suite_fill(whole, seed, port);
  out->count = out->shape[0];
  out->shape[0] = 1;
  for (int64_t i = 0; i < out->count; i++) {
    tn_tensor *item = out->tensors[i] = test_tensor(t, out->type, out->rank, out->shape);
    if (!item) return false;
    memcpy(item->data, (const char *)whole->data + (uint64_t)i * item->capacity_bytes,
           (size_t)item->capacity_bytes);
  }
  return true;
}

/* A request whose inputs are all set, the first as a batch. */
static tn_infer_request *batched_request(test *t, const char *model, uint64_t seed, int64_t size,
                                         struct items *items) {
  tn_infer_request *request = test_request(t, test_compile(t, model));
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  if (!api || !test_set_inputs(t, request, model, seed, size) ||
      !cut_input(t, model, 0, seed, size, items) ||
      !test_record_status(
          t, api->set_tensors(request, 0, items->tensors, (uint64_t)items->count, &t->error), TN_OK,
          "set_tensors(request, 0, tensors, count, &t->error)", __FILE__, __LINE__))
    return NULL;
  return request;
}

TN_CHECK(batch_infer, REQUEST, 12, TEST_NEEDS_BATCHES,
         "an inference on a batch gives the results of the whole tensor") {
  struct items items;
  tn_infer_request *request = batched_request(t, "carrier", t->seed, 4, &items);
  NEED(request);
  for (int i = 0; i < 3; i++) {
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, "carrier", t->seed, 4);
  }
}

TN_CHECK(batch_start, REQUEST, 12, TEST_NEEDS_BATCHES,
         "an inference in the background reads a batch") {
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  NEED(request);
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed, 4);
}

TN_CHECK(batch_contents_change, REQUEST, 12, TEST_NEEDS_BATCHES,
         "what is written into the tensors of a batch before an inference is what it reads") {
  struct items items, next;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  NEED(request);
  for (uint64_t seed = 70; seed < 73; seed++) {
    if (!cut_input(t, "chain_f32", 0, seed, 4, &next)) return;
    for (int64_t i = 0; i < items.count; i++)
      memcpy(items.tensors[i]->data, next.tensors[i]->data,
             (size_t)items.tensors[i]->capacity_bytes);
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, "chain_f32", seed, 4);
  }
}

TN_CHECK(batch_of_many_sizes, REQUEST, 12, TEST_NEEDS_BATCHES | TEST_NEEDS_DYNAMIC,
         "a dynamic input takes batches of one tensor, of many and of few") {
  static const int64_t sizes[] = {1, 33, 2, 64};
  tn_infer_request *request = test_request(t, test_compile(t, "relu_dynamic"));
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    struct items items;
    if (!cut_input(t, "relu_dynamic", 0, i, sizes[i], &items)) return;
    EXPECT(items.count == sizes[i]);
    REQUIRE_OK(api->set_tensors(request, 0, items.tensors, (uint64_t)items.count, &t->error));
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, "relu_dynamic", i, sizes[i]);
  }
}

TN_CHECK(batch_one_tensor_often, REQUEST, 12, TEST_NEEDS_BATCHES,
         "one tensor may stand at several places of a batch") {
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items), *plain = NULL;
  tn_tensor *result = NULL, *of_plain = NULL, *whole = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8});
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api && whole);
  for (int64_t i = 0; i < 4; i++) {
    items.tensors[i] = items.tensors[i % 2];
    memcpy((char *)whole->data + 32 * i, items.tensors[i]->data, 32);
  }
  plain = test_request(t, test_compile(t, "chain_f32"));
  NEED(plain);
  REQUIRE_OK(tn_infer_request_set_tensor(plain, 0, whole, &t->error));
  REQUIRE_OK(tn_infer_request_infer(plain, &t->error));
  REQUIRE_OK(api->set_tensors(request, 0, items.tensors, 4, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, 1, &result, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(plain, 1, &of_plain, &t->error));
  test_expect_equal(t, result, of_plain, "the results of the batch and of the whole tensor");
}

TN_CHECK(batch_of_strided_tensors, REQUEST, 12, TEST_NEEDS_BATCHES,
         "tensors with strides in a batch are read right, or refused with UNSUPPORTED") {
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api && items.count == 4);
  static const int64_t strides[] = {16, 2};
  for (int64_t i = 0; i < items.count; i++) {
    tn_tensor *wide = test_tensor(t, TN_F32, 2, (int64_t[]){1, 16});
    NEED(wide);
    for (int64_t k = 0; k < 8; k++)
      ((float *)wide->data)[2 * k] = ((const float *)items.tensors[i]->data)[k];
    ((int64_t *)(uintptr_t)wide->shape)[1] = 8;
    wide->strides = strides;
    items.tensors[i] = wide;
  }
  const tn_status status = api->set_tensors(request, 0, items.tensors, 4, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status != TN_OK) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed, 4);
}

/* Sets what test_set_inputs would give to input `port` as a batch, and looks at the results. */
static void infer_on_batch(test *t, const char *model, uint32_t port) {
  struct items items;
  tn_infer_request *request = test_request(t, test_compile(t, model));
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api);
  if (!test_set_inputs(t, request, model, t->seed, 4)) return;
  if (!cut_input(t, model, port, t->seed, 4, &items)) return;
  REQUIRE_OK(api->set_tensors(request, port, items.tensors, (uint64_t)items.count, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, model, t->seed, 4);
}

TN_CHECK(batch_of_one_dimension, REQUEST, 12, TEST_NEEDS_BATCHES,
         "an input of one dimension takes a batch of tensors of one element") {
  infer_on_batch(t, "two_inputs_f32", 1);
}

/* Items that cannot be put together byte by byte: taken, or refused cleanly. */
static void try_batch(test *t, const char *model, uint32_t type) {
  tn_infer_request *request = test_request(t, test_compile(t, model));
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  tn_tensor *tensors[4];
  NEED(api);
  for (int i = 0; i < 4; i++) {
    tensors[i] = test_tensor(t, type, 2, (int64_t[]){1, 6});
    NEED(tensors[i]);
  }
  const tn_status status = api->set_tensors(request, 0, tensors, 4, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_OK);
}

TN_CHECK_WITH(batch_of_type, REQUEST, 12, TEST_NEEDS_BATCHES,
              "a batch of tensors of the element type is read right; texts, and tensors that end "
              "within a byte, may be refused with UNSUPPORTED",
              .name_at = axis_element_type) {
  const uint32_t type = axis_element_type_code(t->parameter);
  const char *model = axis_move_of(t, t->parameter);
  if (type == TN_STRING_ELEMENT || 6 * tn_element_type_bits(type) % 8 != 0)
    try_batch(t, model, type);
  else
    infer_on_batch(t, model, 0);
}

/* --- what does not fit */

TN_CHECK(batch_counts, REQUEST, 13, TEST_NEEDS_BATCHES,
         "a batch of fewer or more tensors than the first dimension is refused with WRONG_SHAPE, "
         "and the port keeps the batch that it had") {
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api);
  items.tensors[4] = items.tensors[0];
  EXPECT_STATUS(api->set_tensors(request, 0, items.tensors, 5, &t->error), TN_WRONG_SHAPE);
  EXPECT_STATUS(api->set_tensors(request, 0, items.tensors + 1, 3, &t->error), TN_WRONG_SHAPE);
  EXPECT_STATUS(api->set_tensors(request, 0, items.tensors, 1, &t->error), TN_WRONG_SHAPE);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed, 4);
}

TN_CHECK(batch_of_a_scalar, REQUEST, 13, TEST_NEEDS_BATCHES,
         "an input without dimensions takes no batch, which is refused with WRONG_SHAPE") {
  static const char model[] = "multiply_add_stretched";
  enum { SCALAR = 3 }; /* its port */
  tn_compiled_model *compiled = test_compile(t, model);
  tn_infer_request *request = compiled ? test_request(t, compiled) : NULL;
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api);
  REQUIRE(tn_compiled_model_ports(compiled)->inputs[SCALAR]->rank == 0);
  tn_tensor *items[] = {test_tensor(t, TN_F32, 0, NULL), test_tensor(t, TN_F32, 1, (int64_t[]){1})};
  NEED(items[0] && items[1]);
  for (size_t i = 0; i < 2; i++)
    EXPECT_STATUS(api->set_tensors(request, SCALAR, &items[i], 1, &t->error), TN_WRONG_SHAPE);
  if (!test_set_inputs(t, request, model, t->seed, 4)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, model, t->seed, 4);
}

TN_CHECK(batch_wrong_items, REQUEST, 13, TEST_NEEDS_BATCHES,
         "a batch with one tensor of another type, rank or shape is refused with WRONG_TYPE or "
         "WRONG_SHAPE, at whatever place it stands") {
  static const struct {
    uint32_t type, rank;
    int64_t shape[3];
    tn_status status;
  } rows[] = {{TN_I32, 2, {1, 8}, TN_WRONG_TYPE},  {TN_F32, 2, {2, 8}, TN_WRONG_SHAPE},
              {TN_F32, 2, {1, 9}, TN_WRONG_SHAPE}, {TN_F32, 1, {8}, TN_WRONG_SHAPE},
              {TN_F32, 2, {0, 8}, TN_WRONG_SHAPE}, {TN_F32, 3, {1, 1, 8}, TN_WRONG_SHAPE},
              {TN_F32, 0, {0}, TN_WRONG_SHAPE}};
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api);
  for (size_t i = 0; i < 4 * sizeof rows / sizeof *rows; i++) {
    const size_t row = i / 4, place = i % 4;
    tn_tensor *good = items.tensors[place],
              *wrong = test_tensor(t, rows[row].type, rows[row].rank, rows[row].shape);
    NEED(wrong);
    items.tensors[place] = wrong;
    EXPECT_STATUS(api->set_tensors(request, 0, items.tensors, 4, &t->error), rows[row].status);
    items.tensors[place] = good;
  }
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed, 4);
}

TN_CHECK(batch_resized_later, REQUEST, 13, TEST_NEEDS_BATCHES,
         "infer refuses with WRONG_SHAPE a batch of which a tensor was resized after it was set") {
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  tn_tensor *item = request ? items.tensors[2] : NULL;
  NEED(item);
  REQUIRE_OK(item->api->resize(item, 2, (int64_t[]){1, 7}, &t->error));
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_WRONG_SHAPE);
  REQUIRE_OK(item->api->resize(item, 2, (int64_t[]){1, 8}, &t->error));
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
}

TN_CHECK(
    batch_unshaped_item, REQUEST, 13, TEST_NEEDS_BATCHES,
    "a batch with a tensor that has no shape yet is refused with WRONG_SHAPE, at whatever place "
    "it stands, and of a tensor without room with INVALID_ARGUMENT") {
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api);
  for (int i = 0; i < 4; i++) {
    tn_tensor *item = items.tensors[i];
    const uint64_t capacity = item->capacity_bytes;
    item->flags |= TN_TENSOR_UNSHAPED;
    EXPECT_STATUS(api->set_tensors(request, 0, items.tensors, 4, &t->error), TN_WRONG_SHAPE);
    item->flags &= ~(uint32_t)TN_TENSOR_UNSHAPED;
    item->capacity_bytes = capacity - 4;
    EXPECT_STATUS(api->set_tensors(request, 0, items.tensors, 4, &t->error), TN_INVALID_ARGUMENT);
    item->capacity_bytes = capacity;
  }
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed, 4);
}

/* Batches whose tensors are alike, and of which the port takes some. */
TN_CHECK(batch_within_bounds, REQUEST, 13, TEST_NEEDS_BATCHES | TEST_NEEDS_DYNAMIC,
         "a batch whose tensors agree is taken when count and dimensions lie within the port's "
         "bounds, and refused with WRONG_SHAPE when one lies outside") {
  static const struct {
    uint32_t rank;
    int64_t length;
    uint64_t count;
    tn_status status;
  } rows[] = {{2, 1, 1, TN_OK},           {2, 16, 32, TN_OK},         {2, 16, 33, TN_WRONG_SHAPE},
              {2, 17, 4, TN_WRONG_SHAPE}, {2, 0, 4, TN_WRONG_SHAPE},  {1, 4, 4, TN_WRONG_SHAPE},
              {3, 4, 4, TN_WRONG_SHAPE},  {2, 8, 40, TN_WRONG_SHAPE}, {2, 8, 2, TN_OK}};
  tn_infer_request *request = test_request(t, test_compile(t, "named_sizes"));
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tn_tensor *tensors[40];
    for (uint64_t k = 0; k < rows[i].count; k++) {
      tensors[k] = test_tensor(t, TN_F32, rows[i].rank, (int64_t[]){1, rows[i].length, 2});
      NEED(tensors[k]);
    }
    EXPECT_STATUS(api->set_tensors(request, 0, tensors, rows[i].count, &t->error), rows[i].status);
  }
}

TN_CHECK(batch_of_an_output, REQUEST, 13, TEST_NEEDS_BATCHES,
         "a batch for an output is refused with UNSUPPORTED, for a port that is not there with "
         "OUT_OF_RANGE") {
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api);
  EXPECT_STATUS(api->set_tensors(request, 1, items.tensors, 4, &t->error), TN_UNSUPPORTED);
  EXPECT_STATUS(api->set_tensors(request, 2, items.tensors, 4, &t->error), TN_OUT_OF_RANGE);
  EXPECT_STATUS(api->set_tensors(request, UINT32_MAX, items.tensors, 4, &t->error),
                TN_OUT_OF_RANGE);
}

TN_CHECK(batch_null_arguments, ERROR, 11, TEST_NEEDS_BATCHES,
         "no tensors, NULL among them and NULL for out are refused with INVALID_ARGUMENT") {
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  NEED(api);
  EXPECT_STATUS(api->set_tensors(request, 0, NULL, 4, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->set_tensors(request, 0, items.tensors, 0, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->set_tensors(request, 0, NULL, 0, &t->error), TN_INVALID_ARGUMENT);
  for (int i = 0; i < 4; i++) {
    tn_tensor *there = items.tensors[i];
    items.tensors[i] = NULL;
    EXPECT_STATUS(api->set_tensors(request, 0, items.tensors, 4, &t->error), TN_INVALID_ARGUMENT);
    EXPECT_STATUS(api->set_tensors(request, 0, items.tensors, 4, NULL), TN_INVALID_ARGUMENT);
    items.tensors[i] = there;
  }
  EXPECT_STATUS(api->get_tensor(request, 0, 0, NULL, &t->error), TN_INVALID_ARGUMENT);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed, 4);
}

TN_CHECK(batch_device_memory, REQUEST, 13, TEST_NEEDS_BATCHES | TEST_NEEDS_REMOTE,
         "tensors in device memory are gathered, or refused with UNSUPPORTED") {
  struct items items;
  const tn_remote_api *remote = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  tn_remote_context *context = NULL;
  NEED(api && remote);
  REQUIRE_OK(remote->default_context(t->plugin, t->device, &context, &t->error));
  test_adopt_context(t, context);
  for (int64_t i = 0; i < items.count; i++) {
    tn_tensor *tensor = NULL;
    REQUIRE_OK(tn_remote_context_create_tensor(context, items.type, items.rank, items.shape,
                                               &tensor, &t->error));
    test_adopt_tensor(t, tensor);
    const tn_copy_api *copy = tn_tensor_get_extension(tensor, TN_STRING(TN_EXTENSION_COPY));
    if (!copy) NOT_APPLICABLE("the tensors of the context cannot be filled");
    REQUIRE_OK(copy->copy_from(tensor, items.tensors[i], &t->error));
    items.tensors[i] = tensor;
  }
  const tn_status status =
      api->set_tensors(request, 0, items.tensors, (uint64_t)items.count, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed, 4);
}

/* --- what a port with a batch answers */

TN_CHECK(batch_get_tensor, REQUEST, 14, TEST_NEEDS_BATCHES,
         "get_tensor of a port with a batch answers WRONG_STATE; its tensors are given one by one, "
         "in their order") {
  struct items items;
  tn_infer_request *request = batched_request(t, "two_inputs_f32", t->seed, 4, &items);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  tn_tensor *out = test_poison();
  NEED(api);
  EXPECT_STATUS(tn_infer_request_get_tensor(request, 0, &out, &t->error), TN_WRONG_STATE);
  EXPECT_STATUS(api->get_tensor(request, 0, (uint64_t)items.count, &out, &t->error),
                TN_OUT_OF_RANGE);
  EXPECT_STATUS(api->get_tensor(request, 0, UINT64_MAX, &out, &t->error), TN_OUT_OF_RANGE);
  EXPECT_STATUS(api->get_tensor(request, 1, 0, &out, &t->error), TN_OUT_OF_RANGE);
  EXPECT_STATUS(api->get_tensor(request, 4, 0, &out, &t->error), TN_OUT_OF_RANGE);
  EXPECT(out == test_poison());
  for (int64_t i = 0; i < items.count; i++) {
    REQUIRE_OK(api->get_tensor(request, 0, (uint64_t)i, &out, &t->error));
    EXPECT_THAT(out == items.tensors[i], "tensor %d of the batch is the one that was given",
                (int)i);
  }
}

TN_CHECK(batch_is_replaced, REQUEST, 14, TEST_NEEDS_BATCHES,
         "set_tensor takes a batch away, and a batch the tensor that was set; NULL gives the port "
         "back") {
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  tn_tensor *whole = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8}), *out = NULL;
  NEED(api && whole);
  suite_fill(whole, t->seed + 1, 0);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, whole, &t->error));
  EXPECT_OK(tn_infer_request_get_tensor(request, 0, &out, &t->error));
  EXPECT(out == whole);
  EXPECT_STATUS(api->get_tensor(request, 0, 0, &out, &t->error), TN_OUT_OF_RANGE);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed + 1, 4);
  REQUIRE_OK(api->set_tensors(request, 0, items.tensors, 4, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed, 4);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, NULL, &t->error));
  EXPECT_OK(tn_infer_request_get_tensor(request, 0, &out, &t->error));
  EXPECT(out != whole && out->rank == 2 && out->shape[0] == 4);
}

TN_CHECK(batch_busy, REQUEST, 11, TEST_NEEDS_BATCHES,
         "set_tensors and get_tensor of a batch answer BUSY while a generation is in flight") {
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  tn_tensor *out = test_poison();
  NEED(api);
  if (!test_start_held(t, request)) INCONCLUSIVE(NOT_HELD);
  EXPECT_STATUS(api->set_tensors(request, 0, items.tensors, 4, &t->error), TN_BUSY);
  EXPECT_STATUS(api->get_tensor(request, 0, 0, &out, &t->error), TN_BUSY);
  EXPECT(out == test_poison());
  suite_host_let_go(t->host);
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed, 4);
}

static const void *no_extension(tn_infer_request *request, tn_string id) {
  (void)request, (void)id;
  return NULL;
}

TN_CHECK(batch_other_request, ABI, 10, TEST_NEEDS_BATCHES,
         "the functions of batches given a request of another maker answer INVALID_ARGUMENT") {
  static const tn_maker nobody = {TN_SIZE(tn_maker), 0, &nobody, TN_STRING_INIT("another library")};
  static const tn_infer_request_api table = {.size = TN_SIZE(tn_infer_request_api),
                                             .get_extension = no_extension};
  tn_infer_request other = {.api = &table, .maker = &nobody};
  struct items items;
  tn_infer_request *request = batched_request(t, "chain_f32", t->seed, 4, &items);
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  tn_tensor *out = test_poison();
  NEED(api);
  EXPECT_STATUS(api->set_tensors(&other, 0, items.tensors, 4, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->get_tensor(&other, 0, 0, &out, &t->error), TN_INVALID_ARGUMENT);
  EXPECT(out == test_poison());
}

/* Tensors of the host that nobody else holds. */
static bool make_loose(test *t, tn_tensor **out) {
  for (int i = 0; i < 4; i++)
    if (suite_host_create_tensor(t->host, TN_F32, 2, (int64_t[]){1, 8}, TN_TENSOR_ALIGNMENT,
                                 &out[i], &t->error) != TN_OK)
      return false;
  return true;
}

TN_CHECK_WITH(
    batch_references, REQUEST, 14, TEST_NEEDS_BATCHES,
    "a batch keeps one reference of each tensor, a refused one none, and gives them back when "
    "it is replaced or the request goes",
    .revision = 2) {
  tn_infer_request *request = test_request(t, test_compile(t, "chain_f32"));
  const tn_batch_api *api = request ? batch_api(t, request) : NULL;
  tn_tensor *tensors[4];
  NEED(api);
  const long before = suite_host_own_tensors(t->host);
  for (int round = 0; round < 3; round++) {
    REQUIRE(make_loose(t, tensors));
    EXPECT_STATUS(api->set_tensors(request, 0, tensors, 3, &t->error), TN_WRONG_SHAPE);
    EXPECT_OK(api->set_tensors(request, 0, tensors, 4, &t->error));
    for (int i = 0; i < 4; i++)
      tn_tensor_release(tensors[i]);
    EXPECT_THAT(suite_host_own_tensors(t->host) == before + 4,
                "round %d: the request keeps the 4 tensors of its batch alone; there are %ld",
                round, suite_host_own_tensors(t->host) - before);
  }
  test_destroy_request(t, request);
  EXPECT_THAT(suite_host_own_tensors(t->host) == before,
              "the request gives its batch back; %ld tensors are left",
              suite_host_own_tensors(t->host) - before);
}
