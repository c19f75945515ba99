#include <stdbool.h>
#include <string.h>

#include "report/lines.h"
#include "report/page.h"
#include "report/verdict.h"

static bool holds(const json_t *list, const char *name) {
  size_t index;
  json_t *entry;
  json_array_foreach(list, index, entry) {
    const char *text = json_string_value(entry);
    if (text && strcmp(text, name) == 0) return true;
  }
  return false;
}

static long long count_of(const page *self, const char *key) {
  return (long long)json_integer_value(json_object_get(self->verdict, key));
}

static void put_chip(const page *self, const char *class, const char *text, const char *what) {
  fprintf(self->out, "<li class=\"%s\">", class);
  page_put(self, "", text, " ");
  fprintf(self->out, "%s</li>\n", what);
}

/* The counts, and every other state that occurred. */
static void put_counts(const page *self) {
  static const char *const counts[] = {"passed", "failed", "skipped"};
  const char *state;
  json_t *number;
  fputs("<ul class=\"chips\" id=\"counts\">\n", self->out);
  for (int i = 0; i < 3; i++)
    fprintf(self->out, "<li class=\"%s\">%lld %s</li>\n",
            count_of(self, counts[i]) || i == 0 ? counts[i] : "none", count_of(self, counts[i]),
            counts[i]);
  json_object_foreach(json_object_get(self->verdict, "states"), state, number) {
    if (strcmp(state, "PASS") == 0 || json_integer_value(number) == 0) continue;
    fprintf(self->out, "<li>%lld ", (long long)json_integer_value(number));
    page_put(self, "", state, "</li>\n");
  }
  fputs("</ul>\n", self->out);
}

/* What is not there where it was not judged, or was not shown to hold. */
static const char *word_for(bool is_judged, const char *word) {
  return is_judged ? word : "not judged";
}

/* Levels are judged only in a run that left out nothing but levels, and those only that it has. */
static void put_levels(const page *self) {
  static const char *const names[] = {"L1", "L2", "L3", "L4"};
  const json_t *levels = json_object_get(self->verdict, "levels");
  fputs("<h2>Levels</h2>\n<ul class=\"chips\" id=\"levels\">\n", self->out);
  for (int i = 0; i < 4; i++) {
    const bool reached = holds(levels, names[i]);
    put_chip(
        self, reached ? "passed" : "none", names[i],
        reached ? "reached" : word_for(verdict_judges_level(self->run, names[i]), "not reached"));
  }
  fputs("</ul>\n", self->out);
}

/* A declared capability that is not reached either failed, or no case asks for it alone. */
static void put_capability(const page *self, const char *name, bool is_reached) {
  page_counts counts = {.passed = 0};
  const char *group;
  json_t *cases;
  json_object_foreach(self->groups, group, cases) page_count_capability(&counts, cases, name);
  if (is_reached)
    put_chip(self, "passed", name, "confirmed");
  else if (counts.failed)
    put_chip(self, "failed", name, "failed");
  else
    put_chip(self, "none", name, word_for(verdict_is_whole(self->run), "without cases"));
}

static void put_capabilities(const page *self) {
  const json_t *reached = json_object_get(self->verdict, "capabilities");
  const json_t *declared = json_object_get(json_object_get(self->run, "device"), "capabilities");
  size_t index;
  json_t *entry;
  if (json_array_size(declared) == 0) return;
  fputs("<h2>Declared capabilities</h2>\n<ul class=\"chips\" id=\"capabilities\">\n", self->out);
  json_array_foreach(declared, index, entry) {
    const char *name = json_string_value(entry);
    if (name) put_capability(self, name, holds(reached, name));
  }
  fputs("</ul>\n", self->out);
}

/* What a device refuses is its right outside of its profile, and is told. */
static void put_operators(const page *self) {
  const json_t *operators = json_object_get(self->verdict, "operators");
  const long long cases = (long long)json_integer_value(json_object_get(operators, "cases"));
  const long long passed = (long long)json_integer_value(json_object_get(operators, "passed"));
  const long long refused =
      (long long)json_integer_value(json_object_get(operators, "unsupported"));
  if (cases)
    fprintf(self->out,
            "<p id=\"operators\">Operators: %lld of %lld cases passed, %lld refused.</p>\n", passed,
            cases, refused);
}

static void put_missing(const page *self) {
  const json_t *missing = json_object_get(self->verdict, "missing");
  if (!json_is_object(missing)) return;
  page_put(self, "<p id=\"missing\">Not ", lines_text(missing, "level"), ": ");
  page_put(self, "", lines_text(missing, "why"), " ");
  page_put(self, "", lines_text(missing, "clause"), ".</p>\n");
}

void page_put_verdict(const page *self) {
  const long long passed = count_of(self, "passed"), failed = count_of(self, "failed");
  const bool refused = verdict_refuses(self->run, self->verdict),
             good = failed == 0 && passed > 0 && !refused;
  fprintf(self->out, "<section class=\"verdict %s\" id=\"verdict\"><strong>",
          good ? "passed" : "failed");
  if (failed)
    fprintf(self->out, "<a href=\"#failures\">Failed: %lld of %lld cases</a>", failed,
            failed + passed);
  else
    fputs(good ? "Passed" : refused ? "Not shown" : "Nothing passed", self->out);
  fputs("</strong>\n", self->out);
  if (json_array_size(json_object_get(self->verdict, "levels")) == 0)
    fputs(verdict_judges_levels(self->run) ? "<p>No level is reached.</p>\n"
                                           : "<p>Only a selection was run.</p>\n",
          self->out);
  put_missing(self);
  put_operators(self);
  put_counts(self);
  fputs("</section>\n", self->out);
  put_levels(self);
  put_capabilities(self);
}
