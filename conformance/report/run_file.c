#include "report/run_file.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/plain_text.h"
#include "engine/regular_file.h"
#include "report/lines.h"

static bool refuse(const run_file *self, unsigned long line, const char *why) {
  plain_text_print_line(stderr, "tenon-conformance: %s:%lu: %s", self->path, line, why);
  return false;
}

static bool add_case(run_file *self, unsigned long number, json_t *line) {
  const char *id = lines_text(line, "id");
  if (!id[0]) return refuse(self, number, "a case without an id");
  if (json_object_get(self->by_id, id)) return refuse(self, number, "the case was told before");
  return (json_object_set(self->by_id, id, line) == 0 &&
          json_array_append(self->cases, line) == 0) ||
         refuse(self, number, "there is no memory for the case");
}

static bool take_case(run_file *self, unsigned long number, json_t *line, bool is_case) {
  char why[160];
  if (!lines_knows_state(lines_text(line, "state"))) {
    snprintf(why, sizeof why, "the state '%.100s', which this suite does not know",
             lines_text(line, "state"));
    return refuse(self, number, why);
  }
  if (is_case && !add_case(self, number, line)) return false;
  verdict_add(&self->sum, line);
  return true;
}

static void begin_part(run_file *self, json_t *line) {
  json_decref(self->begun);
  self->begun = json_incref(line);
}

/* Takes a line that begins or ends what was run apart. Where a run is resumed without the end of
 * the part before, all there is of that part is how it began. */
static bool take_part(run_file *self, unsigned long number, const char *type, json_t *line) {
  const bool is_end = strcmp(type, "environment") == 0, is_resumed = strcmp(type, "resumed") == 0;
  bool good = true;
  if (is_end || is_resumed) good = json_array_append(self->parts, line) == 0;
  if (is_end) good = good && json_array_append(self->environments, line) == 0;
  if (is_resumed && self->begun)
    good = good && json_array_append(self->environments, self->begun) == 0;
  begin_part(self, is_end ? NULL : line);
  return good || refuse(self, number, "there is no memory for the line");
}

static bool is_of_part(const char *type) {
  return strcmp(type, "environment") == 0 || strcmp(type, "resumed") == 0 ||
         strcmp(type, "merged") == 0;
}

/* Takes one line, whose order is that of the format. */
static bool take_line(run_file *self, unsigned long number, json_t *line) {
  const char *type = lines_text(line, "type");
  if (self->verdict) return refuse(self, number, "a line behind the verdict");
  if (!self->run) {
    if (strcmp(type, "run") != 0) return refuse(self, number, "the first line is no run");
    if (json_integer_value(json_object_get(line, "format")) != RUN_FILE_FORMAT)
      return refuse(self, number, "a format that this suite does not know");
    self->run = json_incref(line);
    begin_part(self, line);
    verdict_begin(&self->sum, self->run);
    return true;
  }
  if (strcmp(type, "case") == 0 || strcmp(type, "probe") == 0)
    return take_case(self, number, line, true);
  if (strcmp(type, "expectation") == 0) return take_case(self, number, line, false);
  if (strcmp(type, "run") == 0) return refuse(self, number, "a second run");
  if (strcmp(type, "verdict") == 0) self->verdict = json_incref(line);
  if (is_of_part(type)) return take_part(self, number, type, line);
  return true; /* other types are for newer readers */
}

static bool take_text(run_file *self, unsigned long number, const char *text, size_t length) {
  json_error_t error;
  char why[sizeof error.text + 32];
  json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
  if (!line) {
    snprintf(why, sizeof why, "no JSON: %s", error.text);
    return refuse(self, number, why);
  }
  bool taken = json_is_object(line) ? take_line(self, number, line)
                                    : refuse(self, number, "a line that is no object");
  json_decref(line);
  return taken;
}

static bool read_lines(run_file *self, FILE *file) {
  char *text = NULL;
  size_t size = 0;
  ssize_t length = 0;
  bool good = true;
  for (unsigned long number = 1; good && (length = getline(&text, &size, file)) > 0; number++) {
    if (text[length - 1] != '\n') {
      self->is_torn = true;
      break;
    }
    good = take_text(self, number, text, (size_t)length - 1);
    self->whole_bytes += (size_t)length;
  }
  free(text);
  if (good && ferror(file)) return refuse(self, 0, strerror(errno));
  return good && (self->run || refuse(self, 1, "no run: the file holds no whole line"));
}

/* Whoever made the file may want to hold up who reads it: no endless lines. */
static FILE *open_lines(const char *path) {
  uint64_t size = 0;
  const char *why = NULL;
  int file = regular_file_open(path, &size, &why);
  if (file >= 0 && size > RUN_FILE_MOST_BYTES)
    why = "it is larger than the JSON lines of a run may be";
  FILE *lines = why ? NULL : fdopen(file, "r");
  if (lines) return lines;
  plain_text_print_line(stderr, "tenon-conformance: %s: cannot be read: %s", path,
                        why ? why : strerror(errno));
  if (file >= 0) close(file);
  return NULL;
}

bool run_file_load(run_file *out, const char *path) {
  *out = (run_file){.path = path,
                    .cases = json_array(),
                    .by_id = json_object(),
                    .parts = json_array(),
                    .environments = json_array()};
  FILE *file = open_lines(path);
  bool loaded =
      file && out->cases && out->by_id && out->parts && out->environments && read_lines(out, file);
  if (file) fclose(file);
  if (!loaded) run_file_close(out);
  return loaded;
}

bool run_file_verdict_follows(const run_file *self) {
  json_t *made = verdict_line(&self->sum);
  const bool same = made && self->verdict && json_equal(made, self->verdict);
  json_decref(made);
  return same;
}

void run_file_close(run_file *self) {
  json_decref(self->run);
  json_decref(self->cases);
  json_decref(self->by_id);
  json_decref(self->parts);
  json_decref(self->environments);
  json_decref(self->begun);
  json_decref(self->verdict);
  verdict_end(&self->sum);
  *self = (run_file){.path = self->path};
}
