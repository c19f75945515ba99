/* Checks of the entries that compile knows, as options. They come behind what compile does by
 * itself and behind devices made of others, which hand entries on. */
#define TN_GROUP "compile"
#include "engine/check.h"

static uint32_t TN_CALL cancel(void *user, double done) {
  (void)done;
  ++*(uint32_t *)user;
  return 1;
}

TN_CHECK(compile_critical_progress, OPTION, 3, 0,
         "a progress entry that is marked critical is told of, so that its answer can cancel, or "
         "refused with UNSUPPORTED") {
  uint32_t calls = 0;
  tn_progress_option entry = tn_progress_option_make(cancel, &calls);
  const tn_option *const entries[] = {&entry.option};
  tn_compile_options options = tn_compile_options_init();
  tn_model *carrier = test_model(t, "carrier");
  tn_compiled_model *out = test_poison();
  NEED(carrier);
  entry.option.flags = TN_OPTION_CRITICAL;
  options.entries = entries;
  options.entry_count = 1;
  const tn_status status =
      tn_plugin_compile(t->plugin, t->device, carrier, &options, &out, &t->error);
  EXPECT_THAT(status == (calls ? TN_CANCELLED : TN_UNSUPPORTED),
              "compile with a critical progress entry, which was told of %u times and cancels, "
              "ends with %s; it gave %s",
              calls, calls ? "CANCELLED" : "UNSUPPORTED", tni_status_name(status));
  if (status == TN_OK) tn_compiled_model_destroy(out);
}
