#include "engine/holdings.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* What is looked at, and where what is found goes. */
struct look {
  holdings *out;
  const system_roots *roots;
  const char *folder;
};

static bool add_node(const struct look *self, const char *path, const struct stat *status) {
  const device_node node = {path, S_ISBLK(status->st_mode), status->st_rdev};
  holdings *out = self->out;
  const uint32_t before = out->numbers.count;
  char number[64];
  snprintf(number, sizeof number, "%d %u:%u", node.is_block, major(node.number),
           minor(node.number));
  if (device_node_is_common(self->roots, &node)) return true;
  if (!name_set_add(&out->numbers, number)) return false;
  if (out->numbers.count == before) return true; /* it is known */
  if (!out->devices && !(out->devices = json_array())) return false;
  return json_array_append_new(out->devices, device_node_describe(self->roots, &node)) == 0;
}

/* Takes a file by its name and what stat told of it. */
static bool add_file(const struct look *self, const char *path, const struct stat *status) {
  if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode)) return add_node(self, path, status);
  const size_t length = strlen(self->folder);
  if (!S_ISREG(status->st_mode) || length == 0 || strncmp(path, self->folder, length) != 0)
    return true;
  return name_set_add(&self->out->files, path);
}

/* --- what is mapped */

/* A line is "FROM-TO r-xp OFFSET DEVICE INODE PATH". */
static bool add_mapping(const struct look *self, char *line, char last[PATH_MAX]) {
  struct stat status;
  char *path = strchr(line, '/'), *end = strchr(line, '\n');
  if (end) *end = 0;
  const char *access = strchr(line, ' ');
  if (!path || !access) return true;
  if (access[3] == 'x' && strstr(path, ".so") && !name_set_add(&self->out->libraries, path))
    return false;
  if (strcmp(last, path) == 0) return true; /* its next part */
  snprintf(last, PATH_MAX, "%s", path);
  return stat(path, &status) != 0 || add_file(self, path, &status);
}

static bool add_mapped(const struct look *self, pid_t process) {
  char name[PATH_MAX], line[2 * PATH_MAX], last[PATH_MAX] = "";
  snprintf(name, sizeof name, "%s/%d/maps", self->roots->proc, (int)process);
  FILE *file = fopen(name, "re");
  bool good = file != NULL;
  while (good && fgets(line, sizeof line, file))
    good = add_mapping(self, line, last);
  if (file) fclose(file);
  return good;
}

/* --- what is open */

static bool add_descriptor(const struct look *self, const char *folder, const char *number) {
  char link[PATH_MAX], path[PATH_MAX];
  struct stat status;
  if (snprintf(link, sizeof link, "%s/%s", folder, number) >= (int)sizeof link) return true;
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0 || stat(link, &status) != 0) return true; /* closed meanwhile */
  path[length] = 0;
  return add_file(self, path, &status);
}

static bool add_open(const struct look *self, pid_t process) {
  char folder[PATH_MAX];
  snprintf(folder, sizeof folder, "%s/%d/fd", self->roots->proc, (int)process);
  DIR *entries = opendir(folder);
  bool good = entries != NULL;
  for (const struct dirent *entry; good && (entry = readdir(entries)) != NULL;)
    if (strtol(entry->d_name, NULL, 10) > STDERR_FILENO)
      good = add_descriptor(self, folder, entry->d_name);
  if (entries) closedir(entries);
  return good;
}

bool holdings_add(holdings *self, const system_roots *roots, pid_t process, const char *folder) {
  const struct look look = {self, roots, folder};
  const bool mapped = add_mapped(&look, process);
  return add_open(&look, process) && mapped;
}

void holdings_clear(holdings *self) {
  name_set_clear(&self->libraries);
  name_set_clear(&self->files);
  name_set_clear(&self->numbers);
  json_decref(self->devices);
  self->devices = NULL;
}
