#include "engine/kept_blob.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "engine/blob_device.h"
#include "engine/option_folders.h"

enum { MOST_BYTES = 1 << 28, ALIGNMENT = 64 };

/* What names of files with an ending are handed to. */
typedef void (*name_sink)(test *t, test_parameters *found, tn_string name, const void *user);

static void each_file(test *t, const char *suffix, name_sink sink, test_parameters *found,
                      const void *user) {
  DIR *folder = t->setup->blobs ? opendir(t->setup->blobs) : NULL;
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    const char *dot = strrchr(entry->d_name, '.');
    if (dot && strcmp(dot, suffix) == 0)
      sink(t, found, tn_string_make(entry->d_name, (uint64_t)(dot - entry->d_name)), user);
  }
  if (folder) closedir(folder);
}

static void add_name(test *t, test_parameters *found, tn_string name, const void *user) {
  (void)t, (void)user;
  test_add_parameter(found, name);
}

void kept_blob_find_files(test *t, test_parameters *found, const char *suffix) {
  each_file(t, suffix, add_name, found, NULL);
}

static FILE *open_kept(const test *t, tn_string name, const char *suffix, char path[PATH_MAX]) {
  snprintf(path, PATH_MAX, "%s/%.*s%s", t->setup->blobs, TNI_TEXT(name), suffix);
  return fopen(path, "rb");
}

/* Folders of earlier suites say nothing of devices: nothing is known of it then. */
static void read_device(const test *t, tn_string name, blob_device *out) {
  char path[PATH_MAX], text[BLOB_DEVICE_TEXT_SIZE];
  FILE *file = open_kept(t, name, BLOB_DEVICE, path);
  const size_t size = file ? fread(text, 1, sizeof text, file) : 0;
  if (file) fclose(file);
  blob_device_read(out, text, size);
}

struct wanted {
  blob_device own;
  enum kept_blob_origin origin;
};

static void add_of_origin(test *t, test_parameters *found, tn_string name, const void *user) {
  const struct wanted *wanted = user;
  blob_device kept;
  read_device(t, name, &kept);
  const enum kept_blob_origin origin =
      blob_device_other_plugin(&wanted->own, &kept) ? KEPT_BLOB_OTHER_PLUGIN
      : blob_device_differs(&wanted->own, &kept)    ? KEPT_BLOB_OTHER_DEVICE
                                                    : KEPT_BLOB_OWN;
  if (origin == wanted->origin) test_add_parameter(found, name);
}

void kept_blob_find(test *t, test_parameters *found, enum kept_blob_origin origin) {
  struct wanted wanted = {.origin = origin};
  if (!t->setup->blobs) return;
  blob_device_of(t, &wanted.own);
  each_file(t, BLOB_KEPT, add_of_origin, found, &wanted);
}

static char *read_all(test *t, FILE *file, uint64_t *size) {
  const long length = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
  if (length < 0 || length >= MOST_BYTES || fseek(file, 0, SEEK_SET) != 0) return NULL;
  char *bytes = test_alloc(t, (size_t)length + 2 * ALIGNMENT);
  bytes += (ALIGNMENT - (uintptr_t)bytes % ALIGNMENT) % ALIGNMENT;
  *size = (uint64_t)length;
  return fread(bytes, 1, (size_t)length, file) == (size_t)length ? bytes : NULL;
}

char *kept_blob_read(test *t, const char *suffix, uint64_t *size) {
  char path[PATH_MAX], why[PATH_MAX + 80];
  FILE *file = open_kept(t, tn_string_from(t->parameter), suffix, path);
  char *bytes = file ? read_all(t, file, size) : NULL;
  if (file) fclose(file);
  if (bytes) return bytes;
  snprintf(why, sizeof why, "--blobs: the suite could not read the blob: %s", path);
  test_record_inconclusive(t, why);
  return NULL;
}

const char *kept_blob_model(test *t) {
  char *model = test_alloc(t, strlen(t->parameter) + 1);
  memcpy(model, t->parameter, strcspn(t->parameter, "."));
  return model;
}
