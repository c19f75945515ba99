/* JUnit XML as Jenkins, GitLab and Bazel read it: a suite for each group, in which what a run was
 * made with stands as properties. Every state that counts as failed is a failure, whose type is the
 * state; errors, which readers count apart, there are none. */
#include <string.h>

#include "report/lines.h"
#include "report/report.h"

/* What stands in the head of a suite. */
struct sums {
  unsigned tests, failures, skipped;
  double seconds;
};

static void add_case(struct sums *sums, const json_t *line) {
  const char *state = lines_text(line, "state");
  bool failed = lines_is_failed(state);
  sums->tests++;
  sums->failures += failed;
  sums->skipped += !failed && strcmp(state, "PASS") != 0;
  sums->seconds += json_number_value(json_object_get(line, "seconds"));
}

static void put_attribute(FILE *out, const char *name, const char *text) {
  fprintf(out, " %s=\"", name);
  lines_put_escaped(out, text);
  fputc('"', out);
}

static void put_sums(FILE *out, const struct sums *sums) {
  fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\" time=\"%.6f\">\n",
          sums->tests, sums->failures, sums->skipped, sums->seconds);
}

static void put_failure(FILE *out, const json_t *line, const json_t *failure) {
  const char *clause = lines_text(failure, "clause");
  fputs("<failure", out);
  put_attribute(out, "type", lines_text(line, "state"));
  put_attribute(out, "message", lines_text(failure, "text"));
  fputc('>', out);
  lines_put_escaped(out, clause);
  fputs(*clause ? ": " : "", out);
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

static void put_outcome(FILE *out, const json_t *line) {
  const char *state = lines_text(line, "state");
  const json_t *failure = json_object_get(line, "failure");
  if (lines_is_failed(state)) {
    put_failure(out, line, failure);
  } else if (strcmp(state, "PASS") != 0) {
    fprintf(out, "<skipped message=\"%s: ", state);
    lines_put_escaped(out, lines_text(failure, "text"));
    fputs("\"/>", out);
  }
}

static void put_case(FILE *out, const json_t *line) {
  fputs("    <testcase classname=\"tenon-conformance.", out);
  lines_put_escaped(out, lines_text(line, "group"));
  fputc('"', out);
  put_attribute(out, "name", lines_text(line, "id"));
  fprintf(out, " time=\"%.6f\">", json_number_value(json_object_get(line, "seconds")));
  put_outcome(out, line);
  fputs("</testcase>\n", out);
}

static void put_property(FILE *out, const char *name, const char *value) {
  fputs("      <property", out);
  put_attribute(out, "name", name);
  put_attribute(out, "value", value);
  fputs("/>\n", out);
}

static void put_properties(FILE *out, const json_t *run) {
  const json_t *plugin = json_object_get(run, "plugin"), *device = json_object_get(run, "device");
  fputs("    <properties>\n", out);
  put_property(out, "suite", lines_text(run, "suite"));
  put_property(out, "library", lines_text(plugin, "library"));
  put_property(out, "version", lines_text(plugin, "version"));
  put_property(out, "device", lines_text(device, "name"));
  fputs("    </properties>\n", out);
}

static void put_group(FILE *out, const json_t *run, const char *group, const json_t *cases) {
  struct sums sums = {.tests = 0};
  size_t index;
  json_t *line;
  json_array_foreach(cases, index, line) add_case(&sums, line);
  fputs("  <testsuite", out);
  put_attribute(out, "name", group);
  put_sums(out, &sums);
  put_properties(out, run);
  json_array_foreach(cases, index, line) put_case(out, line);
  fputs("  </testsuite>\n", out);
}

static void sum_up(void *user, const json_t *line) {
  add_case(user, line);
}

void report_write_junit(FILE *lines, FILE *out) {
  json_t *run = lines_find(lines, "run"), *groups = lines_by_group(lines), *cases;
  struct sums sums = {.tests = 0};
  const char *group;
  lines_each_case(lines, sum_up, &sums);
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tenon-conformance ", out);
  lines_put_escaped(out, lines_text(json_object_get(run, "plugin"), "name"));
  fputc('"', out);
  put_sums(out, &sums);
  json_object_foreach(groups, group, cases) put_group(out, run, group, cases);
  fputs("</testsuites>\n", out);
  json_decref(groups);
  json_decref(run);
}
