#include "../support/runtime.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Memory of the application, wrapped for TEMPLATE, through the public interface. */

static const int64_t shape[] = {16};

static int make_file(void) {
  const int file = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  cr_assert(file >= 0 && ftruncate(file, 4096) == 0);
  cr_assert_eq(fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK), 0);
  return file;
}

static tn_core *template_core(void) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_ok(tn_core_register_plugin(core, TEMPLATE_PLUGIN, NULL, NULL, &error));
  assert_ok(register_faulty(core, FULL_PLUGIN, "FULL", NULL, &error));
  return core;
}

static tn_remote_context *context_of(tn_core *core, const char *device) {
  tn_remote_context *context = NULL;
  tn_error error = {0};
  assert_ok(tn_core_default_context(core, device, &context, &error));
  return context;
}

static tn_status count_types(void *user, const tn_value *value) {
  *(uint64_t *)user = value->kind == TN_VALUE_LIST ? value->as.list.count : 99;
  return TN_OK;
}

Test(handles, are_read_and_written_where_they_lie) {
  tn_core *core = template_core();
  tn_error error = {0};
  tn_request *request = NULL;
  tn_tensor *input = NULL, *output = NULL;
  float numbers[16], results[16];
  tn_remote_context *context = context_of(core, "TEMPLATE.0");
  const int file = make_file();
  tn_handle handle = tn_handle_init();
  handle.type = TN_STRING("x-template.memory/1");
  handle.value = (uint64_t)file;
  assert_ok(tn_core_wrap_handle(core, context, &handle, TN_F32, 1, shape, &input, &error));
  handle.offset = 1024;
  assert_ok(tn_core_wrap_handle(core, context, &handle, TN_F32, 1, shape, &output, &error));
  tn_compiled *compiled = compile_relu(core, "TEMPLATE.0");
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  assert_ok(tn_request_set_tensor(request, 1, output, &error));
  for (int i = 0; i < 16; i++)
    numbers[i] = (float)(i - 8);
  cr_assert_eq(pwrite(file, numbers, sizeof numbers, 0), (ssize_t)sizeof numbers);
  assert_ok(tn_request_infer(request, &error));
  cr_assert_eq(pread(file, results, sizeof results, 1024), (ssize_t)sizeof results);
  for (int i = 0; i < 16; i++)
    cr_assert_eq(results[i], i < 8 ? 0.0f : (float)(i - 8));
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_tensor_release(input);
  tn_tensor_release(output);
  tn_remote_context_release(context);
  tn_core_destroy(core);
  close(file);
}

Test(handles, types_and_refusals_are_told) {
  tn_core *core = template_core();
  tn_error error = {0};
  tn_tensor *tensor = NULL;
  uint64_t count = 99;
  tn_remote_context *context = context_of(core, "TEMPLATE.0"), *full = context_of(core, "FULL");
  tn_handle handle = tn_handle_init();
  handle.type = TN_STRING(TN_HANDLE_DMA_BUF);
  assert_ok(tn_core_handle_types(core, context, count_types, &count, &error));
  cr_assert_eq(count, 1);
  assert_ok(tn_core_handle_types(core, full, count_types, &count, &error));
  cr_assert_eq(count, 0);
  assert_fails(tn_core_wrap_handle(core, context, &handle, TN_F32, 1, shape, &tensor, &error),
               TN_UNSUPPORTED, "TEMPLATE: handles of type 'dma_buf/1'");
  assert_fails(tn_core_wrap_handle(core, full, &handle, TN_F32, 1, shape, &tensor, &error),
               TN_UNSUPPORTED, TN_EXTENSION_HANDLES);
  assert_fails(tn_core_wrap_handle(core, NULL, &handle, TN_F32, 1, shape, &tensor, &error),
               TN_INVALID_ARGUMENT, "context");
  assert_fails(tn_core_wrap_handle(core, context, NULL, TN_F32, 1, shape, &tensor, &error),
               TN_INVALID_ARGUMENT, "handle");
  assert_fails(tn_core_handle_types(core, context, NULL, NULL, &error), TN_INVALID_ARGUMENT,
               "sink");
  cr_assert_null(tensor);
  tn_remote_context_release(context);
  tn_remote_context_release(full);
  tn_core_destroy(core);
}
