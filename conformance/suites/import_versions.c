/* Checks of blobs that were kept (--blobs): those that another version of the plugin has written,
 * and those that are known to be damaged. */
#define TN_GROUP "import"
#include <string.h>

#include "engine/blob.h"
#include "engine/kept_blob.h"
#include "engine/option_folders.h"

/* Of a blob of another device it is told elsewhere what becomes of it. */
static void kept_models(test *t, test_parameters *found) {
  kept_blob_find(t, found, KEPT_BLOB_OWN);
}

static void known_damage(test *t, test_parameters *found) {
  kept_blob_find_files(t, found, BLOB_DAMAGED);
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
  char *bytes = kept_blob_read(t, BLOB_KEPT, &size),
       *version = bytes ? kept_blob_read(t, BLOB_VERSION, &version_size) : NULL;
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
  blob_expect_outputs(t, out, kept_blob_model(t), t->seed, 4);
}

/* Checksums hide what reads a blob from the suite's own damage; who knows the format can go around
 * them. */
TN_CHECK_WITH(import_of_known_damage, IMPORT, 1, TEST_NEEDS_IMPORT,
              "a blob that is known to be damaged is refused with MALFORMED or RECOMPILE, from "
              "memory and by reading, and by check where its name says that the head is",
              .found = known_damage) {
  uint64_t size = 0;
  char *bytes = kept_blob_read(t, BLOB_DAMAGED, &size);
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
