#include "engine/environment.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

void environment_kernel(char *out, size_t size) {
  struct utsname name;
  if (uname(&name) != 0) memset(&name, 0, sizeof name);
  snprintf(out, size, "%s %s %s", name.sysname, name.release, name.machine);
}

void environment_libc(char *out, size_t size) {
  snprintf(out, size, "glibc %s", gnu_get_libc_version());
}

void environment_processor(char *out, size_t size) {
  char line[512];
  FILE *file = fopen("/proc/cpuinfo", "re");
  snprintf(out, size, "unknown");
  while (file && fgets(line, sizeof line, file)) {
    const char *colon = strchr(line, ':');
    if (!colon || (strncmp(line, "model name", 10) != 0 && strncmp(line, "Model", 5) != 0))
      continue;
    snprintf(out, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
    break;
  }
  if (file) fclose(file);
}

void environment_time(char *out, size_t size) {
  const time_t now = time(NULL);
  struct tm parts;
  if (!gmtime_r(&now, &parts) || !strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &parts)) out[0] = 0;
}

/* --- libraries */

struct list {
  char **items;
  size_t count, capacity, bytes;
};

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add(struct list *self, const char *path) {
  if (self->count && strcmp(self->items[self->count - 1], path) == 0) return 1; /* its next part */
  if (self->count == self->capacity) {
    const size_t capacity = self->capacity ? 2 * self->capacity : 64;
    char **items = realloc(self->items, capacity * sizeof *items);
    if (!items) return 0;
    self->items = items;
    self->capacity = capacity;
  }
  if (!(self->items[self->count] = strdup(path))) return 0;
  self->count++;
  self->bytes += strlen(path) + 1;
  return 1;
}

/* Where the path of an executable mapping begins, or NULL: "FROM-TO r-xp OFFSET DEVICE INODE PATH".
 */
static char *path_of(char *line) {
  char *path = strchr(line, '/'), *end = strchr(line, '\n');
  if (end) *end = 0;
  const char *access = strchr(line, ' ');
  return path && access && access[3] == 'x' ? path : NULL;
}

static char *join(struct list *self) {
  char *text = calloc(1, self->bytes + 1), *at = text;
  qsort(self->items, self->count, sizeof *self->items, compare);
  for (size_t i = 0; i < self->count && text; i++)
    if (i == 0 || strcmp(self->items[i - 1], self->items[i]) != 0)
      at += sprintf(at, "%s\n", self->items[i]);
  return text;
}

char *environment_libraries(pid_t process) {
  char name[64], line[8192], *text = NULL;
  struct list list = {NULL, 0, 0, 0};
  snprintf(name, sizeof name, "/proc/%d/maps", (int)process);
  FILE *file = fopen(name, "re");
  int good = file != NULL;
  while (good && fgets(line, sizeof line, file)) {
    const char *path = path_of(line);
    if (path && strstr(path, ".so")) good = add(&list, path);
  }
  if (file) fclose(file);
  if (good) text = join(&list);
  for (size_t i = 0; i < list.count; i++)
    free(list.items[i]);
  free(list.items);
  return text;
}
