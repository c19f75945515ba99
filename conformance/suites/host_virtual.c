/* Checks of devices that are made of others and reach them through tn.core/1. */
#define TN_GROUP "host"
#include <string.h>

#include "engine/virtual_device.h"

static uint32_t TN_CALL count_calls(void *user, double done) {
  (void)done;
  ++*(uint32_t *)user;
  return 0;
}

/* An entry that nobody but the device below knows. */
static tn_status compile_with(test *t, const tn_option *entry, tn_error *error) {
  tn_compile_options options = tn_compile_options_init();
  tn_compiled_model *model = NULL;
  tn_model *carrier = test_model(t, "carrier");
  const tn_option *const entries[] = {entry};
  options.entries = entries;
  options.entry_count = 1;
  if (!carrier) return TN_INTERNAL;
  tn_status status = tn_plugin_compile(t->plugin, t->device, carrier, &options, &model, error);
  if (status == TN_OK) test_adopt_compiled_model(t, model);
  return status;
}

/* How often the devices below tell progress when they are asked without the one between. */
static uint32_t calls_below(test *t) {
  uint32_t calls = 0;
  tn_plugin *virtual_plugin = t->plugin;
  tn_string device = t->device;
  for (uint32_t i = 0; t->host->other_plugins && i < t->host->other_count; i++) {
    tn_progress_option progress = tn_progress_option_make(count_calls, &calls);
    t->plugin = t->host->other_plugins[i];
    t->device = TN_STRING("");
    if (t->plugin && compile_with(t, &progress.option, NULL) != TN_OK)
      test_note(t, "%s does not compile the carrier", t->setup->others[i].name);
  }
  t->plugin = virtual_plugin;
  t->device = device;
  return calls;
}

TN_CHECK(host_virtual_passes_entries_on, OPTION, 4, 0,
         "entries that a virtual device does not consume reach the device below, critical or not") {
  if (!test_is_virtual(t)) NOT_APPLICABLE(NOT_VIRTUAL);
  uint32_t calls = 0;
  tn_progress_option progress = tn_progress_option_make(count_calls, &calls);
  EXPECT_OK(compile_with(t, &progress.option, &t->error));
  uint32_t below = calls_below(t);
  if (!below) NOT_APPLICABLE("no device below tells progress");
  EXPECT_THAT(calls > 0, "the device below is given the entry, and tells progress");
}

TN_CHECK(host_virtual_does_not_judge_entries, OPTION, 6, 0,
         "a critical entry that the device below knows is not refused above it") {
  if (!test_is_virtual(t)) NOT_APPLICABLE(NOT_VIRTUAL);
  uint32_t calls = 0;
  tn_progress_option progress = tn_progress_option_make(count_calls, &calls);
  progress.option.flags = TN_OPTION_CRITICAL;
  EXPECT_OK(compile_with(t, &progress.option, &t->error));
}

TN_CHECK(host_virtual_reports_device_below, CORE, 8, 0,
         "a failure below is reported with the name of that device before its message") {
  if (!test_is_virtual(t)) NOT_APPLICABLE(NOT_VIRTUAL);
  tn_option entry = TN_OPTION_HEADER(tn_option, TN_OPTION_CRITICAL, "x-nobody/1");
  tn_error error;
  memset(&error, 0, sizeof error);
  EXPECT_STATUS(compile_with(t, &entry, &error), TN_UNSUPPORTED);
  bool named = false;
  for (uint32_t i = 0; i < t->setup->other_count; i++) {
    const char *name = t->setup->others[i].name;
    named = named || strncmp(error.message, name, strlen(name)) == 0;
  }
  EXPECT_THAT(named, "the message begins with the name of a device below: %.200s", error.message);
  EXPECT(strstr(error.message, "x-nobody/1") != NULL);
}

TN_CHECK(host_virtual_gives_results, CORE, 7, 0,
         "outputs are those of the devices below, and tensors have one address") {
  if (!test_is_virtual(t)) NOT_APPLICABLE(NOT_VIRTUAL);
  tn_infer_request *request = test_carrier_request(t);
  tn_tensor *tensor = NULL, *again = NULL;
  NEED(request);
  EXPECT_OK(tn_infer_request_get_tensor(request, 0, &tensor, &t->error));
  EXPECT_OK(tn_infer_request_get_tensor(request, 0, &again, &t->error));
  EXPECT(tensor == again);
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}
