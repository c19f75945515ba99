#include "base/platform/clock.h"
#include "kit/request.h"

#include <string.h>

void tni_kit_profile_create(tn_kit_request *request) {
  const tn_kit_compiled *compiled = request->compiled;
  const tn_kit_plugin *plugin = compiled->engine->plugin;
  const int declared =
      tni_kit_property_index(plugin, TN_STRING("PERF_COUNT")) < plugin->properties->count;
  request->kit->profiled = declared && tn_kit_settings_bool(compiled->settings, "PERF_COUNT");
  tni_vector_init(&request->kit->profile, &compiled->engine->kit->allocator,
                  sizeof(tn_profile_entry));
}

void tni_kit_profile_destroy(tn_kit_request *request) {
  tni_vector_destroy(&request->kit->profile);
}

void tni_kit_profile_begin(tn_kit_request *request) {
  request->kit->profile.count = 0;
  request->kit->began = tni_clock_now();
}

int tn_kit_request_profiled(const tn_kit_request *request) {
  return (int)request->kit->profiled;
}

uint64_t tn_kit_request_clock(const tn_kit_request *request) {
  return (uint64_t)(tni_clock_now() - request->kit->began);
}

tn_status tn_kit_request_add_profile(tn_kit_request *request, const tn_profile_entry *entry,
                                     tn_error *error) {
  if (!request->kit->profiled || tni_vector_append(&request->kit->profile, entry) == TN_OK)
    return TN_OK;
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the profile of an inference");
}

tn_status tni_kit_profile_stage(tn_kit_request *request, uint32_t stage, tn_error *error) {
  tn_profile_entry entry = tn_profile_entry_init();
  entry.name = tn_string_from(request->compiled->engine->plugin->stages[stage].name);
  entry.start_ns = request->kit->stage_began;
  entry.duration_ns = tn_kit_request_clock(request) - entry.start_ns;
  return tn_kit_request_add_profile(request, &entry, error);
}

static tn_status TN_CALL get(tn_infer_request *base, tn_profile_sink sink, void *user,
                             tn_error *error) {
  TN_TRY(tni_kit_check_maker(base, "request", error));
  TN_TRY(tni_kit_check_argument((const void *)(uintptr_t)sink, "the sink", error));
  tn_kit_request *request = (tn_kit_request *)base;
  tni_kit_request *kit = request->kit;
  TN_TRY(tni_kit_check_idle(request, error));
  if (!kit->profiled)
    return tni_fail_clause(error, TN_WRONG_STATE, TNI_CLAUSE(PROFILING, 2),
                           "the model was compiled with PERF_COUNT off");
  if (!kit->has_profile) return tni_fail(error, TN_WRONG_STATE, "nothing has run yet");
  const tni_allocator *allocator = kit->profile.allocator;
  const tn_profile_entry **entries = TNI_ALLOC_ITEMS(allocator, entries, kit->profile.count);
  if (!entries) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a profile");
  for (size_t i = 0; i < kit->profile.count; i++)
    entries[i] = tni_vector_at(&kit->profile, i);
  const tn_status status = sink(user, entries, kit->profile.count);
  tni_free(allocator, entries);
  return tni_received(status, "the profile", error);
}

const tn_profiling_api tni_kit_profiling_api = {
    .size = TN_SIZE(tn_profiling_api),
    .get = get,
};
