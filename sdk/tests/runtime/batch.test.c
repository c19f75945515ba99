#include "../support/runtime.h"

/* Inputs made of several tensors, through the public interface: TEMPLATE takes them, FULL does not.
 */

static tn_tensor *make_item(tn_core *core, uint32_t type, int64_t length) {
  tn_tensor *tensor = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create_tensor(core, type, 1, &length, &tensor, &error));
  return tensor;
}

static tn_request *request_for(tn_core *core, const char *device, tn_compiled **compiled) {
  tn_request *request = NULL;
  tn_error error = {0};
  *compiled = compile_relu(core, device);
  assert_ok(tn_compiled_create_request(*compiled, &request, &error));
  return request;
}

Test(batch, is_given_and_read) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  tn_compiled *compiled;
  tn_tensor *items[16], *output = NULL, *got = NULL;
  assert_ok(tn_core_register_plugin(core, TEMPLATE_PLUGIN, NULL, NULL, &error));
  tn_request *request = request_for(core, "TEMPLATE", &compiled);
  for (int i = 0; i < 16; i++) {
    items[i] = make_item(core, TN_F32, 1);
    *(float *)items[i]->data = (float)(i - 8);
  }
  assert_ok(tn_request_set_tensors(request, 0, items, 16, &error));
  assert_ok(tn_request_get_batch_tensor(request, 0, 3, &got, &error));
  cr_assert_eq(got, items[3]);
  assert_fails(tn_request_get_tensor(request, 0, &got, &error), TN_WRONG_STATE, "TEMPLATE: input");
  assert_fails(tn_request_set_tensors(request, 0, items, 15, &error), TN_WRONG_SHAPE, "15");
  for (int i = 0; i < 16; i++)
    tn_tensor_release(items[i]);
  assert_ok(tn_request_infer(request, &error));
  assert_ok(tn_request_get_tensor(request, 1, &output, &error));
  for (int i = 0; i < 16; i++)
    cr_assert_eq(((float *)output->data)[i], i < 8 ? 0.0f : (float)(i - 8));
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(batch, that_cannot_be_is_refused) {
  tn_core *core = full_core();
  tn_error error = {0};
  tn_compiled *compiled;
  tn_request *request = request_for(core, "FULL", &compiled);
  tn_tensor *item = make_item(core, TN_F32, 1), *got = NULL;
  assert_fails(tn_request_set_tensors(request, 0, &item, 1, &error), TN_UNSUPPORTED,
               TN_EXTENSION_BATCH);
  assert_fails(tn_request_get_batch_tensor(request, 0, 0, &got, &error), TN_UNSUPPORTED,
               TN_EXTENSION_BATCH);
  assert_fails(tn_request_set_tensors(NULL, 0, &item, 1, &error), TN_INVALID_ARGUMENT, "NULL");
  tn_tensor_release(item);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}
