/* One file to read: no network, no script; what failed stands first, everything else is folded by
 * group. */
#include <stdio.h>
#include <string.h>

#include "report/lines.h"
#include "report/report.h"

static const char head[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Conformance "
    "report</title>\n<style>\n"
    ":root { color-scheme: light dark; --line: #8884; --bad: #c62828; --good: #2e7d32; --skip: "
    "#8a6d00; }\n"
    "@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #81c784; --skip: "
    "#ffd54f; } }\n"
    "body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; "
    "}\n"
    "h1 { margin-bottom: 0; } h2 { margin-top: 2rem; } code, pre { font-family: ui-monospace, "
    "monospace; font-size: .9em; }\n"
    "pre { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid var(--line); "
    "padding-left: .8rem; }\n"
    "table { border-collapse: collapse; width: 100%; } th { white-space: nowrap; } td, th { "
    "text-align: left; vertical-align: "
    "top; padding: .25rem .5rem;"
    " border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }\n"
    ".counts { display: flex; flex-wrap: wrap; gap: 1.5rem; padding: 0; list-style: none; "
    "font-size: 1.3rem; }\n"
    ".failed { color: var(--bad); } .passed { color: var(--good); } .skipped { color: var(--skip); "
    "}\n"
    "article { border: 1px solid var(--line); border-left: 4px solid var(--bad); padding: .5rem "
    "1rem; margin: 1rem 0; }\n"
    "summary { cursor: pointer; padding: .3rem 0; font-weight: 600; }\n</style>\n</head>\n<body>\n";

static const char *class_of(const char *state) {
  if (strcmp(state, "PASS") == 0) return "passed";
  return lines_is_failed(state) ? "failed" : "skipped";
}

static void put_list(FILE *out, const char *title, const json_t *list) {
  size_t index;
  json_t *entry;
  fprintf(out, "<tr><th>%s</th><td>", title);
  json_array_foreach(list, index, entry) {
    fputs(index ? ", " : "", out);
    lines_put_escaped(out, json_string_value(entry));
  }
  fprintf(out, "%s</td></tr>\n", json_array_size(list) ? "" : "none");
}

static void put_row(FILE *out, const char *title, const char *text) {
  fprintf(out, "<tr><th>%s</th><td>", title);
  lines_put_escaped(out, text);
  fputs("</td></tr>\n", out);
}

static void put_summary(FILE *out, const json_t *run, const json_t *verdict) {
  const json_t *plugin = json_object_get(run, "plugin"), *device = json_object_get(run, "device");
  fputs("<h1>", out);
  const char *name = lines_text(plugin, "name"); /* unknown when the library could not be opened */
  lines_put_escaped(out, *name ? name : lines_text(plugin, "library"));
  fputs(" ", out);
  lines_put_escaped(out, lines_text(plugin, "version"));
  fputs("</h1>\n<p>Conformance of the plugin interface</p>\n<ul class=\"counts\">\n", out);
  static const char *const counts[] = {"passed", "failed", "skipped"};
  for (int i = 0; i < 3; i++)
    fprintf(out, "<li class=\"%s\">%lld %s</li>\n", counts[i],
            (long long)json_integer_value(json_object_get(verdict, counts[i])), counts[i]);
  fputs("</ul>\n<table>\n", out);
  put_list(out, "Levels reached", json_object_get(verdict, "levels"));
  put_list(out, "Capabilities", json_object_get(verdict, "capabilities"));
  put_row(out, "Device", lines_text(device, "name"));
  put_row(out, "Library", lines_text(plugin, "library"));
  put_row(out, "Vendor", lines_text(plugin, "vendor"));
  put_row(out, "Carrier", lines_text(run, "carrier"));
  put_row(out, "Suite", lines_text(run, "suite"));
  fputs("</table>\n", out);
}

static void put_failure(void *user, const json_t *line) {
  FILE *out = user;
  const json_t *failure = json_object_get(line, "failure");
  if (!lines_is_failed(lines_text(line, "state"))) return;
  fputs("<article>\n<h3><span class=\"failed\">", out);
  lines_put_escaped(out, lines_text(line, "state"));
  fputs("</span> ", out);
  lines_put_escaped(out, lines_text(line, "id"));
  fputs("</h3>\n<p><code>", out);
  lines_put_escaped(out, lines_text(failure, "clause"));
  fputs("</code> ", out);
  lines_put_escaped(out, lines_text(line, "text"));
  fputs("</p>\n<pre>", out);
  lines_put_escaped(out, lines_text(failure, "text"));
  size_t index;
  json_t *note;
  json_array_foreach(json_object_get(line, "notes"), index, note) {
    fputc('\n', out);
    lines_put_escaped(out, json_string_value(note));
  }
  fputs("</pre>\n<p>Repeat:</p>\n<pre>", out);
  lines_put_escaped(out, lines_text(line, "repeat"));
  fputs("</pre>\n</article>\n", out);
}

/* The table of all cases, a folded part for each group; cases of one group stand together per
 * level. */
struct table {
  FILE *out;
  char group[64];
};

static void put_case(void *user, const json_t *line) {
  struct table *table = user;
  FILE *out = table->out;
  const char *group = lines_text(line, "group"), *state = lines_text(line, "state");
  if (strcmp(table->group, group) != 0) {
    if (table->group[0]) fputs("</table></details>\n", out);
    snprintf(table->group, sizeof table->group, "%s", group);
    fputs("<details><summary>", out);
    lines_put_escaped(out, group);
    fprintf(out,
            ", level "
            "L%lld</summary>\n<table>\n<tr><th>Case</th><th>Clause</th><th>State</"
            "th><th>Milliseconds</th></tr>\n",
            (long long)json_integer_value(json_object_get(line, "level")));
  }
  fputs("<tr><td><code>", out);
  lines_put_escaped(out, lines_text(line, "id"));
  fputs("</code><br>", out);
  lines_put_escaped(out, lines_text(line, "text"));
  fputs("</td><td><code>", out);
  lines_put_escaped(out, lines_text(line, "clause"));
  fprintf(out, "</code></td><td class=\"%s\">", class_of(state));
  lines_put_escaped(out, state);
  fprintf(out, "</td><td>%.1f</td></tr>\n",
          json_number_value(json_object_get(line, "seconds")) * 1e3);
}

void report_write_html(FILE *lines, FILE *out) {
  json_t *run = lines_find(lines, "run"), *verdict = lines_find(lines, "verdict");
  struct table table = {.out = out};
  fputs(head, out);
  put_summary(out, run, verdict);
  if (json_integer_value(json_object_get(verdict, "failed")) > 0)
    fputs("<h2>What failed</h2>\n", out);
  lines_each_case(lines, put_failure, out);
  fputs("<h2>All cases</h2>\n", out);
  lines_each_case(lines, put_case, &table);
  if (table.group[0]) fputs("</table></details>\n", out);
  fputs("</body>\n</html>\n", out);
  json_decref(run);
  json_decref(verdict);
}
