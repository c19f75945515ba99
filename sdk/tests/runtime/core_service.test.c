/* Plugins that reach others through tn.core/1. */
#include "../support/runtime.h"

#define ASKER_PLUGIN TENON_MOCK_DIR "/libmock_asker.so"

static tn_core *core_of_askers(void) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_ok(register_faulty(core, ASKER_PLUGIN, "X", NULL, &error));
  assert_ok(register_faulty(core, ASKER_PLUGIN, "Y", NULL, &error));
  assert_ok(register_faulty(core, ASKER_PLUGIN, "Z", NULL, &error));
  assert_ok(register_faulty(core, FULL_PLUGIN, "FULL", NULL, &error));
  assert_ok(register_faulty(core, BROKEN_PLUGIN, "BROKEN", NULL, &error));
  return core;
}

static tn_status take(void *user, const tn_value *value) {
  if (value->kind == TN_VALUE_INT64)
    snprintf(user, 64, "%lld", (long long)value->as.int64);
  else
    snprintf(user, 64, "%.*s", (int)value->as.string.length, value->as.string.data);
  return TN_OK;
}

static const char *ask(tn_core *core, const char *device, const char *name) {
  static char answer[64];
  tn_error error = {0};
  assert_ok(tn_core_get_property(core, device, name, take, answer, &error));
  return answer;
}

/* checks TN_CORE_001 */
Test(core_service, others_answer_through_a_plugin) {
  tn_core *core = core_of_askers();
  cr_assert_str_eq(ask(core, "X", "NUM_STREAMS OF FULL"), "1");
  cr_assert_str_eq(ask(core, "X", "NUM_STREAMS OF FULL OF Y"), "1", "X asks Y, which asks FULL");
  tn_error error = {0};
  char answer[64];
  assert_fails(tn_core_get_property(core, "X", "A OF FULL OF Y", take, answer, &error),
               TN_NOT_FOUND, "X: Y: FULL: no such property");
  assert_fails(tn_core_get_property(core, "X", "A OF NOBODY", take, answer, &error), TN_NOT_FOUND,
               "X: no plugin is called NOBODY");
  tn_core_destroy(core);
}

/* checks TN_CORE_002 */
Test(core_service, a_way_that_leads_back_is_refused) {
  tn_core *core = core_of_askers();
  tn_error error = {0};
  char answer[64];
  assert_fails(tn_core_get_property(core, "X", "A OF X", take, answer, &error), TN_INVALID_ARGUMENT,
               "leads back to itself: X <- X");
  assert_fails(tn_core_get_property(core, "X", "A OF X OF Z OF Y", take, answer, &error),
               TN_INVALID_ARGUMENT, "X <- Z <- Y <- X");
  cr_assert_str_eq(ask(core, "X", "A OF Y"), "A", "the refusals left nothing behind");
  tn_core_destroy(core);
}

Test(core_service, plugins_that_use_one_another_in_a_circle_are_ended) {
  tn_core *core = core_of_askers();
  cr_assert_str_eq(ask(core, "X", "A OF Y"), "A");
  cr_assert_str_eq(ask(core, "Y", "A OF Z"), "A");
  cr_assert_str_eq(ask(core, "Z", "A OF X"), "A");
  cr_assert_str_eq(ask(core, "Z", "NUM_STREAMS OF FULL"), "1");
  tn_error error = {0};
  assert_ok(tn_core_unload_plugin(core, "Y", &error));
  tn_core_destroy(core);
}

/* checks TN_CORE_001 */
Test(core_service, a_plugin_sees_all_devices_but_its_own) {
  tn_core *core = core_of_askers();
  /* Y and Z list the others in turn, and FULL has two; BROKEN is left out. */
  cr_assert_str_eq(ask(core, "X", "COUNT"), "4");
  tn_core_destroy(core);
}

typedef struct nested {
  tn_core *core;
  char answer[64];
} nested;

static tn_status ask_again(void *user, const tn_value *value) {
  nested *self = user;
  (void)value;
  tn_error error = {0};
  return tn_core_get_property(self->core, "X", "B", take, self->answer, &error);
}

/* checks TN_HOST_009 */
Test(core_service, an_application_may_call_from_within_a_sink) {
  tn_core *core = core_of_askers();
  nested self = {.core = core};
  tn_error error = {0};
  assert_ok(tn_core_get_property(core, "X", "A OF Y", ask_again, &self, &error));
  cr_assert_str_eq(self.answer, "B");
  tn_core_destroy(core);
}
