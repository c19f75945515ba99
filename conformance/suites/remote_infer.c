/* Checks of tensors in a device's memory: copies, and inferences on them. */
#define TN_GROUP "remote"
#include <string.h>

#include "engine/blob.h"
#include "engine/remote_objects.h"
#include "engine/virtual_device.h"

/* --- tensors of a context */

TN_CHECK(remote_tensor_fields, REMOTE, 2, TEST_NEEDS_REMOTE,
         "a tensor of a context is dense, names its context, and holds its shape") {
  tn_remote_context *context = remote_context(t);
  tn_tensor *tensor = remote_tensor(t, context, TN_F32, 3, (int64_t[]){2, 3, 5});
  NEED(tensor);
  EXPECT(tensor->size >= TN_TENSOR_FIRST_SIZE && tensor->type == TN_F32 && tensor->rank == 3);
  EXPECT(tensor->shape[0] == 2 && tensor->shape[1] == 3 && tensor->shape[2] == 5);
  EXPECT(tensor->strides == NULL ||
         (tensor->strides[0] == 15 && tensor->strides[1] == 5 && tensor->strides[2] == 1));
  EXPECT(tensor->context == context && tensor->maker == context->maker);
  EXPECT(tensor->capacity_bytes >= 120);
  EXPECT(!(tensor->flags & TN_TENSOR_UNSHAPED));
}

TN_CHECK(remote_round_trips, REMOTE, 2, TEST_NEEDS_REMOTE,
         "tensors of several types and shapes keep the bytes copied into them") {
  static const struct {
    uint32_t type, rank;
    int64_t shape[4];
  } rows[] = {{TN_F32, 2, {4, 8}},    {TN_F16, 3, {3, 5, 7}}, {TN_U8, 1, {1}},
              {TN_I64, 1, {1000}},    {TN_F32, 0, {0}},       {TN_BOOL, 2, {3, 3}},
              {TN_F32, 2, {300, 500}}};
  tn_remote_context *context = remote_context(t);
  NEED(context);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tn_tensor *tensor = NULL;
    tn_status status = tn_remote_context_create_tensor(context, rows[i].type, rows[i].rank,
                                                       rows[i].shape, &tensor, &t->error);
    EXPECT_OK_OR(status, TN_UNSUPPORTED); /* of the type */
    EXPECT(status == TN_OK || rows[i].type != TN_F32 || strcmp(t->setup->carrier, "relu_f32"));
    if (status != TN_OK) continue;
    test_adopt_tensor(t, tensor);
    remote_round_trip(t, tensor, i);
  }
}

TN_CHECK(remote_tensors_do_not_overlap, REMOTE, 2, TEST_NEEDS_REMOTE,
         "filling one tensor leaves another as it was") {
  tn_remote_context *context = remote_context(t);
  tn_tensor *first = remote_tensor(t, context, TN_F32, 2, (int64_t[]){4, 8}),
            *second = remote_tensor(t, context, TN_F32, 2, (int64_t[]){4, 8}),
            *sent = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8}),
            *came = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8});
  NEED(first && second && sent && came);
  suite_fill(sent, 1, 0);
  REQUIRE_OK(remote_copy_from(t, first, sent));
  remote_round_trip(t, second, 2);
  REQUIRE_OK(remote_copy_to(t, first, came));
  EXPECT(memcmp(sent->data, came->data, (size_t)sent->capacity_bytes) == 0);
}

TN_CHECK(remote_wrong_copies, REMOTE, 2, TEST_NEEDS_REMOTE,
         "copies of another type, shape or rank are refused with WRONG_TYPE and WRONG_SHAPE, and "
         "change nothing") {
  static const struct {
    uint32_t type, rank;
    int64_t shape[2];
    tn_status status;
  } rows[] = {{TN_I32, 2, {4, 8}, TN_WRONG_TYPE},
              {TN_F32, 2, {8, 4}, TN_WRONG_SHAPE},
              {TN_F32, 1, {32}, TN_WRONG_SHAPE},
              {TN_F32, 2, {4, 9}, TN_WRONG_SHAPE}};
  tn_remote_context *context = remote_context(t);
  tn_tensor *tensor = remote_tensor(t, context, TN_F32, 2, (int64_t[]){4, 8}),
            *sent = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8}),
            *came = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8});
  NEED(tensor && sent && came);
  suite_fill(sent, 1, 0);
  REQUIRE_OK(remote_copy_from(t, tensor, sent));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tn_tensor *wrong = test_tensor(t, rows[i].type, rows[i].rank, rows[i].shape);
    NEED(wrong);
    EXPECT_STATUS(remote_copy_from(t, tensor, wrong), rows[i].status);
    EXPECT_STATUS(remote_copy_to(t, tensor, wrong), rows[i].status);
  }
  REQUIRE_OK(remote_copy_to(t, tensor, came));
  EXPECT(memcmp(sent->data, came->data, (size_t)sent->capacity_bytes) == 0);
}

TN_CHECK(
    remote_copy_between_devices, REMOTE, 2, TEST_NEEDS_REMOTE,
    "a copy whose other side is device memory is refused with INVALID_ARGUMENT, and the memory "
    "not touched") {
  tn_tensor *tensor = remote_tensor(t, remote_context(t), TN_F32, 2, (int64_t[]){4, 8});
  far_tensor *far = far_tensor_create(t, TN_F32, 2, (int64_t[]){4, 8}, false);
  NEED(tensor && far);
  if (!(tensor->flags & TN_TENSOR_DEVICE))
    NOT_APPLICABLE("tensors of the context are host memory as well");
  EXPECT_STATUS(remote_copy_from(t, tensor, &far->base), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(remote_copy_to(t, tensor, &far->base), TN_INVALID_ARGUMENT);
}

TN_CHECK(remote_hostile_shapes, TENSOR, 11, TEST_NEEDS_REMOTE,
         "negative, overflowing and too many dimensions are refused for both kinds of tensors, and "
         "out stays untouched") {
  static const struct {
    uint32_t rank;
    int64_t shape[TN_MAX_RANK + 1];
  } rows[] = {{1, {-1}},
              {2, {4, INT64_MIN}},
              {1, {INT64_MAX}},
              {2, {INT64_C(1) << 32, INT64_C(1) << 32}},
              {3, {INT64_C(1) << 31, INT64_C(1) << 31, 4}},
              {TN_MAX_RANK + 1, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}}};
  tn_remote_context *context = remote_context(t);
  NEED(context);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tn_tensor *out = test_poison();
    EXPECT_FAILURE(tn_remote_context_create_tensor(context, TN_F32, rows[i].rank, rows[i].shape,
                                                   &out, &t->error));
    EXPECT_FAILURE(context->api->create_host_tensor(context, TN_F32, rows[i].rank, rows[i].shape,
                                                    &out, &t->error));
    EXPECT(out == test_poison());
  }
}

TN_CHECK(remote_unknown_type, TENSOR, 14, TEST_NEEDS_REMOTE,
         "an element type that nobody knows is answered with UNSUPPORTED") {
  tn_remote_context *context = remote_context(t);
  tn_tensor *out = test_poison();
  NEED(context);
  EXPECT_STATUS(tn_remote_context_create_tensor(context, 9999, 1, (int64_t[]){4}, &out, &t->error),
                TN_UNSUPPORTED);
  EXPECT_STATUS(context->api->create_host_tensor(context, 9999, 1, (int64_t[]){4}, &out, &t->error),
                TN_UNSUPPORTED);
  EXPECT(out == test_poison());
}

TN_CHECK(remote_unknown_property, PROPERTY, 6, TEST_NEEDS_REMOTE,
         "a tensor with a property that is not documented is refused with NOT_FOUND") {
  tn_remote_context *context = remote_context(t);
  const tn_map_entry properties[] = {{TN_STRING_INIT("NO_SUCH_PROPERTY"), tn_value_of_bool(1)}};
  tn_tensor *out = test_poison();
  tn_error error;
  NEED(context);
  EXPECT_STATUS(
      context->api->create_tensor(context, TN_F32, 1, (int64_t[]){4}, properties, 1, &out, &error),
      TN_NOT_FOUND);
  EXPECT_THAT(strstr(error.message, "NO_SUCH_PROPERTY") != NULL,
              "the message names the property: %.200s", error.message);
  EXPECT(out == test_poison());
}

TN_CHECK(remote_empty_tensors, TENSOR, 9, TEST_NEEDS_REMOTE,
         "a tensor with a dimension of zero is made and copied without touching anything") {
  tn_remote_context *context = remote_context(t);
  tn_tensor *tensor = remote_tensor(t, context, TN_F32, 2, (int64_t[]){0, 3}),
            *host = test_tensor(t, TN_F32, 2, (int64_t[]){0, 3});
  NEED(tensor && host);
  EXPECT(tn_tensor_element_count(tensor) == 0);
  EXPECT_OK(remote_copy_from(t, tensor, host));
  EXPECT_OK(remote_copy_to(t, tensor, host));
}

TN_CHECK(
    remote_host_tensors, REMOTE, 1, TEST_NEEDS_REMOTE,
    "host tensors of a context are host memory aligned to 64 bytes, usable as input and output") {
  tn_remote_context *context = remote_context(t);
  tn_infer_request *request = test_request(t, test_compile(t, "carrier"));
  const tn_model *model = test_model(t, "carrier");
  NEED(context && request && model);
  if (!test_set_inputs(t, request, "carrier", 1, 4)) return;
  tn_tensor *tensors[2] = {NULL, NULL};
  const uint32_t ports[2] = {0, model->graph->input_count};
  const tn_value_info *const infos[2] = {model->graph->inputs[0], model->graph->outputs[0]};
  for (int i = 0; i < 2; i++) {
    int64_t shape[TN_MAX_RANK];
    suite_shape(infos[i], 4, shape);
    REQUIRE_OK(context->api->create_host_tensor(context, infos[i]->type, infos[i]->rank, shape,
                                                &tensors[i], &t->error));
    test_adopt_tensor(t, tensors[i]);
    EXPECT(!(tensors[i]->flags & TN_TENSOR_DEVICE));
    EXPECT((uintptr_t)tensors[i]->data % TN_TENSOR_ALIGNMENT == 0);
    REQUIRE_OK(tn_infer_request_set_tensor(request, ports[i], tensors[i], &t->error));
  }
  suite_fill(tensors[0], 1, 0);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_output(t, tensors[1], "carrier", 0, 1, 4);
}

/* --- inferences */

/* A device tensor for the carrier's first output, set on its port. */
static tn_tensor *device_output(test *t, tn_infer_request *request, tn_remote_context *context) {
  const tn_model *model = test_model(t, "carrier");
  if (!model || !context) return NULL;
  int64_t shape[TN_MAX_RANK];
  const tn_value_info *port = model->graph->outputs[0];
  suite_shape(port, 4, shape);
  tn_tensor *tensor = remote_tensor(t, context, port->type, port->rank, shape);
  if (!tensor) return NULL;
  tn_status status =
      tn_infer_request_set_tensor(request, model->graph->input_count, tensor, &t->error);
  return test_record_status(t, status, TN_OK, "set_tensor(request, output, tensor, &t->error)",
                            __FILE__, __LINE__)
             ? tensor
             : NULL;
}

TN_CHECK(remote_inputs, REMOTE, 3, TEST_NEEDS_REMOTE,
         "an inference on inputs in device memory gives the results of the reference") {
  tn_remote_context *context = remote_context(t);
  NEED(context);
  tn_infer_request *request = test_request(t, remote_compile(t, "carrier", context));
  NEED(request);
  if (!remote_set_inputs(t, request, context, "carrier", t->seed, 4)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(remote_outputs, REMOTE, 3, TEST_NEEDS_REMOTE,
         "an output in device memory receives the results of the reference") {
  tn_remote_context *context = remote_context(t);
  NEED(context);
  tn_infer_request *request = test_request(t, remote_compile(t, "carrier", context));
  NEED(request);
  if (!test_set_inputs(t, request, "carrier", t->seed, 4)) return;
  tn_tensor *output = device_output(t, request, context);
  NEED(output);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  remote_expect_output(t, output, "carrier", 0, t->seed, 4);
}

TN_CHECK(remote_both, REMOTE, 3, TEST_NEEDS_REMOTE,
         "inputs and output in device memory give the results of the reference, run after run") {
  tn_remote_context *context = remote_context(t);
  NEED(context);
  tn_infer_request *request = test_request(t, remote_compile(t, "carrier", context));
  NEED(request);
  tn_tensor *output = device_output(t, request, context);
  NEED(output);
  for (uint64_t seed = 10; seed < 14; seed++) {
    if (!remote_set_inputs(t, request, context, "carrier", seed, 4)) return;
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    remote_expect_output(t, output, "carrier", 0, seed, 4);
  }
}

TN_CHECK(remote_async, REMOTE, 3, TEST_NEEDS_REMOTE,
         "inferences in the background work on device memory, which is kept while they run") {
  tn_remote_context *context = remote_context(t);
  NEED(context);
  tn_infer_request *request = test_request(t, remote_compile(t, "carrier", context));
  NEED(request);
  tn_tensor *output = device_output(t, request, context);
  if (!output || !remote_set_inputs(t, request, context, "carrier", t->seed, 4)) return;
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  remote_expect_output(t, output, "carrier", 0, t->seed, 4);
}

TN_CHECK(remote_default_is_used, REMOTE, 11, TEST_NEEDS_REMOTE,
         "tensors of the default context work with a model that was compiled without one") {
  tn_remote_context *context = remote_default_context(t);
  tn_infer_request *request = test_request(t, test_compile(t, "carrier"));
  NEED(context && request);
  if (test_lies_elsewhere(t, request->maker, context)) NOT_APPLICABLE(HANDED_ON);
  tn_tensor *output = device_output(t, request, context);
  if (!output || !remote_set_inputs(t, request, context, "carrier", t->seed, 4)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  remote_expect_output(t, output, "carrier", 0, t->seed, 4);
}

TN_CHECK(remote_mixed, REMOTE, 5, TEST_NEEDS_REMOTE,
         "device and host memory are mixed in one request, and swapped between runs") {
  tn_remote_context *context = remote_default_context(t);
  tn_infer_request *request = test_request(t, test_compile(t, "two_inputs_f32"));
  NEED(context && request);
  if (test_lies_elsewhere(t, request->maker, context)) NOT_APPLICABLE(HANDED_ON);
  const int64_t shape[] = {4, 8};
  tn_tensor *device = remote_tensor(t, context, TN_F32, 2, shape),
            *host = test_tensor(t, TN_F32, 2, shape);
  NEED(device && host);
  for (uint64_t seed = 20; seed < 24; seed++) {
    if (!test_set_inputs(t, request, "two_inputs_f32", seed, 1)) return;
    suite_fill(host, seed, 0);
    if (seed % 2) {
      REQUIRE_OK(remote_copy_from(t, device, host));
      REQUIRE_OK(tn_infer_request_set_tensor(request, 0, device, &t->error));
    }
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, "two_inputs_f32", seed, 1);
  }
}

TN_CHECK(remote_shared_by_requests, REMOTE, 3, TEST_NEEDS_REMOTE,
         "the output of one request in device memory is the input of the next") {
  tn_remote_context *context = remote_default_context(t);
  tn_compiled_model *relu = test_compile(t, "chain_f32"), *again = test_compile(t, "multiply_add");
  tn_infer_request *first = test_request(t, relu), *second = test_request(t, again);
  NEED(context && first && second);
  if (test_lies_elsewhere(t, first->maker, context)) NOT_APPLICABLE(HANDED_ON);
  if (test_lies_elsewhere(t, second->maker, context)) NOT_APPLICABLE(HANDED_ON);
  tn_tensor *between = remote_tensor(t, context, TN_F32, 2, (int64_t[]){4, 8}),
            *ones = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8}),
            *zeros = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8}), *result = NULL;
  NEED(between && ones && zeros);
  for (int i = 0; i < 32; i++) {
    ((float *)ones->data)[i] = 1;
    ((float *)zeros->data)[i] = 0;
  }
  if (!test_set_inputs(t, first, "chain_f32", t->seed, 1)) return;
  REQUIRE_OK(tn_infer_request_set_tensor(first, 1, between, &t->error));
  REQUIRE_OK(tn_infer_request_set_tensor(second, 0, between, &t->error));
  REQUIRE_OK(tn_infer_request_set_tensor(second, 1, ones, &t->error));
  REQUIRE_OK(tn_infer_request_set_tensor(second, 2, zeros, &t->error));
  REQUIRE_OK(tn_infer_request_infer(first, &t->error));
  REQUIRE_OK(tn_infer_request_infer(second, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(second, 3, &result, &t->error));
  test_expect_output(t, result, "chain_f32", 0, t->seed, 1); /* x * 1 + 0 */
}

TN_CHECK(remote_refused_by_the_port, REQUEST, 9, TEST_NEEDS_REMOTE,
         "a device tensor of another type or shape than the port is refused with WRONG_TYPE and "
         "WRONG_SHAPE") {
  tn_remote_context *context = remote_default_context(t);
  tn_infer_request *request = test_request(t, test_compile(t, "chain_f32"));
  NEED(context && request);
  if (test_lies_elsewhere(t, request->maker, context)) NOT_APPLICABLE(HANDED_ON);
  tn_tensor *wide = remote_tensor(t, context, TN_F32, 2, (int64_t[]){4, 9}),
            *other = remote_tensor(t, context, TN_I32, 2, (int64_t[]){4, 8});
  NEED(wide && other);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, wide, &t->error), TN_WRONG_SHAPE);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, 0, other, &t->error), TN_WRONG_TYPE);
}

/* Infers on a device tensor that the request alone holds. */
static void infer_on_kept(test *t, tn_infer_request *request, tn_tensor *tensor) {
  tn_tensor *host = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8});
  NEED(host);
  suite_fill(host, t->seed, 0);
  EXPECT_OK(remote_copy_from(t, tensor, host));
  EXPECT_OK(tn_infer_request_set_tensor(request, 0, tensor, &t->error));
  tn_tensor_release(tensor);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed, 1);
}

/* A tensor of the default context, which is given back before the inference if so asked. */
static void keep_by_the_request(test *t, bool gives_context_back) {
  const tn_remote_api *api = remote_api(t);
  tn_infer_request *request = test_request(t, test_compile(t, "chain_f32"));
  tn_remote_context *context = NULL;
  tn_tensor *tensor = NULL;
  NEED(api && request);
  REQUIRE_OK(api->default_context(t->plugin, t->device, &context, &t->error));
  test_about(t, TNI_CLAUSE(REMOTE, 1));
  EXPECT(test_names_device(t, context));
  test_about(t, 0);
  tn_status status =
      tn_remote_context_create_tensor(context, TN_F32, 2, (int64_t[]){4, 8}, &tensor, &t->error);
  const bool elsewhere = test_lies_elsewhere(t, request->maker, context);
  if (gives_context_back) tn_remote_context_release(context);
  if (!remote_refuses(t, status, TN_F32)) EXPECT_STATUS(status, TN_OK);
  if (status == TN_OK && elsewhere) tn_tensor_release(tensor);
  if (status == TN_OK && !elsewhere) infer_on_kept(t, request, tensor);
  if (!gives_context_back) tn_remote_context_release(context);
  if (elsewhere) NOT_APPLICABLE(HANDED_ON);
}

TN_CHECK_WITH(remote_kept_by_the_request, LIFE, 11, TEST_NEEDS_REMOTE,
              "a request keeps the device tensor that was set", .revision = 2) {
  keep_by_the_request(t, false);
}

TN_CHECK(remote_context_kept_by_the_request, REMOTE, 6, TEST_NEEDS_REMOTE,
         "a request keeps the device tensor that was set, and a released context with it") {
  keep_by_the_request(t, true);
}

TN_CHECK(remote_dynamic_output, INFER, 9, TEST_NEEDS_REMOTE | TEST_NEEDS_DYNAMIC,
         "an output in device memory of another size is resized, or the inference says TOO_SMALL") {
  tn_remote_context *context = remote_default_context(t);
  tn_infer_request *request = test_request(t, test_compile(t, "relu_dynamic"));
  tn_tensor *output = remote_tensor(t, context, TN_F32, 2, (int64_t[]){2, 8});
  NEED(context && request && output);
  if (test_lies_elsewhere(t, request->maker, context)) NOT_APPLICABLE(HANDED_ON);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 1, output, &t->error));
  if (!test_set_inputs(t, request, "relu_dynamic", t->seed, 30)) return;
  tn_status status = tn_infer_request_infer(request, &t->error);
  EXPECT_OK_OR(status, TN_TOO_SMALL);
  if (status != TN_OK) return;
  EXPECT(output->rank == 2 && output->shape[0] == 30 && output->shape[1] == 8);
  remote_expect_output(t, output, "relu_dynamic", 0, t->seed, 30);
}

TN_CHECK(remote_imported_model, REMOTE, 3, TEST_NEEDS_REMOTE | TEST_NEEDS_IMPORT,
         "a model imported for a context takes its tensors") {
  blob whole;
  tn_remote_context *context = remote_context(t);
  NEED(context);
  if (remote_lies_elsewhere(t, "carrier", context)) NOT_APPLICABLE(HANDED_ON);
  if (!blob_make(t, "carrier", &whole)) return;
  tn_context_option option = tn_context_option_make(context);
  const tn_option *const entries[] = {&option.option};
  tn_import_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  blob_source source = blob_source_make(whole.bytes, whole.size, true);
  tn_compiled_model *model = NULL;
  EXPECT_OK(blob_import(t, &source, &options, &model));
  blob_clear(&whole);
  NEED(model);
  test_adopt_compiled_model(t, model);
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  if (!remote_set_inputs(t, request, context, "carrier", t->seed, 4)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

/* --- device memory of others */

/* Sets a device tensor of the suite on a port and infers: refused in either call, or done. */
static tn_status infer_on(test *t, tn_infer_request *request, uint32_t port, far_tensor *far) {
  tn_status status = tn_infer_request_set_tensor(request, port, &far->base, &t->error);
  return status == TN_OK ? tn_infer_request_infer(request, &t->error) : status;
}

/* Of whatever the device's carrier is made: no device is asked to run what it does not. */
static void use_far(test *t, bool as_output, bool can_be_copied) {
  static const char name[] = "chain";
  int64_t shape[TN_MAX_RANK];
  const tn_model *model = test_model(t, name);
  tn_infer_request *request = model ? test_request(t, test_compile(t, name)) : NULL;
  NEED(request);
  const tn_value_info *port = as_output ? model->graph->outputs[0] : model->graph->inputs[0];
  suite_shape(port, 4, shape);
  far_tensor *far = far_tensor_create(t, port->type, port->rank, shape, can_be_copied);
  NEED(far);
  if (!test_set_inputs(t, request, name, t->seed, 4)) return;
  if (!as_output) suite_fill(far->bytes, t->seed, 0);
  tn_status status = infer_on(t, request, as_output ? model->graph->input_count : 0, far);
  if (!can_be_copied)
    EXPECT_STATUS(status, TN_UNSUPPORTED);
  else
    EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status == TN_OK) {
    EXPECT(atomic_load(as_output ? &far->copies_from : &far->copies_to) > 0);
    if (as_output)
      test_expect_output(t, far->bytes, name, 0, t->seed, 4);
    else
      test_expect_outputs(t, request, name, t->seed, 4);
  }
  test_destroy_request(t, request);
  EXPECT(atomic_load(&far->references) == 1);
}

TN_CHECK_WITH(remote_foreign_input, TENSOR, 4, 0,
              "an input in device memory of another maker that cannot be copied is refused with "
              "UNSUPPORTED and never touched",
              .revision = 2) {
  use_far(t, false, false);
}

TN_CHECK_WITH(remote_foreign_output, TENSOR, 4, 0,
              "an output in device memory of another maker that cannot be copied is refused with "
              "UNSUPPORTED and never touched",
              .revision = 2) {
  use_far(t, true, false);
}

TN_CHECK_WITH(
    remote_copied_input, TENSOR, 4, 0,
    "an input in device memory of another maker is read through its copy extension or refused "
    "with UNSUPPORTED",
    .revision = 2) {
  use_far(t, false, true);
}

TN_CHECK_WITH(
    remote_copied_output, TENSOR, 4, 0,
    "an output in device memory of another maker is written through its copy extension or "
    "refused with UNSUPPORTED",
    .revision = 2) {
  use_far(t, true, true);
}

TN_CHECK(remote_tensor_of_another_engine, TENSOR, 4, TEST_NEEDS_REMOTE,
         "a device tensor of another engine of the library is read through its copy extension or "
         "refused with UNSUPPORTED") {
  test *other = test_another_engine(t);
  NEED(other);
  tn_tensor *tensor = remote_tensor(other, remote_context(other), TN_F32, 2, (int64_t[]){4, 8}),
            *host = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8});
  tn_infer_request *request = test_request(t, test_compile(t, "chain_f32"));
  NEED(tensor && host && request);
  suite_fill(host, t->seed, 0);
  REQUIRE_OK(remote_copy_from(t, tensor, host));
  tn_status status = tn_infer_request_set_tensor(request, 0, tensor, &t->error);
  if (status == TN_OK) status = tn_infer_request_infer(request, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status == TN_OK) test_expect_outputs(t, request, "chain_f32", t->seed, 1);
  test_destroy_request(t, request);
}
