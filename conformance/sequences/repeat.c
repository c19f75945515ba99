#include "sequences/repeat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/registry.h"
#include "engine/run_steps.h"
#include "sequences/print.h"
#include "sequences/shrink.h"

enum { MAX_TRIALS = 400, MAX_SHRUNK = 8 };

/* Seconds that shrinking one failure may take, and that a shorter sequence may run. */
static const double most_seconds = 30, trial_deadline = 2;

/* The search for a shorter sequence. */
struct search {
  suite_run run;
  suite_options options;
  suite_case *failed;
  suite_case trial;
  uint32_t trials;
  double started;
};

static bool fails_alike(const case_result *a, const case_result *b) {
  return a->state == b->state && a->clause == b->clause;
}

static void run_without(struct search *self, const sequence_mask *dropped) {
  self->trial = *self->failed;
  self->trial.program = NULL;
  sequence_case_name(self->failed->parameter, dropped, self->trial.parameter);
  memset(&self->trial.result, 0, sizeof self->trial.result);
  run_alone(&self->run, &self->trial);
}

static int still_fails(void *user, const sequence_mask *dropped) {
  struct search *self = user;
  if (self->trials++ == MAX_TRIALS || run_now() - self->started > most_seconds) return -1;
  run_without(self, dropped);
  return fails_alike(&self->trial.result, &self->failed->result) ? 1 : 0;
}

static char *print_program(const struct search *self, const sequence_case *what) {
  const suite_case *item = self->failed;
  char clause[SUITE_CLAUSE_NAME_SIZE], *text = NULL;
  size_t size = 0;
  const sequence_title title = {.id = item->id,
                                .library = self->options.library,
                                .device = self->run.facts.device,
                                .clause = suite_clause_name(item->result.clause, clause),
                                .text = item->result.text,
                                .properties = self->options.properties,
                                .property_count = self->options.property_count};
  FILE *to = open_memstream(&text, &size);
  const bool printed = to && sequence_print(to, &title, what);
  if (to && fclose(to) == 0 && printed) return text;
  free(text);
  return NULL;
}

static struct search *begin_search(const suite_run *run, suite_case *item) {
  struct search *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  self->run = *run;
  self->options = *run->options;
  if (self->options.timeout <= 0 || self->options.timeout > trial_deadline)
    self->options.timeout = trial_deadline;
  self->run.options = &self->options;
  self->failed = item;
  self->started = run_now();
  return self;
}

/* A sequence that fails only together with others, or only sometimes, has no shorter one. */
static bool is_shrinkable(const suite_case *item) {
  const enum case_state state = item->result.state;
  return state == CASE_FAIL || state == CASE_CRASH || state == CASE_TIMEOUT ||
         state == CASE_EARLY_EXIT;
}

static bool is_sequence(const suite_case *item) {
  return item->check && strcmp(item->group, "sequence") == 0;
}

/* Whether a failure of that clause was shrunk before, or enough were. */
static bool is_known(const suite_run *run, const suite_case *item) {
  uint32_t shrunk = 0;
  for (uint32_t i = 0; i < run->cases->count; i++) {
    const suite_case *other = &run->cases->items[i];
    if (other == item || !other->program) continue;
    if (fails_alike(&other->result, &item->result) || ++shrunk == MAX_SHRUNK) return true;
  }
  return false;
}

/* Shrinks, and runs what is left once more: with other work on the machine a deadline may have
 * passed for a sequence that does not hang. */
static bool find_shortest(struct search *self, sequence_case *what) {
  memset(&what->dropped, 0, sizeof what->dropped);
  const uint32_t steps = sequence_shrink(what, still_fails, self);
  run_without(self, &what->dropped);
  if (!fails_alike(&self->trial.result, &self->failed->result)) return false;
  suite_case *item = self->failed;
  memcpy(item->result.text, self->trial.result.text, sizeof item->result.text);
  snprintf(item->result.notes + strlen(item->result.notes),
           sizeof item->result.notes - strlen(item->result.notes),
           "shrunk to %u calls in %u runs\n", steps, self->trials);
  return true;
}

void sequence_explain(const suite_run *run, suite_case *item) {
  if (run->options->no_shrink || !is_sequence(item) || !is_shrinkable(item) || item->program ||
      is_known(run, item))
    return;
  const char *kind = item->check->name + strlen("sequence_");
  sequence_case *what = calloc(1, sizeof *what);
  struct search *self = begin_search(run, item);
  bool found = false;
  if (what && self &&
      sequence_case_draw(kind, item->parameter, run->facts.carrier, run->facts.requests, item->seed,
                         what)) {
    found = find_shortest(self, what);
    self->options.timeout *= 4;
    if (!found) found = find_shortest(self, what);
    if (found) item->program = print_program(self, what);
  }
  free(self);
  free(what);
}
