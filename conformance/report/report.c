#include "report/report.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/citations.h"
#include "engine/plain_text.h"
#include "engine/registry.h"

enum { OUTPUT_JSONL, OUTPUT_JUNIT, OUTPUT_TAP, OUTPUT_HTML, OUTPUT_COUNT };

/* What makes a report of the JSON lines. */
static void (*const writers[OUTPUT_COUNT])(FILE *lines, FILE *out) = {
    [OUTPUT_JUNIT] = report_write_junit,
    [OUTPUT_TAP] = report_write_tap,
    [OUTPUT_HTML] = report_write_html};

struct report {
  const suite_run *run;
  FILE *lines; /* the JSON lines, to be read again: what --jsonl names may be a pipe */
  struct {
    const char *path;
    FILE *file;
  } outputs[OUTPUT_COUNT];
  report_totals totals;
  uint32_t states[CASE_STATE_COUNT];
  uint32_t level_failed[5], level_seen[5], level_unsupported[5];
};

static const struct {
  uint64_t flag;
  const char *name;
} capability_names[] = {
#define CAPABILITY_NAME(name, bit, text, meaning) {TN_DEVICE_##name, text},
    TN_DEVICE_CAPABILITY_MAP(CAPABILITY_NAME)
#undef CAPABILITY_NAME
};

enum { CAPABILITY_COUNT = sizeof capability_names / sizeof *capability_names };

static void complain(report *self, const char *path) {
  fprintf(stderr, "tenon-conformance: %s: cannot be written: %s\n", path, strerror(errno));
  self->totals.broken = 1;
}

static bool put_line(FILE *file, const char *text) {
  return fputs(text, file) != EOF && fputc('\n', file) != EOF && fflush(file) == 0;
}

static const char temporary[] = "temporary file";

/* Writes one object and frees it. */
static void write_line(report *self, json_t *object) {
  char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
  FILE **jsonl = &self->outputs[OUTPUT_JSONL].file;
  if (!text || !put_line(self->lines, text)) complain(self, temporary);
  if (text && *jsonl && !put_line(*jsonl, text)) {
    complain(self, self->outputs[OUTPUT_JSONL].path); /* once: nothing more is written to it */
    fclose(*jsonl);
    *jsonl = NULL;
  }
  free(text);
  json_decref(object);
}

/* Text that may hold anything a plugin said: what is no UTF-8 becomes '?'. */
static json_t *text_of(const char *text) {
  json_t *string = json_string(text);
  if (string) return string;
  char clean[CASE_NOTES_SIZE];
  snprintf(clean, sizeof clean, "%s", text);
  plain_text_clean(clean);
  return json_string(clean);
}

static json_t *capabilities_of(const worker_facts *facts) {
  json_t *list = json_array();
  for (size_t i = 0; i < CAPABILITY_COUNT; i++)
    if (facts->capabilities & capability_names[i].flag)
      json_array_append_new(list, json_string(capability_names[i].name));
  return list;
}

void report_begin(report *self) {
  const worker_facts *facts = &self->run->facts;
  json_t *plugin = json_pack("{s:o, s:o, s:o, s:o}", "library",
                             text_of(self->run->options->library), "name", text_of(facts->name),
                             "version", text_of(facts->version), "vendor", text_of(facts->vendor));
  json_t *device = json_pack("{s:o, s:o, s:o}", "id", text_of(facts->device), "name",
                             text_of(facts->device_name), "capabilities", capabilities_of(facts));
  write_line(self, json_pack("{s:s, s:i, s:s, s:o, s:o, s:s, s:I}", "type", "run", "format", 1,
                             "suite", TENON_VERSION, "plugin", plugin, "device", device, "carrier",
                             facts->carrier, "seed", (json_int_t)self->run->options->seed));
}

/* Closes one output, and tells when it was not written whole. */
static void close_output(report *self, int index) {
  FILE *file = self->outputs[index].file;
  if (!file) return;
  bool failed = fflush(file) != 0 || ferror(file);
  if (failed) complain(self, self->outputs[index].path);
  if (fclose(file) != 0 && !failed) complain(self, self->outputs[index].path);
  self->outputs[index].file = NULL;
}

static void destroy(report *self) {
  for (int i = 0; i < OUTPUT_COUNT; i++)
    close_output(self, i);
  if (self->lines) fclose(self->lines);
  free(self);
}

static bool open_outputs(report *self) {
  self->lines = tmpfile();
  if (!self->lines) complain(self, temporary);
  for (int i = 0; i < OUTPUT_COUNT; i++) {
    const char *path = self->outputs[i].path;
    if (path && !(self->outputs[i].file = fopen(path, "w"))) complain(self, path);
  }
  return !self->totals.broken;
}

report *report_open(const suite_run *run) {
  report *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  self->run = run;
  self->outputs[OUTPUT_JSONL].path = run->options->jsonl;
  self->outputs[OUTPUT_JUNIT].path = run->options->junit;
  self->outputs[OUTPUT_TAP].path = run->options->tap;
  self->outputs[OUTPUT_HTML].path = run->options->html;
  if (open_outputs(self)) return self;
  destroy(self);
  return NULL;
}

/* --- cases */

static json_t *notes_of(const char *notes) {
  json_t *list = json_array();
  while (*notes) {
    char line[CASE_NOTES_SIZE];
    size_t length = strcspn(notes, "\n");
    snprintf(line, sizeof line, "%.*s", (int)length, notes);
    json_array_append_new(list, text_of(line));
    notes += length + (notes[length] == '\n');
  }
  return list;
}

/* The probe has none. */
static const char *clause_name(uint32_t clause, char buffer[SUITE_CLAUSE_NAME_SIZE]) {
  return clause ? suite_clause_name(clause, buffer) : "";
}

static json_t *failure_of(const case_result *result) {
  char clause[SUITE_CLAUSE_NAME_SIZE];
  if (result->state == CASE_PASS) return json_null();
  return json_pack("{s:s, s:o, s:i}", "clause", clause_name(result->clause, clause), "text",
                   text_of(result->text), "line", (int)result->line);
}

static void write_case(report *self, const char *type, const suite_case *item) {
  char clause[SUITE_CLAUSE_NAME_SIZE], command[4096];
  run_repeat_command(self->run, item, command, sizeof command);
  write_line(
      self, json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:f, s:i, s:o, s:o, s:o}", "type",
                      type, "id", item->id, "group", item->group, "clause",
                      clause_name(item->clause, clause), "level", (int)item->level, "capability",
                      item->capability, "state", case_state_name(item->result.state), "text",
                      item->text, "seconds", item->result.seconds, "expectations",
                      (int)item->result.expectations, "failure", failure_of(&item->result), "notes",
                      notes_of(item->result.notes), "repeat", text_of(command)));
}

/* --next: the first clause that does not hold, and all there is to know of it. */
static void explain_failure(const report *self, const suite_case *item) {
  const suite_clause *clause = suite_clause_find(item->result.clause);
  char name[SUITE_CLAUSE_NAME_SIZE];
  if (!clause) return;
  printf("\n%s (L%u): %s\nWhy: %s\n", suite_clause_name(clause->id, name), clause->level,
         clause->text, clause->reason);
  const suite_citation *citation = suite_citation_find(name);
  if (citation) printf("Header: %s\n", citation->place);
  const char *guide = suite_guide_section(clause->id);
  if (guide) printf("Guide: %s\n", guide);
  (void)self;
}

static void print_case(const report *self, const suite_case *item) {
  char clause[SUITE_CLAUSE_NAME_SIZE], command[4096];
  const case_result *result = &item->result;
  if (!case_state_failed(result->state)) return;
  run_repeat_command(self->run, item, command, sizeof command);
  printf("%s %s %s: %s\n", case_state_name(result->state), item->id,
         suite_clause_name(result->clause, clause), item->text);
  printf("    %s\n", result->text);
  if (result->line && item->check)
    printf("    at line %u of the check %s\n", result->line, item->check->name);
  printf("    repeat: %s\n", command);
  if (self->run->options->next) explain_failure(self, item);
  fflush(stdout);
}

static void count(report *self, const suite_case *item) {
  enum case_state state = item->result.state;
  self->states[state]++;
  self->level_seen[item->level]++;
  self->level_failed[item->level] += (uint32_t)case_state_failed(state);
  self->totals.passed += state == CASE_PASS;
  self->totals.failed += (uint32_t)case_state_failed(state);
  self->totals.skipped += (uint32_t)case_state_skipped(state);
}

void report_case(void *reports, const suite_case *item) {
  report *self = reports;
  count(self, item);
  write_case(self, "case", item);
  print_case(self, item);
}

void report_probe(report *self) {
  count(self, &self->run->probe);
  write_case(self, "probe", &self->run->probe);
}

/* How many node tests came out how; a device may refuse operators, and the share is told. */
static void print_operators(const report *self) {
  uint32_t passed = 0, refused = 0, all = 0;
  for (uint32_t i = 0; i < self->run->cases->count; i++) {
    const suite_case *item = &self->run->cases->items[i];
    if (!item->node || !item->done) continue;
    all++;
    passed += item->result.state == CASE_PASS;
    refused += item->result.state == CASE_UNSUPPORTED;
  }
  if (all)
    printf("operators: %u of %u node tests passed, %u not supported\n", passed, all, refused);
}

/* --- the verdict */

/* Levels are judged only when nothing of them was left out. */
static bool is_whole(const report *self) {
  const suite_options *options = self->run->options;
  return options->group_count == 0 && options->case_count == 0 && !options->next;
}

/* Levels 3 and 4 promise a profile of operators and stress, which no case can stand for yet. */
enum { LAST_JUDGED_LEVEL = 2 };

/* A level is reached when it has cases, none of it failed, and all levels below are reached. */
static json_t *levels_reached(const report *self) {
  json_t *list = json_array();
  for (int level = 1; level <= LAST_JUDGED_LEVEL && is_whole(self); level++) {
    char name[8];
    if (self->level_failed[level] || !self->level_seen[level]) break;
    snprintf(name, sizeof name, "L%d", level);
    json_array_append_new(list, json_string(name));
  }
  return list;
}

static int capability_holds(const report *self, const char *name) {
  int passed = 0;
  for (uint32_t i = 0; i < self->run->cases->count; i++) {
    const suite_case *item = &self->run->cases->items[i];
    if (!item->done || strcmp(item->capability, name) != 0) continue;
    if (case_state_failed(item->result.state)) return 0;
    passed += item->result.state == CASE_PASS;
  }
  return passed > 0;
}

static json_t *capabilities_reached(const report *self) {
  json_t *list = json_array();
  for (size_t i = 0; i < CAPABILITY_COUNT; i++)
    if ((self->run->facts.capabilities & capability_names[i].flag) &&
        capability_holds(self, capability_names[i].name))
      json_array_append_new(list, json_string(capability_names[i].name));
  return list;
}

static void print_list(const char *title, const json_t *list) {
  printf("%s:", title);
  size_t index;
  json_t *entry;
  json_array_foreach(list, index, entry) printf(" %s", json_string_value(entry));
  printf("%s\n", json_array_size(list) ? "" : " none");
}

static void print_device(const worker_facts *facts) {
  char id[sizeof facts->device];
  memcpy(id, facts->device, sizeof id);
  plain_text_clean(id);
  if (facts->name[0])
    printf("%s %s, device %s (%s)\n", facts->name, facts->version, id, facts->device_name);
}

static void write_verdict(report *self) {
  json_t *states = json_object(), *levels = levels_reached(self),
         *capabilities = capabilities_reached(self);
  for (int i = 0; i < CASE_STATE_COUNT; i++)
    json_object_set_new(states, case_state_name((enum case_state)i), json_integer(self->states[i]));
  print_device(&self->run->facts);
  if (is_whole(self))
    print_list("levels reached", levels);
  else
    printf("levels reached: not judged, since only a selection was run\n");
  print_list("capabilities", capabilities);
  print_operators(self);
  for (int i = CASE_PASS + 1; i < CASE_STATE_COUNT; i++)
    if (self->states[i]) printf("%s: %u\n", case_state_name((enum case_state)i), self->states[i]);
  write_line(self, json_pack("{s:s, s:i, s:i, s:i, s:o, s:o, s:o}", "type", "verdict", "passed",
                             (int)self->totals.passed, "failed", (int)self->totals.failed,
                             "skipped", (int)self->totals.skipped, "levels", levels, "capabilities",
                             capabilities, "states", states));
}

report_totals report_close(report *self) {
  write_verdict(self);
  for (int i = 0; i < OUTPUT_COUNT; i++) {
    if (writers[i] && self->outputs[i].file) writers[i](self->lines, self->outputs[i].file);
    close_output(self, i);
  }
  report_totals totals = self->totals;
  if (totals.passed == 0 && totals.failed == 0) printf("nothing passed, which is no success\n");
  printf("%u passed, %u failed, %u skipped\n", totals.passed, totals.failed, totals.skipped);
  fflush(stdout);
  destroy(self);
  return totals;
}
