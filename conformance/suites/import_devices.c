/* Checks of blobs on devices that they were not made for: other ones of the plugin, those of other
 * machines (--blobs), and those of other plugins. */
#define TN_GROUP "import"
#include <string.h>

#include "engine/blob.h"
#include "engine/kept_blob.h"
#include "engine/observe.h"
#include "engine/option_folders.h"
#include "engine/virtual_device.h"

/* What a blob of the tested device becomes on another one. */
static void import_on(test *t, const tn_import_api *api, const blob *whole, tn_string device) {
  tn_compiled_model *out = test_poison();
  blob_source source = blob_source_make(whole->bytes, whole->size, true);
  source.base.user = &source;
  const uint64_t head = whole->size < TN_IMPORT_HEAD_SIZE ? whole->size : TN_IMPORT_HEAD_SIZE;
  EXPECT_OK_OR(api->check(t->plugin, device, whole->bytes, head, NULL, &t->error), TN_RECOMPILE);
  memset(&t->error, 0, sizeof t->error);
  const tn_status status =
      api->import_model(t->plugin, device, &source.base, NULL, &out, &t->error);
  if (status != TN_OK)
    EXPECT_THAT(out == test_poison() && t->error.status == status && t->error.message[0],
                "the refusal of device %.*s fills the record and leaves *out", TNI_TEXT(device));
  EXPECT_OK_OR(status, TN_RECOMPILE);
  if (status != TN_OK) return;
  test_adopt_compiled_model(t, out);
  blob_expect_outputs(t, out, "carrier", t->seed, 4);
}

TN_CHECK(
    import_on_another_device, IMPORT, 12, TEST_NEEDS_IMPORT,
    "a blob that was made for one device of the plugin is imported on each other one and gives "
    "the outputs of the reference, or is refused with RECOMPILE") {
  blob whole = {0};
  seen_devices devices;
  uint32_t tried = 0;
  const tn_import_api *api = blob_import_api(t);
  NEED(api);
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  if (!blob_make(t, "carrier", &whole)) return;
  for (uint32_t i = 0; i < devices.count; i++) {
    const tn_device *device = devices.items[i];
    if (tn_string_equal(device->id, t->device) || !(device->capabilities & TN_DEVICE_HAS_IMPORT))
      continue;
    import_on(t, api, &whole, device->id);
    tried++;
  }
  blob_clear(&whole);
  if (!tried) NOT_APPLICABLE("the plugin has no second device that imports");
}

/* --- kept blobs of others */

/* What became of a kept blob. */
struct outcome {
  tn_status judged, status; /* of check and of import */
  tn_compiled_model *out;   /* owned by the test */
};

/* Offers a kept blob to check and to import; false after recording why it could not be. */
static bool import_kept(test *t, struct outcome *became) {
  uint64_t size = 0;
  char *bytes = kept_blob_read(t, BLOB_KEPT, &size);
  const tn_import_api *api = bytes ? blob_import_api(t) : NULL;
  if (!api) return false;
  const blob_source source = blob_source_make(bytes, size, true);
  const uint64_t head = size < TN_IMPORT_HEAD_SIZE ? size : TN_IMPORT_HEAD_SIZE;
  became->out = test_poison();
  became->judged = api->check(t->plugin, t->device, bytes, head, NULL, &t->error);
  memset(&t->error, 0, sizeof t->error);
  became->status = blob_import(t, &source, NULL, &became->out);
  if (became->status == TN_OK)
    test_adopt_compiled_model(t, became->out);
  else
    EXPECT_THAT(
        became->out == test_poison() && t->error.status == became->status && t->error.message[0],
        "the refusal fills the record and leaves *out");
  return true;
}

static void of_other_devices(test *t, test_parameters *found) {
  kept_blob_find(t, found, KEPT_BLOB_OTHER_DEVICE);
}

TN_CHECK_WITH(import_of_a_foreign_device, IMPORT, 12, TEST_NEEDS_IMPORT,
              "the blob that another device has written of the model is imported and gives the "
              "outputs of the reference, or is refused with RECOMPILE; what check accepts is "
              "imported",
              .found = of_other_devices) {
  struct outcome became;
  if (!import_kept(t, &became)) return;
  EXPECT_OK_OR(became.judged, TN_RECOMPILE);
  EXPECT_OK_OR(became.status, TN_RECOMPILE);
  EXPECT_THAT(became.judged != TN_OK || became.status == TN_OK,
              "what check accepts is imported; it gave %s", tni_status_name(became.status));
  if (became.status == TN_OK) blob_expect_outputs(t, became.out, kept_blob_model(t), t->seed, 4);
}

static void of_other_plugins(test *t, test_parameters *found) {
  kept_blob_find(t, found, KEPT_BLOB_OTHER_PLUGIN);
}

static bool is_refusal(tn_status status) {
  return status == TN_MALFORMED || status == TN_RECOMPILE;
}

/* A device that is made of others hands blobs of theirs on. */
TN_CHECK_WITH(import_of_a_foreign_plugin, IMPORT, 1, TEST_NEEDS_IMPORT,
              "the blob that another plugin has written is refused with MALFORMED or RECOMPILE, by "
              "check too",
              .found = of_other_plugins) {
  struct outcome became;
  if (!import_kept(t, &became)) return;
  const bool taken = test_is_virtual(t) && became.status == TN_OK;
  EXPECT_THAT(taken || is_refusal(became.status), "import refuses the blob; it gave %s",
              tni_status_name(became.status));
  EXPECT_THAT(taken || is_refusal(became.judged), "check refuses the blob; it gave %s",
              tni_status_name(became.judged));
  if (became.status == TN_OK) blob_expect_outputs(t, became.out, kept_blob_model(t), t->seed, 4);
}
