#include "engine/shards.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/run_file.h"

/* Seconds of a case that no earlier run tells of, and least of one: starting it costs too. */
static const double usual_time = 0.02, slow_time = 1, least_time = 0.001;

/* --- the environment */

/* A variable that holds a whole number; -1: it is not set; -2: it holds something else. */
static long read_variable(const char *name) {
  const char *text = getenv(name);
  char *end;
  if (!text || !text[0]) return -1;
  errno = 0;
  const long number = strtol(text, &end, 10);
  return errno || *end || number < 0 ? -2 : number;
}

static const char *text_of(const char *name) {
  const char *text = getenv(name);
  return text ? text : "";
}

/* `from` and `of` name the variables that hold index and count. */
static bool take(suite_options *options, const char *from, const char *of, long index, long count) {
  if (index < 0 || count < 1 || index >= count || count > 1000000) {
    fprintf(stderr,
            "tenon-conformance: the variables name no part of a run: %s is '%s' of %s '%s'\n", from,
            text_of(from), of, text_of(of));
    return false;
  }
  options->shard = (option_shard){(uint32_t)index, (uint32_t)count};
  printf("shard %ld of %ld, as %s says\n", index + 1, count, from);
  return true;
}

/* Bazel learns by the file that the test knows of shards. */
static bool touch_status_file(void) {
  const char *path = getenv("TEST_SHARD_STATUS_FILE");
  if (!path || !path[0]) return true;
  const int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (file >= 0) return close(file) == 0;
  fprintf(stderr, "tenon-conformance: TEST_SHARD_STATUS_FILE: %s: %s\n", path, strerror(errno));
  return false;
}

/* An array may begin anywhere and have a step. */
static bool take_slurm(suite_options *options, long task, long count) {
  const long first = read_variable("SLURM_ARRAY_TASK_MIN"),
             step = read_variable("SLURM_ARRAY_TASK_STEP");
  const long from = first >= 0 ? first : 0, by = step > 0 ? step : 1;
  const long index = task >= from && (task - from) % by == 0 ? (task - from) / by : -1;
  return take(options, "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", index, count);
}

bool shards_read_environment(suite_options *options) {
  const char *junit = getenv("XML_OUTPUT_FILE");
  const long bazel = read_variable("TEST_TOTAL_SHARDS"),
             slurm = read_variable("SLURM_ARRAY_TASK_COUNT");
  if (junit && junit[0] && !options->junit) options->junit = junit;
  if (!touch_status_file()) return false;
  if (options->shard.count) return true;
  if (bazel != -1 && bazel != 0)
    return take(options, "TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", read_variable("TEST_SHARD_INDEX"),
                bazel);
  if (slurm != -1) return take_slurm(options, read_variable("SLURM_ARRAY_TASK_ID"), slurm);
  return true;
}

/* --- cutting */

struct weighed {
  const suite_case *item;
  double seconds;
  uint32_t part;
};

static double seconds_of(const suite_case *item, const run_file *times) {
  const json_t *line = times ? json_object_get(times->by_id, item->id) : NULL;
  const double seconds = line ? json_number_value(json_object_get(line, "seconds"))
                         : item->check && (item->check->needs & TEST_SLOW) ? slow_time
                                                                           : usual_time;
  return seconds > least_time ? seconds : least_time;
}

static int compare_seconds(const void *a, const void *b) {
  const struct weighed *x = a, *y = b;
  if (x->seconds != y->seconds) return x->seconds > y->seconds ? -1 : 1;
  return strcmp(x->item->id, y->item->id);
}

static int compare_ids(const void *a, const void *b) {
  return strcmp(((const struct weighed *)a)->item->id, ((const struct weighed *)b)->item->id);
}

/* The longest first, each to the part that has least so far. */
static bool assign(struct weighed *all, uint32_t count, uint32_t parts) {
  double *loads = calloc(parts, sizeof *loads);
  if (!loads) return false;
  qsort(all, count, sizeof *all, compare_seconds);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t least = 0;
    for (uint32_t k = 1; k < parts; k++)
      if (loads[k] < loads[least]) least = k;
    all[i].part = least;
    loads[least] += all[i].seconds;
  }
  free(loads);
  return true;
}

static bool digest_cut(const struct weighed *all, uint32_t count, shards *out) {
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  if (!stream) return false;
  for (uint32_t i = 0; i < count; i++)
    fprintf(stream, "%s %u\n", all[i].item->id, all[i].part);
  const bool written = fclose(stream) == 0 && text;
  if (written) digest_of_bytes(text, size, out->cut);
  free(text);
  return written;
}

/* In the order of the list. */
static void keep(suite_cases *cases, const struct weighed *all, uint32_t part) {
  const uint32_t total = cases->count;
  for (uint32_t i = 0; i < total; i++)
    cases->items[i].is_kept = 0;
  for (uint32_t i = 0; i < total; i++)
    if (all[i].part == part) ((suite_case *)(uintptr_t)all[i].item)->is_kept = 1;
  cases->count = 0;
  for (uint32_t i = 0; i < total; i++)
    if (cases->items[i].is_kept) cases->items[cases->count++] = cases->items[i];
}

static bool cut(const option_shard *shard, const run_file *times, suite_cases *cases, shards *out) {
  struct weighed *all = calloc(cases->count + 1, sizeof *all);
  bool good = all != NULL;
  for (uint32_t i = 0; i < cases->count && good; i++)
    all[i] = (struct weighed){&cases->items[i], seconds_of(&cases->items[i], times), 0};
  good = good && assign(all, cases->count, shard->count);
  if (good) qsort(all, cases->count, sizeof *all, compare_ids);
  good = good && digest_cut(all, cases->count, out);
  if (good) keep(cases, all, shard->index);
  free(all);
  if (!good) fprintf(stderr, "tenon-conformance: there is no memory for cutting the run\n");
  return good;
}

bool shards_keep(const suite_options *options, suite_cases *cases, shards *out) {
  run_file times;
  memset(out, 0, sizeof *out);
  out->total = cases->count;
  if (options->shard.count == 0) return true;
  if (options->shard.count > cases->count) {
    fprintf(stderr, "tenon-conformance: %u shards are more than the %u cases\n",
            options->shard.count, cases->count);
    return false;
  }
  if (!options->times) return cut(&options->shard, NULL, cases, out);
  if (!run_file_load(&times, options->times)) return false;
  const bool good = cut(&options->shard, &times, cases, out);
  run_file_close(&times);
  return good;
}
