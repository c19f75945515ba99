/* Where the values between HETERO's parts lie, and what is copied for that. TEMPLATE has memory of
 * its own, MINIMAL has none. */
#include "../support/rows.h"

enum { BYTES = 64 }; /* of 16 floats, which every value has */

/* --- models */

/* `kept` is used where it was computed, behind what runs elsewhere meanwhile. */
static const struct row skip[] = {{"Neg", {"x", NULL}, "kept"},
                                  {"Abs", {"x", NULL}, "sent"},
                                  {"Relu", {"sent", NULL}, "back"},
                                  {"Add", {"kept", "back"}, "y"},
                                  {NULL, {NULL, NULL}, NULL}};

static int64_t copied(tn_compiled *compiled) {
  return strtoll(told(compiled, "HETERO_COPIED_BYTES"), NULL, 10);
}

/* --- memory of the device */

static tn_status take_used(void *user, const tn_value *value) {
  for (uint64_t i = 0; i < value->as.map.count; i++)
    if (tn_string_equal(value->as.map.entries[i].key, TN_STRING("USED_BYTES")))
      *(int64_t *)user = value->as.map.entries[i].value.as.int64;
  return TN_OK;
}

static int64_t used(tn_core *core, tn_remote_context *context) {
  int64_t bytes = -1;
  tn_error error = {0};
  assert_ok(tn_core_context_properties(core, context, take_used, &bytes, &error));
  return bytes;
}

/* y = -x + Relu(|x|): 0 where x was positive. */
static void check_skip(tn_core *core, tn_request *request) {
  tn_tensor *input = make_input(core), *output = NULL;
  tn_error error = {0};
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  tn_tensor_release(input);
  assert_ok(tn_request_infer(request, &error));
  assert_ok(tn_request_get_tensor(request, 1, &output, &error));
  cr_assert_eq(output->flags & TN_TENSOR_DEVICE, 0);
  for (int i = 0; i < 16; i++)
    cr_assert_eq(((float *)output->data)[i], i < 8 ? (float)(2 * (8 - i)) : 0.0f);
}

static void infer_of(tn_core *core, tn_request *request, int64_t count) {
  tn_tensor *input = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create_tensor(core, TN_F32, 1, &count, &input, &error));
  memset(input->data, 0, (size_t)count * sizeof(float));
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  tn_tensor_release(input);
  assert_ok(tn_request_infer(request, &error));
}

static const char *const only_y[] = {"y", NULL};

Test(hetero_memory, a_value_of_one_device_stays_there) {
  tn_core *core = core_of_two();
  tn_remote_context *context = NULL;
  tn_error error = {0};
  assert_ok(tn_core_default_context(core, "TEMPLATE", &context, &error));
  tn_compiled *compiled = compile_rows(core, skip, only_y, onnx_port);
  cr_assert_str_eq(told(compiled, "HETERO_NUMBER_OF_SUBGRAPHS"), "3");
  const int64_t before = used(core, context);
  tn_request *request = new_request(compiled);
  cr_assert_eq(used(core, context), before + BYTES);
  check_skip(core, request);
  check_skip(core, request);
  cr_assert_eq(copied(compiled), 2 * BYTES, "what was sent, and what came back");
  tn_request_destroy(request);
  cr_assert_eq(used(core, context), before);
  tn_compiled_destroy(compiled);
  tn_remote_context_release(context);
  tn_core_destroy(core);
}

/* Its size shows while it runs, and may differ from one inference to the next. */
Test(hetero_memory, so_does_one_of_any_size) {
  tn_core *core = core_of_two();
  tn_remote_context *context = NULL;
  tn_error error = {0};
  assert_ok(tn_core_default_context(core, "TEMPLATE", &context, &error));
  tn_compiled *compiled = compile_rows(core, skip, only_y, onnx_open_port);
  const int64_t before = used(core, context);
  tn_request *request = new_request(compiled);
  infer_of(core, request, 3);
  cr_assert_eq(copied(compiled), 2 * 3 * (int64_t)sizeof(float));
  check_skip(core, request);
  cr_assert_eq(used(core, context), before + BYTES);
  cr_assert_eq(copied(compiled), 2 * BYTES);
  infer_of(core, request, 5);
  check_skip(core, request);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_remote_context_release(context);
  tn_core_destroy(core);
}

/* Takes all the memory of the device. */
static tn_tensor *fill(tn_core *core, tn_remote_context *context) {
  const int64_t shape[] = {(INT64_C(1) << 30) - used(core, context)};
  tn_tensor *tensor = NULL;
  tn_error error = {0};
  assert_ok(tn_remote_context_create_tensor(context, TN_U8, 1, shape, &tensor, &error));
  return tensor;
}

/* `kept` is used on both. */
static const struct row on_both[] = {{"Neg", {"x", NULL}, "kept"},
                                     {"Relu", {"kept", NULL}, "back"},
                                     {"Add", {"kept", "back"}, "y"},
                                     {NULL, {NULL, NULL}, NULL}};

/* y = -x + Relu(-x) */
static void check_on_both(tn_core *core, tn_request *request) {
  tn_tensor *input = make_input(core), *output = NULL;
  tn_error error = {0};
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  tn_tensor_release(input);
  assert_ok(tn_request_infer(request, &error));
  assert_ok(tn_request_get_tensor(request, 1, &output, &error));
  for (int i = 0; i < 16; i++)
    cr_assert_eq(((float *)output->data)[i], (float)((i < 8 ? 2 : 1) * (8 - i)));
}

/* What keeps it need not be given it again; the other device gets a copy. */
Test(hetero_memory, a_value_of_two_devices_is_copied_for_one) {
  static const add_port ports[] = {onnx_port, onnx_open_port};
  for (int is_open = 0; is_open < 2; is_open++) {
    tn_core *core = core_of_two();
    tn_remote_context *context = NULL;
    tn_error error = {0};
    assert_ok(tn_core_default_context(core, "TEMPLATE", &context, &error));
    tn_compiled *compiled = compile_rows(core, on_both, only_y, ports[is_open]);
    cr_assert_eq(copied(compiled), is_open ? 0 : 2 * BYTES);
    const int64_t before = used(core, context);
    tn_request *request = new_request(compiled);
    if (is_open) infer_of(core, request, 3);
    check_on_both(core, request);
    cr_assert_eq(used(core, context), before + BYTES);
    cr_assert_eq(copied(compiled), 2 * BYTES, "kept out, and what came back in");
    if (is_open) infer_of(core, request, 5);
    check_on_both(core, request);
    tn_request_destroy(request);
    tn_tensor *all = fill(core, context);
    request = new_request(compiled);
    tn_tensor_release(all);
    check_on_both(core, request);
    cr_assert_eq(copied(compiled), 3 * BYTES, "kept out and in, and what came back in");
    tn_request_destroy(request);
    tn_compiled_destroy(compiled);
    tn_remote_context_release(context);
    tn_core_destroy(core);
  }
}

/* What the application may look at lies in host memory. */
Test(hetero_memory, an_output_lies_in_host_memory) {
  static const char *const both[] = {"y", "kept", NULL};
  tn_core *core = core_of_two();
  tn_remote_context *context = NULL;
  tn_error error = {0};
  assert_ok(tn_core_default_context(core, "TEMPLATE", &context, &error));
  tn_compiled *compiled = compile_rows(core, skip, both, onnx_port);
  const int64_t before = used(core, context);
  tn_request *request = new_request(compiled);
  cr_assert_eq(used(core, context), before);
  check_skip(core, request);
  cr_assert_eq(copied(compiled), 4 * BYTES);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_remote_context_release(context);
  tn_core_destroy(core);
}

Test(hetero_memory, where_the_device_has_no_room_host_memory_serves) {
  tn_core *core = core_of_two();
  tn_remote_context *context = NULL;
  tn_error error = {0};
  assert_ok(tn_core_default_context(core, "TEMPLATE", &context, &error));
  tn_compiled *compiled = compile_rows(core, skip, only_y, onnx_port);
  tn_tensor *all = fill(core, context);
  tn_request *request = new_request(compiled);
  tn_tensor_release(all);
  cr_assert_eq(copied(compiled), 2 * BYTES, "what was known at compile");
  check_skip(core, request);
  cr_assert_eq(copied(compiled), 4 * BYTES, "kept as well, out and in");
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_remote_context_release(context);
  tn_core_destroy(core);
}

/* --- what is copied */

static const struct row two[] = {
    {"Relu", {"x", NULL}, "y"}, {"Neg", {"y", NULL}, "z"}, {NULL, {NULL, NULL}, NULL}};

Test(hetero_memory, outputs_that_no_part_computes_are_counted) {
  static const char *const outputs[] = {"z", "x", NULL};
  tn_core *core = core_of_two();
  tn_compiled *compiled = compile_rows(core, two, outputs, onnx_port);
  cr_assert_eq(copied(compiled), BYTES + BYTES, "y into TEMPLATE, and x");
  tn_request *request = new_request(compiled);
  tn_error error = {0};
  assert_ok(tn_request_infer(request, &error));
  cr_assert_eq(copied(compiled), BYTES + BYTES);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(hetero_memory, what_has_no_fixed_size_is_counted_by_the_inference) {
  static const char *const outputs[] = {"z", NULL};
  tn_core *core = core_of_two();
  tn_compiled *compiled = compile_rows(core, two, outputs, onnx_open_port);
  cr_assert_eq(copied(compiled), 0);
  tn_request *request = new_request(compiled);
  infer_of(core, request, 16);
  cr_assert_eq(copied(compiled), BYTES);
  infer_of(core, request, 3);
  cr_assert_eq(copied(compiled), 12);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* --- tensors of the application in the memory of a device */

static const struct row back_to_host[] = {
    {"Neg", {"x", NULL}, "y"}, {"Relu", {"y", NULL}, "z"}, {NULL, {NULL, NULL}, NULL}};

static tn_tensor *on_device(tn_core *core, tn_tensor *input) {
  const int64_t shape[] = {16};
  tn_remote_context *context = NULL;
  tn_tensor *made = NULL;
  tn_error error = {0};
  assert_ok(tn_core_default_context(core, "TEMPLATE", &context, &error));
  assert_ok(tn_remote_context_create_tensor(context, TN_F32, 1, shape, &made, &error));
  tn_remote_context_release(context);
  if (input) assert_ok(tn_core_copy_tensor(core, input, made, &error));
  return made;
}

/* An output that is the input as it came, which TEMPLATE's part takes where it lies. */
Test(hetero_memory, an_input_on_a_device_is_given_back) {
  static const char *const outputs[] = {"z", "x", NULL};
  tn_core *core = core_of_two();
  tn_compiled *compiled = compile_rows(core, back_to_host, outputs, onnx_port);
  tn_tensor *input = make_input(core), *remote = on_device(core, input), *output = NULL;
  tn_request *request = new_request(compiled);
  tn_error error = {0};
  assert_ok(tn_request_set_tensor(request, 0, remote, &error));
  assert_ok(tn_request_infer(request, &error));
  assert_ok(tn_request_get_tensor(request, 2, &output, &error));
  cr_assert_arr_eq(output->data, input->data, BYTES);
  assert_ok(tn_request_get_tensor(request, 1, &output, &error));
  cr_assert_eq(((float *)output->data)[0], 8.0f);
  tn_request_destroy(request);
  tn_tensor_release(remote);
  tn_tensor_release(input);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

static const void *TN_CALL no_extension(tn_tensor *tensor, tn_string id) {
  (void)tensor, (void)id;
  return NULL;
}

/* It is refused before anything runs. */
Test(hetero_memory, an_input_that_cannot_be_given_back_is_refused) {
  static const char *const outputs[] = {"z", "x", NULL};
  tn_core *core = core_of_two();
  tn_compiled *compiled = compile_rows(core, back_to_host, outputs, onnx_port);
  tn_tensor *remote = on_device(core, NULL), closed = *remote;
  tn_tensor_api api = *remote->api;
  tn_request *request = new_request(compiled);
  tn_error error = {0};
  api.get_extension = no_extension;
  closed.api = &api;
  assert_fails(tn_request_set_tensor(request, 0, &closed, &error), TN_UNSUPPORTED,
               "port 'x': outputs are copied from it");
  assert_ok(tn_request_infer(request, &error));
  tn_request_destroy(request);
  tn_tensor_release(remote);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* --- tensors of the application that get another shape */

static tn_tensor *make_short(tn_core *core) {
  const int64_t shape[] = {3};
  tn_tensor *made = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create_tensor(core, TN_F32, 1, shape, &made, &error));
  return made;
}

/* `sent` is an output, and MINIMAL's part reads it. */
Test(hetero_memory, an_output_that_a_part_reads_is_resized) {
  static const char *const outputs[] = {"sent", "y", NULL};
  tn_core *core = core_of_two();
  tn_compiled *compiled = compile_rows(core, skip, outputs, onnx_port);
  tn_tensor *input = make_input(core), *mine = make_short(core), *output = NULL;
  tn_request *request = NULL;
  tn_error error = {0};
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  for (int round = 0; round < 3; round++) {
    assert_ok(tn_request_set_tensor(request, 1, mine, &error));
    assert_ok(tn_request_infer(request, &error));
    cr_assert_eq(mine->shape[0], 16);
    cr_assert_eq(((float *)mine->data)[0], 8.0f);
    assert_ok(tn_request_get_tensor(request, 2, &output, &error));
    cr_assert_eq(((float *)output->data)[0], 16.0f);
    tn_tensor_release(mine);
    mine = make_short(core);
  }
  tn_request_destroy(request);
  tn_tensor_release(mine);
  tn_tensor_release(input);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}
