/* Memory that the application has set at HETERO's ports: in two places, and taken back. */
#include "../support/rows.h"

/* MINIMAL's Relu gives `a` while TEMPLATE's Abs has yet to read x. */
static const struct row fork_and_join[] = {{"Relu", {"x", NULL}, "a"},
                                           {"Abs", {"x", NULL}, "b"},
                                           {"Add", {"a", "b"}, "sum"},
                                           {"Relu", {"sum", NULL}, "y"},
                                           {NULL, {NULL, NULL}, NULL}};
static const char *const outputs[] = {"y", "a", "x", NULL};
enum { X, Y, A, X_AGAIN };

static tn_tensor *over(tn_core *core, void *data, void(TN_CALL *released)(void *user, void *data),
                       void *user) {
  const int64_t shape[] = {16};
  tn_tensor *made = NULL;
  tn_error error = {0};
  assert_ok(tn_core_wrap_tensor(core, TN_F32, 1, shape, data, 64, released, user, &made, &error));
  return made;
}

static tn_status infer_with(tn_request *request, tn_tensor *read, uint32_t output,
                            tn_tensor *written, tn_error *failure) {
  tn_error error = {0};
  assert_ok(tn_request_set_tensor(request, X, read, &error));
  assert_ok(tn_request_set_tensor(request, output, written, &error));
  const tn_status status = tn_request_infer(request, failure);
  assert_ok(tn_request_set_tensor(request, output, NULL, &error));
  return status;
}

Test(hetero_apart, an_output_in_the_memory_of_an_input_is_refused) {
  tn_core *core = core_of_two();
  tn_compiled *compiled = compile_rows(core, fork_and_join, outputs, onnx_port);
  tn_request *request = new_request(compiled);
  tn_tensor *input = make_input(core), *window = over(core, input->data, NULL, NULL),
            *output = NULL;
  tn_error error = {0};
  assert_fails(infer_with(request, input, A, input, &error), TN_UNSUPPORTED,
               "input 'x' and output 'a' share memory");
  assert_fails(infer_with(request, input, A, window, &error), TN_UNSUPPORTED, "share memory");
  assert_fails(infer_with(request, input, Y, input, &error), TN_UNSUPPORTED, "share memory");
  cr_assert_eq(((float *)input->data)[0], -8.0f, "nothing has been written");
  assert_ok(infer_with(request, input, X_AGAIN, input, &error));
  assert_ok(tn_request_get_tensor(request, Y, &output, &error));
  cr_assert_eq(((float *)output->data)[0], 8.0f);
  cr_assert_eq(((float *)output->data)[15], 14.0f);
  tn_request_destroy(request);
  tn_tensor_release(window);
  tn_tensor_release(input);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* One part alone reads the one and writes the other. */
Test(hetero_apart, what_one_part_does_is_up_to_its_device) {
  static const struct row rows[] = {
      {"Abs", {"x", NULL}, "b"}, {"Relu", {"b", NULL}, "y"}, {NULL, {NULL, NULL}, NULL}};
  static const char *const both[] = {"y", "b", NULL};
  tn_core *core = core_of_two();
  tn_compiled *compiled = compile_rows(core, rows, both, onnx_port);
  tn_request *request = new_request(compiled);
  tn_tensor *input = make_input(core), *output = NULL;
  tn_error error = {0};
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  assert_ok(tn_request_set_tensor(request, 2, input, &error));
  assert_ok(tn_request_infer(request, &error));
  cr_assert_eq(((float *)input->data)[0], 8.0f);
  assert_ok(tn_request_get_tensor(request, 1, &output, &error));
  cr_assert_eq(((float *)output->data)[0], 8.0f);
  tn_request_destroy(request);
  tn_tensor_release(input);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* --- what is taken back */

static void TN_CALL note_release(void *user, void *data) {
  (void)data;
  ++*(uint32_t *)user;
}

/* All parts that have it give it back, also where none can have its successor yet. */
static void check_given_back(tn_core *core, tn_request *request, uint32_t port) {
  float memory[16] = {0};
  uint32_t released = 0;
  tn_tensor *mine = over(core, memory, note_release, &released);
  tn_error error = {0};
  assert_ok(tn_request_set_tensor(request, port, mine, &error));
  tn_tensor_release(mine);
  cr_assert_eq(released, 0);
  assert_ok(tn_request_set_tensor(request, port, NULL, &error));
  cr_assert_eq(released, 1, "port %u has it still", port);
}

Test(hetero_apart, a_tensor_is_given_back_by_all_parts) {
  tn_core *core = core_of_two();
  tn_compiled *compiled = compile_rows(core, fork_and_join, outputs, onnx_open_port);
  tn_request *request = new_request(compiled);
  tn_tensor *input = make_input(core);
  tn_error error = {0};
  for (int round = 0; round < 2; round++) {
    check_given_back(core, request, X);
    check_given_back(core, request, A);
    assert_ok(tn_request_set_tensor(request, X, input, &error));
    assert_ok(tn_request_infer(request, &error));
  }
  tn_request_destroy(request);
  tn_tensor_release(input);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}
