/* tenon-conformance merge: one run of the runs of all its shards. */
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "report/journal.h"
#include "report/lines.h"
#include "report/outputs.h"
#include "report/run_file.h"
#include "report/run_lines.h"
#include "report/summary.h"

enum { MOST_SHARDS = 4096, MERGE_UNFIT = EXIT_USAGE };

struct merge {
  const char *paths[MOST_SHARDS];
  uint32_t count;
  const char *jsonl, *junit, *tap, *html;
  run_file *files; /* in the order of their shards */
  json_t *run;     /* the run line of the whole */
  verdict verdict;
  journal *journal;
};

static const option_row rows[] = {
    OPTION_ROW(struct merge, OUTPUT, jsonl, "--jsonl", HOW, "F",
               "write the JSON lines of the whole"),
    OPTION_ROW(struct merge, OUTPUT, junit, "--junit", HOW, "F", "write JUnit XML"),
    OPTION_ROW(struct merge, OUTPUT, tap, "--tap", HOW, "F", "write TAP, version 14"),
    OPTION_ROW(struct merge, OUTPUT, html, "--html", HOW, "F", "write a report to read"),
};
static const option_table table = {rows, sizeof rows / sizeof *rows};

static bool take_path(void *out, const char *argument) {
  struct merge *self = out;
  if (self->count == MOST_SHARDS) return option_complain("argument", argument, "fewer files");
  self->paths[self->count++] = argument;
  return true;
}

/* --- whether they fit together */

static bool refuse(const run_file *file, const char *why) {
  fprintf(stderr, "tenon-conformance merge: %s: %s\n", file->path, why);
  return false;
}

static json_int_t shard_number(const run_file *file, const char *key) {
  return json_integer_value(json_object_get(json_object_get(file->run, "shard"), key));
}

static int compare_shards(const void *a, const void *b) {
  const json_int_t x = shard_number(a, "index"), y = shard_number(b, "index");
  return x < y ? -1 : x > y;
}

/* A run line without what differs from shard to shard. */
static json_t *run_of_whole(const json_t *run) {
  json_t *whole = json_deep_copy(run);
  if (whole) json_object_set_new(whole, "shard", json_null());
  return whole;
}

static bool is_shard_of(const struct merge *self, uint32_t place) {
  const run_file *file = &self->files[place];
  char why[128];
  if (shard_number(file, "count") < 1) return refuse(file, "is no shard of a run");
  if (!file->verdict) return refuse(file, "has no verdict; --resume goes on with it");
  if (shard_number(file, "index") == shard_number(file - (place > 0), "index") && place > 0)
    return refuse(file, "is the same shard as another file");
  if (shard_number(file, "index") != (json_int_t)place + 1) {
    snprintf(why, sizeof why, "is shard %d, and shard %u is missing",
             (int)shard_number(file, "index"), place + 1);
    return refuse(file, why);
  }
  json_t *run = run_of_whole(file->run);
  const char *differs = run_line_differs(self->run, run);
  json_decref(run);
  snprintf(why, sizeof why, "%s: not as in the other files", differs ? differs : "");
  if (differs) return refuse(file, why);
  const json_t *first = json_object_get(self->files[0].run, "shard"),
               *shard = json_object_get(file->run, "shard");
  if (!json_equal(json_object_get(first, "count"), json_object_get(shard, "count")) ||
      !json_equal(json_object_get(first, "cut"), json_object_get(shard, "cut")))
    return refuse(file, "was cut in another way than the other files");
  return true;
}

/* Every case once, and as many as were cut. */
static bool has_every_case(const struct merge *self) {
  json_int_t told = 0;
  for (uint32_t i = 0; i < self->count; i++) {
    size_t index;
    json_t *line;
    json_array_foreach(self->files[i].cases, index, line) {
      told += strcmp(lines_text(line, "type"), "case") == 0;
      for (uint32_t k = 0; k < i; k++)
        if (json_object_get(self->files[k].by_id, lines_text(line, "id")))
          return refuse(&self->files[i], "tells a case that another file tells too");
    }
  }
  if (told == shard_number(self->files, "total")) return true;
  fprintf(stderr, "tenon-conformance merge: the files tell %d cases, and the run has %d\n",
          (int)told, (int)shard_number(self->files, "total"));
  return false;
}

static bool fits(struct merge *self) {
  qsort(self->files, self->count, sizeof *self->files, compare_shards);
  self->run = run_of_whole(self->files[0].run);
  if (!self->run) return refuse(self->files, "there is no memory for it");
  for (uint32_t i = 0; i < self->count; i++)
    if (!is_shard_of(self, i)) return false;
  const run_file *last = &self->files[self->count - 1];
  if (shard_number(last, "count") != (json_int_t)self->count) {
    fprintf(stderr, "tenon-conformance merge: there are %d shards, and shard %u is missing\n",
            (int)shard_number(last, "count"), self->count + 1);
    return false;
  }
  return has_every_case(self);
}

/* --- writing */

static bool write_line(struct merge *self, json_t *line) {
  char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
  const bool written = text && journal_write(self->journal, text);
  free(text);
  json_decref(line);
  return written;
}

static bool tell(struct merge *self, json_t *line) {
  if (line) verdict_add(&self->verdict, line);
  return write_line(self, line);
}

/* Where and when each shard ran. */
static json_t *origin_line(const run_file *file) {
  return json_pack("{s:s, s:O, s:O, s:O, s:O*}", "type", "merged", "index",
                   json_object_get(json_object_get(file->run, "shard"), "index"), "started",
                   json_object_get(file->run, "started"), "environment",
                   json_object_get(file->run, "environment"), "unlisted",
                   json_object_get(file->run, "unlisted"));
}

/* A shard, where it was cut off, and what its processes were seen to hold. */
static bool write_origin(struct merge *self, const run_file *file) {
  bool good = write_line(self, origin_line(file));
  size_t index;
  json_t *line;
  json_array_foreach(file->parts, index, line) good = good && write_line(self, json_incref(line));
  return good;
}

static bool tell_wrong_expectations(struct merge *self, const excuses *all) {
  const bool is_whole = verdict_is_whole(self->verdict.run);
  char why[512];
  bool good = true;
  for (uint32_t i = 0; i < all->count && good; i++) {
    if (!excuse_is_wrong(&all->items[i], is_whole, why, sizeof why)) continue;
    printf("FAIL expectation.%u: %s\n", i + 1, why);
    good = tell(self, expectation_line_make(&all->items[i], i + 1, why));
  }
  return good;
}

static bool write_cases(struct merge *self) {
  excuses known = {NULL, 0, NULL};
  bool good = excuses_restore(&known, self->run);
  for (uint32_t i = 0; i < self->count && good; i++)
    good = write_origin(self, &self->files[i]);
  for (uint32_t i = 0; i < self->count && good; i++) {
    size_t index;
    json_t *line;
    json_array_foreach(self->files[i].cases, index, line) {
      excuses_restore_use(&known, line);
      good = good && tell(self, json_incref(line));
    }
  }
  good = good && tell_wrong_expectations(self, &known);
  excuses_clear(&known);
  return good;
}

static int write_all(struct merge *self) {
  outputs made = {.paths = {self->junit, self->tap, self->html}};
  self->journal = journal_open(self->jsonl, 0);
  verdict_begin(&self->verdict, self->run);
  bool good = outputs_open(&made) && self->journal && write_line(self, json_incref(self->run)) &&
              write_cases(self);
  json_t *line = good ? verdict_line(&self->verdict) : NULL;
  if (line) summary_print(&self->verdict, line);
  good = line && write_line(self, line) && journal_sync(self->journal);
  FILE *lines = good ? journal_lines(self->journal) : NULL;
  good = lines && outputs_write(&made, lines);
  good = outputs_close(&made) && good;
  good = journal_close(self->journal) && good;
  if (good) summary_print_counts(&self->verdict);
  const bool holds = self->verdict.failed == 0 && self->verdict.passed > 0;
  verdict_end(&self->verdict);
  return !good ? EXIT_SUITE : holds ? EXIT_PASSED : EXIT_FAILED;
}

static bool load(struct merge *self) {
  self->files = calloc(self->count, sizeof *self->files);
  if (!self->files) return option_complain("memory", "none", "some for the files");
  for (uint32_t i = 0; i < self->count; i++)
    if (!run_file_load(&self->files[i], self->paths[i])) return false;
  return true;
}

TN_COMMAND(
    merge, "SHARD.jsonl... [options]",
    "makes one run of the runs of all shards, and tells its verdict",
    "The files are those that --jsonl wrote in runs with --shard, in any order. Refused are\n"
    "shards that overlap, that are missing or have not come to their end, and those of other\n"
    "plugins, suites, options, or parts.\n"
    "\n"
    "Exit status: as of a run; 2 wrong usage, or files that do not fit together\n",
    &table) {
  struct merge merge;
  memset(&merge, 0, sizeof merge);
  if (!option_table_parse(&table, count, arguments, &merge, take_path)) return EXIT_USAGE;
  if (merge.count == 0) return command_misused(self, "no file of JSON lines");
  const int status = load(&merge) && fits(&merge) ? write_all(&merge) : MERGE_UNFIT;
  for (uint32_t i = 0; i < merge.count && merge.files; i++)
    run_file_close(&merge.files[i]);
  free(merge.files);
  json_decref(merge.run);
  return status;
}
