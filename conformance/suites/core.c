/* Checks of devices that are made of others: what they hand on, and what they leave below. */
#define TN_GROUP "core"
#include <string.h>

#include "engine/blob.h"
#include "engine/ignore.h"
#include "engine/virtual_device.h"
#include "tenon/abi/ext/core.h"
#include "tenon/abi/ext/profiling.h"
#include "tenon/abi/ext/runtime_model.h"
#include "tenon/abi/ext/states.h"

static const char *const extensions[] = {
    TN_EXTENSION_IMPORT, TN_EXTENSION_REMOTE,    TN_EXTENSION_EXPORT, TN_EXTENSION_RUNTIME_MODEL,
    TN_EXTENSION_STATES, TN_EXTENSION_PROFILING, TN_EXTENSION_CORE};

enum { EXTENSIONS = sizeof extensions / sizeof *extensions };

TN_CHECK(
    core_own_tables, CORE, 4, 0,
    "the plugin object of a virtual device gives no table of a plugin, model or request below") {
  if (!test_is_virtual(t)) NOT_APPLICABLE(NOT_VIRTUAL);
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  for (int i = 0; i < EXTENSIONS; i++) { /* those of the objects first: a table may be kept */
    tn_string id = tn_string_from(extensions[i]);
    const void *of_model = tn_compiled_model_get_extension(model, id),
               *of_request = tn_infer_request_get_extension(request, id);
    const void *own = tn_plugin_get_extension(t->plugin, id);
    EXPECT_THAT(!own || (own != of_model && own != of_request),
                "the table for %s is not that of an object below", extensions[i]);
    for (uint32_t k = 0; t->host->other_plugins && k < t->host->other_count; k++) {
      tn_plugin *below = t->host->other_plugins[k];
      EXPECT_THAT(!own || !below || own != tn_plugin_get_extension(below, id),
                  "the table for %s is not that of a plugin below", extensions[i]);
    }
  }
}

static bool is_of(const tn_maker *maker, const test *t) {
  for (uint32_t i = 0; t->host->other_plugins && i < t->host->other_count; i++)
    if (t->host->other_plugins[i] && t->host->other_plugins[i]->maker == maker) return true;
  return false;
}

TN_CHECK(core_handed_on_objects, CORE, 5, 0,
         "a model that is handed on is the device's below, with its maker, requests and "
         "extensions, or is the virtual device's own in all of these") {
  if (!test_is_virtual(t)) NOT_APPLICABLE(NOT_VIRTUAL);
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  const bool handed_on = is_of(model->maker, t);
  EXPECT_THAT(handed_on || model->maker == t->plugin->maker,
              "the maker of the model is the virtual device or a plugin below");
  EXPECT_THAT(request->maker == model->maker, "model and request are of one maker");
  EXPECT(model->host == NULL && request->host == NULL);
  blob whole = {0};
  const bool exports = handed_on || (t->capabilities & TN_DEVICE_HAS_IMPORT);
  if (exports && tn_compiled_model_get_extension(model, TN_STRING(TN_EXTENSION_EXPORT)))
    EXPECT_OK(blob_export(t, model, &whole));
  blob_clear(&whole);
  tn_tensor *first = NULL, *again = NULL;
  EXPECT_OK(tn_infer_request_get_tensor(request, 0, &first, &t->error));
  EXPECT_OK(tn_infer_request_get_tensor(request, 0, &again, &t->error));
  EXPECT(first == again);
}

/* --- what is left below */

static uint32_t TN_CALL cancel(void *user, double done) {
  (void)user, (void)done;
  return 1;
}

static tn_status compile_cancelled(test *t, tn_model *carrier, tn_compiled_model **out) {
  tn_progress_option progress = tn_progress_option_make(cancel, NULL);
  const tn_option *const entries[] = {&progress.option};
  tn_compile_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  return tn_plugin_compile(t->plugin, t->device, carrier, &options, out, NULL);
}

/* Uses the device once in each way, well and in vain, and destroys what it was given. */
static void use_once(test *t, tn_model *carrier, tn_model *unknown) {
  tn_compiled_model *model = NULL, *none = NULL;
  tn_infer_request *request = NULL;
  EXPECT_OK(tn_plugin_query(t->plugin, t->device, carrier, NULL, ignore_answers, NULL, &t->error));
  EXPECT_OK(tn_plugin_compile(t->plugin, t->device, carrier, NULL, &model, &t->error));
  if (model) EXPECT_OK(tn_compiled_model_create_request(model, NULL, &request, &t->error));
  if (request) EXPECT_OK(tn_infer_request_infer(request, &t->error));
  if (request) tn_infer_request_destroy(request);
  if (model) tn_compiled_model_destroy(model);
  EXPECT_FAILURE(tn_plugin_compile(t->plugin, t->device, unknown, NULL, &none, &t->error));
  if (compile_cancelled(t, carrier, &none) == TN_OK) tn_compiled_model_destroy(none);
  const tn_import_api *import = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_IMPORT));
  blob_source source = blob_source_make("no blob", 7, false);
  source.base.user = &source;
  if (import)
    EXPECT_FAILURE(
        import->import_model(t->plugin, t->device, &source.base, NULL, &none, &t->error));
}

TN_CHECK(core_leaves_nothing_below, CORE, 6, 0,
         "a virtual device leaves nothing at the devices below that it did not hand on, whether "
         "calls succeed, fail or are cancelled") {
  enum { ROUNDS = 5 };
  if (!test_is_virtual(t)) NOT_APPLICABLE(NOT_VIRTUAL);
  tn_model *carrier = test_model(t, "carrier"), *unknown = test_model(t, "unknown_operator");
  NEED(carrier && unknown);
  use_once(t, carrier, unknown); /* what is made once stays */
  const long before = test_held_below(t);
  for (int i = 0; i < ROUNDS; i++)
    use_once(t, carrier, unknown);
  EXPECT_THAT(test_held_below(t) == before,
              "the devices below hold what they held; %d rounds left %ld blocks, tensors or "
              "executors",
              ROUNDS, test_held_below(t) - before);
}
