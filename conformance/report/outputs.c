#include "report/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/report.h"

/* What makes a report of the JSON lines. */
static void (*const writers[OUTPUT_COUNT])(FILE *lines, FILE *out) = {
    [OUTPUT_JUNIT] = report_write_junit,
    [OUTPUT_TAP] = report_write_tap,
    [OUTPUT_HTML] = report_write_html};

static bool complain(const char *path) {
  fprintf(stderr, "tenon-conformance: %s: cannot be written: %s\n", path, strerror(errno));
  return false;
}

/* --- files: written beside their place, and put there when they are whole */

/* The file that a path leads to, and a new one beside it. */
struct place {
  char target[PATH_MAX], part[PATH_MAX + 32];
};

static FILE *open_part(struct place *place, const char *path) {
  if (!realpath(path, place->target) &&
      snprintf(place->target, sizeof place->target, "%s", path) >= (int)sizeof place->target)
    errno = ENAMETOOLONG;
  else if (access(place->target, W_OK) == 0 || errno == ENOENT) {
    snprintf(place->part, sizeof place->part, "%s.%ld.part", place->target, (long)getpid());
    return fopen(place->part, "wxe");
  }
  return NULL;
}

static bool can_be_made(const char *path) {
  struct place place;
  FILE *part = open_part(&place, path);
  if (!part) return complain(path);
  fclose(part);
  unlink(place.part);
  return true;
}

static bool close_one(FILE *file, const char *path) {
  if (!file) return true;
  const bool whole = (fflush(file) == 0 && !ferror(file)) || complain(path);
  return (fclose(file) == 0 || !whole || complain(path)) && whole;
}

static bool replace(const char *path, void (*write)(FILE *lines, FILE *out), FILE *lines) {
  struct place place;
  struct stat status;
  FILE *part = open_part(&place, path);
  if (!part) return complain(path);
  if (stat(place.target, &status) == 0) (void)!fchmod(fileno(part), status.st_mode & 0777);
  write(lines, part);
  if (!close_one(part, path)) {
    unlink(place.part);
    return false;
  }
  if (rename(place.part, place.target) == 0) return true;
  complain(path);
  unlink(place.part);
  return false;
}

/* --- all */

static bool open_one(outputs *self, int i) {
  struct stat status;
  const char *path = self->paths[i];
  if (stat(path, &status) != 0 || S_ISREG(status.st_mode)) return can_be_made(path);
  self->files[i] = fopen(path, "we");
  return self->files[i] || complain(path);
}

bool outputs_open(outputs *self) {
  bool good = true;
  for (int i = 0; i < OUTPUT_COUNT; i++)
    good = (!self->paths[i] || open_one(self, i)) && good;
  return good;
}

bool outputs_write(outputs *self, FILE *lines) {
  bool good = true;
  for (int i = 0; i < OUTPUT_COUNT; i++)
    if (self->files[i])
      writers[i](lines, self->files[i]);
    else if (self->paths[i])
      good = replace(self->paths[i], writers[i], lines) && good;
  return good;
}

bool outputs_close(outputs *self) {
  bool good = true;
  for (int i = 0; i < OUTPUT_COUNT; i++) {
    good = close_one(self->files[i], self->paths[i]) && good;
    self->files[i] = NULL;
  }
  return good;
}
