/* Checks of blobs of every model of the list that the device supports. */
#define TN_GROUP "import"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "engine/axes.h"
#include "engine/blob.h"
#include "engine/blob_device.h"
#include "engine/option_folders.h"

/* Writes a file of the folder of --write-blobs. */
static void keep(test *t, const char *name, const char *suffix, const void *bytes, uint64_t size) {
  char path[PATH_MAX], why[PATH_MAX + 160];
  snprintf(path, sizeof path, "%s/%s%s", t->setup->write_blobs, name, suffix);
  FILE *file = fopen(path, "wb");
  bool written = file && fwrite(bytes, 1, (size_t)size, file) == size;
  if (file) written = fclose(file) == 0 && written;
  if (written) return;
  snprintf(why, sizeof why, "--write-blobs: the suite could not write the blob: %s: %s", path,
           strerror(errno));
  test_record_inconclusive(t, why);
}

static void keep_blob(test *t, const blob *whole) {
  const tn_string version = t->plugin->api->info(t->plugin)->version;
  keep(t, t->parameter, BLOB_KEPT, whole->bytes, whole->size);
  keep(t, t->parameter, BLOB_VERSION, version.data, version.length);
  blob_device device;
  char text[BLOB_DEVICE_TEXT_SIZE];
  blob_device_of(t, &device);
  keep(t, t->parameter, BLOB_DEVICE, text, blob_device_print(&device, text));
}

TN_CHECK_WITH(import_model, IMPORT, 2, TEST_NEEDS_IMPORT,
              "the imported model gives the outputs of the reference", .name_at = axis_model) {
  blob whole;
  if (!blob_make(t, t->parameter, &whole)) return;
  if (t->setup->write_blobs) keep_blob(t, &whole);
  tn_compiled_model *model = blob_import_whole(t, &whole, false);
  blob_clear(&whole);
  if (model) blob_expect_outputs(t, model, t->parameter, t->seed, 4);
}

TN_CHECK_WITH(import_exports_the_same, EXPORT, 2, TEST_NEEDS_IMPORT,
              "the model gives the same bytes twice, and imports again from what its import writes",
              .name_at = axis_model) {
  blob first, second = {0}, third = {0};
  if (!blob_make(t, t->parameter, &first)) return;
  if (blob_make(t, t->parameter, &second))
    EXPECT(first.size == second.size && memcmp(first.bytes, second.bytes, first.size) == 0);
  tn_compiled_model *model = blob_import_whole(t, &first, true);
  if (model) EXPECT_OK(blob_export(t, model, &third));
  tn_compiled_model *again = third.size ? blob_import_whole(t, &third, true) : NULL;
  blob_clear(&first);
  blob_clear(&second);
  blob_clear(&third);
  if (again) blob_expect_outputs(t, again, t->parameter, t->seed, 4);
}
