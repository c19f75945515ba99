/* Checks of blobs that were kept (--blobs): those that another version of the plugin has written,
 * and those that are known to be damaged. */
#define TN_GROUP "import"
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "engine/blob.h"
#include "engine/blob_folders.h"
#include "engine/observe.h"

enum { MOST_BYTES = 1 << 28 };

static void find_files(test *t, test_parameters *found, const char *suffix) {
  DIR *folder = t->setup->blobs ? opendir(t->setup->blobs) : NULL;
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    const char *dot = strrchr(entry->d_name, '.');
    if (dot && strcmp(dot, suffix) == 0)
      test_add_parameter(found, tn_string_make(entry->d_name, (uint64_t)(dot - entry->d_name)));
  }
  if (folder) closedir(folder);
}

/* Models of which the folder has a blob. */
static void kept_models(test *t, test_parameters *found) {
  find_files(t, found, BLOB_KEPT);
}

static void known_damage(test *t, test_parameters *found) {
  find_files(t, found, BLOB_DAMAGED);
}

/* A file of the folder, aligned as import may ask; NULL after recording why. */
static char *read_kept(test *t, const char *suffix, uint64_t *size) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s%s", t->setup->blobs, t->parameter, suffix);
  FILE *file = fopen(path, "rb");
  long length = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
  char *bytes = NULL;
  if (length >= 0 && length < MOST_BYTES && fseek(file, 0, SEEK_SET) == 0) {
    bytes = test_alloc(t, (size_t)length + 128);
    bytes += (64 - (uintptr_t)bytes % 64) % 64;
    if (fread(bytes, 1, (size_t)length, file) != (size_t)length) bytes = NULL;
  }
  if (file) fclose(file);
  if (!bytes) {
    char why[PATH_MAX + 80];
    snprintf(why, sizeof why, "--blobs: the suite could not read the blob: %s", path);
    test_record_inconclusive(t, why);
  }
  *size = bytes ? (uint64_t)length : 0;
  return bytes;
}

/* Whether a text stands in the message of the failure. */
static bool is_named(const test *t, tn_string text) {
  const char *message = t->error.message;
  size_t length = strnlen(message, sizeof t->error.message);
  for (size_t i = 0; text.length && i + text.length <= length; i++)
    if (memcmp(message + i, text.data, (size_t)text.length) == 0) return true;
  return false;
}

TN_CHECK_WITH(import_of_another_version, IMPORT, 6, TEST_NEEDS_IMPORT,
              "the blob that another version has written of the model is imported and gives the "
              "outputs of the reference, or is refused with RECOMPILE and both versions in the "
              "message",
              .found = kept_models) {
  uint64_t size = 0, version_size = 0;
  char *bytes = read_kept(t, BLOB_KEPT, &size),
       *version = bytes ? read_kept(t, BLOB_VERSION, &version_size) : NULL;
  const tn_import_api *api = blob_import_api(t);
  NEED(version && api);
  tn_compiled_model *out = test_poison();
  blob_source source = blob_source_make(bytes, size, true);
  const tn_string own = t->plugin->api->info(t->plugin)->version,
                  other = tn_string_make(version, version_size);
  uint64_t head = size < TN_IMPORT_HEAD_SIZE ? size : TN_IMPORT_HEAD_SIZE;
  const tn_status judged = api->check(t->plugin, t->device, bytes, head, NULL, &t->error);
  EXPECT_OK_OR(judged, TN_RECOMPILE);
  const tn_status status = blob_import(t, &source, NULL, &out);
  if (status == TN_RECOMPILE) {
    EXPECT_THAT(is_named(t, own) && is_named(t, other),
                "the message names the versions %.*s and %.*s: %.200s", (int)own.length, own.data,
                (int)other.length, other.data, t->error.message);
    EXPECT(out == test_poison());
  }
  EXPECT_OK_OR(status, TN_RECOMPILE);
  if (status != TN_OK) return;
  test_adopt_compiled_model(t, out);
  blob_expect_outputs(t, out, t->parameter, t->seed, 4);
}

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

/* Checksums hide what reads a blob from the suite's own damage; who knows the format can go around
 * them. */
TN_CHECK_WITH(import_of_known_damage, IMPORT, 1, TEST_NEEDS_IMPORT,
              "a blob that is known to be damaged is refused with MALFORMED or RECOMPILE, from "
              "memory and by reading, and by check where its name says that the head is",
              .found = known_damage) {
  uint64_t size = 0;
  char *bytes = read_kept(t, BLOB_DAMAGED, &size);
  const tn_import_api *api = blob_import_api(t);
  NEED(bytes && api);
  const uint64_t head = size < TN_IMPORT_HEAD_SIZE ? size : TN_IMPORT_HEAD_SIZE;
  const tn_status judged = api->check(t->plugin, t->device, bytes, head, NULL, &t->error);
  const bool in_head = strncmp(t->parameter, "head", 4) == 0;
  EXPECT_THAT(judged == TN_MALFORMED || judged == TN_RECOMPILE || (judged == TN_OK && !in_head),
              "check %s; it gave %s",
              in_head ? "refuses the head" : "accepts the head or refuses it",
              tni_status_name(judged));
  for (int i = 0; i < 2; i++) {
    const blob_source source = blob_source_make(bytes, size, i == 0);
    tn_compiled_model *out = test_poison();
    memset(&t->error, 0, sizeof t->error);
    const tn_status status = blob_import(t, &source, NULL, &out);
    EXPECT_THAT((status == TN_MALFORMED || status == TN_RECOMPILE) && out == test_poison(),
                "import %s refuses the blob; it gave %s", i ? "by reading" : "from memory",
                tni_status_name(status));
    EXPECT_THAT(status == TN_OK || (t->error.status == status && t->error.message[0]),
                "the refusal fills the record");
    if (status == TN_OK) tn_compiled_model_destroy(out);
  }
  memset(&t->error, 0, sizeof t->error);
}
