#include "base/platform/clock.h"
#include "kit/request.h"

#include <string.h>

void tni_kit_run_begin(tn_kit_request *request, uint64_t run) {
  tni_kit_request *kit = request->kit;
  kit->flight.run = run;
  if (request->compiled->variable_count) tni_kit_variables_begin(request);
  if (kit->profiled) tni_kit_profile_begin(request);
}

int tn_kit_request_cancelled(const tn_kit_request *request) {
  const tni_kit_flight *flight = &request->kit->flight;
  return atomic_load_explicit(&flight->cancelled_run, memory_order_relaxed) == flight->run;
}

tn_status tn_kit_request_check_cancelled(const tn_kit_request *request, tn_error *error) {
  if (!tn_kit_request_cancelled(request)) return TN_OK;
  return tni_fail(error, TN_CANCELLED, "the inference was cancelled");
}

tn_status tni_kit_run_stage(tn_kit_request *request, uint32_t stage, tn_error *error) {
  TN_TRY(tn_kit_request_check_cancelled(request, error));
  if (request->kit->profiled) request->kit->stage_began = tn_kit_request_clock(request);
  TN_TRY(request->compiled->engine->plugin->stages[stage].run(request, error));
  return request->kit->profiled ? tni_kit_profile_stage(request, stage, error) : TN_OK;
}

tn_status tni_kit_run_end(tn_kit_request *request, tn_status status, tn_error *error) {
  const tn_kit_plugin *plugin = request->compiled->engine->plugin;
  tni_kit_request *kit = request->kit;
  if (status == TN_OK) status = tni_kit_ports_deliver(request, error);
  if (plugin->finish) plugin->finish(request, status);
  tni_kit_ports_finish(request);
  if (request->compiled->variable_count) tni_kit_variables_end(request, status == TN_OK);
  kit->has_profile = true;
  return status;
}
