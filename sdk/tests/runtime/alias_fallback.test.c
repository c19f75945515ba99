/* An alias as the fallback of another brings along who stands behind it. */
#include "../support/alias.h"

/* FULL takes Relu alone as well, TEMPLATE the rest. */
static tn_core *core_of_two_aliases(const char *library, const char *fallback) {
  char more[128];
  snprintf(more, sizeof more, "\"alias\": \"GPU\", \"fallback\": [%s]", fallback);
  write_manifest("MINIMAL", library, more);
  write_manifest("FULL", FULL_PLUGIN, "\"alias\": \"NPU\", \"fallback\": [\"TEMPLATE\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "");
  return core_of_folder();
}

static void check_mixed(tn_core *core, const char *node_devices) {
  tn_compiled *split = compile(core, mixed, "GPU"), *plain = compile(core, mixed, "TEMPLATE");
  float got[16], expected[16];
  infer(core, split, got);
  infer(core, plain, expected);
  cr_assert_arr_eq(got, expected, sizeof got);
  cr_assert_str_eq(told(split, "HETERO_NODE_DEVICES"), node_devices);
  tn_compiled_destroy(plain);
  tn_compiled_destroy(split);
}

TestSuite(alias_fallback, .init = make_folder, .fini = remove_folder);

Test(alias_fallback, of_an_alias_comes_along) {
  tn_core *core = core_of_two_aliases(MINIMAL_PLUGIN, "\"NPU\"");
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_DEVICES"), "0=MINIMAL.0+NPU.0+TEMPLATE.0");
  check_mixed(core, "n0=GPU.0,n1=TEMPLATE.0,n2=TEMPLATE.0,n3=GPU.0");
  tn_core_destroy(core);
}

Test(alias_fallback, comes_once_where_both_name_it) {
  tn_core *core = core_of_two_aliases(MINIMAL_PLUGIN, "\"TEMPLATE.1\", \"NPU.0\", \"TEMPLATE\"");
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_DEVICES"),
                   "0=MINIMAL.0+TEMPLATE.1+NPU.0+TEMPLATE.0");
  tn_core_destroy(core);
  core = core_of_two_aliases(MINIMAL_PLUGIN, "\"TEMPLATE\", \"NPU\"");
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_DEVICES"), "0=MINIMAL.0+TEMPLATE.0+NPU.0");
  tn_core_destroy(core);
}

/* Two plugins of NPU serve its 0, and one its 1. */
static void check_number(const char *fallback, const char *devices) {
  char more[128];
  snprintf(more, sizeof more, "\"alias\": \"GPU\", \"fallback\": [\"%s\"]", fallback);
  write_manifest("MINIMAL", MINIMAL_PLUGIN, more);
  write_manifest("TWIN", TENON_MOCK_DIR "/libmock_twin.so", "\"alias\": \"NPU\", \"priority\": 1");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"NPU\"");
  tn_core *core = core_of_folder();
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_DEVICES"), devices);
  tn_core_destroy(core);
}

Test(alias_fallback, brings_those_of_its_number) {
  check_number("NPU", "0=MINIMAL.0+NPU.0+TEMPLATE.0");
  check_number("NPU.1", "0=MINIMAL.0+NPU.1");
}

Test(alias_fallback, comes_through_three_aliases) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\", \"fallback\": [\"NPU\"]");
  write_manifest("FULL", FULL_PLUGIN, "\"alias\": \"NPU\", \"fallback\": [\"VPU\"]");
  write_manifest("BARE", BARE_PLUGIN,
                 "\"alias\": \"VPU\", \"fallback\": [\"TEMPLATE.1\", \"TEMPLATE.0\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "");
  tn_core *core = core_of_folder();
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_DEVICES"),
                   "0=MINIMAL.0+NPU.0+VPU.0+TEMPLATE.1+TEMPLATE.0");
  check_mixed(core, "n0=GPU.0,n1=TEMPLATE.1,n2=TEMPLATE.1,n3=GPU.0");
  tn_core_destroy(core);
}

Test(alias_fallback, serves_alone_with_its_own) {
  tn_core *core = core_of_two_aliases("/nowhere/libmissing.so", "\"NPU\"");
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_DEVICES"), "0=NPU.0+TEMPLATE.0");
  check_mixed(core, "n0=FULL.0,n1=TEMPLATE.0,n2=TEMPLATE.0,n3=FULL.0");
  tn_core_destroy(core);
}

/* Each has the other's own plugin, and says why it goes no further. */
Test(alias_fallback, of_one_another_ends) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\", \"fallback\": [\"NPU\"]");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, "\"alias\": \"NPU\", \"fallback\": [\"GPU\"]");
  tn_core *core = core_of_folder();
  cr_assert_str_eq(told_by(core, "GPU", "PROXY_DEVICES"), "0=MINIMAL.0+NPU.0");
  cr_assert_str_eq(told_by(core, "NPU", "PROXY_DEVICES"), "0=TEMPLATE.0+GPU.0,1=TEMPLATE.1+GPU.0");
  check_mixed(core, "n0=GPU.0,n1=NPU.0,n2=NPU.0,n3=GPU.0");
  tn_core_destroy(core);
}

static tn_status TN_CALL take_nothing(void *user, const tn_value *value) {
  (void)user;
  (void)value;
  return TN_OK;
}

static tn_status attempt(const tni_allocator *allocator, void *user) {
  tn_core *core = NULL;
  (void)user;
  tn_status status = core_of_allocator(allocator, &core);
  if (status == TN_OK)
    status = tn_core_get_property(core, "GPU", "PROXY_DEVICES", take_nothing, NULL, NULL);
  tn_core_destroy(core);
  return status;
}

Test(alias_fallback, survives_failing_allocations) {
  tn_core_destroy(core_of_two_aliases(MINIMAL_PLUGIN, "\"NPU\""));
  cr_assert_geq(tni_fault_sweep(attempt, NULL), 50);
}
