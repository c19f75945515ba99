/* One file to read: no network, no script. What failed stands before all cases, which are folded by
 * group. */
#include <string.h>

#include "report/lines.h"
#include "report/page.h"
#include "report/report.h"

static const char style[] = {
#include "report/page.css.inc"
};

/* The policy has a browser refuse whatever a text of a plugin might smuggle in. */
static const char head[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";

const char *page_class_of_state(const char *state) {
  if (strcmp(state, "PASS") == 0) return "passed";
  return lines_is_failed(state) ? "failed" : "skipped";
}

const char *page_class_of_counts(const page_counts *counts) {
  if (counts->failed) return "failed";
  return counts->passed ? "passed" : "skipped";
}

void page_count(page_counts *counts, const json_t *line) {
  const char *state = lines_text(line, "state");
  const int passed = strcmp(state, "PASS") == 0, failed = lines_is_failed(state);
  counts->passed += (unsigned)passed;
  counts->failed += (unsigned)failed;
  counts->skipped += !passed && !failed;
  counts->seconds += json_number_value(json_object_get(line, "seconds"));
}

void page_count_capability(page_counts *counts, const json_t *cases, const char *capability) {
  size_t index;
  json_t *line;
  json_array_foreach(cases, index, line) {
    if (strcmp(lines_text(line, "capability"), capability) == 0) page_count(counts, line);
  }
}

void page_put(const page *self, const char *open, const char *text, const char *close) {
  fputs(open, self->out);
  lines_put_escaped(self->out, text);
  fputs(close, self->out);
}

/* The plugin's name; its path when it could not be opened. */
static const char *name_of(const page *self) {
  const json_t *plugin = json_object_get(self->run, "plugin");
  const char *name = lines_text(plugin, "name");
  return *name ? name : lines_text(plugin, "library");
}

static void put_head(const page *self) {
  const char *version = lines_text(json_object_get(self->run, "plugin"), "version");
  page_put(self, head, name_of(self), " ");
  page_put(self, "", version, ": conformance report</title>\n<style>\n");
  fwrite(style, 1, sizeof style, self->out);
  page_put(self,
           "</style>\n</head>\n<body>\n<header>\n<p class=\"dim\">Conformance report</p>\n<h1>",
           name_of(self), " ");
  page_put(self, "", version, "</h1>\n</header>\n<main>\n");
}

void report_write_html(FILE *lines, FILE *out) {
  page self = {.out = out,
               .lines = lines,
               .run = lines_find(lines, "run"),
               .environment = lines_find(lines, "environment"),
               .verdict = lines_find(lines, "verdict"),
               .groups = lines_by_group(lines)};
  put_head(&self);
  page_put_verdict(&self);
  page_put_failures(&self);
  page_put_subject(&self);
  page_put_matrix(&self);
  page_put_times(&self);
  page_put_cases(&self);
  page_put(&self,
           "</main>\n<footer class=\"dim\">Made of the run's JSON lines by tenon-conformance ",
           lines_text(self.run, "suite"), ".</footer>\n</body>\n</html>\n");
  json_decref(self.run);
  json_decref(self.environment);
  json_decref(self.verdict);
  json_decref(self.groups);
}
