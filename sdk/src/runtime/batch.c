/* Inputs made of several tensors. */
#include "runtime/check.h"
#include "runtime/compiled.h"

static tn_status find_batch(tn_request *request, const tn_batch_api **out, tn_error *error) {
  const void *api = NULL;
  TN_TRY(tni_find_extension(request->object, TN_EXTENSION_BATCH, &tni_batch_rule, &api, error));
  *out = api;
  return api ? TN_OK : tni_fail(error, TN_UNSUPPORTED, "the request has no " TN_EXTENSION_BATCH);
}

static tn_status set_tensors(tn_request *request, uint32_t port, tn_tensor *const *tensors,
                             uint64_t count, tn_error *error) {
  const tn_batch_api *api = NULL;
  TN_TRY(find_batch(request, &api, error));
  for (uint64_t i = 0; tensors && i < count; i++)
    if (tensors[i]) TN_TRY(tni_check_object(&tni_tensor_rule, tensors[i], error));
  return api->set_tensors(request->object, port, tensors, count, error);
}

tn_status tn_request_set_tensors(tn_request *request, uint32_t port, tn_tensor *const *tensors,
                                 uint64_t count, tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  const tn_status status = set_tensors(request, port, tensors, count, error);
  return status == TN_OK ? TN_OK : tni_request_fail(request, status, error);
}

tn_status tn_request_get_batch_tensor(tn_request *request, uint32_t port, uint64_t index,
                                      tn_tensor **out, tn_error *error) {
  const tn_batch_api *api = NULL;
  TN_TRY(tni_request_check(request, error));
  tn_status status = find_batch(request, &api, error);
  if (status == TN_OK) status = api->get_tensor(request->object, port, index, out, error);
  return status == TN_OK ? TN_OK : tni_request_fail(request, status, error);
}
