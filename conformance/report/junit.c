#include <string.h>

#include "report/lines.h"
#include "report/report.h"

static void put_outcome(FILE *out, const json_t *line) {
  const char *state = lines_text(line, "state");
  const json_t *failure = json_object_get(line, "failure");
  if (strcmp(state, "PASS") == 0) return;
  fprintf(out,
          lines_is_failed(state) ? "<failure type=\"%s\" message=\"" : "<skipped message=\"%s: ",
          state);
  lines_put_escaped(out, lines_text(failure, "text"));
  if (!lines_is_failed(state)) {
    fputs("\"/>", out);
    return;
  }
  fputs("\">", out);
  const char *clause = lines_text(failure, "clause");
  lines_put_escaped(out, clause);
  if (*clause) fputs(": ", out);
  lines_put_escaped(out, lines_text(line, "text"));
  fputs("\nrepeat: ", out);
  lines_put_escaped(out, lines_text(line, "repeat"));
  size_t index;
  json_t *note;
  json_array_foreach(json_object_get(line, "notes"), index, note) {
    fputc('\n', out);
    lines_put_escaped(out, json_string_value(note));
  }
  fputs("</failure>", out);
}

static void put_case(void *user, const json_t *line) {
  FILE *out = user;
  fputs("  <testcase classname=\"", out);
  lines_put_escaped(out, lines_text(line, "group"));
  fputs("\" name=\"", out);
  lines_put_escaped(out, lines_text(line, "id"));
  fprintf(out, "\" time=\"%.6f\">", json_number_value(json_object_get(line, "seconds")));
  put_outcome(out, line);
  fputs("</testcase>\n", out);
}

static void put_suite(FILE *out, const json_t *run, const json_t *verdict) {
  long long passed = json_integer_value(json_object_get(verdict, "passed"));
  long long failed = json_integer_value(json_object_get(verdict, "failed"));
  long long skipped = json_integer_value(json_object_get(verdict, "skipped"));
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"tenon-conformance ", out);
  lines_put_escaped(out, lines_text(json_object_get(run, "plugin"), "name"));
  fprintf(out, "\" tests=\"%lld\" failures=\"%lld\" errors=\"0\" skipped=\"%lld\">\n",
          passed + failed + skipped, failed, skipped);
}

void report_write_junit(FILE *lines, FILE *out) {
  json_t *run = lines_find(lines, "run"), *verdict = lines_find(lines, "verdict");
  put_suite(out, run, verdict);
  json_decref(run);
  json_decref(verdict);
  lines_each_case(lines, put_case, out);
  fputs("</testsuite>\n", out);
}
