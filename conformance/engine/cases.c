#include "engine/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/capability.h"
#include "engine/selection.h"
#include "numbers/operator_spec.h"

const char *cases_short_name(const test_check *check) {
  size_t length = strlen(check->group);
  if (strncmp(check->name, check->group, length) == 0 && check->name[length] == '_')
    return check->name + length + 1;
  return check->name;
}

/* "group.name" or "group.name/parameter", and "#seed". */
static void name_check(suite_case *self, const char *parameter, uint64_t seed) {
  self->seed = seed;
  snprintf(self->parameter, sizeof self->parameter, "%s", parameter);
  snprintf(self->id, sizeof self->id, "%s.%s%s%s#%llu", self->group, cases_short_name(self->check),
           parameter[0] ? "/" : "", parameter, (unsigned long long)seed);
}

/* "onnx.test_relu#seed". */
static void name_node(suite_case *self, uint64_t seed) {
  self->seed = seed;
  snprintf(self->id, sizeof self->id, "onnx.%.200s#%llu", self->node->name,
           (unsigned long long)seed);
}

/* What a device may declare, by what asks for it. */
static const struct {
  uint32_t need;
  uint64_t capability;
  const char *text;
} needs[] = {
    {TEST_NEEDS_IMPORT, TN_DEVICE_HAS_IMPORT, "the device does not declare import and export"},
    {TEST_NEEDS_REMOTE, TN_DEVICE_HAS_REMOTE, "the device does not declare remote contexts"},
    {TEST_NEEDS_STATES, TN_DEVICE_HAS_STATES, "the device does not declare states"},
    {TEST_NEEDS_DYNAMIC, TN_DEVICE_HAS_DYNAMIC, "the device does not declare dynamic shapes"},
    {TEST_NEEDS_PROFILING, TN_DEVICE_HAS_PROFILING, "the device does not declare profiling"},
    {TEST_NEEDS_HANDLES, TN_DEVICE_HAS_HANDLES, "the device does not declare foreign handles"},
    {TEST_NEEDS_BATCHES, TN_DEVICE_HAS_BATCHES, "the device does not declare batches"},
    {TEST_NEEDS_ABSENT_DEVICE, TN_DEVICE_COMPILES_ABSENT,
     "the device does not declare that it can be compiled for while it is absent"},
    {TEST_NEEDS_LONE_IMPORT, TN_DEVICE_IMPORTS_ALONE,
     "the device does not declare imports without the compiler"},
    {TEST_NEEDS_DETERMINISM, TN_DEVICE_DETERMINISTIC, "the device does not declare determinism"},
};

/* What a device has to declare for the case to bind it: as its clause says, and, where a clause of
 * all devices is checked by means of a capability, that one. */
static const char *capability_of(const suite_clause *clause, const test_check *check) {
  if (strcmp(clause->capability, "CORE") != 0) return clause->capability;
  for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
    if (check->needs & needs[i].need) return tni_capability_name(needs[i].capability);
  return clause->capability;
}

/* What the cases of operators ask for stands in the recipes, which have one version for all. */
static uint32_t revision_of(const test_check *check) {
  if (check->revision) return check->revision;
  return strcmp(check->group, "operator") == 0 ? recipes_version() : 1;
}

static void make_check(suite_case *self, uint32_t index, const char *parameter,
                       const suite_options *options) {
  const test_check *check = suite_check_at(index);
  const suite_clause *clause = suite_clause_find(check->clause);
  memset(self, 0, sizeof *self);
  self->check = check;
  self->index = index;
  self->group = check->group;
  self->text = check->text;
  self->clause = check->clause;
  self->level = clause->level;
  self->capability = capability_of(clause, check);
  self->revision = revision_of(check);
  name_check(self, parameter, options->seed);
  name_check(self, parameter, selection_seed(options, self->id));
}

static void make_node(suite_case *self, uint32_t index, const suite_options *options) {
  memset(self, 0, sizeof *self);
  self->node = node_tests_at(index);
  self->index = index;
  self->group = "onnx";
  self->text = "the outputs are those of the ONNX project's node test";
  self->clause = TNI_CLAUSE(OPERATOR, 2);
  self->level = 3;
  self->capability = "OPERATORS";
  self->revision = 2;
  name_node(self, options->seed);
  name_node(self, selection_seed(options, self->id));
}

/* Room for one more case, or NULL. */
static suite_case *add(suite_cases *self) {
  if (self->count == self->capacity) {
    const uint32_t capacity = self->capacity ? 2 * self->capacity : 1024;
    suite_case *items = realloc(self->items, capacity * sizeof *items);
    if (!items) return NULL;
    self->items = items;
    self->capacity = capacity;
  }
  return &self->items[self->count++];
}

static bool complain_of_memory(void) {
  fprintf(stderr, "tenon-conformance: there is no memory for the list of cases\n");
  return false;
}

static bool add_check(suite_cases *self, uint32_t index, const char *parameter,
                      const suite_options *options) {
  suite_case *item = add(self);
  if (item) make_check(item, index, parameter, options);
  return item != NULL;
}

/* One case for each parameter that the build knows; one in all where there is none. Thousands of
 * operators are not put together for a run that asks for other groups. */
static bool add_checks(suite_cases *self, uint32_t index, const suite_options *options) {
  const test_check *check = suite_check_at(index);
  if (!selection_may_hold(options, check->group)) return true;
  const char *parameter = suite_parameter_at(check, 0);
  if (!parameter) return add_check(self, index, "", options);
  for (uint32_t i = 0; (parameter = suite_parameter_at(check, i)) != NULL; i++)
    if (!add_check(self, index, parameter, options)) return false;
  return true;
}

static bool is_listed(const suite_cases *self, const char *name) {
  const size_t length = strcspn(name, "#");
  for (uint32_t i = 0; i < self->count; i++)
    if (strcspn(self->items[i].id, "#") == length && strncmp(self->items[i].id, name, length) == 0)
      return true;
  return false;
}

/* Operator cases that --case names and that the recipes do not list: smaller ones, as a failure
 * tells them. */
static bool add_named(suite_cases *self, const suite_options *options) {
  for (uint32_t i = 0; i < options->case_count; i++) {
    operator_spec spec;
    tn_error error;
    char name[CASE_ID_SIZE];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(options->cases[i], "#"), options->cases[i]);
    if (spec_parse(name, &spec, &error) != TN_OK || is_listed(self, name)) continue;
    const char *parameter = strchr(name, '/') + 1;
    for (uint32_t j = 0; j < suite_check_count(); j++) {
      const test_check *check = suite_check_at(j);
      if (strcmp(check->group, "operator") == 0 &&
          strlen(check->name) + 10 == (size_t)(parameter - name) &&
          strncmp(check->name, name + 9, strlen(check->name)) == 0 &&
          !add_check(self, j, parameter, options))
        return false;
    }
  }
  return true;
}

bool cases_list(const suite_options *options, suite_cases *out) {
  uint32_t nodes = options->onnx_tests ? node_tests_open(options->onnx_tests) : 0;
  memset(out, 0, sizeof *out);
  if (options->onnx_tests && nodes == 0) {
    fprintf(stderr,
            "tenon-conformance: --onnx-tests: '%s' has no folder with a model.onnx below it\n",
            options->onnx_tests);
    return false;
  }
  bool added = true;
  for (uint32_t i = 0; i < suite_check_count() && added; i++)
    added = add_checks(out, i, options);
  added = added && add_named(out, options);
  for (uint32_t i = 0; i < nodes && added; i++) {
    suite_case *item = add(out);
    added = item != NULL;
    if (added) make_node(item, i, options);
  }
  if (added && cases_are_unique(out)) return true;
  cases_free(out);
  return added ? false : complain_of_memory();
}

bool cases_waits_for_parameters(const suite_case *self) {
  return self->check && self->check->found && !self->parameter[0];
}

bool cases_append(suite_cases *self, const suite_case *item) {
  suite_case *copy = add(self);
  if (copy) *copy = *item;
  return copy || complain_of_memory();
}

bool cases_add_found(suite_cases *self, const suite_case *of, const char *parameter,
                     const suite_options *options) {
  return add_check(self, of->index, parameter, options) || complain_of_memory();
}

/* Gives the case the seed that is `more` behind its own. */
static void follow(suite_case *self, uint32_t more) {
  const size_t length = strcspn(self->id, "#");
  if (more == 0) return;
  self->seed += more;
  snprintf(self->id + length, sizeof self->id - length, "#%llu", (unsigned long long)self->seed);
}

bool cases_repeat(suite_cases *self, uint32_t times) {
  suite_cases all = {NULL, 0, 0};
  bool good = true;
  for (uint32_t i = 0; i < self->count; i++)
    for (uint32_t k = 0; k < times && good; k++) {
      good = cases_append(&all, &self->items[i]);
      if (good) follow(&all.items[all.count - 1], k);
    }
  if (good) {
    cases_free(self);
    *self = all;
  } else {
    cases_free(&all);
  }
  return good;
}

/* --- ids */

static int compare_ids(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool cases_are_unique(const suite_cases *cases) {
  const char **ids = malloc((cases->count ? cases->count : 1) * sizeof *ids);
  if (!ids) return complain_of_memory();
  for (uint32_t i = 0; i < cases->count; i++)
    ids[i] = cases->items[i].id;
  qsort(ids, cases->count, sizeof *ids, compare_ids);
  bool unique = true;
  for (uint32_t i = 1; i < cases->count && unique; i++)
    if (strcmp(ids[i - 1], ids[i]) == 0) {
      fprintf(stderr, "tenon-conformance: two cases are named %s\n", ids[i]);
      unique = false;
    }
  free(ids);
  return unique;
}

void cases_free(suite_cases *cases) {
  for (uint32_t i = 0; i < cases->count; i++)
    free(cases->items[i].program);
  free(cases->items);
  *cases = (suite_cases){NULL, 0, 0};
}

void case_settle(suite_case *self, enum case_state state, const char *text) {
  memset(&self->result, 0, sizeof self->result);
  self->result.state = state;
  self->result.clause = self->clause;
  snprintf(self->result.text, sizeof self->result.text, "%s", text);
  self->done = 1;
}

static int decide(suite_case *self, enum case_state state, const char *text) {
  case_settle(self, state, text);
  return 1;
}

int case_decide(suite_case *self, const worker_facts *facts, bool has_manifest) {
  if (!self->check || self->done) return (int)self->done;
  uint32_t need = self->check->needs;
  for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
    if ((need & needs[i].need) && !(facts->capabilities & needs[i].capability))
      return decide(self, CASE_UNSUPPORTED, needs[i].text);
  if ((need & TEST_NEEDS_UNLOADABLE) && !(facts->plugin_flags & TN_PLUGIN_UNLOADABLE))
    return decide(self, CASE_UNSUPPORTED, "the plugin does not declare that it can be unloaded");
  if ((need & TEST_NEEDS_MANIFEST) && !has_manifest)
    return decide(self, CASE_NOT_APPLICABLE, "there is no manifest beside the library");
  if ((need & TEST_NOT_VIRTUAL) && facts->is_virtual)
    return decide(self, CASE_NOT_APPLICABLE, "a device made of others hands on their objects");
  return 0;
}

void case_judge_support(suite_case *self) {
  char text[CASE_TEXT_SIZE];
  if (!self->required || self->result.state != CASE_UNSUPPORTED) return;
  snprintf(text, sizeof text, "not supported, although it is inside the operator profile: %.900s",
           self->result.text);
  memcpy(self->result.text, text, sizeof text);
  self->result.clause = TNI_CLAUSE(OPERATOR, 14);
  self->result.state = CASE_FAIL;
}
