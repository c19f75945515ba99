#include "engine/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers/operator_cases.h"

const suite_clause suite_clauses[] = {
#define TN_CLAUSE(area, number, binds, level, capability, text, reason) \
  {TNI_CLAUSE(area, number), #binds, level, #capability, text, reason},
#include "clauses/clauses.def"
#undef TN_CLAUSE
};

const uint32_t suite_clause_count = sizeof suite_clauses / sizeof *suite_clauses;

#define SUITE_CHECK(identifier) extern const test_check test_check_##identifier;
#include "suites/checks.inc"
#undef SUITE_CHECK

static const test_check *const listed[] = {
#define SUITE_CHECK(identifier) &test_check_##identifier,
#include "suites/checks.inc"
#undef SUITE_CHECK
};

enum { CHECK_COUNT = sizeof listed / sizeof *listed };

static const test_check **ordered; /* those listed, and those of the operators */
static uint32_t ordered_count;

/* Groups in the order in which an author meets them: a group comes after those whose calls it
 * makes. So the first failure is told by the case that is about the call, not by one that needs it
 * in passing. What holds for every call (options, errors, layers, threads) comes behind all calls,
 * and what mixes them behind that. What counts references comes before what uses them, so that a
 * wrong count is told as such. A file of a suite has a place of its own where its cases make calls
 * that the rest of their group does not. */
static const char *const places[] = {"abi",
                                     "life",
                                     "discovery",
                                     "backend",
                                     "device",
                                     "property",
                                     "query",
                                     "compile",
                                     "property_device_id.c",
                                     "infer",
                                     "compile_computed.c",
                                     "infer_models.c",
                                     "deterministic",
                                     "property_effect.c",
                                     "tensor",
                                     "async",
                                     "dynamic",
                                     "export",
                                     "import",
                                     "remote",
                                     "state",
                                     "runtime_model",
                                     "profiling",
                                     "batch",
                                     "handles",
                                     "absent",
                                     "abi_others.c",
                                     "core",
                                     "host_virtual.c",
                                     "option",
                                     "host",
                                     "compile_options.c",
                                     "error",
                                     "layer",
                                     "thread",
                                     "operator",
                                     "quantized",
                                     "fault",
                                     "faults",
                                     "sequence",
                                     "surroundings"};

/* The clauses stand in the order of their ids. */
static int compare_clause(const void *id, const void *clause) {
  const uint32_t wanted = *(const uint32_t *)id, found = ((const suite_clause *)clause)->id;
  return (wanted > found) - (wanted < found);
}

const suite_clause *suite_clause_find(uint32_t id) {
  return bsearch(&id, suite_clauses, suite_clause_count, sizeof *suite_clauses, compare_clause);
}

const char *suite_clause_name(uint32_t id, char buffer[SUITE_CLAUSE_NAME_SIZE]) {
  const char *area = tni_clause_area_name(id >> 16);
  snprintf(buffer, SUITE_CLAUSE_NAME_SIZE, "TN_%s_%03u", area ? area : "UNKNOWN", id & 0xffff);
  return buffer;
}

const suite_clause *suite_clause_named(const char *name) {
  char buffer[SUITE_CLAUSE_NAME_SIZE];
  for (uint32_t i = 0; i < suite_clause_count; i++)
    if (strcmp(suite_clause_name(suite_clauses[i].id, buffer), name) == 0) return &suite_clauses[i];
  return NULL;
}

enum { PLACE_COUNT = sizeof places / sizeof *places };

static int place_of(const char *name) {
  int place = 0;
  while (place < PLACE_COUNT && strcmp(places[place], name) != 0)
    place++;
  return place;
}

static int check_place(const test_check *check) {
  const char *slash = strrchr(check->file, '/');
  const int own = place_of(slash ? slash + 1 : check->file);
  return own < PLACE_COUNT ? own : place_of(check->group);
}

static int compare(const void *a, const void *b) {
  const test_check *x = *(const test_check *const *)a, *y = *(const test_check *const *)b;
  uint32_t level_x = suite_clause_find(x->clause)->level,
           level_y = suite_clause_find(y->clause)->level;
  if (level_x != level_y) return level_x < level_y ? -1 : 1;
  const int place_x = check_place(x), place_y = check_place(y);
  if (place_x != place_y) return place_x < place_y ? -1 : 1;
  int file = strcmp(x->file, y->file);
  return file ? file : (int)x->line - (int)y->line;
}

static void add_check(const test_check *check) {
  char name[SUITE_CLAUSE_NAME_SIZE];
  if (!suite_clause_find(check->clause)) {
    fprintf(stderr, "check %s cites %s, which is no clause\n", check->name,
            suite_clause_name(check->clause, name));
    exit(4);
  }
  ordered[ordered_count++] = check;
}

void suite_registry_open(void) {
  const uint32_t operators = operator_checks_open();
  if (ordered) return;
  ordered = calloc((size_t)CHECK_COUNT + operators, sizeof *ordered);
  if (!ordered) {
    fprintf(stderr, "tenon-conformance: there is no memory for the list of checks\n");
    exit(4);
  }
  for (uint32_t i = 0; i < CHECK_COUNT; i++)
    add_check(listed[i]);
  for (uint32_t i = 0; i < operators; i++)
    add_check(operator_check_at(i));
  qsort(ordered, ordered_count, sizeof *ordered, compare);
}

const char *suite_parameter_at(const test_check *check, uint32_t index) {
  if (check->name_at) return check->name_at(index);
  return check->names ? check->names[index] : NULL; /* asked for in order: never behind the last */
}

uint32_t suite_parameter_place(const test_check *check, const char *name) {
  const char *at;
  for (uint32_t i = 0; (at = suite_parameter_at(check, i)) != NULL; i++)
    if (strcmp(at, name) == 0) return i;
  return 0;
}

uint32_t suite_check_count(void) {
  return ordered_count;
}

const test_check *suite_check_at(uint32_t index) {
  return index < ordered_count ? ordered[index] : NULL;
}
