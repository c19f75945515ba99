#include "tenon/kit/error.h"
#include "test_engine.h"

#include <criterion/criterion.h>
#include <string.h>

/* Everything that is made, with each allocation of the host failing once. */

static const float numbers[8] = {-4, -3, -2, -1, 0, 1, 2, 3};
static const int64_t shape[] = {2, 4};

/* What one attempt has made, to be taken down however far it came. */
struct made {
  test_engine engine;
  tn_compiled_model *compiled, *imported;
  tn_infer_request *request;
  tn_remote_context *context;
  tn_tensor *tensor;
  tn_model *runtime;
  tn_state *state;
};

static void take_down(struct made *made) {
  if (made->state) made->state->api->destroy(made->state);
  if (made->request) tn_infer_request_destroy(made->request);
  if (made->compiled) tn_compiled_model_destroy(made->compiled);
  if (made->imported) tn_compiled_model_destroy(made->imported);
  if (made->engine.plugin) tn_plugin_destroy(made->engine.plugin, TN_DESTROY_NORMAL);
  if (made->runtime) tn_model_release(made->runtime);
  if (made->tensor) tn_tensor_release(made->tensor);
  if (made->context) tn_remote_context_release(made->context);
}

static tn_status run_request(struct made *made) {
  tn_tensor *input = test_tensor(2, shape, numbers);
  tn_status status = tn_infer_request_set_tensor(made->request, 0, input, NULL);
  tn_tensor_release(input);
  if (status == TN_OK) status = tn_infer_request_infer(made->request, NULL);
  if (status == TN_OK) status = tn_infer_request_start(made->request, NULL, NULL);
  if (status == TN_OK) status = tn_infer_request_wait(made->request, -1, NULL);
  return status;
}

static tn_status ignore_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  (void)user, (void)nodes, (void)count;
  return TN_OK;
}

static tn_status make_and_run(struct made *made, tn_model *model) {
  const tn_value on = tn_value_of_bool(1);
  TN_KIT_TRY(tn_plugin_query(made->engine.plugin, TN_STRING("0"), model, NULL, ignore_answers, NULL,
                             NULL));
  TN_KIT_TRY(test_compile(&made->engine, model, "PERF_COUNT", on, &made->compiled, NULL));
  TN_KIT_TRY(tn_compiled_model_create_request(made->compiled, NULL, &made->request, NULL));
  return run_request(made);
}

static tn_status open_made(struct made *made, const tni_allocator *allocator) {
  memset(made, 0, sizeof *made);
  return test_engine_open(&made->engine, allocator, NULL);
}

static tn_status attempt_run(const tni_allocator *allocator, void *user) {
  struct made made;
  tn_model *model = user;
  tn_status status = open_made(&made, allocator);
  if (status == TN_OK) status = make_and_run(&made, model);
  take_down(&made);
  return status;
}

Test(template_faults, compile_and_infer_survive_each_failed_allocation) {
  tn_model *model = test_model_product_and_sum(NULL);
  cr_assert_gt(tni_fault_sweep(attempt_run, model), 50);
  tn_model_release(model);
}

static tn_status use_variable(struct made *made) {
  const tn_states_api *api =
      tn_infer_request_get_extension(made->request, TN_STRING(TN_EXTENSION_STATES));
  tn_tensor *value;
  TN_KIT_TRY(api->open(made->request, 0, &made->state, NULL));
  TN_KIT_TRY(made->state->api->get(made->state, &value, NULL));
  const tn_status status = made->state->api->set(made->state, value, NULL);
  tn_tensor_release(value);
  return status;
}

static tn_status attempt_variable(const tni_allocator *allocator, void *user) {
  struct made made;
  tn_status status = open_made(&made, allocator);
  if (status == TN_OK) status = make_and_run(&made, user);
  if (status == TN_OK) status = use_variable(&made);
  take_down(&made);
  return status;
}

Test(template_faults, variables_survive_each_failed_allocation) {
  tn_model *model = test_model_with_variable(NULL);
  cr_assert_gt(tni_fault_sweep(attempt_variable, model), 50);
  tn_model_release(model);
}

static tn_status use_device_memory(struct made *made) {
  const tn_remote_api *remote =
      tn_plugin_get_extension(made->engine.plugin, TN_STRING(TN_EXTENSION_REMOTE));
  TN_KIT_TRY(
      remote->create_context(made->engine.plugin, TN_STRING("0"), NULL, &made->context, NULL));
  TN_KIT_TRY(tn_remote_context_create_tensor(made->context, TN_F32, 2, shape, &made->tensor, NULL));
  const tn_copy_api *copy = tn_tensor_get_extension(made->tensor, TN_STRING(TN_EXTENSION_COPY));
  tn_tensor *host = test_tensor(2, shape, numbers);
  tn_status status = copy->copy_from(made->tensor, host, NULL);
  if (status == TN_OK) status = tn_infer_request_set_tensor(made->request, 0, made->tensor, NULL);
  if (status == TN_OK) status = tn_infer_request_infer(made->request, NULL);
  tn_tensor_release(host);
  return status;
}

static tn_status get_runtime_model(struct made *made) {
  const tn_runtime_model_api *api =
      tn_compiled_model_get_extension(made->compiled, TN_STRING(TN_EXTENSION_RUNTIME_MODEL));
  return api->get(made->compiled, &made->runtime, NULL);
}

static tn_status attempt_remote(const tni_allocator *allocator, void *user) {
  struct made made;
  tn_status status = open_made(&made, allocator);
  if (status == TN_OK) status = make_and_run(&made, user);
  if (status == TN_OK) status = use_device_memory(&made);
  if (status == TN_OK) status = get_runtime_model(&made);
  take_down(&made);
  return status;
}

Test(template_faults, device_memory_survives_each_failed_allocation) {
  tn_model *model = test_model_product_and_sum(NULL);
  cr_assert_gt(tni_fault_sweep(attempt_remote, model), 50);
  tn_model_release(model);
}

/* --- blobs */

struct blob {
  _Alignas(64) unsigned char bytes[1 << 14];
  size_t size;
};

static tn_status write_bytes(const tn_target *target, const void *data, uint64_t count,
                             tn_error *error) {
  struct blob *blob = target->user;
  if (blob->size + count > sizeof blob->bytes) return tn_kit_fail(error, TN_IO, "no room");
  memcpy(blob->bytes + blob->size, data, (size_t)count);
  blob->size += (size_t)count;
  return TN_OK;
}

static tn_status export_and_import(struct made *made) {
  static struct blob blob;
  blob.size = 0;
  tn_target target = tn_target_init();
  target.write = write_bytes;
  target.user = &blob;
  const tn_export_api *exporting =
      tn_compiled_model_get_extension(made->compiled, TN_STRING(TN_EXTENSION_EXPORT));
  TN_KIT_TRY(exporting->export_model(made->compiled, NULL, &target, NULL));
  const tn_import_api *importing =
      tn_plugin_get_extension(made->engine.plugin, TN_STRING(TN_EXTENSION_IMPORT));
  tn_source source = tn_source_init();
  source.byte_count = blob.size;
  source.data = blob.bytes;
  return importing->import_model(made->engine.plugin, TN_STRING("0"), &source, NULL,
                                 &made->imported, NULL);
}

static tn_status attempt_blob(const tni_allocator *allocator, void *user) {
  struct made made;
  tn_status status = open_made(&made, allocator);
  if (status == TN_OK)
    status = test_compile(&made.engine, user, NULL, tn_value_of_bool(0), &made.compiled, NULL);
  if (status == TN_OK) status = export_and_import(&made);
  take_down(&made);
  return status;
}

Test(template_faults, blobs_survive_each_failed_allocation) {
  tn_model *model = test_model_with_variable(NULL);
  cr_assert_gt(tni_fault_sweep(attempt_blob, model), 50);
  tn_model_release(model);
}
