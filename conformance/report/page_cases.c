#include <stdint.h>
#include <string.h>

#include "report/lines.h"
#include "report/page.h"

static void put_failure(const page *self, const json_t *line) {
  const json_t *failure = json_object_get(line, "failure");
  size_t index;
  json_t *note;
  page_put(self, "<article>\n<h3><span class=\"failed\">", lines_text(line, "state"), "</span>");
  page_put(self, "<code>", lines_text(line, "id"), "</code></h3>\n");
  page_put(self, "<p>", lines_text(line, "text"), " ");
  page_put(self, "<code class=\"dim\">", lines_text(failure, "clause"), "</code></p>\n");
  page_put(self, "<pre>", lines_text(failure, "text"), "");
  json_array_foreach(json_object_get(line, "notes"), index, note)
      page_put(self, "\n", json_string_value(note), "");
  page_put(self, "</pre>\n<p class=\"dim\">Run it again:</p>\n<pre class=\"command\">",
           lines_text(line, "repeat"), "</pre>\n");
  if (json_object_get(line, "program"))
    page_put(self, "<details><summary>The shortest such sequence, as a program</summary><pre>",
             lines_text(line, "program"), "</pre></details>\n");
  fputs("</article>\n", self->out);
}

static void put_when_failed(void *user, const json_t *line) {
  if (lines_is_failed(lines_text(line, "state"))) put_failure(user, line);
}

void page_put_failures(const page *self) {
  if (json_integer_value(json_object_get(self->verdict, "failed")) == 0) return;
  fputs(
      "<section id=\"failures\">\n<h2>What failed</h2>\n<p class=\"dim\">In learning order: the "
      "first is often the cause of others.</p>\n",
      self->out);
  lines_each_case(self->lines, put_when_failed, (void *)(uintptr_t)self);
  fputs("</section>\n", self->out);
}

static void put_case(const page *self, const json_t *line) {
  const char *state = lines_text(line, "state");
  page_put(self, "<tr><td><code>", lines_text(line, "id"), "</code><br>");
  page_put(self, "", lines_text(line, "text"), "</td><td><code>");
  page_put(self, "", lines_text(line, "clause"), "</code></td>");
  fprintf(self->out, "<td><span class=\"%s\">", page_class_of_state(state));
  page_put(self, "", state, "</span>");
  if (strcmp(state, "PASS") != 0)
    page_put(self, "<br><span class=\"dim\">", lines_text(json_object_get(line, "failure"), "text"),
             "</span>");
  fprintf(self->out, "</td><td>%.1f ms</td></tr>\n",
          json_number_value(json_object_get(line, "seconds")) * 1e3);
}

static void put_group(const page *self, const char *group, const json_t *cases) {
  page_counts counts = {.passed = 0};
  size_t index;
  json_t *line;
  json_array_foreach(cases, index, line) page_count(&counts, line);
  page_put(self, "<details id=\"group-", group, "\"><summary>");
  page_put(self, "<b>", group, "</b> ");
  fprintf(self->out, "<span class=\"%s\">%u passed", page_class_of_counts(&counts), counts.passed);
  if (counts.failed) fprintf(self->out, ", %u failed", counts.failed);
  if (counts.skipped) fprintf(self->out, ", %u skipped", counts.skipped);
  fputs(
      "</span></summary>\n<table class=\"cases\">\n<thead><tr><th>Case</th><th>Clause</th>"
      "<th>State</th><th>Time</th></tr></thead>\n<tbody>\n",
      self->out);
  json_array_foreach(cases, index, line) put_case(self, line);
  fputs("</tbody></table></details>\n", self->out);
}

void page_put_cases(const page *self) {
  const char *group;
  json_t *cases;
  fputs("<h2>All cases</h2>\n", self->out);
  json_object_foreach(self->groups, group, cases) put_group(self, group, cases);
}
