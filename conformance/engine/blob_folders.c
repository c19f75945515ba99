#include "engine/blob_folders.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/exit_status.h"

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

/* Makes a folder, and those that it lies in. */
static bool make_folder(const char *path) {
  char part[PATH_MAX];
  struct stat status;
  if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part) {
    errno = ENAMETOOLONG;
    return false;
  }
  for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    if (mkdir(part, 0777) != 0 && stat(part, &status) != 0) return false;
    *slash = '/';
  }
  if (mkdir(path, 0777) == 0) return true;
  if (stat(path, &status) != 0) return false;
  errno = ENOTDIR;
  return S_ISDIR(status.st_mode) && access(path, W_OK | X_OK) == 0;
}

int blob_folders_prepare(const suite_options *options) {
  const int status = options->blobs ? look_for_blobs(options->blobs) : EXIT_PASSED;
  if (status != EXIT_PASSED || !options->write_blobs || make_folder(options->write_blobs))
    return status;
  return complain(EXIT_SUITE, "--write-blobs", options->write_blobs, strerror(errno));
}
