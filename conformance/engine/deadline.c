/* How long a case may take: what it takes on this device usually, many times over. */
#include <stdlib.h>
#include <string.h>

#include "engine/run_steps.h"

/* Seconds that any case has; and times that what is usual is waited for. */
static const double least = 10, patience = 20;

/* Slow cases make up to some hundred operations, where others make a few. */
static const double slow_factor = 6;

enum { SAMPLE = 31 };

/* The last cases of a group that passed. */
struct run_pace {
  const char *group;
  double seconds[SAMPLE];
  uint32_t count; /* so far */
};

static bool is_slow(const suite_case *item) {
  return item->check && (item->check->needs & TEST_SLOW);
}

static struct run_pace *find(const suite_run *run, const char *group) {
  for (uint32_t i = 0; i < run->pace_count; i++)
    if (strcmp(run->paces[i].group, group) == 0) return &run->paces[i];
  return NULL;
}

static struct run_pace *find_or_add(suite_run *run, const char *group) {
  struct run_pace *pace = find(run, group);
  if (pace) return pace;
  struct run_pace *paces = realloc(run->paces, (run->pace_count + 1) * sizeof *paces);
  if (!paces) return NULL; /* its cases have the deadline of one operation */
  run->paces = paces;
  pace = &paces[run->pace_count++];
  *pace = (struct run_pace){.group = group};
  return pace;
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The median: one case that takes a minute says nothing of the others. */
static double usual_seconds(const struct run_pace *pace) {
  double sorted[SAMPLE];
  const uint32_t count = !pace ? 0 : pace->count < SAMPLE ? pace->count : SAMPLE;
  if (count == 0) return 0;
  memcpy(sorted, pace->seconds, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, compare);
  return sorted[count / 2];
}

double run_deadline(const suite_run *run, const suite_case *item) {
  if (run->options->timeout > 0) return run->options->timeout;
  double usual = item ? usual_seconds(find(run, item->group)) : 0;
  if (usual < run->operation) usual = run->operation;
  const double seconds = usual * patience > least ? usual * patience : least;
  return !item || is_slow(item) ? seconds * slow_factor : seconds;
}

void run_take_pace(suite_run *run, const suite_case *item) {
  if (item->result.state != CASE_PASS || is_slow(item)) return;
  struct run_pace *pace = find_or_add(run, item->group);
  if (pace) pace->seconds[pace->count++ % SAMPLE] = item->result.seconds;
}

void run_clear_paces(suite_run *run) {
  free(run->paces);
  run->paces = NULL;
  run->pace_count = 0;
}
