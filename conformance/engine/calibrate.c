/* One operation of a device, for the supervisor's clock. Whether it succeeds the cases tell. */
#include "engine/carrier.h"
#include "engine/setup.h"

enum { MOST_REQUESTS = 16 /* that checks ask for */ };

static tn_status take_number(void *user, const tn_value *value) {
  if (value->kind == TN_VALUE_INT64 && value->as.int64 > 0) *(int64_t *)user = value->as.int64;
  return TN_OK;
}

bool setup_is_full(tn_status status) {
  return status == TN_OUT_OF_MEMORY || status == TN_OUT_OF_DEVICE_MEMORY;
}

/* How many requests a model has at a time: no fewer than the device says are best, one where it
 * says nothing. 0 when there is no such limit, or none that it may have. */
static uint32_t count_requests(tn_compiled_model *compiled) {
  tn_infer_request *requests[MOST_REQUESTS];
  int64_t optimal = 1;
  uint32_t count = 0;
  tn_status status = TN_OK;
  while (status == TN_OK && count < MOST_REQUESTS) {
    status = tn_compiled_model_create_request(compiled, NULL, &requests[count], NULL);
    count += status == TN_OK;
  }
  for (uint32_t i = 0; i < count; i++)
    tn_infer_request_destroy(requests[i]);
  tn_compiled_model_get_property(compiled, TN_STRING("OPTIMAL_NUMBER_OF_INFER_REQUESTS"),
                                 take_number, &optimal, NULL);
  return setup_is_full(status) && count >= optimal ? count : 0;
}

static void infer_once(tn_compiled_model *compiled) {
  tn_infer_request *request = NULL;
  if (tn_compiled_model_create_request(compiled, NULL, &request, NULL) != TN_OK) return;
  tn_infer_request_infer(request, NULL);
  tn_infer_request_destroy(request);
}

static uint32_t use_once(const suite_setup *setup, tn_plugin *plugin, bool infers) {
  tn_model *model = NULL;
  tn_compiled_model *compiled = NULL;
  uint32_t requests = 0;
  if (carrier_build(setup->carrier, tni_environment_system(), &model, NULL) != TN_OK) return 0;
  if (tn_plugin_compile(plugin, tn_string_from(setup->device), model, NULL, &compiled, NULL) ==
      TN_OK) {
    if (infers) infer_once(compiled);
    requests = count_requests(compiled);
    tn_compiled_model_destroy(compiled);
  }
  tn_model_release(model);
  return requests;
}

uint32_t setup_calibrate(const suite_setup *setup, bool infers) {
  suite_host host;
  tn_plugin *plugin = NULL;
  uint32_t requests = 0;
  suite_host_init(&host, setup->others, setup->base.other_count);
  if (suite_host_create_engine(&host, setup->base.create, setup->base.properties,
                               setup->base.property_count, &plugin, NULL) == TN_OK) {
    requests = use_once(setup, plugin, infers);
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  }
  suite_host_clear(&host);
  return requests;
}
