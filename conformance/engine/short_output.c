#include "engine/short_output.h"

void tensor_take_resize_away(test *t, tn_tensor *tensor) {
  tn_tensor_api *api = test_alloc(t, sizeof *api);
  *api = *tensor->api;
  api->resize = NULL;
  tensor->api = api;
}

static uint32_t port_of(test *t, uint32_t output) {
  const tn_model *model = test_model(t, "carrier");
  return model ? model->graph->input_count + output : output;
}

tn_tensor *short_output(test *t, tn_infer_request *request, uint32_t output) {
  tn_tensor *given = NULL;
  tn_status status = tn_infer_request_infer(request, &t->error);
  if (status == TN_OK)
    status = tn_infer_request_get_tensor(request, port_of(t, output), &given, &t->error);
  if (!test_record_status(t, status, TN_OK, "get_tensor(request, output, &given, &t->error)",
                          __FILE__, __LINE__))
    return NULL;
  tn_tensor *tensor = test_tensor(t, given->type, given->rank, given->shape);
  if (!tensor) return NULL;
  tensor_take_resize_away(t, tensor);
  tensor->capacity_bytes /= 2;
  return tensor;
}

bool short_output_set(test *t, tn_infer_request *request, uint32_t output, tn_tensor *tensor) {
  tn_status status = tn_infer_request_set_tensor(request, port_of(t, output), tensor, &t->error);
  return test_record_either(t, status, TN_INVALID_ARGUMENT,
                            "set_tensor(request, output, tensor, &t->error)", __FILE__, __LINE__);
}
