/* Checks of PERF_COUNT: whether a profile is collected where it is on, and none where it is off. */
#define TN_GROUP "property"
#include "engine/observe.h"
#include "tenon/abi/ext/profiling.h"

static tn_status count_profile(void *user, const tn_profile_entry *const *entries, uint64_t count) {
  (void)entries;
  *(uint64_t *)user += count;
  return TN_OK;
}

/* Infers, and looks at whether there is a profile. */
static void expect_profile(test *t, tn_infer_request *request, bool collected) {
  uint64_t count = 0;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  const tn_profiling_api *profiling =
      tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_PROFILING));
  REQUIRE(profiling != NULL);
  const tn_status status = profiling->get(request, count_profile, &count, &t->error);
  EXPECT_THAT((count > 0) == collected, "%s profile is collected; %llu entries were told",
              collected ? "a" : "no", (unsigned long long)count);
  test_about(t, collected ? TNI_CLAUSE(PROFILING, 1) : TNI_CLAUSE(PROFILING, 2));
  EXPECT_STATUS(status, collected ? TN_OK : TN_WRONG_STATE);
}

TN_CHECK(property_perf_count_off, PROPERTY, 13, TEST_NEEDS_PROFILING,
         "with PERF_COUNT off, which is the default, no profile is collected") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  expect_profile(t, request, false);
}

/* --- the plugin's and a model's */

static tn_map_entry switched(bool on) {
  return (tn_map_entry){TN_STRING("PERF_COUNT"), tn_value_of_bool(on)};
}

/* Sets it on the plugin. False where that cannot be, which is then why the case does not apply. */
static bool switch_plugin(test *t, bool on) {
  seen_properties declared;
  const property_place plugin = {"plugin", TN_LEVEL_PLUGIN, t->plugin, TN_STRING(""), NULL};
  const tn_map_entry entry = switched(on);
  EXPECT_OK(see_properties(t, t->plugin, &declared, &t->error));
  const tn_property *p = declaration_of(&declared, entry.key, TN_LEVEL_PLUGIN);
  if (!p || !(p->levels & TN_LEVEL_MODEL) || !(p->flags & TN_PROPERTY_WRITABLE)) {
    test_record_not_applicable(t, "PERF_COUNT is not one of the plugin and of models");
    return false;
  }
  return test_record_status(t, set_properties_at(&plugin, &entry, 1, &t->error), TN_OK,
                            "set_properties(PERF_COUNT)", __FILE__, __LINE__);
}

static void expect_profile_of_carrier(test *t, const tn_map_entry *given, bool collected) {
  tn_infer_request *request =
      test_request(t, test_compile_with(t, "carrier", given, given ? 1 : 0));
  if (request && test_set_inputs(t, request, "carrier", t->seed, 4))
    expect_profile(t, request, collected);
}

TN_CHECK(property_perf_count_of_plugin, PROPERTY, 19, TEST_NEEDS_PROFILING,
         "with PERF_COUNT on for the plugin a profile is collected of what is compiled later") {
  if (switch_plugin(t, true)) expect_profile_of_carrier(t, NULL, true);
}

TN_CHECK(property_perf_count_off_for_one, PROPERTY, 10, TEST_NEEDS_PROFILING,
         "with PERF_COUNT on for the plugin and off at compile no profile is collected") {
  const tn_map_entry off = switched(false);
  if (switch_plugin(t, true)) expect_profile_of_carrier(t, &off, false);
}

TN_CHECK(property_perf_count_on_for_one, PROPERTY, 10, TEST_NEEDS_PROFILING,
         "with PERF_COUNT off for the plugin and on at compile a profile is collected") {
  const tn_map_entry on = switched(true);
  if (switch_plugin(t, false)) expect_profile_of_carrier(t, &on, true);
}
