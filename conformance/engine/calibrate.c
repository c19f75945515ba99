/* One operation of a device, for the supervisor's clock. Whether it succeeds the cases tell. */
#include <string.h>

#include "engine/carrier.h"
#include "engine/setup.h"

static void infer_once(tn_compiled_model *compiled) {
  tn_infer_request *request = NULL;
  if (tn_compiled_model_create_request(compiled, NULL, &request, NULL) != TN_OK) return;
  tn_infer_request_infer(request, NULL);
  tn_infer_request_destroy(request);
}

static void use_once(const suite_setup *setup, tn_plugin *plugin) {
  tn_model *model = NULL;
  tn_compiled_model *compiled = NULL;
  if (carrier_build(setup->carrier, tni_environment_system(), &model, NULL) != TN_OK) return;
  if (tn_plugin_compile(plugin, tn_string_from(setup->device), model, NULL, &compiled, NULL) ==
      TN_OK) {
    infer_once(compiled);
    tn_compiled_model_destroy(compiled);
  }
  tn_model_release(model);
}

void setup_calibrate(const suite_setup *setup) {
  suite_host host;
  tn_plugin *plugin = NULL;
  suite_host_init(&host, setup->others, setup->base.other_count);
  if (suite_host_create_engine(&host, setup->base.create, setup->base.properties,
                               setup->base.property_count, &plugin, NULL) == TN_OK) {
    use_once(setup, plugin);
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  }
  suite_host_clear(&host);
}
