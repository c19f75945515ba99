/* An alias has a number for each device, however many there are. */
#include "../support/alias.h"

#define MANY_PLUGIN TENON_MOCK_DIR "/libmock_many.so"

static tn_status TN_CALL count_listed(void *user, const tn_value *value) {
  *(uint64_t *)user = value->as.list.count;
  return TN_OK;
}

Test(alias_many, every_device_has_a_number, .init = make_folder, .fini = remove_folder) {
  write_manifest("MANY", MANY_PLUGIN, "\"alias\": \"GPU\", \"priority\": 1");
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\"");
  tn_core *core = core_of_folder();
  uint64_t count = 0;
  tn_error error = {0};
  assert_ok(tn_core_get_property(core, "GPU", "AVAILABLE_DEVICES", count_listed, &count, &error));
  cr_assert_eq(count, 301, "%llu", (unsigned long long)count);
  tn_compiled *compiled = compile(core, relu, "GPU.300"); /* MINIMAL's */
  float got[16];
  infer(core, compiled, got);
  cr_assert_eq(got[15], 7.0f);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}
