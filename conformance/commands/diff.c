/* tenon-conformance diff: what changed from one run to another. */
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "engine/plain_text.h"
#include "report/lines.h"
#include "report/run_file.h"
#include "report/run_lines.h"

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

/* --- what was run */

static void tell_values(const char *path, const json_t *before, const json_t *after);

static void tell_member(const char *path, const char *key, const json_t *before,
                        const json_t *after) {
  char longer[256];
  snprintf(longer, sizeof longer, "%s.%s", path, key);
  tell_values(longer, before, after);
}

static void tell_members(const char *path, const json_t *before, const json_t *after) {
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)before, key, value)
      tell_member(path, key, value, json_object_get(after, key));
  json_object_foreach((json_t *)(uintptr_t)after, key, value) {
    if (!json_object_get(before, key)) tell_member(path, key, NULL, value);
  }
}

static void tell_entries(const char *path, const json_t *before, const json_t *after) {
  const size_t most =
      json_array_size(json_array_size(before) > json_array_size(after) ? before : after);
  for (size_t i = 0; i < most; i++) {
    char place[32];
    snprintf(place, sizeof place, "%zu", i);
    tell_member(path, place, json_array_get(before, i), json_array_get(after, i));
  }
}

static char *text_of(const json_t *value) {
  return value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
}

static void tell_value(const char *path, const json_t *before, const json_t *after) {
  char *was = text_of(before), *is = text_of(after);
  plain_text_print_line(stdout, "%-14s %s: %s -> %s", "other run", path, was ? was : "(none)",
                        is ? is : "(none)");
  free(was);
  free(is);
}

/* One line for each value that differs, however deep it lies. */
static void tell_values(const char *path, const json_t *before, const json_t *after) {
  if (before && after && json_equal(before, after)) return;
  if (json_is_object(before) && json_is_object(after))
    tell_members(path, before, after);
  else if (json_is_array(before) && json_is_array(after))
    tell_entries(path, before, after);
  else
    tell_value(path, before, after);
}

static void compare_runs(const json_t *before, const json_t *after) {
  run_line_difference at = {.place = 0};
  while (run_line_next_difference(before, after, &at)) {
    if (at.part)
      tell_member(at.key, at.part, at.was, at.is);
    else
      tell_values(at.key, at.was, at.is);
  }
}

/* --- which case is which */

/* A run, and its cases by their ids without the seed; null where a case has several seeds. */
struct side {
  const run_file *file;
  json_t *by_name;
};

static size_t name_length(const char *id) {
  return strcspn(id, "#");
}

static bool side_open(struct side *out, const run_file *file) {
  size_t index;
  json_t *line;
  *out = (struct side){file, json_object()};
  bool good = out->by_name != NULL;
  json_array_foreach(file->cases, index, line) {
    const char *id = lines_text(line, "id");
    const size_t length = name_length(id);
    const bool is_known = json_object_getn(out->by_name, id, length) != NULL;
    json_t *entry = is_known ? json_null() : json_incref(line);
    good = good && json_object_setn_new(out->by_name, id, length, entry) == 0;
  }
  return good || option_complain("memory", "none", "some for the cases");
}

static void side_close(struct side *self) {
  json_decref(self->by_name);
}

/* The same case in the other run: with its seed, or where both have one seed of it, with another.
 */
static const json_t *counterpart(const struct side *self, const json_t *line,
                                 const struct side *other) {
  const char *id = lines_text(line, "id");
  const json_t *same = json_object_get(other->file->by_id, id);
  if (same) return same;
  const size_t length = name_length(id);
  const json_t *own = json_object_getn(self->by_name, id, length),
               *found = json_object_getn(other->by_name, id, length);
  return json_is_object(own) && json_is_object(found) ? found : NULL;
}

/* --- what became of them */

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
  struct side before, after;
  uint32_t counts[CHANGE_COUNT];
  bool is_worse;
};

static void tell(struct comparison *self, enum change change, const char *id, const char *before,
                 const char *after) {
  self->counts[change]++;
  self->is_worse = self->is_worse || changes[change].is_worse;
  plain_text_print_line(stdout, "%-14s %s: %s -> %s", changes[change].title, id, before, after);
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
  const struct side *before = &self->before, *after = &self->after;
  size_t index;
  json_t *line;
  json_array_foreach(after->file->cases, index, line)
      compare_case(self, counterpart(after, line, before), line);
  json_array_foreach(before->file->cases, index, line) {
    if (!counterpart(before, line, after))
      tell(self, VANISHED, lines_text(line, "id"), lines_text(line, "state"), "(none)");
  }
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
  const json_t *before = json_object_get(self->before.file->verdict, key),
               *after = json_object_get(self->after.file->verdict, key);
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

static int tell_all(struct comparison *self) {
  compare_runs(self->before.file->run, self->after.file->run);
  compare_cases(self);
  compare_reached(self, "levels");
  compare_reached(self, "capabilities");
  for (int i = 0; i < CHANGE_COUNT; i++)
    printf("%s%u %s", i ? ", " : "", self->counts[i], changes[i].title);
  putchar('\n');
  return self->is_worse ? DIFF_WORSE : DIFF_SAME;
}

static int compare(const run_file *before, const run_file *after) {
  struct comparison comparison = {.is_worse = false};
  const bool good = side_open(&comparison.before, before) && side_open(&comparison.after, after);
  const int status = good ? tell_all(&comparison) : EXIT_SUITE;
  side_close(&comparison.before);
  side_close(&comparison.after);
  return status;
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
    "What else differs between the runs (suite, tolerances, profile, seed, plugin, options) is\n"
    "told first, in lines 'other run', and does not count as worse. A case is compared with the\n"
    "one of the same seed; where each run has one seed of it, these two are compared.\n"
    "\n"
    "Exit status: 0 nothing got worse; 1 a case fails that did not, or is gone, or a level or\n"
    "capability is not reached any more; 2 wrong usage, or no finished run in a file; 4 there is\n"
    "no memory\n",
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
