#include "test_engine.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const float numbers[8] = {-4, -3, -2, -1, 0, 1, 2, 3};
static const int64_t shape[] = {2, 4};

static const tn_remote_api *remote_of(const test_engine *engine) {
  const tn_remote_api *api =
      tn_plugin_get_extension(engine->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  cr_assert_not_null(api);
  return api;
}

static tn_remote_context *default_context(const test_engine *engine, const char *device) {
  tn_remote_context *context = NULL;
  cr_assert_eq(
      remote_of(engine)->default_context(engine->plugin, tn_string_from(device), &context, NULL),
      TN_OK);
  return context;
}

static tn_tensor *remote_tensor(tn_remote_context *context, const float *elements) {
  tn_tensor *tensor = NULL;
  cr_assert_eq(tn_remote_context_create_tensor(context, TN_F32, 2, shape, &tensor, NULL), TN_OK);
  cr_assert(tensor->flags & TN_TENSOR_DEVICE);
  if (!elements) return tensor;
  const tn_copy_api *copy = tn_tensor_get_extension(tensor, TN_STRING(TN_EXTENSION_COPY));
  tn_tensor *host = test_tensor(2, shape, elements);
  cr_assert_eq(copy->copy_from(tensor, host, NULL), TN_OK);
  tn_tensor_release(host);
  return tensor;
}

static void read_back(tn_tensor *tensor, float *out) {
  const tn_copy_api *copy = tn_tensor_get_extension(tensor, TN_STRING(TN_EXTENSION_COPY));
  tn_tensor *host = test_tensor(2, shape, numbers);
  cr_assert_eq(copy->copy_to(tensor, host, NULL), TN_OK);
  memcpy(out, host->data, 8 * sizeof *out);
  tn_tensor_release(host);
}

Test(template_remote, keeps_what_was_copied_and_crashes_who_cheats) {
  test_engine engine;
  float out[8];
  test_engine_must_open(&engine);
  tn_remote_context *context = default_context(&engine, "0");
  tn_tensor *tensor = remote_tensor(context, numbers);
  read_back(tensor, out);
  cr_assert_eq(memcmp(out, numbers, sizeof out), 0);
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);
    out[0] = *(volatile float *)tensor->data;
    _exit(0);
  }
  int status;
  cr_assert_eq(waitpid(child, &status, 0), child);
  cr_assert(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
  tn_tensor_release(tensor);
  tn_remote_context_release(context);
  test_engine_close(&engine);
}

Test(template_remote, runs_on_device_memory_and_host_memory_mixed) {
  test_engine engine;
  tn_compiled_model *compiled;
  tn_infer_request *request;
  tn_tensor *result;
  float out[8];
  test_engine_must_open(&engine);
  tn_remote_context *context = default_context(&engine, "0");
  tn_tensor *input = remote_tensor(context, numbers), *output = remote_tensor(context, NULL);
  tn_model *model = test_model_chain(NULL, "Relu", 14, 2, 2, 2);
  tn_context_option option = tn_context_option_make(context);
  const tn_option *const entries[] = {&option.option};
  tn_compile_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  cr_assert_eq(tn_plugin_compile(engine.plugin, TN_STRING("1"), model, &options, &compiled, NULL),
               TN_INVALID_ARGUMENT); /* the context is of device 0 */
  cr_assert_eq(tn_plugin_compile(engine.plugin, TN_STRING(""), model, &options, &compiled, NULL),
               TN_OK);
  cr_assert_eq(tn_compiled_model_create_request(compiled, NULL, &request, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_set_tensor(request, 0, input, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_infer(request, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_get_tensor(request, 1, &result, NULL), TN_OK);
  cr_assert_float_eq(((const float *)result->data)[7], 3, 0);
  cr_assert_eq(tn_infer_request_set_tensor(request, 1, output, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_start(request, NULL, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_wait(request, -1, NULL), TN_OK);
  read_back(output, out);
  for (int i = 0; i < 8; i++)
    cr_assert_float_eq(out[i], numbers[i] < 0 ? 0 : numbers[i], 0);
  tn_remote_context *other = default_context(&engine, "1");
  tn_tensor *foreign = remote_tensor(other, numbers);
  cr_assert_eq(tn_infer_request_set_tensor(request, 0, foreign, NULL), TN_UNSUPPORTED);
  tn_tensor_release(foreign);
  tn_remote_context_release(other);
  tn_infer_request_destroy(request);
  tn_compiled_model_destroy(compiled);
  tn_model_release(model);
  tn_tensor_release(input);
  tn_tensor_release(output);
  tn_remote_context_release(context);
  test_engine_close(&engine);
}

Test(template_remote, counted_objects_outlive_the_plugin) {
  test_engine engine;
  float out[8];
  test_engine_must_open(&engine);
  tn_remote_context *context = default_context(&engine, "0"), *same = default_context(&engine, "0");
  cr_assert_eq(context, same);
  tn_remote_context_release(same);
  tn_tensor *tensor = remote_tensor(context, numbers);
  tn_remote_context_release(context);
  tn_plugin_destroy(engine.plugin, TN_DESTROY_NORMAL);
  cr_assert_eq(atomic_load(&engine.host.ended), 0);
  read_back(tensor, out);
  cr_assert_eq(memcmp(out, numbers, sizeof out), 0);
  tn_tensor_release(tensor);
  cr_assert_eq(atomic_load(&engine.host.ended), 1);
}

Test(template_remote, refuses_what_it_cannot_hold) {
  const int64_t huge[] = {1 << 20, 1 << 20}, negative[] = {2, -1};
  test_engine engine;
  tn_tensor *tensor = NULL;
  test_engine_must_open(&engine);
  tn_remote_context *context = default_context(&engine, "0");
  cr_assert_eq(tn_remote_context_create_tensor(context, TN_F32, 2, huge, &tensor, NULL),
               TN_OUT_OF_DEVICE_MEMORY);
  cr_assert_eq(tn_remote_context_create_tensor(context, TN_F32, 2, negative, &tensor, NULL),
               TN_INVALID_ARGUMENT);
  cr_assert_eq(tn_remote_context_create_tensor(context, TN_STRING_ELEMENT, 2, shape, &tensor, NULL),
               TN_UNSUPPORTED);
  cr_assert_eq(tn_remote_context_create_tensor(context, 99, 2, shape, &tensor, NULL),
               TN_UNSUPPORTED);
  cr_assert_null(tensor);
  tn_remote_context_release(context);
  test_engine_close(&engine);
}
