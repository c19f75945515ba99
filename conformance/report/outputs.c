#include "report/outputs.h"

#include <errno.h>
#include <string.h>

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

bool outputs_open(outputs *self) {
  bool good = true;
  for (int i = 0; i < OUTPUT_COUNT; i++)
    if (self->paths[i] && !(self->files[i] = fopen(self->paths[i], "we")))
      good = complain(self->paths[i]);
  return good;
}

void outputs_write(outputs *self, FILE *lines) {
  for (int i = 0; i < OUTPUT_COUNT; i++)
    if (self->files[i]) writers[i](lines, self->files[i]);
}

static bool close_one(FILE *file, const char *path) {
  if (!file) return true;
  const bool whole = (fflush(file) == 0 && !ferror(file)) || complain(path);
  return (fclose(file) == 0 || !whole || complain(path)) && whole;
}

bool outputs_close(outputs *self) {
  bool good = true;
  for (int i = 0; i < OUTPUT_COUNT; i++) {
    good = close_one(self->files[i], self->paths[i]) && good;
    self->files[i] = NULL;
  }
  return good;
}
