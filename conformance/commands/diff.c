/* tenon-conformance diff: what changed from one run to another. */
#include <string.h>

#include "commands/command.h"
#include "report/lines.h"
#include "report/run_file.h"

enum { DIFF_SAME = 0, DIFF_WORSE = 1 };

struct arguments {
  const char *paths[2];
  uint32_t count;
};

static bool take_path(void *out, const char *argument) {
  struct arguments *self = out;
  if (self->count == 2) return option_complain("argument", argument, "two files of JSON lines");
  self->paths[self->count++] = argument;
  return true;
}

/* What became of a case, and whether that is worse. */
enum change { FAILING, FIXED, CHANGED, APPEARED, VANISHED, CHANGE_COUNT };

static const struct {
  const char *title;
  bool is_worse;
} changes[CHANGE_COUNT] = {[FAILING] = {"newly failing", true},
                           [FIXED] = {"fixed", false},
                           [CHANGED] = {"other state", false},
                           [APPEARED] = {"appeared", false},
                           [VANISHED] = {"vanished", true}};

struct comparison {
  const run_file *before, *after;
  uint32_t counts[CHANGE_COUNT];
  bool is_worse;
};

static void tell(struct comparison *self, enum change change, const char *id, const char *before,
                 const char *after) {
  self->counts[change]++;
  self->is_worse = self->is_worse || changes[change].is_worse;
  printf("%-14s %s: %s -> %s\n", changes[change].title, id, before, after);
}

static void compare_case(struct comparison *self, const json_t *before, const json_t *after) {
  const char *id = lines_text(after, "id"), *was = before ? lines_text(before, "state") : "(none)",
             *is = lines_text(after, "state");
  const bool failed_before = before && lines_is_failed(was), fails = lines_is_failed(is);
  if (fails && !failed_before)
    tell(self, FAILING, id, was, is);
  else if (!before)
    tell(self, APPEARED, id, was, is);
  else if (failed_before && !fails)
    tell(self, FIXED, id, was, is);
  else if (strcmp(was, is) != 0)
    tell(self, CHANGED, id, was, is);
}

static void compare_cases(struct comparison *self) {
  size_t index;
  json_t *line;
  json_array_foreach(self->after->cases, index, line)
      compare_case(self, json_object_get(self->before->by_id, lines_text(line, "id")), line);
  json_array_foreach(self->before->cases, index,
                     line) if (!json_object_get(self->after->by_id, lines_text(line, "id")))
      tell(self, VANISHED, lines_text(line, "id"), lines_text(line, "state"), "(none)");
}

static bool holds(const json_t *list, const char *name) {
  size_t index;
  json_t *entry;
  json_array_foreach(
      list, index,
      entry) if (json_is_string(entry) && strcmp(json_string_value(entry), name) == 0) return true;
  return false;
}

/* Levels or capabilities, which are lost or gained. */
static void compare_reached(struct comparison *self, const char *key) {
  const json_t *before = json_object_get(self->before->verdict, key),
               *after = json_object_get(self->after->verdict, key);
  size_t index;
  json_t *entry;
  json_array_foreach(before, index, entry) {
    const char *name = json_string_value(entry);
    if (!name || holds(after, name)) continue;
    printf("%-14s %s\n", "not reached", name);
    self->is_worse = true;
  }
  json_array_foreach(after, index, entry) {
    const char *name = json_string_value(entry);
    if (name && !holds(before, name)) printf("%-14s %s\n", "reached", name);
  }
}

static int compare(const run_file *before, const run_file *after) {
  struct comparison comparison = {.before = before, .after = after};
  compare_cases(&comparison);
  compare_reached(&comparison, "levels");
  compare_reached(&comparison, "capabilities");
  for (int i = 0; i < CHANGE_COUNT; i++)
    printf("%s%u %s", i ? ", " : "", comparison.counts[i], changes[i].title);
  putchar('\n');
  return comparison.is_worse ? DIFF_WORSE : DIFF_SAME;
}

/* A run that was cut off says nothing about the cases that are not in it. */
static bool load_whole(run_file *out, const char *path) {
  if (!run_file_load(out, path)) return false;
  if (out->verdict) return true;
  fprintf(stderr, "tenon-conformance: %s: the run has no verdict; --resume goes on with it\n",
          path);
  run_file_close(out);
  return false;
}

TN_COMMAND(
    diff, "BEFORE.jsonl AFTER.jsonl", "tells what changed from one run to another",
    "Exit status: 0 nothing got worse; 1 a case fails that did not, or is gone, or a level or\n"
    "capability is not reached any more; 2 wrong usage, or no finished run in a file\n",
    NULL) {
  struct arguments given = {.count = 0};
  const option_table none = {NULL, 0};
  run_file before, after;
  if (!option_table_parse(&none, count, arguments, &given, take_path)) return EXIT_USAGE;
  if (given.count != 2) return command_misused(self, "%u files instead of two", given.count);
  if (!load_whole(&before, given.paths[0])) return EXIT_USAGE;
  if (!load_whole(&after, given.paths[1])) {
    run_file_close(&before);
    return EXIT_USAGE;
  }
  int status = compare(&before, &after);
  run_file_close(&before);
  run_file_close(&after);
  return status;
}
