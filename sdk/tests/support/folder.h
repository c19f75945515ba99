/** @file
 *  A folder of manifests for tests, and cores that search it.
 */
#ifndef TENON_TESTS_FOLDER_H
#define TENON_TESTS_FOLDER_H

#include "runtime.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static inline void make_folder(void) {
  strcpy(folder, "/tmp/tenon-plugins-XXXXXX");
  cr_assert_not_null(mkdtemp(folder));
}

static inline void remove_folder(void) {
  DIR *open = opendir(folder);
  for (const struct dirent *entry = readdir(open); entry; entry = readdir(open)) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    unlink(path);
  }
  closedir(open);
  rmdir(folder);
}

static inline void write_file(const char *name, const char *text) {
  char path[400];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  cr_assert_not_null(file);
  fputs(text, file);
  fclose(file);
}

/* --- the list */

typedef struct found {
  uint64_t count;
  tn_plugin_entry entries[32];
  char names[32][256];
  char reasons[32][512];
} found;

static inline tn_status take(void *user, const tn_plugin_entry *const *plugins, uint64_t count) {
  found *self = user;
  self->count = count;
  for (uint64_t i = 0; i < count && i < 32; i++) {
    self->entries[i] = *plugins[i];
    snprintf(self->names[i], sizeof self->names[i], "%.*s", (int)plugins[i]->name.length,
             plugins[i]->name.data);
    if (plugins[i]->error) strcpy(self->reasons[i], plugins[i]->error->message);
  }
  return TN_OK;
}

static inline found list(tn_core *core) {
  found all = {0};
  tn_error error = {0};
  assert_ok(tn_core_plugins(core, take, &all, &error));
  return all;
}

static inline tn_core *core_of_folder(void) {
  const char *const folders[] = {folder};
  tn_core_options options = quiet_options();
  options.plugin_folders = folders;
  options.plugin_folder_count = 1;
  tn_core *core = NULL;
  tn_error error = {0};
  assert_ok(tn_core_create(&options, &core, &error));
  return core;
}

#endif
