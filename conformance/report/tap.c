/* TAP, version 14. A case that is skipped carries the directive SKIP; what is known of a failure
 * stands in a YAML block, whose texts are JSON strings, which YAML reads too. */
#include <stdlib.h>
#include <string.h>

#include "report/lines.h"
#include "report/report.h"

struct points {
  FILE *out;
  unsigned long count;
};

/* A description: '#' would begin a directive. */
static void put_description(FILE *out, const char *text) {
  for (; *text; text++) {
    if (*text == '#' || *text == '\\') fputc('\\', out);
    fputc(*text == '\n' ? ' ' : *text, out);
  }
}

static void put_value(FILE *out, const json_t *value) {
  char *text = json_dumps(value, JSON_ENCODE_ANY);
  fputs(text ? text : "\"?\"", out);
  free(text);
}

static void put_key(FILE *out, const char *key, const json_t *value) {
  if (!value) return;
  fprintf(out, "  %s: ", key);
  put_value(out, value);
  fputc('\n', out);
}

/* Keys of the block that stand in the line itself. */
static const char *const details[] = {"state",   "clause", "level", "capability",
                                      "seconds", "text",   "notes", "repeat"};

static void put_details(FILE *out, const json_t *line) {
  fputs("  ---\n", out);
  put_key(out, "message", json_object_get(json_object_get(line, "failure"), "text"));
  put_key(out, "broken", json_object_get(json_object_get(line, "failure"), "clause"));
  for (size_t i = 0; i < sizeof details / sizeof *details; i++)
    put_key(out, details[i], json_object_get(line, details[i]));
  fputs("  ...\n", out);
}

static void put_case(void *user, const json_t *line) {
  struct points *points = user;
  const char *state = lines_text(line, "state");
  bool failed = lines_is_failed(state), passed = strcmp(state, "PASS") == 0;
  fprintf(points->out, "%sok %lu - ", failed ? "not " : "", ++points->count);
  put_description(points->out, lines_text(line, "id"));
  if (!failed && !passed) {
    fprintf(points->out, " # SKIP %s: ", state);
    put_description(points->out, lines_text(json_object_get(line, "failure"), "text"));
  }
  fputc('\n', points->out);
  if (failed) put_details(points->out, line);
}

static void count_case(void *user, const json_t *line) {
  (void)line;
  ++*(unsigned long *)user;
}

void report_write_tap(FILE *lines, FILE *out) {
  struct points points = {.out = out};
  unsigned long count = 0;
  lines_each_case(lines, count_case, &count);
  fprintf(out, "TAP version 14\n1..%lu\n", count);
  lines_each_case(lines, put_case, &points);
}
