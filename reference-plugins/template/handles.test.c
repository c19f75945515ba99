#include "test_engine.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const float numbers[8] = {-4, -3, -2, -1, 0, 1, 2, 3};
static const int64_t shape[] = {2, 4};

enum { BYTES = 4096 };

static int make_file(int seals) {
  const int file = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  cr_assert(file >= 0 && ftruncate(file, BYTES) == 0);
  if (seals) cr_assert_eq(fcntl(file, F_ADD_SEALS, seals), 0);
  return file;
}

static tn_handle handle_of(int file) {
  tn_handle handle = tn_handle_init();
  handle.type = TN_STRING("x-template.memory/1");
  handle.value = (uint64_t)(int64_t)file;
  return handle;
}

static tn_remote_context *open_context(const test_engine *engine, tn_status *status) {
  tn_remote_context *context = NULL;
  const tn_remote_api *api =
      tn_plugin_get_extension(engine->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  *status = api->create_context(engine->plugin, TN_STRING("0"), NULL, &context, NULL);
  return context;
}

static tn_status wrap(tn_remote_context *context, const tn_handle *handle, tn_tensor **out) {
  const tn_handles_api *api = context->api->get_extension(context, TN_STRING(TN_EXTENSION_HANDLES));
  return api->wrap(context, handle, TN_F32, 2, shape, out, NULL);
}

/* A request of one Relu whose input is the tensor. */
static tn_infer_request *request_on(const test_engine *engine, tn_tensor *tensor,
                                    tn_compiled_model **compiled) {
  tn_infer_request *request;
  tn_model *model = test_model_chain(NULL, "Relu", 14, 2, 2, 2);
  cr_assert_eq(test_compile(engine, model, NULL, tn_value_of_bool(0), compiled, NULL), TN_OK);
  cr_assert_eq(tn_compiled_model_create_request(*compiled, NULL, &request, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_set_tensor(request, 0, tensor, NULL), TN_OK);
  tn_model_release(model);
  return request;
}

Test(template_handles, are_used_where_they_lie) {
  test_engine engine;
  tn_compiled_model *compiled;
  tn_tensor *tensor = NULL, *result;
  tn_status status;
  const int file = make_file(F_SEAL_SHRINK);
  test_engine_must_open(&engine);
  tn_remote_context *context = open_context(&engine, &status);
  tn_handle handle = handle_of(file);
  handle.offset = 1024;
  cr_assert_eq(wrap(context, &handle, &tensor), TN_OK);
  tn_infer_request *request = request_on(&engine, tensor, &compiled);
  for (int shift = 0; shift < 3; shift++) { /* the file changes between the inferences */
    float changed[8];
    for (int i = 0; i < 8; i++)
      changed[i] = numbers[i] + (float)shift;
    cr_assert_eq(pwrite(file, changed, sizeof changed, 1024), (ssize_t)sizeof changed);
    cr_assert_eq(tn_infer_request_infer(request, NULL), TN_OK);
    cr_assert_eq(tn_infer_request_get_tensor(request, 1, &result, NULL), TN_OK);
    for (int i = 0; i < 8; i++)
      cr_assert_float_eq(((const float *)result->data)[i], changed[i] < 0 ? 0 : changed[i], 0);
  }
  tn_infer_request_destroy(request);
  tn_compiled_model_destroy(compiled);
  tn_tensor_release(tensor);
  tn_remote_context_release(context);
  test_engine_close(&engine);
  cr_assert_eq(close(file), 0, "the descriptor is still the application's");
}

Test(template_handles, are_given_back_by_their_owner) {
  test_engine engine;
  tn_tensor *tensor = NULL;
  tn_status status;
  const int file = make_file(F_SEAL_SHRINK);
  test_engine_must_open(&engine);
  tn_remote_context *context = open_context(&engine, &status);
  tn_handle handle = handle_of(file);
  handle.flags = TN_HANDLE_TAKE;
  handle.offset = BYTES;
  cr_assert_eq(wrap(context, &handle, &tensor), TN_TOO_SMALL);
  cr_assert_neq(fcntl(file, F_GETFD), -1, "a failure takes nothing");
  handle.offset = 0;
  cr_assert_eq(wrap(context, &handle, &tensor), TN_OK);
  tn_remote_context_release(context);
  tn_tensor_release(tensor);
  cr_assert_eq(fcntl(file, F_GETFD), -1);
  test_engine_close(&engine);
}

Test(template_handles, that_are_none_are_refused) {
  test_engine engine;
  tn_tensor *tensor = NULL;
  tn_status status;
  const int unsealed = make_file(0), sealed = make_file(F_SEAL_SHRINK), null = open("/dev/null", 0);
  test_engine_must_open(&engine);
  tn_remote_context *context = open_context(&engine, &status);
  const int files[] = {-1, 1 << 20, null, unsealed};
  for (int i = 0; i < 4; i++) {
    const tn_handle handle = handle_of(files[i]);
    cr_assert_eq(wrap(context, &handle, &tensor), TN_INVALID_ARGUMENT, "file %d", files[i]);
  }
  tn_handle handle = handle_of(sealed);
  handle.offset = 4;
  cr_assert_eq(wrap(context, &handle, &tensor), TN_UNSUPPORTED, "the offset is not aligned");
  cr_assert_null(tensor);
  tn_remote_context_release(context);
  test_engine_close(&engine);
  close(unsealed);
  close(sealed);
  close(null);
}

static tn_status attempt(const tni_allocator *allocator, void *user) {
  test_engine engine = {.plugin = NULL};
  tn_tensor *tensor = NULL;
  tn_remote_context *context = NULL;
  tn_handle handle = handle_of(*(const int *)user);
  tn_status status = test_engine_open(&engine, allocator, NULL);
  if (status == TN_OK) context = open_context(&engine, &status);
  if (status == TN_OK) status = wrap(context, &handle, &tensor);
  if (tensor) tn_tensor_release(tensor);
  if (context) tn_remote_context_release(context);
  if (engine.plugin) tn_plugin_destroy(engine.plugin, TN_DESTROY_NORMAL);
  return status;
}

Test(template_handles, survive_each_failed_allocation) {
  int file = make_file(F_SEAL_SHRINK);
  cr_assert_gt(tni_fault_sweep(attempt, &file), 5);
  close(file);
}
