/* Tables over all groups: what of each capability holds, and where the time goes. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/lines.h"
#include "report/page.h"

/* The capabilities that cases belong to, in the order in which they come: an array of strings. */
static json_t *columns_of(const page *self) {
  json_t *seen = json_object(), *columns = json_array(), *cases, *line;
  const char *group;
  size_t index;
  json_object_foreach(self->groups, group, cases) json_array_foreach(cases, index, line) {
    const char *name = lines_text(line, "capability");
    if (!seen || !columns || json_object_get(seen, name)) continue;
    json_object_set_new(seen, name, json_true());
    json_array_append_new(columns, json_string(name));
  }
  json_decref(seen);
  return columns;
}

/* Passed of those that ran; what was skipped behind a plus, so that no color alone tells it. */
static void put_cell(const page *self, const page_counts *counts) {
  const unsigned ran = counts->passed + counts->failed;
  if (ran + counts->skipped == 0) {
    fputs("<td></td>", self->out);
    return;
  }
  fprintf(self->out, "<td class=\"%s\">", page_class_of_counts(counts));
  if (counts->failed)
    fprintf(self->out, "%u of %u failed", counts->failed, ran);
  else if (ran)
    fprintf(self->out, "%u", counts->passed);
  if (counts->skipped)
    fprintf(self->out, ran ? " <span class=\"dim\">+ %u</span>" : "%u skipped", counts->skipped);
  fputs("</td>", self->out);
}

static void put_row(const page *self, const char *group, const json_t *cases,
                    const json_t *columns) {
  size_t index;
  json_t *column;
  page_put(self, "<tr><th scope=\"row\"><a href=\"#group-", group, "\">");
  page_put(self, "", group, "</a></th>");
  json_array_foreach(columns, index, column) {
    page_counts counts = {.passed = 0};
    page_count_capability(&counts, cases, json_string_value(column));
    put_cell(self, &counts);
  }
  fputs("</tr>\n", self->out);
}

void page_put_matrix(const page *self) {
  json_t *columns = columns_of(self), *column, *cases;
  const char *group;
  size_t index;
  fputs(
      "<h2>Groups and capabilities</h2>\n<p class=\"dim\">Cases that passed; behind a plus those "
      "that were skipped.</p>\n<div class=\"scroll\"><table class=\"matrix\" id=\"matrix\">\n"
      "<thead><tr><th scope=\"col\">Group</th>",
      self->out);
  json_array_foreach(columns, index, column)
      page_put(self, "<th scope=\"col\"><span>", json_string_value(column), "</span></th>");
  fputs("</tr></thead>\n<tbody>\n", self->out);
  json_object_foreach(self->groups, group, cases) put_row(self, group, cases, columns);
  fputs("</tbody></table></div>\n", self->out);
  json_decref(columns);
}

/* --- time */

enum { SLOWEST_COUNT = 10 };

static double seconds_of(const json_t *line) {
  return json_number_value(json_object_get(line, "seconds"));
}

/* Keeps the slowest cases, the slowest first. */
static void keep_slowest(const json_t *slowest[SLOWEST_COUNT], const json_t *line) {
  size_t place = SLOWEST_COUNT;
  while (place > 0 && (!slowest[place - 1] || seconds_of(slowest[place - 1]) < seconds_of(line)))
    place--;
  if (place == SLOWEST_COUNT) return;
  memmove(slowest + place + 1, slowest + place, (SLOWEST_COUNT - 1 - place) * sizeof *slowest);
  slowest[place] = line;
}

static void put_time(const page *self, const char *name, double seconds, double longest) {
  page_put(self, "<tr><td>", name, "</td>");
  fprintf(self->out,
          "<td>%.3f s</td><td><div class=\"bar\" style=\"width:%.1f%%\"></div></td></tr>\n",
          seconds, longest > 0 ? seconds / longest * 100 : 0);
}

static double sum_of(const json_t *cases) {
  page_counts counts = {.passed = 0};
  size_t index;
  json_t *line;
  json_array_foreach(cases, index, line) page_count(&counts, line);
  return counts.seconds;
}

void page_put_times(const page *self) {
  const json_t *slowest[SLOWEST_COUNT] = {NULL};
  double longest = 0, all = 0;
  const char *group;
  json_t *cases, *line;
  size_t index;
  json_object_foreach(self->groups, group, cases) {
    const double seconds = sum_of(cases);
    all += seconds;
    if (seconds > longest) longest = seconds;
    json_array_foreach(cases, index, line) keep_slowest(slowest, line);
  }
  fprintf(self->out, "<h2>Time</h2>\n<p>All cases together took %.1f seconds.</p>\n", all);
  fputs("<table class=\"times\" id=\"times\"><tbody>\n", self->out);
  json_object_foreach(self->groups, group, cases) {
    put_time(self, group, sum_of(cases), longest);
  }
  fputs(
      "</tbody></table>\n<details><summary>The slowest cases</summary>\n<table "
      "class=\"times\"><tbody>\n",
      self->out);
  for (int i = 0; i < SLOWEST_COUNT && slowest[i]; i++)
    put_time(self, lines_text(slowest[i], "id"), seconds_of(slowest[i]), seconds_of(slowest[0]));
  fputs("</tbody></table></details>\n", self->out);
}
