#include "report/verdict.h"

#include <stdio.h>
#include <string.h>

#include "report/lines.h"

static const char level_option[] = "--level ";

/* What makes a level reached, beside that nothing was left out, that all levels below it are
 * reached, that a case of it passed, that none failed, and that none is EXPECTED. */
static const struct {
  bool needs_every_clause; /* of each clause of CORE with an UNSUPPORTED case another one passed */
  bool needs_profile;      /* the run was made with an operator profile */
} rules[VERDICT_LEVELS + 1] = {
    [1] = {true, false}, [2] = {true, false}, [3] = {false, true}, [4] = {true, false}};

void verdict_begin(verdict *self, const json_t *run) {
  memset(self, 0, sizeof *self);
  self->run = run;
  self->capabilities = json_object();
  self->clauses = json_object();
  self->shown = json_object();
}

/* Two counts under a name: of cases that passed, and of others. */
static void count_in(json_t *object, const char *name, bool passed, bool other) {
  json_t *counts = json_object_get(object, name);
  if (!counts) {
    counts = json_pack("[i, i]", 0, 0);
    json_object_set_new(object, name, counts);
  }
  json_t *first = json_array_get(counts, 0), *second = json_array_get(counts, 1);
  json_integer_set(first, json_integer_value(first) + passed);
  json_integer_set(second, json_integer_value(second) + other);
}

static json_int_t count_of(const json_t *counts, size_t place) {
  return json_integer_value(json_array_get(counts, place));
}

/* A case that had nothing to be run for leaves nothing open. */
static void count_shown(verdict *self, const json_t *line, enum case_state state) {
  char name[128];
  if (strcmp(lines_text(json_object_get(line, "failure"), "text"), CASE_NOTHING_TO_RUN) == 0)
    return;
  snprintf(name, sizeof name, "%.60s %.60s", lines_text(line, "capability"),
           lines_text(line, "clause"));
  count_in(self->shown, name, state == CASE_PASS, state == CASE_NOT_APPLICABLE);
}

/* Of which share a group's cases are, or NULL. */
static verdict_share *share_of(verdict *self, const char *group) {
  if (strcmp(group, "onnx") == 0) return &self->nodes;
  return strcmp(group, "operator") == 0 || strcmp(group, "quantized") == 0 ? &self->operators
                                                                           : NULL;
}

static void count_share(verdict *self, const json_t *line, enum case_state state) {
  verdict_share *share = share_of(self, lines_text(line, "group"));
  if (!share) return;
  share->cases++;
  share->passed += state == CASE_PASS;
  share->refused += state == CASE_UNSUPPORTED;
}

static void add_to_level(verdict *self, const json_t *line, enum case_state state) {
  const json_int_t level = json_integer_value(json_object_get(line, "level"));
  const bool is_core = strcmp(lines_text(line, "capability"), "CORE") == 0;
  verdict_tally *tally = &self->levels[level >= 1 && level <= VERDICT_LEVELS ? level : 1];
  char clause[64];
  tally->cases++;
  tally->passed += state == CASE_PASS;
  tally->failed += (uint32_t)case_state_failed(state);
  tally->expected += state == CASE_EXPECTED;
  snprintf(clause, sizeof clause, "L%d %.50s", (int)level, lines_text(line, "clause"));
  if (is_core) count_in(self->clauses, clause, state == CASE_PASS, state == CASE_UNSUPPORTED);
}

void verdict_add(verdict *self, const json_t *line) {
  const enum case_state state = lines_state(lines_text(line, "state"));
  const bool fails = case_state_failed(state);
  self->states[state]++;
  self->passed += state == CASE_PASS;
  self->failed += fails;
  self->skipped += (uint32_t)case_state_skipped(state);
  if (strcmp(lines_text(line, "type"), "expectation") == 0)
    return; /* of the file, not the plugin */
  add_to_level(self, line, state);
  count_share(self, line, state);
  count_shown(self, line, state);
  count_in(self->capabilities, lines_text(line, "capability"), state == CASE_PASS,
           fails || state == CASE_EXPECTED);
}

bool verdict_is_whole(const json_t *run) {
  const json_t *selection = json_object_get(run, "selection");
  return json_is_array(selection) && json_array_size(selection) == 0 &&
         !json_is_object(json_object_get(run, "shard"));
}

/* --level leaves out levels as a whole; every other selection leaves out parts of them. */
bool verdict_judges_levels(const json_t *run) {
  size_t index;
  json_t *option;
  const json_t *selection = json_object_get(run, "selection");
  json_array_foreach(
      selection, index,
      option) if (!json_is_string(option) || strncmp(json_string_value(option), level_option,
                                                     sizeof level_option - 1) != 0) return false;
  return json_is_array(selection) && !json_is_object(json_object_get(run, "shard"));
}

/* A clause whose name begins so and that has only cases of the other kind, or NULL. */
static const char *open_clause(const json_t *clauses, const char *prefix) {
  const char *name;
  json_t *counts;
  json_object_foreach((json_t *)(uintptr_t)clauses, name, counts) {
    if (strncmp(name, prefix, strlen(prefix)) == 0 && count_of(counts, 0) == 0 &&
        count_of(counts, 1) > 0)
      return name + strlen(prefix);
  }
  return NULL;
}

static const char *unsupported_clause(const verdict *self, int level) {
  char prefix[8];
  snprintf(prefix, sizeof prefix, "L%d ", level);
  return open_clause(self->clauses, prefix);
}

/* Nothing of the clause was shown, for want of something that was not handed in. */
static bool has_clause_not_shown(const verdict *self, const char *capability) {
  char prefix[64];
  snprintf(prefix, sizeof prefix, "%.60s ", capability);
  return open_clause(self->shown, prefix) != NULL;
}

/* Why a level is not reached, or NULL; `clause` receives the one that was not shown, if any. */
static const char *missing(const verdict *self, int level, const char **clause) {
  const verdict_tally *tally = &self->levels[level];
  *clause = NULL;
  if (tally->failed) return "cases of it failed";
  if (tally->expected) return "known failures of it were excused";
  if (tally->passed == 0) return "no case of it passed";
  if (rules[level].needs_profile && !json_is_object(json_object_get(self->run, "profile")))
    return "it needs an operator profile";
  if (rules[level].needs_every_clause) *clause = unsupported_clause(self, level);
  return *clause ? "the device refused every case that shows" : NULL;
}

static bool is_reached(const verdict *self, int level) {
  const char *clause;
  return missing(self, level, &clause) == NULL;
}

/* The level that --level asks for; L1 is asked of every device. */
static const char *asked_level(const json_t *run) {
  const char *option = json_string_value(json_array_get(json_object_get(run, "selection"), 0));
  return option && strncmp(option, level_option, sizeof level_option - 1) == 0
             ? option + sizeof level_option - 1
             : "L1";
}

bool verdict_judges_level(const json_t *run, const char *level) {
  return verdict_judges_levels(run) &&
         (verdict_is_whole(run) || strcmp(level, asked_level(run)) <= 0);
}

bool verdict_refuses(const json_t *run, const json_t *line) {
  const json_t *missing = json_object_get(line, "missing");
  return lines_text(missing, "clause")[0] &&
         strcmp(lines_text(missing, "level"), asked_level(run)) <= 0;
}

static json_t *levels_reached(const verdict *self) {
  json_t *list = json_array();
  char name[8];
  for (int level = 1; level <= VERDICT_LEVELS; level++) {
    if (!verdict_judges_levels(self->run) || !is_reached(self, level)) break;
    snprintf(name, sizeof name, "L%d", level);
    json_array_append_new(list, json_string(name));
  }
  return list;
}

/* Those that the device declares, of which a case passed and none did not hold, and of whose
 * clauses none was left open. Of a selection it is not known. */
static json_t *capabilities_reached(const verdict *self) {
  json_t *list = json_array(), *name;
  size_t index;
  const json_t *declared = json_object_get(json_object_get(self->run, "device"), "capabilities");
  if (!verdict_is_whole(self->run)) return list;
  json_array_foreach(declared, index, name) {
    const json_t *counts =
        json_is_string(name) ? json_object_get(self->capabilities, json_string_value(name)) : NULL;
    if (count_of(counts, 0) > 0 && count_of(counts, 1) == 0 &&
        !has_clause_not_shown(self, json_string_value(name)))
      json_array_append(list, name);
  }
  return list;
}

/* The first level that is not reached, where levels are judged and the run has cases of it. */
static json_t *first_missing(const verdict *self) {
  const char *clause = NULL, *why = NULL;
  char name[8];
  int level = 1;
  while (level <= VERDICT_LEVELS && self->levels[level].cases &&
         (why = missing(self, level, &clause)) == NULL)
    level++;
  if (!why || !verdict_judges_levels(self->run)) return json_null();
  snprintf(name, sizeof name, "L%d", level);
  return json_pack("{s:s, s:s, s:s?}", "level", name, "why", why, "clause", clause);
}

static json_t *share_line(const verdict_share *self) {
  return json_pack("{s:i, s:i, s:i}", "cases", (int)self->cases, "passed", (int)self->passed,
                   "unsupported", (int)self->refused);
}

json_t *verdict_line(const verdict *self) {
  json_t *states = json_object();
  for (int i = 0; i < CASE_STATE_COUNT; i++)
    json_object_set_new(states, case_state_name((enum case_state)i), json_integer(self->states[i]));
  return json_pack("{s:s, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "type", "verdict",
                   "passed", (int)self->passed, "failed", (int)self->failed, "skipped",
                   (int)self->skipped, "levels", levels_reached(self), "missing",
                   first_missing(self), "capabilities", capabilities_reached(self), "states",
                   states, "operators", share_line(&self->operators), "node_tests",
                   share_line(&self->nodes));
}

void verdict_end(verdict *self) {
  json_decref(self->capabilities);
  json_decref(self->clauses);
  json_decref(self->shown);
  self->capabilities = self->clauses = self->shown = NULL;
}
