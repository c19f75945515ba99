#include "engine/option_folders.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/exit_status.h"
#include "engine/folder.h"

static int complain(int status, const char *option, const char *path, const char *why) {
  fprintf(stderr, "tenon-conformance: %s: %s: %s\n", option, path, why);
  return status;
}

static bool is_blob(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot && (strcmp(dot, BLOB_KEPT) == 0 || strcmp(dot, BLOB_DAMAGED) == 0);
}

static int look_for_blobs(const char *path) {
  static const char none[] = "the folder holds no blob (*" BLOB_KEPT ", *" BLOB_DAMAGED ")";
  DIR *folder = opendir(path);
  bool found = false;
  if (!folder) return complain(EXIT_USAGE, "--blobs", path, strerror(errno));
  for (const struct dirent *entry; !found && (entry = readdir(folder)) != NULL;)
    found = is_blob(entry->d_name);
  closedir(folder);
  return found ? EXIT_PASSED : complain(EXIT_USAGE, "--blobs", path, none);
}

static int prepare(const char *option, const char *path) {
  if (!path || folder_make(path)) return EXIT_PASSED;
  return complain(EXIT_SUITE, option, path, strerror(errno));
}

int option_folders_prepare(const suite_options *options) {
  int status = options->blobs ? look_for_blobs(options->blobs) : EXIT_PASSED;
  if (status == EXIT_PASSED) status = prepare("--write-blobs", options->write_blobs);
  if (status == EXIT_PASSED) status = prepare("--write-cases", options->write_cases);
  return status;
}
